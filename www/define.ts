// Importing this defines <matrix-threepids>.
import { define } from "./index.js";

define();
