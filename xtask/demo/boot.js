// The demo: the elements from the npm package, signed in by a script that only
// the demo server serves.
import "/npm/define.js";
import session from "./session.js";

for (const tag of ["matrix-threepids", "matrix-account-password"]) {
  Object.assign(document.querySelector(tag), session);
}
