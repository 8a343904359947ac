// For one script tag that points to a CDN: defines <matrix-threepids>. The
// WebAssembly and the languages are next to this file, and have to be the very
// ones that belong to it: so a hash of this file answers for all.

import { define } from "./api.js";
import { TABLES } from "./languages.js";
import { setDefaultSources } from "./wasm-loader.js";

export * from "./api.js";

// `INTEGRITY` is put in when the package is made: the hash of each file.
const request = (file: string) =>
  new Request(new URL(file, import.meta.url), {
    __proto__: null,
    credentials: "omit",
    integrity: INTEGRITY[file] as string,
  });

setDefaultSources(
  () => request("threepids.wasm"),
  () => request("threepids-actions.wasm"),
);
// Not by `import`, which takes no hash: as data, which runs nothing.
for (const tag of TABLES.keys()) {
  TABLES.set(tag, async () => {
    const answer = await fetch(request(`locales/${tag}.json`));
    return { default: await answer.json() };
  });
}
define();
