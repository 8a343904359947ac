// Names that exist only in a build of the package; see `xtask/src/npm.rs`.

/** Hash of each data file, by its path in the package. */
declare const INTEGRITY: Readonly<Record<string, string>>;

/** The compressed WebAssembly in base64. */
declare module "*.deflate" {
  const base64: string;
  export default base64;
}

/** The bundle of `testing-cjs.ts`. */
declare module "*/testing.cjs" {
  export const define: () => void;
}
