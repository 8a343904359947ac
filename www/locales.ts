// Which words an element speaks. The English ones are in the WebAssembly; the
// tables of other languages are loaded when a page wants them.

import { member } from "./errors.js";
import { lazy } from "./lazy.js";
import type { Messages } from "./types.js";

/** Loads a table. */
export type LoadTable = () => Promise<{ readonly default: Messages }>;

/** How each table is loaded, by its tag. Those of other languages come with `languages.js`. */
export const TABLES = new Map<string, LoadTable>([
  // Only where some of it is replaced: for its keys and their order.
  ["en", lazy(() => import("./locales/en.js"))],
]);
/** Tags, the first of which needs no table: its texts are in the WebAssembly. */
const PLAIN_ENGLISH = /^en([-_](us|ca))?(,|$)/i;
/** Messages that the page registered, by tag in small letters. */
const registered = new Map<string, Partial<Messages>>();

const importLanguages = lazy(() => import("./languages.js"));

/** Loads the list of languages, and finds the one for a tag. */
export async function loadLanguages(): Promise<typeof import("./languages.js")> {
  const languages = await importLanguages();
  for (const [tag, load] of languages.TABLES) if (!TABLES.has(tag)) TABLES.set(tag, lazy(load));
  return languages;
}

/** Has elements of this language use these messages in the place of their own. */
export function register(tag: string, messages: Partial<Messages>): void {
  const key = tag.toLowerCase();
  registered.set(key, { ...registered.get(key), ...messages });
}

/** True if the first of these tags, which have commas between them, needs no table. */
export function isPlainEnglish(tags: string): boolean {
  return PLAIN_ENGLISH.test(tags);
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
 * Loads the messages for the first of these tags that has some, else English.
 * @param asked tags with commas between them
 * @param own messages that replace those of the language
 */
export async function loadMessages(asked: string, own?: Partial<Messages>): Promise<Locale> {
  const [first = ""] = asked.replace("_", "-").split(",");
  const english = { lang: first, rtl: false, messages: undefined, missing: false };
  try {
    const { lang, rtl, table, keys } = isPlainEnglish(asked)
      ? { ...english, table: "en", keys: [first.toLowerCase(), "en"] }
      : (await loadLanguages()).chooseLanguage(asked, [...TABLES.keys()], registered);
    const replaced = [own, ...keys.map((key) => registered.get(key))].filter(Boolean).reverse();
    if (table === "en" && !replaced.length) return { ...english, lang };
    const { default: loaded } = await (TABLES.get(table) as LoadTable)();
    const texts = { __proto__: null, ...loaded } as unknown as Record<string, string>;
    for (const some of replaced) {
      for (const key of Object.keys(texts)) {
        const text = member(some, key);
        if (text && typeof text === "string") texts[key] = text;
      }
    }
    return { ...english, lang, rtl, messages: texts as unknown as Messages };
  } catch {
    // Better English than nothing.
    const locale = own && !isPlainEnglish(asked) ? await loadMessages("en", own) : { ...english, lang: "en" };
    return { ...locale, missing: true };
  }
}
