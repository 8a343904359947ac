// The whole package in one classic script: for pages that can load no modules, such
// as those of `file:` URLs and of sandboxed frames. Its exports are members of the
// global `matrixThreepids`. Languages are scripts, too, in the folder `classic/`
// next to it.

import { TABLES } from "./languages.js";
import type { Messages } from "./types.js";

export * from "./inline.js";

/** A script of `classic/`. It sets the texts of its own element, so that it needs no global name. */
interface TableScript extends HTMLScriptElement {
  messages?: Messages;
}

// A bundle, or a page that puts the code elsewhere, has no such script; languages are not found there.
const own = globalThis.document?.currentScript as HTMLScriptElement | null | undefined;
const base = own?.src || globalThis.document?.baseURI;

for (const tag of TABLES.keys()) {
  TABLES.set(tag, async () => {
    const script: TableScript = document.createElement("script");
    const loaded = new Promise((resolve, reject) => {
      script.addEventListener("load", resolve, { __proto__: null, once: true });
      script.addEventListener("error", () => reject(new Error("the script did not load")), {
        __proto__: null,
        once: true,
      });
    });
    // A policy may permit only scripts with the nonce of the page.
    if (own) Object.assign(script, { nonce: own.nonce, crossOrigin: own.crossOrigin });
    script.src = new URL(`classic/${tag}.js`, base).href;
    document.head.append(script);
    await loaded.finally(() => script.remove());
    return { default: script.messages as Messages };
  });
}
