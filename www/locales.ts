// Which words an element speaks. The English ones are in the WebAssembly. Other
// languages, and texts of the page's own, need `languages.js`.

import { lazy } from "./lazy.js";
import type { Messages } from "./types.js";

/** Tags, the first of which needs no table: its texts are in the WebAssembly. */
const PLAIN_ENGLISH = /^en([-_](us|ca))?(,|$)/i;
/** Messages that the page registered, by tag in small letters. */
const registered = new Map<string, Partial<Messages>>();

/** Loads the list of languages. */
export const loadLanguages = lazy(() => import("./languages.js"));

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
  const isEnglish = isPlainEnglish(asked);
  const lang = isEnglish ? (asked.replace("_", "-").split(",")[0] as string) : "en";
  const english = { lang, rtl: false, messages: undefined, missing: false };
  if (isEnglish && !own && ![lang.toLowerCase(), "en"].some((key) => registered.has(key))) return english;
  try {
    return await (await loadLanguages()).loadMessages(asked, own, registered, lazy);
  } catch {
    // Better English than nothing.
    return { ...english, missing: true };
  }
}
