// The published file `identity.js`: only pages that set an identity server load
// it. Rust calls these names.
export { hash, render as draw } from "./identity-server-view.js";
