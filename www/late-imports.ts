// Functions that only `threepids-actions.wasm` calls. The build of the package moves
// them here from the glue; where one file has all code, the glue has them.

/** Creates the functions, with those of the glue. */
export const lateImports: unknown = undefined;
