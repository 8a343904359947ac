import "matrix-threepids/inline";
import { start } from "./start.js";

start();
