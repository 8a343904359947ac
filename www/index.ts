// The npm package's main entry. No side effects but that the class knows where
// its WebAssembly is; importable where there is no DOM.

export * from "./api.js";

import { setDefaultSources } from "./wasm-loader.js";

setDefaultSources(
  () => new URL("./threepids.wasm", import.meta.url),
  () => new URL("./threepids-actions.wasm", import.meta.url),
);
