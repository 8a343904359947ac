// Names of members with which the classes of the elements extend the base
// class. They are symbols, so that no name of a page is taken.

/**
 * Kind of the element, for Rust: 0 for addresses, 1 for the password of an account, 2
 * for a forgotten password.
 */
export const kind = Symbol();
/** True if more than the list is needed from the start. */
export const needsActions = Symbol();
/** Members of the bridge that only this kind of element has. */
export const bridge = Symbol();
/** Loads what must be there before Rust renders. */
export const prepare = Symbol();
/** Receives the exports of the WebAssembly, before Rust renders. */
export const ready = Symbol();
/** Messages in place of the element's own; undefined if those in Rust are enough. */
export const words = Symbol();
/** Members of the configuration that only this kind of element has. */
export const config = Symbol();
/** Static: properties that a page may set before the element is defined. */
export const properties = Symbol();
