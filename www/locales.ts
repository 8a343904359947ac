// Which words an element speaks. The English ones are in the WebAssembly; the
// tables of other languages are loaded when a page wants them.

import { complain, member } from "./errors.js";
import { lazily } from "./lazy.js";

/** How each table is loaded: by literal imports, so that bundlers find the files. */
export const TABLES = new Map([
  ["ar", () => import("./locales/ar.js")],
  ["de", () => import("./locales/de.js")],
  // Only where some of it is replaced: for its keys and their order.
  ["en", () => import("./locales/en.js")],
  ["es", () => import("./locales/es.js")],
  ["fr", () => import("./locales/fr.js")],
]);
for (const [tag, load] of TABLES) TABLES.set(tag, lazily(load));
const RIGHT_TO_LEFT = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b|-(arab|hebr|thaa)\b/i;
/** Messages that the page registered, by tag in small letters. */
const registered = new Map();

/** Has elements of this language use these messages in the place of their own. */
export function register(tag, messages) {
  const key = tag.toLowerCase();
  registered.set(key, { ...registered.get(key), ...messages });
}

/** Whether `Intl` takes a tag; it throws of what is none. */
export function isTag(tag) {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/**
 * What to speak where this tag applies: `fr-CA`, else `fr`, else English. The
 * messages come in the order of the words in Rust; none are plain English.
 * `missing`: a table did not come, and may at another time.
 */
export async function speak(asked, own) {
  let tag = asked.replaceAll("_", "-");
  // fr-ca, fr
  const chain = tag.toLowerCase().split("-").map((_, at, all) => all.slice(0, all.length - at).join("-"));
  if (!isTag(tag)) {
    complain("lang is no language tag");
    tag = chain.find(isTag) ?? "en";
  }
  if (!chain.some((it) => TABLES.has(it) || registered.has(it))) chain[0] = tag = "en";
  const replaced = [own, ...chain.map((it) => registered.get(it))].filter(Boolean).reverse();
  const table = chain.find((it) => TABLES.has(it)) ?? "en";
  let messages;
  if (table !== "en" || replaced.length) {
    try {
      messages = { __proto__: null, ...(await TABLES.get(table)()).default };
    } catch {
      // Not to be had: better English than nothing.
      const english = own && table !== "en" ? await speak("en", own) : { lang: "en", rtl: false, messages };
      return { ...english, missing: true };
    }
    for (const some of replaced) {
      for (const key of Object.keys(messages)) {
        const text = member(some, key);
        if (text && typeof text === "string") messages[key] = text;
      }
    }
  }
  return { lang: tag, rtl: RIGHT_TO_LEFT.test(tag), messages, missing: false };
}
