// Which language fits a tag. The browser tests run the same table, because each
// engine has subtags of its own.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";

const installed = `${import.meta.dirname}/../node_modules/matrix-threepids`;
const table = JSON.parse(await readFile(`${import.meta.dirname}/languages.json`, "utf8"));
const { TABLES, chooseLanguage, findLanguage } = await import(`${installed}/languages.js`);
const all = ["en", ...TABLES.keys()];

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

test("languages: of the user's languages, the first one that is there is chosen", () => {
  const choose = (asked, registered = []) => {
    const { lang, rtl, table } = chooseLanguage(asked, all, new Map(registered.map((tag) => [tag, {}])));
    return [lang, rtl, table];
  };
  assert.deepEqual(choose("xx,C,zh-TW,de,en"), ["zh-TW", false, "zh-Hant"]);
  assert.deepEqual(choose("iw,en"), ["he", true, "he"]);
  assert.deepEqual(choose("ur-PK"), ["ur-PK", true, "ur"]);
  assert.deepEqual(choose("fr_CA"), ["fr-CA", false, "fr"]);
  assert.deepEqual(choose("xx,en"), ["en", false, "en"]);
  assert.deepEqual(choose("xx"), ["en", false, "en"]);
  assert.deepEqual(choose("tlh-KX,de", ["tlh"]), ["tlh-KX", false, "en"]);
});

test("languages: a table has at most 4,500 bytes with Brotli", async () => {
  for (const tag of all) {
    const text = await readFile(`${installed}/locales/${tag}.js`);
    const { length } = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    assert.ok(length <= 4500, `${tag}: ${length}`);
  }
});
