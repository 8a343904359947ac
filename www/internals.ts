// Names of members with which the classes of the elements extend the base
// class. They are symbols, so that no name of a page is taken.

/** Kinds of elements. The numbers are those of `src/element/element_handle.rs`. */
export const ElementKind = {
  /** `<matrix-threepids>` */
  Threepids: 0,
  /** `<matrix-account-password>` */
  AccountPassword: 1,
  /** `<matrix-password-reset>` */
  PasswordReset: 2,
} as const;
export type ElementKind = (typeof ElementKind)[keyof typeof ElementKind];

/** Kind of the element; without it as `Threepids`. */
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
