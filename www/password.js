// <matrix-account-password>: a person changes the password of their account.

import { MatrixElement, own } from "./base.js";

/** `<matrix-account-password>` */
export class MatrixAccountPasswordElement extends MatrixElement {
  get [own.password]() {
    return true;
  }

  /** They are in no WebAssembly, not even the English ones. */
  [own.words]() {
    return {};
  }

  /** Nothing of it is kept, so that there is nothing to be shut. */
  [own.config]() {
    return { persist: "none" };
  }

  [own.hooks]() {
    return { save() {}, shut() {} };
  }
}
