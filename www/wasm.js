// Loads the WebAssembly, for the entries of the package that have its glue.

import * as glue from "./glue/threepids.js";
import { provide } from "./element.js";

let ready;
let usual;

/** Says where the WebAssembly comes from, if the page does not say so itself. */
export function from(source) {
  usual = source;
  provide(() => init());
}

/**
 * Loads the WebAssembly, once. The first element that is connected calls it;
 * call it before with a URL, Request, Response or bytes of your own.
 */
export function init(wasm = usual()) {
  ready ??= compile(wasm)
    .then((module) => glue.default({ module_or_path: module }))
    .then(() => glue)
    .catch((error) => {
      ready = undefined;
      throw error;
    });
  return ready;
}

async function compile(wasm) {
  const source = await wasm;
  if (source instanceof WebAssembly.Module) return source;
  if (ArrayBuffer.isView(source) || source instanceof ArrayBuffer) return WebAssembly.compile(source);
  const response = source instanceof Response ? source : await fetch(source);
  if (!response.ok) throw new Error(`threepids.wasm: HTTP ${response.status}`);
  // Not every host knows the MIME type that streaming insists on.
  return response.headers.get("Content-Type") === "application/wasm"
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
