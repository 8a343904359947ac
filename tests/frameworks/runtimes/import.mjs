// Imports each entry in a runtime that has some of a browser's globals:
//   node import.mjs <kind of globals>
const [kind] = process.argv.slice(2);

const globals = {
  none: async () => {},
  lit: () => import("lit"),
  "lit-ssr": () => import("@lit-labs/ssr/lib/install-global-dom-shim.js"),
  "happy-dom": async () => {
    const { Window } = await import("happy-dom");
    expose(new Window());
  },
  jsdom: async () => {
    const { JSDOM } = await import("jsdom");
    expose(new JSDOM("<!doctype html>", { url: "https://example.org/" }).window);
  },
  linkedom: async () => {
    const { parseHTML } = await import("linkedom");
    expose(parseHTML("<!doctype html><html><body></body></html>"));
  },
};

/** Makes global what test runners make global of a simulated browser. */
function expose(window) {
  const names = ["document", "customElements", "HTMLElement", "Element", "Node", "Event", "CustomEvent", "Document"];
  for (const name of [...names, "MutationObserver", "ElementInternals", "ShadowRoot"]) {
    if (window[name] !== undefined) globalThis[name] = window[name];
  }
  globalThis.window = globalThis;
}

await globals[kind]();
const before = Object.keys(globalThis);
for (const entry of ["", "/define", "/inline", "/cdn", "/matrix-js-sdk"]) await import(`matrix-threepids${entry}`);
const { define } = await import("matrix-threepids");
define();
const added = Object.keys(globalThis).filter((name) => !before.includes(name));
if (added.length) throw new Error(`the package made ${added} global`);
console.log("imported");
