// Lets time stand still and stops animations, so that a picture of a state is the
// same each time. Import this before everything else.

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

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  "*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }",
);

/** Stops the animations of an element with a shadow root. */
export function stopAnimations(element) {
  const { adoptedStyleSheets } = element.shadowRoot;
  if (!adoptedStyleSheets.includes(sheet)) element.shadowRoot.adoptedStyleSheets = [...adoptedStyleSheets, sheet];
}
