// Nothing has to be set for the element: webpack finds the WebAssembly and the
// languages by itself.
export default {
  mode: "production",
  entry: "./src/index.js",
};
