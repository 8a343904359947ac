// Stories in Storybook: its build, the element in a story, and its controls.
import assert from "node:assert/strict";
import { cp, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Browser, checkPage, findPort, install, run, TOKEN, withServer } from "./support.mjs";

let app;
let browser;
before(async () => {
  app = await install("storybook", ["dist"]);
  for (const file of ["session.js", "static.mjs"]) await cp(`${import.meta.dirname}/${file}`, `${app}/${file}`);
  browser = await Browser.start();
});
after(() => browser?.stop());

/** Controls of the open story, by name: the options of a list, or else the tag. */
const READ_CONTROLS = `return Object.fromEntries(
  [...document.querySelectorAll('[id^="control-"], [id^="set-"]')].map((control) => [
    control.id.replace(/^(control|set)-/, ""),
    control.options ? [...control.options].map(({ value }) => value).slice(1).join() : control.localName,
  ]))`;
const THEME = "document.querySelector('#control-theme')";
const SHOWN = "document.querySelector('iframe').contentDocument.querySelector('matrix-threepids')";

/** Builds the stories, looks at one, and changes its theme. Returns its controls. */
async function checkStory(settings) {
  await run(app, "storybook", "build", "--config-dir", settings, "--output-dir", "dist", "--quiet");
  const port = await findPort();
  return withServer(app, ["node", "static.mjs", "dist", port], port, async (url) => {
    await checkPage(browser, `${url}iframe.html?id=account--one-address&viewMode=story`);
    await browser.goto(`${url}index.html?path=/story/account--one-address`);
    await browser.until(`${THEME} !== null && ${SHOWN}?.threepids?.length === 1`);
    await browser.run(`${THEME}.value = "dark"; ${THEME}.dispatchEvent(new Event("change", { bubbles: true }))`);
    await browser.until(`${SHOWN}?.theme === "dark" && ${SHOWN}.threepids?.length === 1`);
    assert.ok(!(await browser.run("return location.href")).includes(TOKEN));
    return browser.run(READ_CONTROLS);
  });
}

test("the documentation has the settings and the story that are tested here", async () => {
  const page = await readFile(`${import.meta.dirname}/../../docs/embedding/frameworks.md`, "utf8");
  for (const file of [".storybook/preview.js", "stories/account.stories.js"]) {
    const text = await readFile(`${import.meta.dirname}/storybook/${file}`, "utf8");
    assert.ok(page.includes(`// ${file.replace("stories/", "")}\n${text}`), file);
  }
});

test("Storybook with web components: a control for each attribute", { timeout: 300_000 }, async () => {
  assert.deepEqual(await checkStory(".storybook"), {
    country: "button",
    density: "comfortable,compact",
    headingLevel: "1,2,3,4,5,6",
    homeserver: "textarea",
    lang: "button",
    mediums: "email,msisdn,email msisdn,msisdn email",
    nextLink: "button",
    persist: "session,local,none",
    readOnly: "button",
    theme: "auto,light,dark",
    userId: "button",
    withoutHeading: "button",
  });
});

test("Storybook with React: controls of a story", { timeout: 300_000 }, async () => {
  const controls = await checkStory(".storybook-react");
  assert.deepEqual(controls, { homeserver: "textarea", theme: "auto,light,dark", userId: "textarea" });
});
