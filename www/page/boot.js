// Starts the page that Trunk builds: hands the hashed glue and WebAssembly to
// the class, then signs in with the session that the page's server gives, if
// it gives one (only the demo's does).

import { define, provide } from "./element.js";

const { glue, wasm } = document.querySelector("script[data-glue]").dataset;

provide(async () => {
  const rust = await import(glue);
  await rust.default({ module_or_path: new URL(wasm, location.href) });
  return rust;
});
define();

const session = await import(new URL("session.js", location.href)).catch(() => null);
if (session) Object.assign(document.querySelector("matrix-threepids"), session.default);
