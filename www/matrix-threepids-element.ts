// `<matrix-threepids>`: Rust does the work; the class is what a page sees of it.
// The base class is in `matrix-element.ts`.

import type { OwnBridge, Use } from "./js-bridge.js";
import { lazy } from "./lazy.js";
import { actions, loadActions } from "./late.js";
import { hasRecords } from "./storage-areas.js";
import { MatrixAccountPasswordElement } from "./matrix-account-password-element.js";
import { MatrixPasswordResetElement } from "./matrix-password-reset-element.js";
import { defineAs } from "./dom.js";
import { resolveUrl, serverUrl, sidFromUrl } from "./url.js";
import * as internals from "./internals.js";
import { complain, deepFreeze, errorDetail, member } from "./errors.js";
import {
  callMethod,
  callRust,
  defineProperties,
  emit,
  knownWords,
  localeOf,
  MatrixElement,
  scheduleUpdate,
  storedProperty,
} from "./matrix-element.js";
import type { Reflection } from "./properties.js";
import type { OwnConfig, Rust } from "./rust.js";
import type {
  IdentityServer,
  MatrixThreepidsElementEventMap,
  Medium,
  Messages,
  Pending,
  Threepid,
  ThreepidRemoved,
  VerificationSent,
} from "./types.js";

export { ThreepidsError } from "./errors.js";
export { registerLocale, setWasmLoader } from "./matrix-element.js";
export { MatrixAccountPasswordElement, MatrixPasswordResetElement };

/** Words that `mediums` may have. */
const MEDIUMS = ["email", "msisdn"];

/** Loads what parses and formats phone numbers. */
const loadPhones = lazy(() => import("./phones.js"));
/** Loads what renders the state of an identity server. */
const loadIdentity = lazy(() => import("./identity.js"));

/**
 * `<matrix-threepids>`: the user manages the email addresses and phone numbers
 * of their Matrix account.
 *
 * Methods draw the same screens and fire the same events as the user's own
 * action. They wait until the element is in a page and drawn, and reject with
 * {@link ThreepidsError}.
 *
 * @attribute lang - BCP 47 tag of the language; without it the nearest ancestor's, then the browser's
 *
 * @slot - shown until the first list is there, and by browsers that are too old
 * @slot heading - in the place of the heading's text
 * @slot empty - in the place of "No email addresses yet"
 * @slot phones-heading - in the place of the heading's text, of phone numbers
 * @slot phones-empty - in the place of "No phone numbers yet"
 * @slot footer - below everything
 *
 * @csspart base - what is around everything
 * @csspart heading - the heading of each kind of address
 * @csspart list - the list
 * @csspart item - an entry of it, or a pending group
 * @csspart address - the address in it
 * @csspart badge - the kind of an address that is neither email nor phone number
 * @csspart hint - the date, and small texts
 * @csspart actions - the buttons of a pending group
 * @csspart button - every button
 * @csspart button-primary - the button that goes on
 * @csspart button-danger - the button that removes
 * @csspart form - the form
 * @csspart label - the label of a field
 * @csspart input - a field
 * @csspart error - what went wrong
 * @csspart status - what happens
 * @csspart notice - a status under the heading: what was done
 * @csspart switch - the switch that shares an address
 * @csspart dialog - a dialog
 * @csspart dialog-title - its title
 * @csspart dialog-footer - its buttons
 * @csspart link - the link next to an error that has one
 * @csspart spinner - what turns
 * @csspart empty - the text in the place of an empty list
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
 * @cssproperty --threepids-color-success - check marks, what was done
 * @cssproperty --threepids-color-focus - the focus ring
 * @cssproperty --threepids-color-backdrop - behind a dialog
 * @cssproperty --threepids-font-family - everything
 * @cssproperty --threepids-font-size - everything
 * @cssproperty --threepids-radius - corners
 * @cssproperty --threepids-spacing - distances
 * @cssproperty --threepids-max-width - the widest that the content gets
 *
 * @cssstate loading - until the first list
 * @cssstate pending - while a verification is pending
 * @cssstate readonly - while `readonly` is on
 */
export class MatrixThreepidsElement extends MatrixElement {
  #exports: Rust | undefined;
  /** `./phones.js`, once Rust has it. */
  #phones: typeof import("./phones.js") | undefined;
  /** `./identity.js`, once it is loaded. */
  #identity: typeof import("./identity.js") | undefined;
  /** Files for which an error was fired, because they could not be loaded. */
  readonly #missing = new Set<string>();

  /**
   * Reads the list.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3account3pid
   * @returns the list, when it was read
   */
  refresh(): Promise<readonly Threepid[]> {
    return callMethod(this, (handle) => handle.call("refresh", "", "")).then(deepFreeze);
  }

  /**
   * Has a mail sent to this address. When the address is on
   * the list, `threepid-added` fires. Rejects with `invalid-address`, `duplicate`,
   * `cancelled`, `readonly`, or why the server sent none.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidemailrequesttoken
   * @returns when the server has said that it sent
   */
  addEmail(address: string): Promise<VerificationSent> {
    return callMethod(this, (handle) => handle.call("addEmail", String(address), ""));
  }

  /**
   * Has a text message sent to this phone number, as `addEmail` does a mail.
   * Rejects with `readonly` unless `mediums` names `msisdn`.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken
   * @param number with `+` and the calling code, or as it is dialled in the country
   * @param country by ISO 3166; without it the one of the attribute or `lang`
   * @returns when the server has said that it sent; `address` is the number's
   *   digits, with the calling code
   */
  addPhone(number: string, country = ""): Promise<VerificationSent> {
    return callMethod(this, (handle) => handle.call("addPhone", String(number), String(country)));
  }

  /**
   * Has the mail or text message of a pending verification sent again. If the
   * link was opened, the first call tries to add the address instead. A phone
   * number may be written with `+` and blanks. Rejects with
   * `invalid-address` if nothing is pending for this address.
   *
   * @returns when the server has said that it sent
   */
  resend(address: string): Promise<VerificationSent> {
    return callMethod(this, (handle) => handle.call("resend", String(address), ""));
  }

  /** Forgets the pending verification of this address, if there is one. */
  cancel(address: string): Promise<void> {
    return callMethod(this, (handle) => handle.call("cancel", String(address), ""));
  }

  /** Every element's own: takes this one out of the page. */
  override remove(): void;
  /**
   * Asks the user whether this address may be removed, and removes it.
   * Rejects with `cancelled` if they or a listener would rather not.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3piddelete
   * @returns when it is done and the list was read again
   */
  override remove(medium: Medium, address: string): Promise<ThreepidRemoved>;
  override remove(medium?: Medium, address?: string): Promise<ThreepidRemoved> | undefined {
    // biome-ignore lint/complexity/noArguments: `remove(undefined)` is not `remove()`
    if (arguments.length === 0) {
      super.remove();
      return undefined;
    }
    return callMethod(this, (handle) => handle.call("remove", String(medium), String(address)));
  }

  /** The addresses that are shown: a frozen copy. Empty before the first list. */
  get threepids(): readonly Threepid[] {
    return deepFreeze(callRust(this, (handle) => handle.threepids()) ?? []);
  }

  /** The pending verifications, oldest first: a frozen copy, without secrets. */
  get pending(): readonly Pending[] {
    return deepFreeze(callRust(this, (handle) => handle.call("pending", "", "")) ?? []);
  }

  /** @internal */
  override [internals.bridge](use: Use<MatrixThreepidsElement>): Partial<OwnBridge> {
    return {
      hash: async (...given) => use((host) => host.#identity?.hash(...given)),
      drawIdentity: (...given) => use((host) => host.#identity?.draw(...given, localeOf(host))),
      tidyAddress: (sid) => actions.removeSidFromUrl(sid),
    };
  }

  /** Mediums to display, each once. */
  #mediums(): string[] {
    const mediums = knownWords(this, "mediums", MEDIUMS);
    return mediums.length ? [...new Set(mediums)] : ["email"];
  }

  /** @internal */
  override [internals.needsActions](): boolean {
    const nextLink = resolveUrl(this.nextLink);
    return Boolean(storedProperty(this, "identityServer") || hasRecords() || (nextLink && sidFromUrl(nextLink)));
  }

  /** @internal */
  override async [internals.prepare](): Promise<void> {
    if (!this.#mediums().includes("msisdn")) return;
    this.#phones = await loadPhones().catch((cause) => {
      // The email addresses are displayed without it; see `#loadModule`.
      if (!this.#mediums().includes("email")) {
        throw new Error("phones.js could not be loaded", { __proto__: null, cause });
      }
      return undefined;
    });
  }

  /** @internal */
  override [internals.ready](rust: Rust): void {
    this.#exports = rust;
    if (this.#phones) rust.phones(this.#phones);
  }

  /** Loads a file that the element needs from now on. */
  #loadModule<Module>(load: () => Promise<Module>, name: string, keep: (module: Module) => void): void {
    load().then(
      (module) => {
        keep(module);
        scheduleUpdate(this);
      },
      (cause) => {
        if (this.#missing.has(name)) return;
        this.#missing.add(name);
        const message = `${name} could not be loaded`;
        complain(message, cause);
        emit(this, "threepids-error", errorDetail("internal", message, cause));
      },
    );
  }

  /** @internal */
  override [internals.words](): Partial<Messages> | undefined {
    return (storedProperty(this, "identityServer") as IdentityServer | undefined) && {};
  }

  /** @internal */
  override [internals.config](text: (attribute: string) => string, tag: string, hasMessages: boolean): OwnConfig {
    // Records of any account are deleted after a day.
    if (hasRecords())
      loadActions()
        .then((it) => it.removeOldRecords())
        .catch(() => {});
    // Its words, too, are loaded by those who want them.
    const wanted = storedProperty(this, "identityServer") as IdentityServer | undefined;
    const url = wanted && serverUrl(member(wanted, "url"));
    if (wanted && !url) complain("identityServer.url is no https: URL");
    const identity = hasMessages ? url : undefined;
    const token = wanted && member(wanted, "accessToken");
    if (identity && !this.#identity) {
      this.#loadModule(loadIdentity, "identity.js", (module) => {
        this.#identity = module;
      });
    }
    const server = this.#identity && identity;
    const nextLink = resolveUrl(text("next-link"));
    const mediums = this.#mediums().filter((medium) => medium !== "msisdn" || this.#phones);
    if (mediums.length < this.#mediums().length) {
      this.#loadModule(loadPhones, "phones.js", (module) => {
        this.#phones = module;
        this.#exports?.phones(module);
      });
    }
    return {
      mediums,
      country: this.#phones?.home(text("country"), tag),
      identityServer: server?.host,
      identityUrl: server?.href.replace(/\/+$/, ""),
      identityToken: server && typeof token === "string" && token ? token : undefined,
      canHash: Boolean(crypto.subtle),
      nextLink,
      returned: nextLink && sidFromUrl(nextLink),
    };
  }
}

// Tables define these properties; see below.
export interface MatrixThreepidsElement {
  /**
   * Attribute `mediums`: what is shown, in this order: `email`, `msisdn` (phone
   * numbers), or both with a blank between them. What is not named is neither
   * listed nor added. Without it as `email`.
   * @default "email"
   */
  get mediums(): string;
  set mediums(value: string | null | undefined);

  /**
   * Attribute `next-link`: where the homeserver sends the browser once the link
   * in the mail was opened. Relative URLs are resolved against the document's
   * base; what is not `http:` or `https:` is no link. None by default.
   *
   * @see https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidemailrequesttoken
   */
  get nextLink(): string;
  set nextLink(value: string | URL | null | undefined);

  /**
   * Attribute `persist`: where pending verifications are kept. `session` (the
   * default): `sessionStorage`, shared with other tabs of the same origin,
   * homeserver and user; `local`: `localStorage`; `none`: this element's memory.
   * @default "session"
   */
  get persist(): string;
  set persist(value: "session" | "local" | "none" | null | undefined);

  /**
   * Attribute `country`: in which country to begin with phone numbers that have
   * no `+`, by ISO 3166, such as `GB`. Without it that of `lang`.
   */
  get country(): string;
  set country(value: string | null | undefined);

  /**
   * The identity server, through which others can find the user by the
   * addresses that they share. Without it nothing of that is seen, and no
   * identity server is asked. Old homeservers (r0.5 and older) have it validate
   * addresses, and can add none without it.
   *
   * Spec: https://spec.matrix.org/latest/identity-service-api/
   */
  get identityServer(): IdentityServer | undefined;
  set identityServer(value: IdentityServer | null | undefined);

  addEventListener<Name extends keyof MatrixThreepidsElementEventMap>(
    type: Name,
    listener: (this: MatrixThreepidsElement, event: MatrixThreepidsElementEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;

  removeEventListener<Name extends keyof MatrixThreepidsElementEventMap>(
    type: Name,
    listener: (this: MatrixThreepidsElement, event: MatrixThreepidsElementEventMap[Name]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "matrix-threepids": MatrixThreepidsElement;
    "matrix-account-password": MatrixAccountPasswordElement;
    "matrix-password-reset": MatrixPasswordResetElement;
  }
}

const REFLECTED: Record<string, Reflection> = {
  mediums: ["mediums", "text"],
  nextLink: ["next-link", "text"],
  persist: ["persist", "text"],
  country: ["country", "text"],
};
defineProperties(MatrixThreepidsElement, REFLECTED, ["identityServer"]);

/**
 * Defines the custom elements. Only in a browser. One that lacks what the
 * elements need keeps what the page put into the tags. Done twice, the first
 * counts; another name gets a class of its own.
 *
 * @param tagName default: `matrix-threepids`
 * @param passwordTagName default: `matrix-account-password`
 * @param resetTagName default: `matrix-password-reset`
 */
export function define(
  tagName = "matrix-threepids",
  passwordTagName = "matrix-account-password",
  resetTagName = "matrix-password-reset",
): void {
  defineAs(tagName, MatrixThreepidsElement);
  defineAs(passwordTagName, MatrixAccountPasswordElement);
  defineAs(resetTagName, MatrixPasswordResetElement);
}
