// The module that `xtask/src/locales/tables.rs` generates from `locales/LINGUAS`.

import type { LoadTable } from "./languages.js";

/** Loads the table of each language, by its tag. */
export declare const TABLES: ReadonlyMap<string, LoadTable>;
