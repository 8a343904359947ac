// `<matrix-account-password>`: the user changes the password of their account.

import * as internals from "./internals.js";
import { MatrixElement } from "./matrix-element.js";
import type { OwnConfig } from "./rust.js";
import type { MatrixAccountPasswordElementEventMap } from "./types.js";

/**
 * `<matrix-account-password>`: the user changes the password of their Matrix
 * account.
 *
 * Spec: https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3accountpassword
 *
 * @attribute lang - BCP 47 tag of the language; without it the nearest ancestor's, then the browser's
 *
 * @slot - shown until it is known whether the password can be changed, and by browsers that are too old
 * @slot heading - in the place of the heading's text
 * @slot footer - below everything
 *
 * @csspart base - what is around everything
 * @csspart heading - the heading
 * @csspart hint - what the choice leads to
 * @csspart button - every button
 * @csspart button-primary - the button that goes on
 * @csspart form - the form
 * @csspart label - the label of a field
 * @csspart input - a field
 * @csspart error - what went wrong
 * @csspart status - what happens
 * @csspart dialog - a dialog
 * @csspart dialog-title - its title
 * @csspart dialog-footer - its buttons
 * @csspart link - the link next to an error that has one
 * @csspart spinner - what turns
 *
 * @cssproperty --threepids-color-text - text
 * @cssproperty --threepids-color-text-muted - dates, hints, status
 * @cssproperty --threepids-color-surface - background of the element, fields, dialogs
 * @cssproperty --threepids-color-raised - background of an entry
 * @cssproperty --threepids-color-border - border of entries and dialogs
 * @cssproperty --threepids-color-field-border - border of fields and buttons
 * @cssproperty --threepids-color-accent - the button that goes on, the edge of a pending group
 * @cssproperty --threepids-color-on-accent - text on that
 * @cssproperty --threepids-color-danger - the button that removes, errors
 * @cssproperty --threepids-color-focus - the focus ring
 * @cssproperty --threepids-color-backdrop - behind a dialog
 * @cssproperty --threepids-font-family - everything
 * @cssproperty --threepids-font-size - everything
 * @cssproperty --threepids-radius - corners
 * @cssproperty --threepids-spacing - distances
 * @cssproperty --threepids-max-width - the widest that the content gets
 *
 * @cssstate loading - until it is known whether the password can be changed
 * @cssstate readonly - while it cannot be, or `readonly` is on
 */
export class MatrixAccountPasswordElement extends MatrixElement {
  /** @internal */
  override [internals.kind]() {
    return internals.ElementKind.AccountPassword;
  }

  /**
   * It stores nothing.
   * @internal
   */
  override [internals.config](): OwnConfig {
    return { persist: "none" };
  }
}

export interface MatrixAccountPasswordElement {
  addEventListener<Name extends keyof MatrixAccountPasswordElementEventMap>(
    type: Name,
    listener: (this: MatrixAccountPasswordElement, event: MatrixAccountPasswordElementEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;

  removeEventListener<Name extends keyof MatrixAccountPasswordElementEventMap>(
    type: Name,
    listener: (this: MatrixAccountPasswordElement, event: MatrixAccountPasswordElementEventMap[Name]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}
