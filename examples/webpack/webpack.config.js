// webpack finds the WebAssembly and the languages by itself.
export default {
  mode: "production",
  entry: "./src/index.js",
  // It warns of files above 250,000 bytes, as they are before compression: the
  // WebAssembly is a little above, and travels in 95 KB.
  performance: { assetFilter: (file) => !file.endsWith(".wasm") },
};
