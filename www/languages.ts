// The published file `languages.js`: the languages that have a table, the one that
// fits a tag, and its messages. English texts that a page replaces need it, too.

import { attempt, complain, member } from "./errors.js";
import type { lazy } from "./lazy.js";
import type { Locale } from "./locales.js";
import { TABLES as GENERATED } from "./tables.js";
import type { Messages } from "./types.js";

/** Loads a table. */
export type LoadTable = () => Promise<{ readonly default: Messages }>;

/** How the table of each language is loaded, by its tag. */
export const TABLES = new Map<string, LoadTable>([
  // For the keys and their order, where some texts are replaced.
  ["en", () => import("./locales/en.js")],
  ...GENERATED,
]);

/**
 * Tags that browsers leave as they are, and the language to look for in their place.
 *
 * Spec: https://www.unicode.org/reports/tr35/#languageAlias
 */
const ALIASES = new Map([
  ["no", "nb"],
  ["iw", "he"],
  ["in", "id"],
  ["tl", "fil"],
  ["mo", "ro"],
  ["yue", "zh"],
  // Some browsers replace these two.
  ["cnr", "sr-Latn"],
  ["sh", "sr-Latn"],
]);
/**
 * Tables of regions, each with the regions that read it. The tables without a
 * region are for all others.
 *
 * Spec: https://www.unicode.org/reports/tr35/#Parent_Locales
 */
const REGIONAL: readonly (readonly [table: string, regions: RegExp])[] = [
  ["es-419", /^(419|AR|BO|BR|BZ|C[LORU]|DO|EC|GT|HN|MX|NI|P[AERY]|SV|U[SY]|VE)$/],
  ["pt-BR", /^BR$/],
  ["en-GB", /^(?!(AS|BI|CA|GU|MH|MP|P[HR]|U[MS]|VI)$)/],
];

const RIGHT_TO_LEFT = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b|-(arab|hebr|thaa)\b/i;

interface Subtags {
  readonly language: string;
  readonly script: string | undefined;
  readonly region: string | undefined;
}

/** Language, script and region of a tag: those that it leaves out are the likely ones. */
function subtagsOf(tag: string): Subtags {
  const { language, script, region } = new Intl.Locale(tag);
  const [alias = language, usual] = ALIASES.get(language)?.split("-") ?? [];
  // `maximize` is missing in old browsers. Cantonese has a likely script of its own.
  const likely = attempt<Partial<Subtags>>(() => new Intl.Locale(tag).maximize(), {});
  return { language: alias, script: script ?? usual ?? likely.script, region: region ?? likely.region };
}

/**
 * Finds the language for a tag, among these or all: of the same language and script, and
 * of the same region, if there is one. Undefined if there is none.
 */
export function findLanguage(tag: string, tags: readonly string[] = [...TABLES.keys()]): string | undefined {
  const wanted = attempt(() => subtagsOf(tag));
  if (!wanted) return undefined;
  const { language, script, region } = wanted;
  const same = tags.filter((other) => {
    if (other.split("-")[0] !== language) return false;
    const likely = subtagsOf(other).script;
    return !script || !likely || likely === script;
  });
  const isRegional = ([table, regions]: (typeof REGIONAL)[number]) =>
    table.startsWith(`${language}-`) && regions.test(region ?? "US");
  const best = [`${language}-${script}`, REGIONAL.find(isRegional)?.[0] ?? language];
  return best.find((other) => same.includes(other)) ?? same[0];
}

/** A language for an element. */
interface Choice {
  /** Tag, with the region that was asked for. */
  readonly lang: string;
  readonly rtl: boolean;
  /** Tag of the table. */
  readonly table: string;
  /** Tags whose registered messages apply, in small letters. The first counts most. */
  readonly keys: readonly string[];
}

/** A tag and what it begins with: fr-CA, fr. */
const prefixesOf = (tag: string) => tag.split("-").map((_, at, all) => all.slice(0, all.length - at).join("-"));
/** The tag as `Intl` writes it; undefined if it is none. */
const canonicalize = (tag: string) => attempt(() => Intl.getCanonicalLocales(tag)[0]);

/**
 * Chooses the first language that has a table or registered messages, else English.
 * @param asked tags with commas between them: the page's, or all of the user
 */
function chooseLanguage(asked: string, registered: ReadonlyMap<string, unknown>): Choice {
  const all = asked.replaceAll("_", "-").split(",");
  for (const some of all) {
    const prefixes = prefixesOf(some);
    let lang = canonicalize(some);
    // Some systems have an invalid one among others: "C", "en-US@posix".
    if (!lang && all.length === 1) {
      complain("lang is no language tag");
      lang = prefixes.map(canonicalize).find(Boolean);
    }
    const table = lang && findLanguage(lang);
    const keys = [...prefixes, table ?? ""].map((key) => key.toLowerCase());
    if (lang && (table || keys.some((key) => registered.has(key)))) {
      return { lang, rtl: RIGHT_TO_LEFT.test(lang), table: table ?? "en", keys };
    }
  }
  return { lang: "en", rtl: false, table: "en", keys: ["en"] };
}

/** Those of `TABLES` that were wanted: each is loaded once, and again if it did not come. */
const wanted = new Map<string, LoadTable>();

/**
 * Loads the messages for the first of these tags that has some, else English.
 * @param asked tags with commas between them
 * @param own messages that replace those of the language
 * @param registered messages that the page registered, by tag in small letters
 * @param makeLazy the function of the file that loaded this one, which retries
 */
export async function loadMessages(
  asked: string,
  own: Partial<Messages> | undefined,
  registered: ReadonlyMap<string, Partial<Messages>>,
  makeLazy: typeof lazy,
): Promise<Locale> {
  const { lang, rtl, table, keys } = chooseLanguage(asked, registered);
  const replaced = [own, ...keys.map((key) => registered.get(key))].filter(Boolean).reverse();
  if (table === "en" && !replaced.length) return { lang, rtl: false, messages: undefined, missing: false };
  const load = wanted.get(table) ?? makeLazy(TABLES.get(table) as LoadTable);
  wanted.set(table, load);
  let texts: Record<string, string>;
  try {
    texts = { __proto__: null, ...(await load()).default } as unknown as Record<string, string>;
  } catch (error) {
    // Better English than nothing.
    if (table === "en" || !own) throw error;
    return { ...(await loadMessages("en", own, registered, makeLazy)), missing: true };
  }
  for (const some of replaced) {
    for (const key of Object.keys(texts)) {
      const text = member(some, key);
      if (text && typeof text === "string") texts[key] = text;
    }
  }
  return { lang, rtl, messages: texts as unknown as Messages, missing: false };
}
