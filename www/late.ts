// `./actions.js`, which is loaded after the first list.

import { lazy } from "./lazy.js";

/** The module. Rust calls nothing that needs it before it is there. */
export let actions: typeof import("./actions.js");

const load = lazy(() => import("./actions.js"));

/** Loads the module, once; after a failure again, when `lazy` permits it. */
export async function loadActions(): Promise<typeof import("./actions.js")> {
  actions = await load();
  return actions;
}
