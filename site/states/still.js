// Lets time stand still, stops animations and cuts the connection to other frames,
// so that a picture of a state is the same each time. Import this before everything
// else.

const NOW = Date.UTC(2026, 5, 1, 12);
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length > 0 ? parts : [NOW]));
  }
  static now() {
    return NOW;
  }
};

// The elements add this to the time at which they started.
performance.now = () => 0;

// Elements of one account share locks and messages with other tabs, and the states of
// the gallery are all of one account. A state that waits for a response would hold
// the lock that the next states need, and one that adds an address would let the
// others request their lists again.
Object.defineProperty(navigator, "locks", { value: undefined });
globalThis.BroadcastChannel = undefined;

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  "*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }",
);

/**
 * Makes a page that is in a frame a picture: nothing takes the focus or scrolls,
 * which would do the same to the page around it. A modal dialog escapes the
 * `inert` of the elements around it, so it has one of its own.
 */
export function takeNoFocus() {
  const { showModal } = HTMLDialogElement.prototype;
  HTMLDialogElement.prototype.showModal = function () {
    this.inert = true;
    showModal.call(this);
  };
  HTMLElement.prototype.focus = () => {};
  Element.prototype.scrollIntoView = () => {};
}

const { get, set } = Object.getOwnPropertyDescriptor(ShadowRoot.prototype, "adoptedStyleSheets");

/** Stops the animations of an element, which sets its style sheets more than once. */
export function stopAnimations({ shadowRoot }) {
  const setSheets = (sheets) => set.call(shadowRoot, [...sheets, sheet]);
  Object.defineProperty(shadowRoot, "adoptedStyleSheets", { get: () => get.call(shadowRoot), set: setSheets });
  setSheets(get.call(shadowRoot));
}
