// Starts the account page of Trunk's build, whose one WebAssembly file has the page
// and the elements. The names of glue and WebAssembly, which end in a hash, come
// with the script's own tag.

import { define, setWasmLoader } from "../matrix-threepids-element.js";
import type { Rust } from "../rust.js";
import { type PageRust, showFatalError, start } from "./start.js";

/** Exports of the WebAssembly module. */
interface WholeRust extends Rust, PageRust {
  readonly __proto__?: null;
  default(options: { module_or_path: URL }): Promise<unknown>;
}

const { glue = "", wasm = "" } = (document.querySelector("script[data-glue]") as HTMLScriptElement).dataset;

let loaded: Promise<WholeRust> | undefined;
function load(): Promise<WholeRust> {
  loaded ??= import(new URL(glue, document.baseURI).href).then(async (rust: WholeRust) => {
    await rust.default({ module_or_path: new URL(wasm, document.baseURI) });
    return rust;
  });
  return loaded;
}

setWasmLoader(async () => {
  const rust = await load();
  // A panic ends the instance, for page and element.
  const onPanic = (callback: () => void) =>
    rust.onPanic(() => {
      callback();
      showFatalError();
    });
  // Its only file has everything.
  const loadActions: Rust["loadActions"] = async (functions) => rust.loadActions(functions);
  return { ...rust, onPanic, loadActions };
});
start({ loadPage: load, loadElements: async () => define() });
