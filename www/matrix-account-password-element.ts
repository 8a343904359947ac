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

  /** Nothing of it is kept. */
  [own.config]() {
    return { persist: "none" };
  }

  /** There is nothing to be shut, and no identity server. */
  [own.hooks]() {
    return { save() {}, shut() {}, drawIdentity() {} };
  }
}
