// The same as `testing.ts` in one file, for test runners that load no modules.

import { start } from "./stand-in.js";

export { ThreepidsError } from "./errors.js";
export {
  define,
  fireEvent,
  init,
  MatrixAccountPasswordElement,
  MatrixPasswordResetElement,
  MatrixThreepidsElement,
  playAuthentication,
  playFailure,
  playThreepids,
  playVerified,
  registerLocale,
  requestToken,
} from "./stand-in.js";

start();
