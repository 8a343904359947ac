// The language of the page: the first language of the user that the
// configuration offers. Loads its messages, and those of the elements.

import { attempt } from "../errors.js";
import { isPlainEnglish, loadLanguages, loadMessages } from "../locales.js";

/** Messages of the elements and of the page, in the order of those in Rust. */
export interface PageLocale {
  readonly lang: string;
  readonly rtl: boolean;
  readonly widget: readonly string[];
  readonly page: readonly string[];
}

/** Loads the messages of the language that fits best. */
export async function loadLocale(config: string | undefined): Promise<PageLocale> {
  const { tag, table } = await chooseLanguage(configuredLanguages(config), navigator.languages);
  // A bare `pt` is more likely from Brazil.
  const messages = loadMessages(table === "pt" ? "pt-PT" : table);
  const [locale, words] = await Promise.all([messages, loadWords(table)]);
  return {
    lang: locale.missing ? locale.lang : tag,
    rtl: locale.rtl,
    widget: Object.values(locale.messages ?? {}),
    page: Object.values(words),
  };
}

/** Languages of the configuration; none stands for all. Rust reports an invalid configuration. */
function configuredLanguages(config: string | undefined): string[] {
  return attempt(() => {
    const { languages } = JSON.parse(config as string) as { languages: string[] };
    return languages.filter((tag) => typeof tag === "string");
  }, []);
}

/** Chooses a table, and the tag of the user that it is for. */
async function chooseLanguage(
  configured: readonly string[],
  wanted: readonly string[],
): Promise<{ readonly tag: string; readonly table: string }> {
  const english = { tag: "en", table: "en" };
  const [first] = configured.length ? wanted : [...wanted, "en"];
  if (first && isPlainEnglish(first) && (!configured.length || configured.includes("en")))
    return { ...english, tag: first };
  try {
    const { findLanguage, TABLES } = await loadLanguages();
    const known = configured.filter((tag) => TABLES.has(tag));
    const offered = known.length ? known : [...TABLES.keys()];
    for (const tag of wanted) {
      const table = findLanguage(tag, offered);
      if (table) return { tag, table };
    }
    const [table = "en"] = offered;
    return { tag: table, table };
  } catch {
    return english;
  }
}

/** Loads the texts of the page; none are the English ones. */
async function loadWords(table: string): Promise<Readonly<Record<string, string>>> {
  if (table === "en") return {};
  try {
    const { WORDS } = await import("./words.js");
    return (await WORDS.get(table)?.())?.default ?? {};
  } catch {
    return {};
  }
}
