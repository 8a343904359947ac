// What the elements ask of the document that they are in.

import { complain } from "./errors.js";
import { isTag } from "./locales.js";

/** One style sheet for each document. */
const sheets = new WeakMap();

export function adoptStyles(root, text) {
  const { defaultView: view } = root.ownerDocument;
  if (!view) return;
  let sheet = sheets.get(root.ownerDocument);
  if (!sheet) {
    sheet = new view.CSSStyleSheet();
    sheet.replaceSync(text);
    sheets.set(root.ownerDocument, sheet);
  }
  root.adoptedStyleSheets = [sheet];
}

/** The language that applies to an element, through shadow roots. */
export function languageOf(element) {
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
    const lang = at.getAttribute?.("lang");
    if (lang) return lang;
  }
  // Some systems' own is none: "C", "en-US@posix".
  return navigator.languages.find(isTag) ?? "en";
}

/** What is drawn without Rust: that something is broken, and a way on. */
export function mourning({ lang, rtl, messages }, again) {
  const { broken = "Something went wrong", tryAgain = "Try again" } = { __proto__: null, ...messages };
  const made = (name, textContent) =>
    Object.assign(document.createElement(name), { lang, dir: rtl ? "rtl" : "ltr", textContent });
  const alert = made("p", broken);
  alert.setAttribute("role", "alert");
  alert.setAttribute("part", "error");
  alert.className = "error";
  const button = made("button", tryAgain);
  button.type = "button";
  button.setAttribute("part", "button");
  button.className = "button";
  button.addEventListener("click", again, { __proto__: null, once: true });
  return [document.createElement("slot"), alert, button];
}

const registered = new Set();

/**
 * Defines a custom element. Browsers that lack what it needs keep what the page
 * put into the tag. Done twice, the first counts.
 */
export function defineAs(tagName, Class) {
  const able =
    "customElements" in globalThis &&
    "adoptedStyleSheets" in Document.prototype &&
    "states" in (globalThis.ElementInternals?.prototype ?? {}) &&
    "WebAssembly" in globalThis;
  if (!able) return;
  const there = customElements.get(tagName);
  if (!there) {
    // A class can be registered once; further names get a class of their own.
    customElements.define(tagName, registered.has(Class) ? class extends Class {} : Class);
    registered.add(Class);
  } else if (there !== Class && !(there.prototype instanceof Class)) {
    complain(`<${tagName}> is defined already, by something else or another version: give define() another name`);
  }
}
