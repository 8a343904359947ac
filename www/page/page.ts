// Starts the account page of `cargo xtask page`: first its own WebAssembly, with the
// sign-in form. The elements come with the package's `define.js`.

import bind, { AccountPage, onPanic } from "../glue/account-page.js";
import { ACTIONS_LIMIT } from "../late.js";
import { lazy, retry } from "../lazy.js";
import { type PageRust, start } from "./start.js";

// The name ends in a hash. So it comes with the script's own tag.
const { wasm = "" } = (document.querySelector("script[data-wasm]") as HTMLScriptElement).dataset;

async function loadPage(): Promise<PageRust> {
  await bind({ module_or_path: new URL(wasm, document.baseURI) });
  return { AccountPage, onPanic };
}

const define = lazy(() => import("./define.js"), ACTIONS_LIMIT);

function loadElements(): Promise<unknown> {
  // Who calls this needs the elements now, whenever they did not come before.
  retry();
  return define();
}

start({ loadPage, loadElements });
