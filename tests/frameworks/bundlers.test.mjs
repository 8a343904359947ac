// Bundlers without settings for the package: they find the WebAssembly, and make
// a chunk of each language.
import { cp } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Browser, checkPage, findPort, install, run, withServer } from "./support.mjs";

let app;
let browser;
before(async () => {
  app = await install("bundlers", ["dist"]);
  for (const file of ["session.js", "static.mjs"]) await cp(`${import.meta.dirname}/${file}`, `${app}/${file}`);
  browser = await Browser.start();
});
after(() => browser?.stop());

for (const [label, ...command] of [
  ["Rsbuild (Rspack)", "rsbuild", "build", "--dist-path", "dist/rsbuild"],
  ["Parcel", "parcel", "build", "index.html", "--dist-dir", "dist/parcel", "--cache-dir", "dist/cache"],
]) {
  test(`${label}: build`, { timeout: 300_000 }, async () => {
    await run(app, ...command);
    const port = await findPort();
    await withServer(app, ["node", "static.mjs", `dist/${command[0]}`, port], port, async (url) => {
      await checkPage(browser, url);
      await browser.until(`document.querySelector("matrix-threepids").shadowRoot.textContent.includes("Hinzufügen")`);
    });
  });
}
