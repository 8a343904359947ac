// The whole element in one file, its WebAssembly inside: for bundlers that lose
// the asset, and for pages that may not fetch from their own origin. Importing
// it defines <matrix-threepids>.

import compressed from "./glue/threepids.deflate";
import { define } from "./api.js";
import { setDefaultSource } from "./wasm-loader.js";

export * from "./api.js";

setDefaultSource(() => {
  const bytes = Uint8Array.from(atob(compressed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).arrayBuffer();
});
define();
