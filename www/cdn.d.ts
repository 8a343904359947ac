// The element for one script tag. Importing this defines <matrix-threepids>.
export * from "./index.js";
