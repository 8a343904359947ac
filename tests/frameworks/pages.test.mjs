// Pages without a framework: one classic script from a file, an import map, a
// sandboxed frame, and Vite without any settings.
import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Browser, checkPage, findPort, install, run, withServer } from "./support.mjs";

let app;
let browser;
before(async () => {
  app = await install("pages", ["dist"]);
  for (const file of ["session.js", "static.mjs"]) await cp(`${import.meta.dirname}/${file}`, `${app}/${file}`);
  browser = await Browser.start();
});
after(() => browser?.stop());

const READ =
  "[...document.querySelector('matrix-threepids').shadowRoot.querySelectorAll('button')].map((it) => it.innerText)";

/** The page has a button with this text. */
const seeButton = async (text) => {
  await browser.until(`${READ}.includes('${text}')`);
};

test("one classic script, from a file", async () => {
  await checkPage(browser, `file://${app}/classic.html`);
  await seeButton("Eintragen");
});

async function serve(path, use) {
  const port = await findPort();
  return withServer(app, ["node", "static.mjs", app, port], port, use, { path });
}

test("an import map with one prefix", () =>
  serve("/import-map.html", async (url) => {
    await checkPage(browser, url);
    await seeButton("Ajouter");
  }));

test("an import map, and an entry for a framework", () =>
  serve("/import-map-entry.html", async (url) => {
    await checkPage(browser, url);
    await seeButton("Adjoindre");
  }));

for (const [name, button] of [
  ["classic", "Eintragen"],
  ["import-map", "Ajouter"],
]) {
  test(`a frame with sandbox=allow-scripts: ${name}`, () =>
    serve(`/sandbox-${name}.html`, async (url) => {
      await browser.goto(url);
      const frame = await browser.send("POST", "/element", { using: "css selector", value: "iframe" });
      await browser.send("POST", "/frame", { id: frame });
      await browser.until("document.querySelector('matrix-threepids')?.threepids?.length === 1");
      assert.equal(await browser.run("return origin"), "null");
      await seeButton(button);
    }));
}

test("Vite without settings, and a module that only registers texts", async () => {
  let port = await findPort();
  const check = async (url) => {
    await checkPage(browser, url);
    await seeButton("Toevoegen");
  };
  await withServer(app, ["vite", "dev", "--port", port], port, check);
  await run(app, "vite", "build");
  port = await findPort();
  await withServer(app, ["node", "static.mjs", "dist", port], port, check);
});

test("Vite 7: the development server with the documented setting, and a build", async () => {
  const old = await install("pages", ["dist"], { vite: "7.3.8" });
  for (const file of ["session.js", "static.mjs"]) await cp(`${import.meta.dirname}/${file}`, `${old}/${file}`);
  await writeFile(`${old}/vite.config.js`, `export default { optimizeDeps: { exclude: ["matrix-threepids"] } };`);
  let port = await findPort();
  await withServer(old, ["vite", "dev", "--port", port], port, (url) => checkPage(browser, url));
  await run(old, "vite", "build");
  port = await findPort();
  await withServer(old, ["node", "static.mjs", "dist", port], port, (url) => checkPage(browser, url));
});
