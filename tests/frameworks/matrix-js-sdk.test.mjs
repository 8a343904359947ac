// An element that is bound to a client of matrix-js-sdk, against a real Synapse
// whose tokens live for four seconds.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Browser, findPort, install, run, until, withServer } from "./support.mjs";
import { startSynapse } from "./synapse.mjs";

let app;
let browser;
let synapse;
before(async () => {
  app = await install("matrix-js-sdk", ["dist"]);
  await cp(`${import.meta.dirname}/static.mjs`, `${app}/static.mjs`);
  await run(app, "tsc", "-p", ".");
  await run(app, "vite", "build");
  [browser, synapse] = await Promise.all([Browser.start(), startSynapse()]);
});
after(async () => {
  await browser?.stop();
  synapse?.stop();
});

for (const version of [42, 43]) {
  test(`matrix-js-sdk ${version}: tokens are renewed, and the list follows the client`, async () => {
    const login = await synapse.signIn(`alice${version}`);
    const port = await findPort();
    await withServer(app, ["node", "static.mjs", "dist", port], port, async (url) => {
      await browser.goto(url);
      await browser.until("typeof window.start === 'function'");
      await browser.runAsync("await window.start(...arguments)", version, login);
      await browser.until("window.log.ready === 1");
      const list = "document.querySelector('matrix-threepids').threepids.map(({ address }) => address).join()";
      await browser.until(`${list} === 'alice${version}@example.org'`);

      await until("the token has expired", async () => !(await synapse.accepts(login.access_token)));
      const { error, list: renewed } = await browser.runAsync(
        "return { list: await document.querySelector('matrix-threepids').refresh() }",
      );
      assert.equal(error, undefined);
      assert.equal(renewed.length, 1);
      const log = await browser.run("return window.log");
      assert.equal(log.renewals, 1);
      assert.equal(log.expired, 0);
      assert.ok(log.requests > 2, "the element sends its requests by the client's fetch");
      const token = await browser.run("return window.client.getAccessToken()");
      assert.notEqual(token, login.access_token);

      await browser.runAsync(`await window.client.deleteThreePid("email", "alice${version}@example.org")`);
      await browser.until(`${list} === ''`);

      // All sessions of the user end.
      const other = await synapse.post("login", {
        type: "m.login.password",
        identifier: { type: "m.id.user", user: `alice${version}` },
        password: "secret",
      });
      await synapse.post("logout/all", {}, other.access_token);
      await browser.runAsync("await document.querySelector('matrix-threepids').refresh().catch(() => {})");
      await browser.until("window.log.expired === 1");

      await browser.run("window.release()");
      const html = await browser.run("return document.documentElement.outerHTML");
      assert.ok(!html.includes(token) && !html.includes(login.access_token));
    });
  });
}
