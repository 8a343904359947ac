// Loads the WebAssembly, for the entries of the package that have its glue.

// By their names: what bundlers make of `import *` goes through the members
// that every object has.
import bind, { Handle, onPanic, phones, styles } from "./glue/threepids.js";
import { setWasmLoader } from "./matrix-element.js";
import type { Rust } from "./rust.js";

const rust: Rust = { __proto__: null, Handle, onPanic, phones, styles };
type Source = URL | Request | Response | BufferSource;

let ready: Promise<Rust> | undefined;
let defaultSource: () => Source | Promise<Source>;

/** Sets the source of the WebAssembly, for pages that do not call `init`. */
export function setDefaultSource(source: () => Source | Promise<Source>): void {
  defaultSource = source;
  setWasmLoader(() => init() as Promise<Rust>);
}

/**
 * Loads the WebAssembly, once. The first element in a page calls it; call it
 * before to load it earlier, or from elsewhere.
 *
 * @param wasm default: `threepids.wasm` next to this module
 */
export function init(wasm?: URL | Request | Response | BufferSource): Promise<unknown>;
export function init(wasm: Source | Promise<Source> = defaultSource()): Promise<unknown> {
  ready ??= start(wasm).catch((error) => {
    ready = undefined;
    throw error;
  });
  return ready;
}

async function start(wasm: Source | Promise<Source>): Promise<Rust> {
  let name = "threepids.wasm";
  const compile = async (source: Source | WebAssembly.Module) => {
    if (source instanceof WebAssembly.Module) return source;
    if (ArrayBuffer.isView(source) || source instanceof ArrayBuffer) return WebAssembly.compile(source);
    const from = source instanceof Response ? source : new Request(source);
    // The query may be secret.
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
