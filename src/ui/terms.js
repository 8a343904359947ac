// Checkboxes for documents: made by hand, at a third of what a view weighs.
// `www/` imports this file, too: a snippet of wasm-bindgen can't import others.

/** @type {WeakMap<Element, string>} */
const rendered = /* @__PURE__ */ new WeakMap();

/**
 * Creates an element with properties and children.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Omit<Partial<HTMLElementTagNameMap[Name]>, "part"> & { part?: string }} [properties]
 * @param {(Node | string | undefined)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export const h = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(.../** @type {(Node | string)[]} */ (children));
  return element;
};

/**
 * Renders a checkbox for each document, which must be accepted.
 * @param {Element} container
 * @param {readonly { text: string, url?: string }[]} documents
 * @param {string} text has a `{}` for the name of the document
 */
export function draw(container, documents, text) {
  // What is checked stays so.
  const key = JSON.stringify([documents, text]);
  if (rendered.get(container) === key) return;
  rendered.set(container, key);
  const [before, after] = text.split("{}");
  const choices = documents.map((document) => {
    const { text, url = "" } = /** @type {typeof document} */ ({ __proto__: null, ...document });
    // Whichever way its letters run. Only these schemes are safe to follow.
    const link = /^https?:/.test(url) && { href: url, target: "_blank", rel: "noopener noreferrer", className: "link" };
    const name = h(link ? "a" : "b", { ...link, dir: "auto" }, text);
    const box = h("input", { type: "checkbox", required: true, value: url });
    return h("label", { className: "choice" }, box, h("span", {}, before, name, after));
  });
  container.replaceChildren(...choices);
}

/**
 * True if there are boxes and all are checked; the browser reports the first
 * that is not.
 * @param {Element} container
 */
export function accepted(container) {
  const boxes = [...container.querySelectorAll("input")];
  return boxes.length > 0 && boxes.every((box) => box.reportValidity());
}
