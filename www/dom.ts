// What the elements need of the document that they are in.

import type { Locale } from "./locales.js";
import { complain } from "./errors.js";
import type { Messages } from "./types.js";

/** Creates an element with properties and children. */
export const h = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties?: Omit<Partial<HTMLElementTagNameMap[Name]>, "part"> & { readonly part?: string },
  ...children: (Node | string | undefined)[]
): HTMLElementTagNameMap[Name] => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...(children as (Node | string)[]));
  return element;
};

const texts = new WeakMap<Element, string | undefined>();

/**
 * Sets the text of an element, and hides an element without one. Sets it only
 * if it differs: a live region would announce it again, and a translator may
 * have replaced it.
 */
export function setText(element: HTMLElement, text: string | undefined): void {
  if (texts.get(element) !== text) element.textContent = text || "";
  texts.set(element, text);
  element.hidden = !text;
}

/** One style sheet for each document. */
const sheets = new WeakMap<Document, { readonly sheet: CSSStyleSheet; readonly text: string }>();
const NONE: { readonly sheet?: CSSStyleSheet; readonly text?: string } = { __proto__: null } as object;

/** Text of the style sheets; undefined until Rust is there. */
let styles: string | undefined;

/** Sets the text of the style sheets. Elements adopt it when they are drawn. */
export function setStyles(text: string): void {
  styles = text;
}

/** Uses the style sheet of the document, with the current text. */
export function adoptStyles(root: ShadowRoot): void {
  const { defaultView: view } = root.ownerDocument;
  if (!view || !styles) return;
  // `{}` would have the members that a page adds to every object.
  let { sheet, text } = sheets.get(root.ownerDocument) ?? NONE;
  sheet ??= new (view as Window & typeof globalThis).CSSStyleSheet();
  if (text !== styles) sheet.replaceSync(styles);
  sheets.set(root.ownerDocument, { sheet, text: styles });
  root.adoptedStyleSheets = [sheet];
}

/** The language that applies to an element, through shadow roots; else those of the user, with commas between them. */
export function closestLang(element: Element): string {
  for (let at: Element | undefined = element; at; at = at.parentElement ?? (at.getRootNode() as ShadowRoot).host) {
    const lang = at.getAttribute?.("lang");
    if (lang) return lang;
  }
  return [...navigator.languages, "en"].join();
}

/** Creates an error message and a button, for when Rust can't render them. */
export function createFatalError({ lang, rtl, messages }: Locale, onRetry: () => void): HTMLElement[] {
  const { errorFatal = "Something went wrong", tryAgain = "Try again" } = {
    __proto__: null,
    ...messages,
  } as Partial<Messages>;
  const common = { lang, dir: rtl ? "rtl" : "ltr" };
  const button = h("button", { ...common, type: "button", part: "button", className: "button" }, tryAgain);
  button.addEventListener("click", onRetry, { __proto__: null, once: true });
  return [h("slot"), h("p", { ...common, role: "alert", part: "error", className: "error" }, errorFatal), button];
}

const registered = new Set<CustomElementConstructor>();

/**
 * Defines a custom element. Browsers that lack what it needs keep the content
 * of the tag, and so do simulated ones. Servers may have some of the globals, or
 * all but a document. If the name is defined already, the first definition stays.
 */
export function defineAs(tagName: string, Class: CustomElementConstructor): void {
  const { customElements, document, Document, ElementInternals, WebAssembly } = globalThis;
  if (!customElements || !document?.documentElement) return;
  const able =
    "adoptedStyleSheets" in (Document?.prototype ?? {}) &&
    "states" in (ElementInternals?.prototype ?? {}) &&
    WebAssembly;
  const there = customElements.get(tagName);
  if (!able) {
    if (!there) complain(`<${tagName}> needs a newer browser; unit tests need matrix-threepids/testing`);
  } else if (!there) {
    // A class can be registered once; further names get a class of their own.
    customElements.define(tagName, registered.has(Class) ? class extends Class {} : Class);
    registered.add(Class);
  } else if (there !== Class && !(there.prototype instanceof Class)) {
    complain(`<${tagName}> is defined already, by something else or another version: give define() another name`);
  }
}
