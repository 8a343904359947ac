// Starts the account page: configuration, messages, WebAssembly, in that order of
// need. The names of glue and WebAssembly, which end in a hash, come with the
// script's own tag.

import { define, setWasmLoader } from "../matrix-threepids-element.js";
import type { Rust } from "../rust.js";
import { loadLocale, type PageLocale } from "./locale.js";
import {
  type AccountPage,
  guardForms,
  guardWindows,
  PageBridge,
  readStartupState,
  type StartupState,
} from "./page-bridge.js";

/** Exports of the page's WebAssembly module. */
interface PageRust extends Rust {
  default(options: { module_or_path: URL }): Promise<unknown>;
  readonly AccountPage: new (
    bridge: PageBridge,
    root: HTMLElement,
    found: StartupState & { readonly config: string | undefined; readonly speech: PageLocale },
  ) => AccountPage;
}

const byId = (id: string) => document.getElementById(id) as HTMLElement;

const { glue = "", wasm = "" } = (document.querySelector("script[data-glue]") as HTMLScriptElement).dataset;
const root = byId("page");

let loaded: Promise<PageRust> | undefined;
function load(): Promise<PageRust> {
  loaded ??= import(new URL(glue, document.baseURI).href).then(async (rust: PageRust) => {
    await rust.default({ module_or_path: new URL(wasm, document.baseURI) });
    return rust;
  });
  return loaded;
}

/** Shows the error of `index.html`, for when nothing can be rendered. */
function showFatalError(): void {
  root.hidden = true;
  byId("broken").hidden = false;
}

async function readConfiguration(): Promise<string | undefined> {
  const response = await fetch(new URL("config.json", document.baseURI), { cache: "no-store" });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`config.json: HTTP ${response.status}`);
  return response.text();
}

async function start(): Promise<void> {
  const found = readStartupState();
  if (!found) return;
  const configured = readConfiguration();
  const [config, locale, rust] = await Promise.all([configured, configured.then(loadLocale), load()]);
  Object.assign(document.documentElement, { lang: locale.lang, dir: locale.rtl ? "rtl" : "ltr" });
  // A panic ends the instance, for page and element; a reload takes the session up.
  rust.onPanic(showFatalError);
  const onPanic = (callback: () => void) =>
    rust.onPanic(() => {
      callback();
      showFatalError();
    });
  // Its only file has everything.
  const loadActions: Rust["loadActions"] = async (functions) => rust.loadActions(functions);
  setWasmLoader(async () => ({ ...rust, onPanic, loadActions }));
  define();
  root.replaceChildren();
  const bridge = new PageBridge(root);
  bridge.listen(new rust.AccountPage(bridge, root, { ...found, config, speech: locale }));
  root.removeAttribute("aria-busy");
}

guardWindows();
guardForms(root);
byId("reload").addEventListener("click", () => location.reload());
start().catch(showFatalError);
