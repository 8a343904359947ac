// The npm package's main entry. No side effects but that the class knows where
// its WebAssembly is; importable where there is no DOM.

import { from } from "./wasm.js";

export { MatrixAccountPasswordElement, MatrixThreepidsElement, ThreepidsError, define, registerLocale } from "./element.js";
export { init } from "./wasm.js";

from(() => new URL("./threepids.wasm", import.meta.url));
