// The module that `xtask/src/locales/tables.rs` generates from `locales/LINGUAS`.

/** Loads the texts of the page in each language, by its tag. */
export declare const WORDS: ReadonlyMap<string, () => Promise<{ readonly default: Readonly<Record<string, string>> }>>;
