// Unit tests of host applications: importing this defines stand-ins of the
// elements. In place of the package's main entry, it has the same exports.

import { ThreepidsError } from "./index.js";
import { setErrorClass, start } from "./stand-in.js";

export {
  define,
  fireEvent,
  init,
  MatrixAccountPasswordElement,
  MatrixPasswordResetElement,
  MatrixThreepidsElement,
  type Method,
  playAuthentication,
  playFailure,
  playThreepids,
  playVerified,
  registerLocale,
  requestToken,
} from "./stand-in.js";
export { ThreepidsError };

setErrorClass(ThreepidsError);
start();
