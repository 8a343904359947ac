// The glue that wasm-bindgen generates, as far as the package uses it. A build
// of the package replaces this file by the generated one and checks the types
// again, so that a difference fails the build.

import type { Rust } from "../rust.js";

export const Handle: Rust["Handle"];
export const loadActions: (functions: Parameters<Rust["loadActions"]>[0]) => void;
/** Sets the functions that only the second file calls. */
export function setLateImports(create: unknown): void;
export const onPanic: Rust["onPanic"];
export const phones: Rust["phones"];
export const styles: Rust["styles"];

/** Instantiates a compiled module. */
export default function initialize(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;
