// Checkboxes for documents that the user must accept, of a terms stage or of an
// identity server.

import { h } from "./dom.js";

/** A document in one language. */
export interface Translation {
  /** Language, as the server names it. */
  readonly language: string;
  readonly text: string;
  readonly url?: string;
}

const rendered = new WeakMap<Element, string>();

/**
 * Picks the translation that users read best: in the language of the element, else
 * in the first of their languages that there is, else in English, else in any.
 */
export function pickTranslation<Some extends { readonly language: string }>(
  translations: readonly Some[],
  tag: string,
): Some | undefined {
  const normalize = (language: string) => language.replaceAll("_", "-").toLowerCase();
  for (const wanted of [tag, ...navigator.languages, "en"].map(normalize)) {
    const subtags = wanted.split("-");
    // fr-ca, fr, and fr of another region.
    const fits = subtags.map((_, at) => subtags.slice(0, subtags.length - at).join("-"));
    const found =
      fits.map((some) => translations.find(({ language }) => normalize(language) === some)).find(Boolean) ??
      translations.find(({ language }) => normalize(language).split("-")[0] === subtags[0]);
    if (found) return found;
  }
  return translations[0];
}

/**
 * Renders a checkbox for each document.
 * @param documents translations of each
 * @param text has a `{}` for the name of the document
 * @param tag language of the element
 */
export function renderTerms(
  container: Element,
  documents: readonly (readonly Translation[])[],
  text: string,
  tag: string,
): void {
  const picked = documents.flatMap((translations) => pickTranslation(translations, tag) ?? []);
  // What is checked stays so.
  const key = JSON.stringify([picked, text]);
  if (rendered.get(container) === key) return;
  rendered.set(container, key);
  const [before, after] = text.split("{}");
  const choices = picked.map((document) => {
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
