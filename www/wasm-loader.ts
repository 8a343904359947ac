// Loads the two WebAssembly files, for the entries of the package that have their
// glue: what the first list needs, and everything else, the actions.

// By their names: what bundlers make of `import *` goes through the members
// that every object has.
import bind, {
  Handle,
  loadActions as connectActions,
  onPanic,
  phones,
  setLateImports,
  styles,
} from "./glue/threepids.js";
import { ACTIONS_LIMIT } from "./late.js";
import { lazy } from "./lazy.js";
import { setWasmLoader } from "./matrix-element.js";
import type { Rust } from "./rust.js";

const rust: Rust = { __proto__: null, Handle, loadActions, onPanic, phones, styles };
type Source = URL | Request | Response | BufferSource;
/** Name of the file that the first list needs. */
const FIRST = "threepids.wasm";
/** Name of the file with everything else. */
const ACTIONS = "threepids-actions.wasm";
/** Returns the source of a file. */
type GetSource = () => Source | Promise<Source>;

let ready: Promise<Rust> | undefined;
/** A compiled file, and its URL without query, for errors. */
interface Compiled {
  module: WebAssembly.Module;
  name: string;
}

/** The first file, if `preload` was called. */
let preloaded: Promise<Compiled> | undefined;
let defaultSource: GetSource;
let defaultActionsSource: GetSource;
/** Source of the actions for the first file that was loaded. */
let actionsSource: GetSource;
/** Exports of the instance that has the actions. */
let connected: unknown;

/** Sets the sources of both files; the first one for pages that do not call `init`. */
export function setDefaultSources(first: GetSource, actions: GetSource): void {
  defaultSource = first;
  defaultActionsSource = actions;
  setWasmLoader(() => init() as Promise<Rust>);
}

/**
 * Starts to load `threepids.wasm` next to this module, before an element needs it.
 * `matrix-threepids/define` calls it. Does nothing where there is no document.
 */
export function preload(): void {
  if (ready || preloaded || !("document" in globalThis)) return;
  preloaded = compile(defaultSource(), FIRST);
  // An element tries again, and says what is wrong.
  preloaded.catch(() => {
    preloaded = undefined;
  });
}

/**
 * Loads the WebAssembly, once. The first element in a page calls it; call it
 * before to load it earlier, or from elsewhere.
 *
 * @param wasm default: `threepids.wasm` next to this module
 * @param actions what an element needs after its first list; default:
 *     `threepids-actions.wasm` next to `wasm` if that is a `URL` or `Request`, else
 *     next to this module
 */
export function init(
  wasm?: URL | Request | Response | BufferSource,
  actions?: URL | Request | Response | BufferSource,
): Promise<unknown>;
export function init(wasm?: Source, actions?: Source): Promise<unknown> {
  ready ??= start(wasm, actions ?? findActions(wasm)).catch((error) => {
    ready = undefined;
    throw error;
  });
  return ready;
}

/** Returns the URL of the actions next to `wasm`, if that has a URL. */
function findActions(wasm: Source | undefined): URL | undefined {
  const url = wasm instanceof Request ? wasm.url : wasm;
  return typeof url === "string" || url instanceof URL ? new URL(ACTIONS, url) : undefined;
}

async function start(wasm: Source | undefined, actions: Source | undefined): Promise<Rust> {
  actionsSource = actions ? () => actions : defaultActionsSource;
  const { module, name } = await ((!wasm && preloaded) || compile(wasm ?? defaultSource(), FIRST));
  try {
    await bind({ module_or_path: module });
  } catch (cause) {
    // WebKit compiles what the page's policy forbids, and refuses it here.
    throw addName(name, cause);
  }
  return rust;
}

/** Compiles the actions, once; after a failure again, when `lazy` permits it. */
const compileActions = lazy(() => compile(actionsSource(), ACTIONS), ACTIONS_LIMIT);

/** Connects the actions to the current instance: a panic creates another one. */
async function loadActions(functions: Parameters<Rust["loadActions"]>[0]): Promise<void> {
  const { module } = await compileActions();
  const first = await bind({ module_or_path: FIRST });
  if (connected === first) return;
  setLateImports(functions.lateImports);
  new WebAssembly.Instance(module, { __proto__: null, __wasm_split: first } as unknown as WebAssembly.Imports);
  connected = first;
  connectActions(functions);
}

/**
 * Compiles a module.
 * @param name name of the file, for errors; its URL replaces it
 */
async function compile(wasm: Source | Promise<Source>, name: string): Promise<Compiled> {
  try {
    const source = await wasm;
    if (source instanceof WebAssembly.Module) return { module: source, name };
    if (ArrayBuffer.isView(source) || source instanceof ArrayBuffer) {
      return { module: await WebAssembly.compile(source), name };
    }
    const from = source instanceof Response ? source : new Request(source);
    // The query may be secret.
    name = from.url.split(/[?#]/)[0] || name;
    const response = from instanceof Response ? from : await fetch(from);
    const type = response.headers.get("Content-Type") ?? "";
    if (!response.ok || type.includes("html")) throw new Error(`HTTP ${response.status} ${type}`);
    // Not every host knows the MIME type that streaming insists on.
    const module = await (type === "application/wasm"
      ? WebAssembly.compileStreaming(response)
      : WebAssembly.compile(await response.arrayBuffer()));
    return { module, name };
  } catch (cause) {
    throw addName(name, cause);
  }
}

/** Returns an error that names the file. */
function addName(name: string, cause: unknown): Error {
  return new Error(`${name}: ${cause}`, { __proto__: null, cause });
}
