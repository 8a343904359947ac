// Which language the page speaks: the first of the person's that it has, by
// the configuration's choice; and its words, beside those of the element.

import { speak } from "./locales.js";

const WORDS = new Map([
  ["ar", () => import("./words/ar.js")],
  ["de", () => import("./words/de.js")],
  ["es", () => import("./words/es.js")],
  ["fr", () => import("./words/fr.js")],
]);

function offered(config) {
  try {
    const { languages } = JSON.parse(config);
    const known = languages.filter((tag) => tag === "en" || WORDS.has(tag));
    if (known.length) return known;
  } catch {
    // What is wrong with it is said elsewhere.
  }
  return ["en", ...WORDS.keys()];
}

/** The language, and the words of both in the order of those in Rust. */
export async function speech(config) {
  const tags = offered(config);
  const base = (tag) => tag.toLowerCase().split("-")[0];
  const tag = navigator.languages.find((it) => tags.includes(base(it))) ?? tags[0];
  const [{ lang, rtl, messages = {} }, words] = await Promise.all([
    speak(tag),
    WORDS.get(base(tag))?.().then((table) => table.default, () => ({})) ?? {},
  ]);
  return { lang, rtl, widget: Object.values(messages), page: Object.values(words) };
}
