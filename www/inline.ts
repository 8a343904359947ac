// The whole element in one file, its WebAssembly inside: for bundlers that lose
// the asset, and for pages that may not fetch from their own origin. Importing
// it defines <matrix-threepids>.

import actions from "./glue/threepids-actions.deflate";
import first from "./glue/threepids.deflate";
import { define } from "./api.js";
import { setDefaultSources } from "./wasm-loader.js";

export * from "./api.js";

const inflate = (compressed: string) => {
  const bytes = Uint8Array.from(atob(compressed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).arrayBuffer();
};

setDefaultSources(
  () => inflate(first),
  () => inflate(actions),
);
define();
