import { define, init } from "matrix-threepids";
import { start } from "./start.js";

init(new URL("threepids.wasm", document.baseURI));
define();
start();
