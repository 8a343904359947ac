// Shows a modal dialog where it can be seen, and nowhere else: open in a hidden
// place, it makes the page inert with nothing to see.

/** Styles tell nobody that they have changed: how often to look (ms). */
const LOOK_MS = 250;

/** @type {CheckVisibilityOptions} */
const ALSO = { __proto__: null, visibilityProperty: true, checkVisibilityCSS: true };
/** @type {WeakMap<HTMLDialogElement, number>} */
const looks = new WeakMap();

/**
 * True if an element is rendered, and each frame around it that we may see.
 * @param {Element | null} element
 */
export function isShown(element) {
  for (let at = element; at; ) {
    const view = at.isConnected && at.ownerDocument.defaultView;
    const seen = at.checkVisibility?.(ALSO) ?? true;
    if (!view || !seen) return false;
    at = view.frameElement;
    if (at && !hasSize(at)) return false;
  }
  return true;
}

/** @param {Element} element */
const hasSize = ({ clientWidth, clientHeight }) => clientWidth > 0 && clientHeight > 0;

/**
 * Opens or closes it, from now on as its place is shown or hidden.
 * @param {HTMLDialogElement} dialog
 * @param {boolean} wanted
 */
export function show(dialog, wanted) {
  clearInterval(looks.get(dialog));
  const look = () => {
    // Taken out, it is drawn anew should it come back.
    if (!dialog.isConnected) return clearInterval(looks.get(dialog));
    const parent = /** @type {Element} */ (dialog.parentElement);
    const may = wanted && isShown(parent) && hasSize(parent);
    if (may === dialog.open && may === dialog.matches(":modal")) return;
    // One that was moved is open, but modal no more.
    dialog.close();
    if (may) open(dialog);
  };
  if (wanted) looks.set(dialog, setInterval(look, LOOK_MS));
  look();
}

/**
 * Puts the focus into the field, once that is shown as well; without one, on
 * the title: an Enter that is still held down presses nothing.
 * @param {HTMLDialogElement} dialog
 */
async function open(dialog) {
  dialog.showModal();
  await null;
  await null;
  for (const wanted of ["h2", "input:not([tabindex])"]) {
    /** @type {HTMLElement | null} */ (dialog.querySelector(wanted))?.focus();
  }
}
