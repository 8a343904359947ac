// The demo: the element from the npm package, signed in by a script that only
// the demo server serves.
import "/npm/define.js";
import session from "./session.js";

Object.assign(document.querySelector("matrix-threepids"), session);
