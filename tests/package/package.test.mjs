// What a developer gets who installs the tarball. Runs in a copy of this folder
// beside which the tarball is unpacked; see xtask/src/adoption.rs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { compile as compileVue } from "@vue/compiler-ssr";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { compile as compileSvelte } from "svelte/compiler";
import { createSSRApp, h } from "vue";
import { renderToString as renderVue } from "vue/server-renderer";

const here = import.meta.dirname;
const tools = `${here}/../../node_modules/.bin`;
const installed = `${here}/../node_modules/matrix-threepids`;
const { REPOSITORY: repository, TARBALL: tarball } = process.env;

const run = (program, ...rest) =>
  promisify(execFile)(`${tools}/${program}`, rest, { cwd: here }).catch((error) =>
    assert.fail(`${program} ${rest.join(" ")}\n${error.stdout}${error.stderr}`),
  );
const json = async (file) => JSON.parse(await readFile(`${installed}/${file}`, "utf8"));
const unique = (all) => [...new Set(all)].sort();
const matches = (text, pattern) => unique([...text.matchAll(pattern)].map((it) => it[1]));
const names = (all) => unique(all.map((it) => it.name));

/** The text of all files of this kind in a folder of the repository, but not of these. */
async function source(folder, kind, except = []) {
  const files = await readdir(`${repository}/${folder}`, { recursive: folder.startsWith("src/") });
  const texts = files
    .filter((it) => it.endsWith(kind) && !except.includes(it))
    .map((it) => readFile(`${repository}/${folder}/${it}`, "utf8"));
  return (await Promise.all(texts)).join("\n");
}

test("publint finds nothing", () => run("publint", "run", installed, "--strict"));

test("attw finds nothing", () => run("attw", "--profile", "esm-only", tarball));

test("types accept right use and reject each wrong use", async () => {
  await run("tsc", "-p", "types");
  await run("tsc", "-p", "types", "--module", "nodenext", "--moduleResolution", "nodenext");
});

test("every export exists, with types first", async () => {
  const { exports } = await json("package.json");
  for (const [entry, target] of Object.entries(exports)) {
    // Entries with CommonJS have a pair for each kind of module.
    const pairs = target.require ? Object.values(target) : [target];
    const files = [];
    for (const pair of pairs) {
      if (typeof pair !== "string") assert.equal(Object.keys(pair)[0], "types", entry);
      files.push(...(typeof pair === "string" ? [pair] : Object.values(pair)));
    }
    for (const file of files) await readFile(`${installed}/${file.replace("*", "fr")}`);
  }
  // By the prefix of an import map, a browser finds the same specifier.
  for (const [entry, target] of Object.entries(exports)) {
    if (entry === "." || target.require || !target.default?.endsWith(".js")) continue;
    const name = entry.replace(/(\.js)?$/, ".js");
    assert.deepEqual(exports[name], target, entry);
    await readFile(`${installed}/${name.replace("*", "fr")}`);
  }
});

test("importing without a DOM has no side effects", async () => {
  const before = Object.keys(globalThis);
  const main = await import("matrix-threepids");
  const entries = ["define", "inline", "cdn", "matrix-js-sdk", "react", "svelte", "testing", "vue", "define.js"];
  for (const entry of entries) await import(`matrix-threepids/${entry}`);
  assert.deepEqual(Object.keys(globalThis), before);
  const classes = [
    "MatrixAccountPasswordElement",
    "MatrixPasswordResetElement",
    "MatrixThreepidsElement",
    "ThreepidsError",
  ];
  const exported = [...classes, "define", "init", "preload", "registerLocale"];
  assert.deepEqual(Object.keys(main).sort(), exported);
  main.define();
});

test("only entries that define elements have side effects", async () => {
  const { sideEffects, dependencies } = await json("package.json");
  const testing = ["./testing.js", "./testing.cjs", "./testing-react.cjs"];
  const define = ["./define.js", "./define-import.js"];
  assert.deepEqual(sideEffects, [...define, "./inline.js", "./cdn.js", "./classic.js", ...testing]);
  assert.equal(dependencies, undefined);
});

test("server-side React rendering contains no token", async () => {
  const { MatrixAccountPassword, MatrixPasswordReset, MatrixThreepids } = await import("matrix-threepids/react");
  const messages = { add: "Ajouter" };
  const shown = createElement(MatrixThreepids, { accessToken: "syt_a", messages, className: "a" }, "Loading");
  assert.equal(renderToString(shown), '<matrix-threepids class="a">Loading</matrix-threepids>');
  const password = createElement(MatrixAccountPassword, { accessToken: "syt_a", onPasswordChanged: () => {} });
  assert.equal(renderToString(password), "<matrix-account-password></matrix-account-password>");
  const reset = createElement(MatrixPasswordReset, { homeserver: "https://a.example", onPasswordReset: () => {} });
  assert.equal(renderToString(reset), "<matrix-password-reset></matrix-password-reset>");
});

test("React renders the links that load the first files early", async () => {
  const { MatrixThreepidsPreload } = await import("matrix-threepids/react");
  const render = (props) => renderToString(createElement(MatrixThreepidsPreload, props));
  const html = render({ folder: "/matrix-threepids/" });
  const links = [...html.matchAll(/<link ([^>]*?)\/?>/g)].map(([, attributes]) =>
    Object.fromEntries([...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  );
  const crossorigin = "anonymous";
  assert.deepEqual(links, [
    { rel: "modulepreload", href: "/matrix-threepids/define.js", crossorigin },
    { rel: "preload", href: "/matrix-threepids/threepids.wasm", crossorigin, as: "fetch", type: "application/wasm" },
  ]);
  // The files exist under these names.
  for (const { href } of links) await readFile(href.replace("/matrix-threepids", installed));
  assert.equal(render({ folder: new URL("https://cdn.example/a/") }).match(/https:\/\/cdn\.example\/a\//g).length, 2);
  // Here, the bundler of a server would know the URL of the WebAssembly.
  assert.equal(render({}), "");
});

test("server-side Vue rendering contains no token", async () => {
  const { MatrixAccountPassword, MatrixThreepids } = await import("matrix-threepids/vue");
  const messages = { add: "Ajouter" };
  const app = createSSRApp(() => [
    h(MatrixThreepids, { accessToken: "syt_a", messages, userId: "@a:b", class: "a" }, () => "Loading"),
    h(MatrixAccountPassword, { accessToken: () => "syt_a", onPasswordChanged: () => {} }),
  ]);
  const html = (await renderVue(app)).replaceAll(/<!--.*?-->/g, "");
  assert.equal(
    html,
    '<matrix-threepids class="a">Loading</matrix-threepids><matrix-account-password></matrix-account-password>',
  );
});

test("frameworks make attributes of the properties of a tag, as the documentation says", async () => {
  assert.match(renderToString(createElement("matrix-threepids", { accessToken: "syt_a" })), /syt_a/);
  // `.prop` makes no difference on a server.
  const vue = compileVue('<p><matrix-threepids :accessToken.prop="token" /></p>', { isCustomElement: () => true });
  assert.match(vue.code, /ssrRenderAttr\("accessToken", _ctx.token\)/);
  const svelte = compileSvelte("<matrix-threepids accessToken={token}></matrix-threepids>", { generate: "server" });
  assert.match(svelte.js.code, /attr\(['"]accesstoken['"], token\)/i);
});

test("the React entry is a client component", async () => {
  assert.match(await readFile(`${installed}/react.js`, "utf8"), /^"use client";/);
});

test("CommonJS has the stand-ins", async () => {
  const { createRequire } = await import("node:module");
  const require = createRequire(import.meta.url);
  const testing = require("matrix-threepids/testing");
  const names = Object.keys(await import("matrix-threepids/testing")).sort();
  assert.deepEqual(Object.keys(testing).sort(), names);
  assert.deepEqual(Object.keys(require("matrix-threepids/testing/react")).sort(), [
    "MatrixAccountPassword",
    "MatrixPasswordReset",
    "MatrixThreepids",
    "MatrixThreepidsPreload",
    "default",
  ]);
});

test("stand-ins have the members of the elements", async () => {
  const { declarations } = (await json("custom-elements.json")).modules[0];
  const standIns = await import("matrix-threepids/testing");
  for (const { name, members } of declarations.filter((it) => it.customElement)) {
    // `focus` is every element's.
    for (const member of members.filter((it) => it.name !== "focus"))
      assert.ok(member.name in standIns[name].prototype, `${name}.${member.name}`);
  }
});

/** A client of matrix-js-sdk without a server, and an element without a DOM. */
function fakes() {
  const listeners = [];
  const client = {
    token: "first",
    getAccessToken: () => client.token,
    getHomeserverUrl: () => "https://matrix.example.org",
    getUserId: () => "@alice:example.org",
    whoami: async () => {
      client.token = "renewed";
    },
    deleteThreePid: async (...given) => given,
    on: (_name, listener) => listeners.push(listener),
    off: (_name, listener) => listeners.splice(listeners.indexOf(listener), 1),
    http: { fetch: async (url, options) => ({ url, ...options }) },
  };
  const element = { reads: 0, refresh: async () => (element.reads += 1) };
  return { client, element, listeners };
}

test("bind: a token that the SDK has renewed is used before another renewal", async () => {
  const { bind } = await import("matrix-threepids/matrix-js-sdk");
  const { client, element, listeners } = fakes();
  const release = bind(element, client);
  assert.equal(element.homeserver, "https://matrix.example.org");
  assert.equal(await element.accessToken("initial"), "first");
  client.token = "second";
  assert.equal(await element.accessToken("expired"), "second");
  assert.equal(await element.accessToken("expired"), "renewed");
  const getToken = element.accessToken;
  listeners[0]();
  assert.equal(element.accessToken, null);
  release();
  assert.equal(await getToken("initial"), null);
  assert.deepEqual(listeners, []);
});

test("bind: a missing network does not end the session, another error does", async () => {
  const { bind } = await import("matrix-threepids/matrix-js-sdk");
  const { client, element } = fakes();
  let name = "ConnectionError";
  bind(element, client, { renew: async () => Promise.reject(Object.assign(new Error("no"), { name })) });
  await element.accessToken("initial");
  await assert.rejects(element.accessToken("expired"), TypeError);
  name = "M_UNKNOWN_TOKEN";
  await assert.rejects(element.accessToken("expired"), { name });
});

test("bind: requests go through the client, and its changes have the list read", async () => {
  const { bind } = await import("matrix-threepids/matrix-js-sdk");
  const { client, element } = fakes();
  const other = { refresh: async () => (element.reads += 10) };
  const releases = [element, other].map((it) => bind(it, client));
  const request = new Request("https://matrix.example.org/a", { method: "POST", body: "{}", redirect: "error" });
  const { url, method, body, redirect } = await element.fetch(request);
  assert.deepEqual([url, method, body, redirect], ["https://matrix.example.org/a", "POST", "{}", "error"]);
  assert.deepEqual(await client.deleteThreePid("email", "a@example.org"), ["email", "a@example.org"]);
  assert.equal(element.reads, 11);
  releases[1]();
  await client.deleteThreePid("email", "b@example.org");
  assert.equal(element.reads, 12);
});

test("sri.json has the hash of every file that a browser loads", async () => {
  const hashes = await json("sri.json");
  const files = [
    ...(await readdir(installed)),
    ...(await readdir(`${installed}/classic`)).map((it) => `classic/${it}`),
    ...(await readdir(`${installed}/locales`)).map((it) => `locales/${it}`),
  ];
  assert.deepEqual(
    Object.keys(hashes).sort(),
    files.filter((it) => /\.(js|wasm)$|^locales\/.*\.json$/.test(it)).sort(),
  );
  for (const [file, hash] of Object.entries(hashes)) {
    const bytes = await readFile(`${installed}/${file}`);
    assert.equal(hash, `sha384-${createHash("sha384").update(bytes).digest("base64")}`, file);
  }
});

test("the licenses of bundled crates are included", async () => {
  const text = await readFile(`${installed}/THIRD-PARTY-LICENSES.txt`, "utf8");
  for (const name of ["leptos", "wasm-bindgen", "js-sys", "web-sys", "gloo-net", "serde"]) {
    assert.match(text, new RegExp(`^- ${name} [0-9.]+: .*(MIT|Apache-2.0)`, "m"));
  }
  for (const name of ["proc-macro2", "quote", "syn", "rstml"]) {
    assert.doesNotMatch(text, new RegExp(`^- ${name} `, "m"), "only macros use it");
  }
  // Each license once; some crates have words of their own.
  assert.ok([...text.matchAll(/Permission is hereby granted, free of charge/g)].length <= 4);
  assert.ok([...text.matchAll(/TERMS AND CONDITIONS FOR USE/g)].length <= 1);
  assert.ok(text.length < 40_000, `${text.length} characters`);
  assert.match(text, /Copyright \(c\) 2018 Carl Lerche/);
  assert.match(await readFile(`${installed}/LICENSE`, "utf8"), /Apache License/);
});

test("the SBOM matches its schema and the list of licenses", async () => {
  const text = await readFile(`${installed}/sbom.cdx.json`, "utf8");
  assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(text), null);
  const { components } = JSON.parse(text);
  const of = ({ name, version, licenses }) => `${name} ${version}: ${licenses[0].expression}`;
  const listed = components.filter((it) => it.name !== "std").map(of);
  const licenses = await readFile(`${installed}/THIRD-PARTY-LICENSES.txt`, "utf8");
  const named = [...licenses.matchAll(/^- (\S+ \d\S*: .*)$/gm)].map((it) => it[1].replaceAll("/", " OR "));
  assert.deepEqual(listed.sort(), named.sort());
});

test("locales/en.js has every key, and each locale has the same keys", async () => {
  const { default: english } = await import("matrix-threepids/locales/en");
  assert.ok(Object.keys(english).length > 40);
  const files = (await readdir(`${installed}/locales`)).filter((it) => it.endsWith(".js"));
  for (const file of files) {
    const { default: table } = await import(`matrix-threepids/locales/${file}`);
    assert.deepEqual(Object.keys(table), Object.keys(english), file);
  }
});

test("custom-elements.json matches the code", async () => {
  const manifest = await json("custom-elements.json");
  const [{ declarations }] = manifest.modules;
  const elements = declarations.filter((it) => it.customElement);
  const main = await import("matrix-threepids");
  const types = await readFile(`${installed}/index.d.ts`, "utf8");
  const adapters = await readFile(`${repository}/www/set-properties.ts`, "utf8");
  const angular = await readFile(`${repository}/www/angular.ts`, "utf8");
  const angularTypes = await readFile(`${installed}/angular.d.ts`, "utf8");
  assert.deepEqual(
    elements.map((it) => it.tagName),
    ["matrix-threepids", "matrix-account-password", "matrix-password-reset"],
  );

  /** The members of an interface, and of what it extends. */
  const listed = (name) => {
    const [, parent, body] = new RegExp(`interface ${name} (?:extends (\\w+) )?{\\n(.*?)\\n}`, "s").exec(types);
    return unique([...matches(body, /^ {2}"?([a-zA-Z-]+)"?\?:/gm), ...(parent ? listed(parent) : [])]);
  };
  const all = { events: [], cssParts: [], slots: [], cssProperties: [], cssStates: [] };
  for (const element of elements) {
    const Class = main[element.name];
    // A forgotten password has no session: what is of one is inherited, and has no effect.
    const unused =
      element.tagName === "matrix-password-reset" ? /^(accessToken|authHandler|read-?only|user-?id)$/i : /^$/;
    const observed = Class.observedAttributes.filter((it) => !/^access-?token$/.test(it) && !unused.test(it));
    assert.deepEqual(names(element.attributes), unique(observed));

    const own = {};
    for (let at = Class.prototype; at.constructor.name; at = Object.getPrototypeOf(at)) {
      const here = Object.getOwnPropertyDescriptors(at);
      for (const name of Object.keys(here).filter((it) => it !== "constructor")) own[name] ??= here[name];
    }
    const api = Object.keys(own).filter((it) => !/Callback$/.test(it) && !unused.test(it));
    assert.deepEqual(names(element.members), unique(api));
    for (const { name, kind, readonly } of element.members) {
      assert.equal(typeof own[name].value === "function", kind === "method", name);
      assert.equal(kind === "field" && !own[name].set, Boolean(readonly), name);
    }

    // What React's, Vue's and Svelte's types are made of, and what React sets.
    const type = element.name.replace("Element", "");
    const attributes = names(element.attributes.filter((it) => it.name !== "lang"));
    assert.deepEqual(listed(`${type}Attributes`), attributes);
    const settable = names(element.members.filter((it) => it.kind === "field" && !it.readonly));
    assert.deepEqual(listed(`${type}Properties`), settable);
    const list = (name) => matches(new RegExp(`${name}: .*? = \\[(.*?)\\]`, "s").exec(adapters)[1], /"(\w+)"/g);
    const isOwn = (name) => list("OWN").includes(name) && element.tagName === "matrix-account-password";
    const adapted = element.tagName === "matrix-password-reset" ? list("RESET") : list("PROPERTIES");
    assert.deepEqual(
      adapted.filter((name) => !isOwn(name)),
      settable,
    );
    // Angular's compiler reads these declarations.
    const declared = new RegExp(`class ${type} extends.*?inputs: \\{(.*?)\\}.*?outputs: \\{(.*?)\\}`, "s").exec(
      angular,
    );
    assert.deepEqual(matches(declared[1], /(\w+): "/g), settable);
    const typed = new RegExp(`class ${type} \\{.*?never,\\s+\\{(.*?)\\n {4}\\},\\s+\\{(.*?)\\}`, "s").exec(
      angularTypes,
    );
    assert.deepEqual(matches(typed[1], /(\w+): \{/g), settable);
    assert.deepEqual(matches(typed[2], /(\w+): "/g), matches(declared[2], /(\w+): "/g));
    const camel = (name) => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
    assert.deepEqual(matches(declared[2], /(\w+): "/g), unique(names(element.events).map(camel)));

    for (const list of ["attributes", "members", "events", "slots", "cssParts", "cssProperties", "cssStates"]) {
      for (const { name, description } of element[list]) assert.ok(description, `${list}: ${name} is not described`);
    }
    for (const list in all) all[list].push(...element[list]);
  }

  // Where events are fired; `types.ts` is where the manifest has their names from.
  const rust = [
    await source("src/element", ".rs"),
    await source("www", ".ts", ["types.ts", "angular.ts", "stand-in.ts"]),
  ].join("\n");
  assert.deepEqual(names(all.events), matches(rust, /"((?:threepids?|password)-[a-z-]+)"/g));
  const ui = `${await source("src/ui", ".rs")}\n${await source("www", "identity-server-view.ts")}`;
  const parts = matches(ui, /part(?:="|: "|=\{")([a-z -]+)"/g).flatMap((it) => it.split(" "));
  const paragraphs = matches(ui, /paragraph\(\s*"([a-z-]+)"/g);
  assert.deepEqual(names(all.cssParts), unique([...parts, ...paragraphs]));
  const slots = [
    ...[...ui.matchAll(/<slot\s+name=(.*)/g)].flatMap(([, name]) => matches(name, /"([a-z-]+)"/g)),
    ...[...ui.matchAll(/heading\(ui, (.*?), [^,]*\)\}/g)].flatMap(([, name]) => matches(name, /"([a-z-]+)"/g)),
  ];
  assert.deepEqual(names(all.slots), unique(["", ...slots]));
  const css = await source("src/ui", ".css");
  assert.deepEqual(names(all.cssProperties), matches(css, /var\((--threepids-[a-z-]+)/g));
  assert.deepEqual(names(all.cssStates), matches(rust, /bridge\.state\("([a-z]+)"/g));
});

test("custom-elements.json says what editors and Storybook need", async () => {
  const text = await readFile(`${installed}/custom-elements.json`, "utf8");
  assert.doesNotMatch(text, /\{@link/);
  const elements = JSON.parse(text).modules[0].declarations.filter((it) => it.customElement);
  const [threepids] = elements;
  const attribute = (name) => threepids.attributes.find((it) => it.name === name);
  assert.equal(attribute("theme").type.text, '"auto" | "light" | "dark"');
  assert.equal(attribute("theme").default, '"auto"');
  assert.equal(attribute("homeserver").type.text, "string");
  assert.equal(attribute("readonly").default, "false");
  for (const { attributes, events } of elements) {
    // An attribute is text.
    for (const { name, type } of attributes) assert.match(type.text, /^(string|boolean|("[^"]+"( \| )?)+)$/, name);
    // The details have names, which index.d.ts exports.
    for (const { name, type } of events) assert.match(type.text, /^CustomEvent<(\w+)>$/, name);
  }

  const webTypes = await json("web-types.json");
  assert.deepEqual(
    webTypes.contributions.html.elements.map(({ name, attributes }) => [name, names(attributes)]),
    elements.map(({ tagName, attributes }) => [tagName, names(attributes)]),
  );
  const { tags } = await json("vscode.html-custom-data.json");
  assert.deepEqual(
    tags[0].attributes.find((it) => it.name === "theme").values.map((it) => it.name),
    ["auto", "light", "dark"],
  );
  const summary = await readFile(`${installed}/llms.txt`, "utf8");
  for (const { tagName, attributes, events } of elements) {
    assert.match(summary, new RegExp(`## <${tagName}>`));
    for (const { name } of [...attributes, ...events]) assert.ok(summary.includes(`- \`${name}\``), name);
  }
});

test("the README lists the API", async () => {
  const readme = await readFile(`${installed}/README.md`, "utf8");
  const section = (title) => readme.split(`\n## ${title}\n`)[1].split("\n## ")[0];
  /** Names in the first column of the table of a section. */
  const rows = (title) =>
    matches(section(title).replaceAll(/^(?!\| `).*$|(?<=^\|[^|]*)\|.*$/gm, ""), /`([\w-]+)[^`]*`/g);
  const line = (start) => new RegExp(`^${start}: (.*?)[.;](?: |$)`, "m").exec(readme)[1];
  const words = (start) => matches(line(start), /`(?::state\()?([\w-]+)[^`]*`/g);
  const [{ declarations }] = (await json("custom-elements.json")).modules;
  const [threepids, password, reset] = declarations.filter((it) => it.customElement);
  const members = (element, kind) =>
    names(
      element.members.filter((it) => it.kind === kind && !element.attributes.some((at) => at.fieldName === it.name)),
    );

  assert.deepEqual(rows("Attributes"), names(threepids.attributes));
  assert.deepEqual(rows("Properties"), members(threepids, "field"));
  assert.deepEqual(rows("Methods"), members(threepids, "method"));
  assert.deepEqual(rows("Events"), names(threepids.events));
  for (const { name, default: value } of threepids.attributes) {
    const [, shown] = new RegExp(`^\\| \`${name}\` .* \\| (.*) \\|$`, "m").exec(section("Attributes"));
    if (/^"[a-z]/.test(value)) assert.equal(shown, `\`${JSON.parse(value)}\``, name);
  }
  assert.deepEqual(words("Variables"), names(threepids.cssProperties));
  assert.deepEqual(words("Parts"), names(threepids.cssParts));
  assert.deepEqual(["", ...words("Slots")], names(threepids.slots));
  assert.deepEqual(matches(section("Looks"), /`:state\((\w+)\)`/g), names(threepids.cssStates));

  for (const [title, element] of [
    ["The password", password],
    ["A forgotten password", reset],
  ]) {
    const own = section(title);
    const listed = (label) => matches(new RegExp(`^- ${label}: (.*)$`, "m").exec(own)[1], /`([a-z][\w-]+)(?:\(\))?`/gi);
    assert.deepEqual(listed("Attributes"), names(element.attributes), title);
    assert.deepEqual(listed("Properties"), members(element, "field"), title);
    assert.deepEqual(listed("Method"), members(element, "method"), title);
    assert.deepEqual(listed("Events"), names(element.events), title);
    assert.deepEqual(["", ...listed("Slots")], names(element.slots), title);
  }

  const exported = Object.keys(await import("matrix-threepids")).sort();
  assert.deepEqual(matches(/It exports (.*?)\.\n? /.exec(section("Module"))[1], /`(\w+)[^`]*`/g), exported);
  const languages = (await readdir(`${installed}/locales`)).filter((it) => it.endsWith(".js") && it !== "en.js");
  for (const [, number] of readme.matchAll(/(\d+) \[?other languages/g)) assert.equal(Number(number), languages.length);
  const { exports } = await json("package.json");
  const imports = matches(
    readme.replaceAll(/`, `\/(?=\w)/g, "` `matrix-threepids/"),
    /`matrix-threepids(\/[\w./<>-]+)`/g,
  );
  for (const entry of imports.filter((it) => !it.includes("<") && !it.startsWith("/locales/")))
    assert.ok(exports[`.${entry}`], entry);
});

test("package.json says where things are", async () => {
  const manifest = await json("package.json");
  for (const file of [manifest.jsdelivr, manifest.unpkg, manifest.customElements, manifest["web-types"]])
    await readFile(`${installed}/${file}`);
  assert.ok(manifest.engines.node);
  for (const name of Object.keys(manifest.peerDependencies))
    assert.ok(manifest.peerDependenciesMeta[name].optional, name);
});
