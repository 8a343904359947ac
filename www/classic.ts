// The whole package in one classic script, with every language: for pages that
// can load no modules, such as those of `file:` URLs and of sandboxed frames. Its
// exports are members of the global `matrixThreepids`.

export * from "./inline.js";
