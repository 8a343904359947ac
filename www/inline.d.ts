// The element with its WebAssembly inside. Importing this defines
// <matrix-threepids>.
export * from "./index.js";
