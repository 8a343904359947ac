// The smallest app of each framework: its development server, its build, and
// what its server renders. In the browser, the list appears, the event is heard,
// and the token is in no attribute.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Browser, checkPage, checkRendered, findPort, install, run, TOKEN, withServer } from "./support.mjs";

let browser;
before(async () => {
  browser = await Browser.start();
});
after(() => browser.stop());

const check = async (url) => {
  await checkRendered(url);
  await checkPage(browser, url);
};

/** Copies files of this folder next to those of an app. */
const share = (app, ...files) =>
  Promise.all(
    ["session.js", "session.d.ts", ...files].map((file) => cp(`${import.meta.dirname}/${file}`, `${app}/${file}`)),
  );

async function start(name, caches, ...files) {
  return startWith({}, name, caches, ...files);
}

/** The same with other versions. */
async function startWith(versions, name, caches, ...files) {
  const app = await install(name, caches, versions);
  await share(app, ...files);
  return app;
}

test("Next: development server, build and server", { timeout: 400_000 }, async () => {
  const app = await start("next", [".next"]);
  let port = await findPort();
  await withServer(app, ["next", "dev", "--port", port], port, check);
  await run(app, "next", "build");
  port = await findPort();
  await withServer(app, ["next", "start", "--port", port], port, async (url) => {
    await check(url);
    await checkRendered(`${url}direct`);
    // The documentation says why there is a component: React drops listeners of a tag.
    await checkPage(browser, `${url}tag`);
    assert.equal(await browser.run("return window.heardByTag ?? false"), false);
  });
});

test("Nuxt: development server, build and server", { timeout: 400_000 }, async () => {
  const app = await start("nuxt", [".nuxt", ".output"]);
  let port = await findPort();
  await withServer(app, ["nuxt", "dev", "--port", port, "--host", "localhost"], port, check);
  await run(app, "nuxt", "build");
  port = await findPort();
  await withServer(app, ["node", ".output/server/index.mjs"], port, check, { extra: { PORT: port } });
});

test("SvelteKit: development server, build and server, together with Lit", { timeout: 400_000 }, async () => {
  const app = await start("sveltekit", [".svelte-kit", "build"]);
  let port = await findPort();
  await withServer(app, ["vite", "dev", "--port", port], port, check);
  await run(app, "vite", "build");
  port = await findPort();
  await withServer(app, ["node", "build/index.js"], port, check, { extra: { PORT: port } });
});

test("Angular: development server, build and prerendered page", { timeout: 400_000 }, async () => {
  const app = await start("angular", [".angular", "dist"], "static.mjs");
  let port = await findPort();
  await withServer(app, ["ng", "serve", "--port", port], port, check);
  await run(app, "ng", "build");
  port = await findPort();
  await withServer(app, ["node", "static.mjs", "dist/browser", port], port, check);
});

test("Astro: development server and build", { timeout: 400_000 }, async () => {
  const app = await start("astro", ["dist", ".astro"], "static.mjs");
  let port = await findPort();
  await withServer(app, ["astro", "dev", "--port", port], port, check);
  await run(app, "astro", "build");
  port = await findPort();
  await withServer(app, ["node", "static.mjs", "dist", port], port, check);
});

for (const [name, label, versions] of [
  ["solid", "Solid", {}],
  ["preact", "Preact", {}],
  ["preact", "Preact 10", { preact: "10.29.8" }],
  ["lit", "Lit", {}],
]) {
  test(`${label}: types, development server, build and server`, { timeout: 400_000 }, async () => {
    const app = await startWith(versions, name, ["dist"], "server.mjs");
    await run(app, "tsc", "-p", ".");
    let port = await findPort();
    await withServer(app, ["node", "server.mjs", "dev", port], port, check);
    await run(app, "vite", "build", "--outDir", "dist/client");
    await run(app, "vite", "build", "--ssr", "src/server.jsx", "--outDir", "dist/server");
    port = await findPort();
    await withServer(app, ["node", "server.mjs", "built", port], port, check);
    // The documentation says why there is an entry: a property of a tag is an attribute.
    const { renderTag } = await import(`${app}/dist/server/server.js`);
    if (renderTag) assert.ok(renderTag().includes(TOKEN));
  });
}
