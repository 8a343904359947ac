// The npm package's main entry. No side effects but that the class knows where
// its WebAssembly is; importable where there is no DOM.

export * from "./api.js";

import { setDefaultSource } from "./wasm-loader.js";

setDefaultSource(() => new URL("./threepids.wasm", import.meta.url));
