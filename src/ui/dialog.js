// Shows a modal dialog where it can be seen, and nowhere else: open in a hidden
// place, it makes the page inert with nothing to see.

/** Styles tell nobody that they have changed: how often to look (ms). */
const LOOK_MS = 250;

const ALSO = { __proto__: null, visibilityProperty: true, checkVisibilityCSS: true };
const looks = new WeakMap();

/** Whether an element is rendered, and each frame around it that we may see. */
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

const hasSize = ({ clientWidth, clientHeight }) => clientWidth > 0 && clientHeight > 0;

/** Opens or closes it, from now on as its place is shown or hidden. */
export function show(dialog, wanted) {
  clearInterval(looks.get(dialog));
  const look = () => {
    // Taken out, it is drawn anew should it come back.
    if (!dialog.isConnected) return clearInterval(looks.get(dialog));
    const may = wanted && isShown(dialog.parentElement) && hasSize(dialog.parentElement);
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
 */
async function open(dialog) {
  dialog.showModal();
  await null;
  await null;
  for (const wanted of ["h2", "input:not([tabindex])"]) dialog.querySelector(wanted)?.focus();
}
