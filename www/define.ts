// Importing this starts to load the WebAssembly, and defines <matrix-threepids>.
// The package has it twice: `define.js` is one file, so that a browser without a
// bundler waits for no other; `define-import.js`, for bundlers, imports `index.js`.

import { define, preload } from "./index.js";

export * from "./index.js";

preload();
define();
