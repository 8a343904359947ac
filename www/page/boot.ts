// Starts the account page: configuration, words, WebAssembly, in that order of
// need. The names of glue and WebAssembly, which end in a hash, come with the
// script's own tag.

import { define, provide } from "./element.js";
import { Host, found, guardForms, guardWindows } from "./host.js";
import { speech } from "./speech.js";

const { glue, wasm } = document.querySelector("script[data-glue]").dataset;
const root = document.getElementById("page");

let loaded;
function load() {
  loaded ??= import(new URL(glue, document.baseURI)).then(async (rust) => {
    await rust.default({ module_or_path: new URL(wasm, document.baseURI) });
    return rust;
  });
  return loaded;
}

/** What is left to say when nothing can be drawn. */
function broken() {
  root.hidden = true;
  document.getElementById("broken").hidden = false;
}

async function configuration() {
  const answer = await fetch(new URL("config.json", document.baseURI), { cache: "no-store" });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`config.json: HTTP ${answer.status}`);
  return answer.text();
}

async function start() {
  const opened = found();
  if (!opened) return;
  const configured = configuration();
  const [config, spoken, rust] = await Promise.all([configured, configured.then(speech), load()]);
  Object.assign(document.documentElement, { lang: spoken.lang, dir: spoken.rtl ? "rtl" : "ltr" });
  // A panic ends the instance, for page and element; a reload takes the session up.
  rust.onPanic(broken);
  provide(async () => ({ ...rust, onPanic: (told) => rust.onPanic(() => (told(), broken())) }));
  define();
  root.replaceChildren();
  const host = new Host(root);
  host.listen(new rust.AccountPage(host, root, { ...opened, config, speech: spoken }));
  root.removeAttribute("aria-busy");
}

guardWindows();
guardForms(root);
document.getElementById("reload").addEventListener("click", () => location.reload());
start().catch(broken);
