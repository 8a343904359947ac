import { define, init } from "matrix-threepids";
import { start } from "./start.js";

init(new URL("wasm/threepids.wasm", document.baseURI));
define();
start();
