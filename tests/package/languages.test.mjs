// Which language fits a tag. The browser tests run the same table, because each
// engine has subtags of its own.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";

const installed = `${import.meta.dirname}/../node_modules/matrix-threepids`;
const table = JSON.parse(await readFile(`${import.meta.dirname}/languages.json`, "utf8"));
const { TABLES, findLanguage, loadMessages } = await import(`${installed}/languages.js`);
const all = [...TABLES.keys()];

test("languages: each tag finds the language of its script and region", () => {
  const found = Object.keys(table).map((tag) => [tag, findLanguage(tag, all) ?? null]);
  assert.deepEqual(Object.fromEntries(found), table);
});

test("languages: each language finds itself", () => {
  // `pt` is read in Portugal; a bare `pt` is more likely from Brazil.
  for (const tag of all) assert.equal(findLanguage(tag, all), tag === "pt" ? "pt-BR" : tag);
});

test("languages: without the region's language, another region's is found", () => {
  assert.equal(findLanguage("pt-BR", ["pt"]), "pt");
  assert.equal(findLanguage("es", ["en", "es-419"]), "es-419");
  assert.equal(findLanguage("en-AU", ["en"]), "en");
  assert.equal(findLanguage("zh-TW", ["zh-Hans"]), undefined);
});

test("languages: a browser without likely subtags finds the language by its first subtag", (context) => {
  context.mock.method(Intl.Locale.prototype, "maximize", () => {
    throw new TypeError("maximize is not a function");
  });
  const found = ["de-AT", "fr", "pt-PT", "pt-BR", "sr-Latn-RS", "en-GB", "xx"].map((tag) => findLanguage(tag, all));
  assert.deepEqual(found, ["de", "fr", "pt", "pt-BR", "sr-Latn", "en-GB", undefined]);
});

test("languages: of the user's languages, the first one that is there is chosen", async () => {
  const choose = async (asked, registered = []) => {
    const messages = new Map(registered.map((tag) => [tag, { add: tag }]));
    const { lang, rtl, messages: texts } = await loadMessages(asked, undefined, messages, (load) => load);
    return [lang, rtl, texts?.add];
  };
  const text = async (tag) => (await TABLES.get(tag)()).default.add;
  assert.deepEqual(await choose("xx,C,zh-TW,de,en"), ["zh-TW", false, await text("zh-Hant")]);
  assert.deepEqual(await choose("iw,en"), ["he", true, await text("he")]);
  assert.deepEqual(await choose("ur-PK"), ["ur-PK", true, await text("ur")]);
  assert.deepEqual(await choose("fr_CA"), ["fr-CA", false, await text("fr")]);
  assert.deepEqual(await choose("xx,en"), ["en", false, undefined]);
  assert.deepEqual(await choose("xx"), ["en", false, undefined]);
  assert.deepEqual(await choose("tlh-KX,de", ["tlh"]), ["tlh-KX", false, "tlh"]);
  assert.deepEqual(await choose("zh-TW", ["zh-hant"]), ["zh-TW", false, "zh-hant"]);
});

test("languages: a table has at most 4,500 bytes with Brotli", async () => {
  for (const tag of all) {
    const text = await readFile(`${installed}/locales/${tag}.js`);
    const { length } = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    assert.ok(length <= 4500, `${tag}: ${length}`);
  }
});

test("languages: a document is in the first language of the user that the server has", async (context) => {
  const { pickTranslation } = await import(`${installed}/actions.js`);
  const pick = (tag, languages, offered) => {
    Object.defineProperty(globalThis, "navigator", { value: { languages }, configurable: true });
    return pickTranslation(
      offered.map((language) => ({ language })),
      tag,
    )?.language;
  };
  context.after(() => Reflect.deleteProperty(globalThis, "navigator"));
  assert.equal(pick("fr", ["de-AT", "it"], ["en", "it", "de"]), "de");
  assert.equal(pick("de-AT", ["fr"], ["en", "fr", "de"]), "de");
  assert.equal(pick("pt-BR", [], ["pt", "pt_br", "en"]), "pt_br");
  assert.equal(pick("zh-Hant-TW", [], ["en", "zh-hans", "zh-hant"]), "zh-hant");
  assert.equal(pick("de", [], ["en", "de-CH"]), "de-CH");
  assert.equal(pick("xx", ["yy"], ["nl", "en"]), "en");
  assert.equal(pick("xx", ["C", ""], ["nl", "toString"]), "nl");
  assert.equal(pick("de", [], []), undefined);
});

test("languages: numbers and durations have the digits of the language, dates its calendar", async () => {
  const { format } = await import(`${process.env.REPOSITORY}/src/locale/intl.js`);
  const [date, countdown, number] = [0, 2, 3].map((kind) => (tag, value) => format(kind, tag, value));
  assert.equal(countdown("en", 298_000), "4:58");
  assert.equal(countdown("de", -5), "0:00");
  assert.equal(countdown("ar-EG", 298_000), "٤:٥٨");
  assert.equal(countdown("fa", 62_000), "۱:۰۲");
  assert.equal(countdown("bn", 62_000), "১:০২");
  assert.equal(countdown("mr", 62_000), "१:०२");
  assert.equal(countdown("hi", 62_000), "1:02");
  assert.equal(number("en", 12_345), "12345");
  assert.equal(number("fa", 12_345), "۱۲۳۴۵");
  assert.equal(number("not a tag", 7), "7");
  const day = Date.UTC(2023, 10, 14, 12);
  assert.match(date("fa", day), /۲۳ آبان ۱۴۰۲/);
  assert.match(date("th", day), /2566/);
  assert.match(date("bn", day), /২০২৩/);
  assert.match(date("ar-EG", day), /٢٠٢٣/);
  assert.match(format(1, "mr", 62_000), /१ मिनिट/);
  // No browser has the words of Klingon, and each has those of its own language.
  assert.equal(date("tlh", day), "2023-11-14");
  assert.equal(format(1, "tlh", 62_000), "1:02");
});

test("languages: codes and phone numbers may be typed in every digit", async () => {
  const { read } = await import(`${installed}/phones.js`);
  for (const zero of "0٠۰०০௦౦൦๐０") {
    const digits = (text) => text.replace(/\d/g, (digit) => String.fromCodePoint(zero.codePointAt(0) + Number(digit)));
    assert.equal(JSON.parse(read(digits("07700 900123"), "GB")).msisdn, "447700900123", zero);
    assert.equal(JSON.parse(read(`+${digits("44 7700 900123")}`, "US")).msisdn, "447700900123", zero);
  }
});
