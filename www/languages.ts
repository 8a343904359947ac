// The published file `languages.js`: the languages that have a table, and the one
// that fits a tag. Only pages in another language than English load it.

import { attempt, complain } from "./errors.js";

export { TABLES } from "./tables.js";

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
  const known = { language: ALIASES.get(language) ?? language, script, region };
  // `maximize` is missing in old browsers. Cantonese has a likely script of its own.
  const likely = attempt<Partial<Subtags>>(() => new Intl.Locale(tag).maximize(), {});
  return { ...known, script: script ?? likely.script, region: region ?? likely.region };
}

/**
 * Finds the language for a tag, among these: of the same language and script, and
 * of the same region, if there is one. Undefined if there is none.
 */
export function findLanguage(tag: string, tags: readonly string[]): string | undefined {
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
export interface Choice {
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
 * @param tags those that have a table
 */
export function chooseLanguage(
  asked: string,
  tags: readonly string[],
  registered: ReadonlyMap<string, unknown>,
): Choice {
  const all = asked.replaceAll("_", "-").split(",");
  for (const some of all) {
    const prefixes = prefixesOf(some);
    const lang = prefixes.map(canonicalize).find(Boolean);
    // Some systems have an invalid one: "C", "en-US@posix".
    if (all.length === 1 && !canonicalize(some)) complain("lang is no language tag");
    const table = lang && findLanguage(lang, tags);
    const keys = [...prefixes, table ?? ""].map((key) => key.toLowerCase());
    if (lang && (table || keys.some((key) => registered.has(key)))) {
      return { lang, rtl: RIGHT_TO_LEFT.test(lang), table: table ?? "en", keys };
    }
  }
  return { lang: "en", rtl: false, table: "en", keys: ["en"] };
}
