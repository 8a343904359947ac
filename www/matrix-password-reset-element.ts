// `<matrix-password-reset>`: the user replaces a forgotten password.

import * as internals from "./internals.js";
import { defineProperties, MatrixElement } from "./matrix-element.js";
import type { OwnConfig } from "./rust.js";
import type { MatrixPasswordResetElementEventMap } from "./types.js";

/**
 * `<matrix-password-reset>`: the user replaces a forgotten password. The homeserver
 * sends an email to an address of the account. It needs no access token, and has none.
 *
 * It never says whether an address belongs to an account.
 *
 * Spec: https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3accountpasswordemailrequesttoken
 *
 * @attribute lang - BCP 47 tag of the language; without it the nearest ancestor's, then the browser's
 *
 * @slot - shown until the form is there, and by browsers that are too old
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
 * @csspart item - the email that was sent
 * @csspart address - the address in it
 * @csspart actions - its buttons
 * @csspart notice - a status under the heading: what was done
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
 * @cssstate loading - until the form is there
 * @cssstate pending - while a new password waits for the email's link
 * @cssstate readonly - while the server cannot do it
 */
export class MatrixPasswordResetElement extends MatrixElement {
  /** @internal */
  override [internals.kind]() {
    return internals.ElementKind.PasswordReset;
  }

  /** @internal */
  override [internals.config](): OwnConfig {
    return {
      // No Matrix ID: the name of the records, as there is no account.
      userId: "password-reset",
      readonly: false,
      mediums: ["email"],
    };
  }
}

export interface MatrixPasswordResetElement {
  /**
   * Attribute `persist`: where the address is kept to which an email was sent.
   * `session` (the default): `sessionStorage`, shared with other tabs of the same origin
   * and homeserver; `local`: `localStorage`; `none`: this element's memory.
   * @default "session"
   */
  get persist(): string;
  set persist(value: "session" | "local" | "none" | null | undefined);

  addEventListener<Name extends keyof MatrixPasswordResetElementEventMap>(
    type: Name,
    listener: (this: MatrixPasswordResetElement, event: MatrixPasswordResetElementEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;

  removeEventListener<Name extends keyof MatrixPasswordResetElementEventMap>(
    type: Name,
    listener: (this: MatrixPasswordResetElement, event: MatrixPasswordResetElementEventMap[Name]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

defineProperties(MatrixPasswordResetElement, { persist: ["persist", "text"] }, []);
