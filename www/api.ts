// Everything that the package's entries export. Importing it has no side
// effects.

export {
  define,
  MatrixAccountPasswordElement,
  MatrixPasswordResetElement,
  MatrixThreepidsElement,
  registerLocale,
  ThreepidsError,
} from "./matrix-threepids-element.js";
export type * from "./types.js";
export { init, preload } from "./wasm-loader.js";
