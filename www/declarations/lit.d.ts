// A directive for Lit.
import type { DirectiveResult } from "lit/directive.js";
import type { MatrixThreepidsProperties } from "./index.js";

/**
 * Defines the elements, and sets these properties in the browser only:
 * ``html`<matrix-threepids ${properties({ accessToken })}></matrix-threepids>` ``.
 */
export declare function properties(given: MatrixThreepidsProperties): DirectiveResult;
