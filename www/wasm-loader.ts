// Loads the WebAssembly, for the entries of the package that have its glue.

// By their names: what bundlers make of `import *` goes through the members
// that every object has.
import bind, { Handle, onPanic, phones, styles } from "./glue/threepids.js";
import { provide } from "./element.js";

const rust = { __proto__: null, Handle, onPanic, phones, styles };
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
  ready ??= start(wasm).catch((error) => {
    ready = undefined;
    throw error;
  });
  return ready;
}

async function start(wasm) {
  let name = "threepids.wasm";
  const compile = async (source) => {
    if (source instanceof WebAssembly.Module) return source;
    if (ArrayBuffer.isView(source) || source instanceof ArrayBuffer) return WebAssembly.compile(source);
    const from = source instanceof Response ? source : new Request(source);
    // What stands after the path may be nobody's business.
    name = from.url.split(/[?#]/)[0] || name;
    const response = from instanceof Response ? from : await fetch(from);
    const type = response.headers.get("Content-Type") ?? "";
    if (!response.ok || type.includes("html")) throw new Error(`HTTP ${response.status} ${type}`);
    // Not every host knows the MIME type that streaming insists on.
    return type === "application/wasm"
      ? WebAssembly.compileStreaming(response)
      : WebAssembly.compile(await response.arrayBuffer());
  };
  try {
    await bind({ module_or_path: await compile(await wasm) });
    return rust;
  } catch (cause) {
    throw new Error(`${name}: ${cause}`, { __proto__: null, cause });
  }
}
