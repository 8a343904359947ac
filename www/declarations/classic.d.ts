// The global of `classic.js`, which is for one classic script tag.

declare global {
  /** Everything that the package's main entry exports. */
  const matrixThreepids: typeof import("./index.js");
}

export {};
