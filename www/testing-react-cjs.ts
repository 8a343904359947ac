// The components of `react.ts` with stand-ins, for test runners that load no
// modules. Others load `react.ts` itself, after `testing.ts`.

import { createComponents } from "./react-components.js";

// The build leaves this import to the test runner: both files have the same stand-ins.
import { define } from "./testing.cjs";

const component = createComponents(define);

export const MatrixThreepids = component("matrix-threepids", "MatrixThreepids");
export const MatrixAccountPassword = component("matrix-account-password", "MatrixAccountPassword");
export const MatrixPasswordReset = component("matrix-password-reset", "MatrixPasswordReset");
/** Renders nothing: a stand-in loads no file. */
export const MatrixThreepidsPreload = (): null => null;
export default MatrixThreepids;
