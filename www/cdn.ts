// For one script tag that points to a CDN: defines <matrix-threepids>. The
// WebAssembly and the languages lie beside this file, and have to be the very
// ones that belong to it: so a hash of this file answers for all.

import { define } from "./element.js";
import { lazily } from "./lazy.js";
import { TABLES } from "./locales.js";
import { from } from "./wasm.js";

export { MatrixAccountPasswordElement, MatrixThreepidsElement, ThreepidsError, registerLocale } from "./element.js";
export { init } from "./wasm.js";
export { define };

// `INTEGRITY` is put in when the package is made: the hash of each file.
const request = (file) =>
  new Request(new URL(file, import.meta.url), { __proto__: null, credentials: "omit", integrity: INTEGRITY[file] });

from(() => request("threepids.wasm"));
// Not by `import`, which takes no hash: as data, which runs nothing.
for (const tag of TABLES.keys()) {
  TABLES.set(tag, lazily(async () => {
    const answer = await fetch(request(`locales/${tag}.json`));
    return { default: await answer.json() };
  }));
}
define();
