// The glue that wasm-bindgen generates for the account page without the elements, as
// far as `www/page/` uses it.

import type { PageRust } from "../page/start.js";

export const AccountPage: PageRust["AccountPage"];
export const onPanic: PageRust["onPanic"];

/** Loads and instantiates the module. */
export default function initialize(options: { module_or_path: URL }): Promise<unknown>;
