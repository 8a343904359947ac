// Which words an element speaks. The English ones are in the WebAssembly; the
// tables of other languages are loaded when a page wants them.

import { attempt, complain, member } from "./errors.js";
import { lazy } from "./lazy.js";
import type { Messages } from "./types.js";

/** How each table is loaded: by literal imports, so that bundlers find the files. */
export const TABLES = new Map<string, () => Promise<{ readonly default: Messages }>>([
  ["ar", () => import("./locales/ar.js")],
  ["de", () => import("./locales/de.js")],
  // Only where some of it is replaced: for its keys and their order.
  ["en", () => import("./locales/en.js")],
  ["es", () => import("./locales/es.js")],
  ["fr", () => import("./locales/fr.js")],
]);
for (const [tag, load] of TABLES) TABLES.set(tag, lazy(load));
const RIGHT_TO_LEFT = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b|-(arab|hebr|thaa)\b/i;
/** Messages that the page registered, by tag in small letters. */
const registered = new Map<string, Partial<Messages>>();

/** Has elements of this language use these messages in the place of their own. */
export function register(tag: string, messages: Partial<Messages>): void {
  const key = tag.toLowerCase();
  registered.set(key, { ...registered.get(key), ...messages });
}

/** Whether `Intl` takes a tag; it throws of what is none. */
export function isTag(tag: string): boolean {
  return attempt(() => Intl.getCanonicalLocales(tag).length === 1, false);
}

/** A language, and its messages in the order of the words in Rust. */
export interface Locale {
  readonly lang: string;
  readonly rtl: boolean;
  /** Undefined for plain English. */
  readonly messages: Messages | undefined;
  /** True if a table could not be loaded; it may be available later. */
  readonly missing: boolean;
}

/**
 * Loads the messages for a tag: of `fr-CA`, else of `fr`, else English.
 * @param own messages that replace those of the language
 */
export async function loadMessages(asked: string, own?: Partial<Messages>): Promise<Locale> {
  let tag = asked.replaceAll("_", "-");
  // fr-ca, fr
  const chain = tag
    .toLowerCase()
    .split("-")
    .map((_, at, all) => all.slice(0, all.length - at).join("-"));
  if (!isTag(tag)) {
    complain("lang is no language tag");
    tag = chain.find(isTag) ?? "en";
  }
  if (!chain.some((it) => TABLES.has(it) || registered.has(it))) chain[0] = tag = "en";
  const replaced = [own, ...chain.map((it) => registered.get(it))].filter(Boolean).reverse();
  const table = chain.find((it) => TABLES.has(it)) ?? "en";
  let messages: Record<string, string> | undefined;
  if (table !== "en" || replaced.length) {
    let texts: Record<string, string>;
    try {
      const load = TABLES.get(table) as () => Promise<{ readonly default: Messages }>;
      texts = { __proto__: null, ...(await load()).default } as unknown as Record<string, string>;
    } catch {
      // Better English than nothing.
      const english =
        own && table !== "en" ? await loadMessages("en", own) : { lang: "en", rtl: false, messages: undefined };
      return { ...english, missing: true };
    }
    messages = texts;
    for (const some of replaced) {
      for (const key of Object.keys(texts)) {
        const text = member(some, key);
        if (text && typeof text === "string") texts[key] = text;
      }
    }
  }
  return { lang: tag, rtl: RIGHT_TO_LEFT.test(tag), messages: messages as Messages | undefined, missing: false };
}
