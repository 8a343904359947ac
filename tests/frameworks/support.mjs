// Helpers of the tests of frameworks: apps with the tarball in them,
// their servers, and a browser. The variables are set by xtask/src/framework_tests.rs.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { access, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { promisify } from "node:util";

export const { FRAMEWORKS: folder, TARBALL: tarball } = process.env;
const sources = import.meta.dirname;
const exec = promisify(execFile);

/** Environment in which Node.js is the one of `node/`. */
export const environment = {
  ...process.env,
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  CI: "1",
  NO_COLOR: "1",
  ASTRO_TELEMETRY_DISABLED: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  NUXT_TELEMETRY_DISABLED: "1",
  NG_CLI_ANALYTICS: "false",
};

/** Runs a program in an app, and returns its standard output. */
export async function run(app, program, ...rest) {
  try {
    const bin = program === "node" ? process.execPath : `${app}/node_modules/.bin/${program}`;
    const { stdout, stderr } = await exec(bin, rest, { cwd: app, env: environment, maxBuffer: 2 ** 26 });
    return stdout + stderr;
  } catch (error) {
    assert.fail(`${program} ${rest.join(" ")}\n${error.stdout}${error.stderr}`);
  }
}

const isThere = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

/**
 * Installs what an app depends on, unless that is there, and the tarball. Returns
 * its folder. With other versions of what it depends on, the folder is another one.
 */
export async function install(name, caches = [], versions = {}) {
  const app = [`${folder}/${name}`, ...Object.values(versions)].join("-");
  await mkdir(app, { recursive: true });
  const manifest = JSON.parse(await readFile(`${sources}/${name}/package.json`, "utf8"));
  Object.assign(manifest.dependencies, versions);
  const wanted = JSON.stringify(manifest);
  const mark = `${app}/installed.json`;
  const isInstalled = (await isThere(mark)) && (await readFile(mark, "utf8")) === wanted;
  await cp(`${sources}/${name}`, app, { recursive: true });
  await writeFile(`${app}/package.json`, wanted);
  if (!isInstalled) {
    await exec("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock"], { cwd: app, env: environment });
    await writeFile(mark, wanted);
  }
  const installed = `${app}/node_modules/matrix-threepids`;
  for (const old of [installed, ...["node_modules/.vite", ...caches].map((cache) => `${app}/${cache}`)])
    await rm(old, { recursive: true, force: true });
  await mkdir(installed, { recursive: true });
  await exec("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed]);
  return app;
}

/** A port that no one listens at. */
export async function findPort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/**
 * Starts a server of an app, and waits until it answers. Ends it after the
 * function. A development server first builds the app, which takes minutes on a
 * machine that does other work.
 */
export async function withServer(app, [program, ...rest], port, use, { path = "/", extra = {} } = {}) {
  const bin = program === "node" ? process.execPath : `${app}/node_modules/.bin/${program}`;
  const server = spawn(bin, rest, { cwd: app, env: { ...environment, ...extra }, detached: true });
  let output = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (data) => (output += data));
  const url = `http://localhost:${port}${path}`;
  try {
    await until(
      `${url} answers`,
      async () => {
        if (server.exitCode !== null) assert.fail(`${program} ended:\n${output}`);
        const response = await fetch(url).catch(() => undefined);
        await response?.text();
        return response;
      },
      180,
    );
    return await use(url);
  } catch (error) {
    throw new Error(`${error.message}\n${output.slice(-4000)}`, { cause: error });
  } finally {
    end(server);
  }
}

/** Ends a program that was started here, and what it started. */
function end(started) {
  try {
    process.kill(-started.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Waits until a function returns something true. */
export async function until(what, check, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const result = await check();
    if (result) return result;
    assert.ok(Date.now() < end, `did not happen: ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Text that the server sends must not have: the token, however it is written. */
export const TOKEN = "syt_secret_of_alice";

/** The HTML that a server rendered: it has the tag, and no token. */
export async function checkRendered(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  const html = await response.text();
  assert.equal(response.status, 200, html);
  assert.match(html, /<matrix-threepids[\s>]/);
  // Scripts of a development server have the sources in them.
  const rendered = html.replaceAll(/<script\b.*?<\/script>/gs, "");
  assert.ok(!rendered.includes(TOKEN), rendered);
  assert.doesNotMatch(rendered, /access-?token/i);
  return rendered;
}

/** A session of Chromium, by WebDriver. */
export class Browser {
  static async start() {
    const port = await findPort();
    const driver = spawn("chromedriver", [`--port=${port}`], { stdio: "ignore", detached: true });
    const browser = new Browser();
    browser.driver = driver;
    browser.base = `http://127.0.0.1:${port}`;
    await until("chromedriver answers", () =>
      fetch(`${browser.base}/status`).then(
        (it) => it.ok,
        () => false,
      ),
    );
    const options = { args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] };
    const { sessionId } = await browser.send("POST", "/session", {
      capabilities: {
        alwaysMatch: {
          browserName: "chrome",
          "goog:chromeOptions": options,
          "goog:loggingPrefs": { browser: "ALL" },
        },
      },
    });
    browser.base += `/session/${sessionId}`;
    return browser;
  }

  async send(method, path, body) {
    const response = await fetch(this.base + path, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${path}: ${value.message}`);
    return value;
  }

  goto(url) {
    return this.send("POST", "/url", { url });
  }

  run(script, ...args) {
    return this.send("POST", "/execute/sync", { script, args });
  }

  runAsync(script, ...args) {
    const wrapped = `const done = arguments[arguments.length - 1];
      (async (...args) => { ${script.replaceAll("arguments", "args")} })(...arguments).then(done, (error) => done({ error: String(error), code: error?.code }));`;
    return this.send("POST", "/execute/async", { script: wrapped, args });
  }

  until(condition) {
    return until(condition, () => this.run(`return ${condition}`)).catch(async (error) => {
      error.message += `\n${(await this.log()).join("\n")}\n${await this.run("return document.body.outerHTML")}`;
      throw error;
    });
  }

  /** Lines on the console since the last call, of errors and warnings. */
  async log() {
    const entries = await this.send("POST", "/se/log", { type: "browser" });
    return entries.filter(({ level }) => level !== "INFO" && level !== "DEBUG").map(({ message }) => message);
  }

  async stop() {
    await this.send("DELETE", "").catch(() => {});
    end(this.driver);
  }
}

/** In the browser, the list is there, the listener was called once, and the token is in no attribute. */
export async function checkPage(browser, url) {
  await browser.log();
  await browser.goto(url);
  await browser.until("document.querySelector('matrix-threepids')?.threepids?.length === 1");
  await browser.until("window.readyEvents === 1");
  const html = await browser.run("return document.documentElement.outerHTML.replace(/<script.*?<\\/script>/gs, '')");
  assert.ok(!html.includes(TOKEN), html);
  const lines = await browser.log();
  assert.deepEqual(
    lines.filter((line) => /matrix-threepids:|token|hydrat/i.test(line)),
    [],
  );
}
