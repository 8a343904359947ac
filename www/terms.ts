// Checkboxes for documents that the user must accept, of a terms stage or of an
// identity server.

import { h } from "./dom.js";

const rendered = new WeakMap<Element, string>();

/**
 * Renders a checkbox for each document.
 * @param text has a `{}` for the name of the document
 */
export function renderTerms(
  container: Element,
  documents: readonly { readonly text: string; readonly url?: string }[],
  text: string,
): void {
  // What is checked stays so.
  const key = JSON.stringify([documents, text]);
  if (rendered.get(container) === key) return;
  rendered.set(container, key);
  const [before, after] = text.split("{}");
  const choices = documents.map((document) => {
    const { text, url = "" } = { __proto__: null, ...document } as typeof document;
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
 */
export function areTermsAccepted(container: Element): boolean {
  const boxes = [...container.querySelectorAll("input")];
  return boxes.length > 0 && boxes.every((box) => box.reportValidity());
}
