// DOM of the rows. One call for each row takes a third of the time and of the bytes
// of calls for each of its nodes.

/** Number of rows in a block: they are laid out, or not, together. */
const BLOCK = 100;
/** Number of rows from which blocks that are out of sight are not laid out. */
const LONG = 200;
/** Parts of a row, or of the filter, that may have the focus. */
const PARTS = ["", "button", ".share button", "input"];

/** @param {Element} template */
export const copy = (template) => template.cloneNode(true);

/** @param {Element} element */
const rootOf = (element) => /** @type {ShadowRoot} */ (element.getRootNode());

/**
 * Writes the texts of a row. Those that are undefined stay.
 * @param {Element} row
 * @param {string | undefined} address
 * @param {string | undefined} badge
 * @param {string | undefined} hint
 * @param {string | undefined} remove
 * @param {string} name
 * @param {boolean} readonly
 */
export function write(row, address, badge, hint, remove, name, readonly) {
  const [what, button] = /** @type {[Element, HTMLElement]} */ (/** @type {unknown} */ (row.children));
  const [box, kind, added] = /** @type {[Element, Element, Element]} */ (/** @type {unknown} */ (what.children));
  if (address !== undefined) /** @type {Element} */ (box.firstElementChild).textContent = address;
  if (badge !== undefined) kind.textContent = badge;
  if (hint !== undefined) added.textContent = hint;
  if (remove !== undefined) {
    /** @type {Element} */ (button.lastElementChild).textContent = remove;
    button.setAttribute("aria-label", name);
  }
  button.hidden = readonly;
}

/**
 * Part of the row that has the focus, by its number.
 * @param {Element} row
 */
export function focusedPart(row) {
  const active = rootOf(row).activeElement;
  if (!active || !row.contains(active)) return 0;
  return active === row ? 1 : active.closest(".share") ? 3 : 2;
}

/**
 * Sets the focus to a part, by its number.
 * @param {Element} row
 * @param {number} part
 */
export function setFocus(row, part) {
  const selector = PARTS[part - 1];
  const element = selector ? row.querySelector(selector) : row;
  /** @type {HTMLElement | null} */ (element)?.focus();
}

/**
 * True if the user is typing.
 * @param {Element} list
 */
export const isTyping = (list) => Boolean(rootOf(list).querySelector("input:focus"));

/**
 * Moves a row to its place. The rows before it are in theirs. Returns the part that
 * has lost the focus.
 * @param {Element} list
 * @param {Element} row
 * @param {number} place
 */
export function moveTo(list, row, place) {
  let block = list.children[Math.floor(place / BLOCK)];
  if (!block) {
    block = list.appendChild(document.createElement("div"));
    block.className = "block";
    block.setAttribute("role", "none");
  }
  const there = block.children[place % BLOCK];
  if (there === row) return 0;
  const part = row.parentNode ? focusedPart(row) : 0;
  block.insertBefore(row, there ?? null);
  return part;
}

/**
 * Marks a list with this many rows as long, and as incomplete.
 * @param {Element} list
 * @param {number} count
 * @param {boolean} isBusy
 */
export function mark(list, count, isBusy) {
  list.classList.toggle("long", count > LONG);
  if (isBusy) list.setAttribute("aria-busy", "true");
  else {
    list.removeAttribute("aria-busy");
    while (list.children.length > Math.ceil(count / BLOCK)) list.lastElementChild?.remove();
  }
}

/**
 * Shows the field to find entries, with this number of those that were found; or
 * hides it.
 * @param {HTMLElement} group
 * @param {boolean} isShown
 * @param {string} found
 */
export function showFilter(group, isShown, found) {
  const [, field, status] = /** @type {[Element, HTMLInputElement, Element]} */ (
    /** @type {unknown} */ (group.children)
  );
  group.hidden = !isShown;
  if (!isShown) field.value = "";
  // What is said already is not said again.
  if (status.textContent !== found) status.textContent = found;
}
