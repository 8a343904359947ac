// `./actions.js`, which is loaded after the first list.

import { lazy } from "./lazy.js";

/** The module. Rust calls nothing that needs it before it is there. */
export let actions: typeof import("./actions.js");

/** Without the actions, the page can only show an error: it waits longer for them, in ms. */
export const ACTIONS_LIMIT = 120_000;

const load = lazy(() => import("./actions.js"), ACTIONS_LIMIT);

/** Loads the module, once; after a failure again, when `lazy` permits it. */
export async function loadActions(): Promise<typeof import("./actions.js")> {
  actions = await load();
  return actions;
}
