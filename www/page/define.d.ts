// `define.js` of the package, which `cargo xtask page` puts next to the page's
// script. Importing it defines the elements.

export {};
