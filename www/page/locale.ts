// The language of the page: the first language of the user that the
// configuration offers. Loads its messages, and those of the elements.

import { attempt } from "../errors.js";
import { loadMessages } from "../locales.js";

type Table = Readonly<Record<string, string>>;

const WORDS = new Map<string, () => Promise<{ readonly default: Table }>>([
  ["ar", () => import("./words/ar.js")],
  ["de", () => import("./words/de.js")],
  ["es", () => import("./words/es.js")],
  ["fr", () => import("./words/fr.js")],
]);

/** Languages of the configuration. Rust reports an invalid configuration. */
function offeredLanguages(config: string | undefined): string[] {
  const known = attempt(() => {
    const { languages } = JSON.parse(config as string) as { languages: string[] };
    return languages.filter((tag) => tag === "en" || WORDS.has(tag));
  }, []);
  return known.length ? known : ["en", ...WORDS.keys()];
}

/** Messages of the elements and of the page, in the order of those in Rust. */
export interface PageLocale {
  readonly lang: string;
  readonly rtl: boolean;
  readonly widget: readonly string[];
  readonly page: readonly string[];
}

/** Loads the messages of the language that fits best. */
export async function loadLocale(config: string | undefined): Promise<PageLocale> {
  const tags = offeredLanguages(config);
  const base = (tag: string) => tag.toLowerCase().split("-")[0] as string;
  const tag = navigator.languages.find((some) => tags.includes(base(some))) ?? (tags[0] as string);
  const [{ lang, rtl, messages }, words] = await Promise.all([
    loadMessages(tag),
    WORDS.get(base(tag))?.().then(
      (table) => table.default,
      () => ({}),
    ) ?? {},
  ]);
  return { lang, rtl, widget: Object.values(messages ?? {}), page: Object.values(words) };
}
