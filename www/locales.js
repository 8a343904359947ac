// Which words an element speaks. The English ones are in the WebAssembly; the
// tables of other languages are loaded when a page wants them.

/** Literal imports, so that bundlers find the files. */
const TABLES = new Map([
  ["ar", () => import("./locales/ar.js")],
  ["de", () => import("./locales/de.js")],
  // Only where some of it is replaced: for its keys and their order.
  ["en", () => import("./locales/en.js")],
  ["es", () => import("./locales/es.js")],
  ["fr", () => import("./locales/fr.js")],
]);
const RIGHT_TO_LEFT = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b|-(arab|hebr|thaa)\b/i;
/** Messages that the page registered, by tag in small letters. */
const registered = new Map();

/** Has elements of this language use these messages in the place of their own. */
export function register(tag, messages) {
  const key = tag.toLowerCase();
  registered.set(key, { ...registered.get(key), ...messages });
}

/**
 * What to speak where this tag applies: `fr-CA`, else `fr`, else English. The
 * messages come in the order of the words in Rust; none are plain English.
 */
export async function speak(asked, own) {
  let tag = asked.replaceAll("_", "-");
  // fr-ca, fr
  const chain = tag.toLowerCase().split("-").map((_, at, all) => all.slice(0, all.length - at).join("-"));
  if (!chain.some((it) => TABLES.has(it) || registered.has(it))) chain[0] = tag = "en";
  const replaced = [own, ...chain.map((it) => registered.get(it))].filter(Boolean).reverse();
  const table = chain.find((it) => TABLES.has(it)) ?? "en";
  let messages;
  if (table !== "en" || replaced.length) {
    try {
      messages = { ...(await TABLES.get(table)()).default };
    } catch {
      // Not to be had: better English than nothing.
      return own && table !== "en" ? speak("en", own) : { lang: "en", rtl: false };
    }
    for (const some of replaced) {
      for (const key in messages) messages[key] = some[key] || messages[key];
    }
  }
  return { lang: tag, rtl: RIGHT_TO_LEFT.test(tag), messages };
}
