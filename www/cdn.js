// For one script tag that points to a CDN: defines <matrix-threepids>. The
// WebAssembly lies beside this file, and has to be the very one that belongs to
// it: so a hash of this file answers for both.

import { define } from "./element.js";
import { from } from "./wasm.js";

export { MatrixAccountPasswordElement, MatrixThreepidsElement, ThreepidsError, registerLocale } from "./element.js";
export { init } from "./wasm.js";
export { define };

// `WASM_INTEGRITY` is put in when the package is made.
from(() => fetch(new URL("./threepids.wasm", import.meta.url), { integrity: WASM_INTEGRITY }));
define();
