// Types of what index.js exports. Written by hand: the class is JavaScript,
// and what wasm-bindgen would write describes the inside, not the element.
// custom-elements.json is made of the comments here.

import type english from "./locales/en.js";

/**
 * Every text that a person can meet, by key; what each is in English stands at
 * the key. `{}` in a text stands for an address, a date, a duration or a code.
 */
export type Messages = typeof english;

/** A kind of address. The list shows kinds of later specs too, by their name. */
export type Medium = "email" | "msisdn" | (string & {});

/**
 * A confirmed address of the account.
 *
 * Spec: https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3account3pid
 */
export interface Threepid {
  readonly medium: Medium;
  /** As the server writes it; of a phone number the digits, with the calling code. */
  readonly address: string;
  /** Milliseconds since the epoch; absent where the server does not say. */
  readonly addedAt?: number;
  /** Milliseconds since the epoch; absent where the server does not say. */
  readonly validatedAt?: number;
  /** Whether others can find the person by it, through the `identityServer`; absent where that is not known. */
  readonly shared?: boolean;
}

/** An address to which a mail or text message was sent, and which is not on the list yet. */
export interface Pending {
  readonly medium: Medium;
  readonly address: string;
  /** `send_attempt` of the last mail: 1, then one more for each "Resend". */
  readonly attempt: number;
  /** When the last mail went out, in milliseconds since the epoch. */
  readonly sentAt: number;
  /** `waiting`: authenticated, only the link is not opened yet. */
  readonly phase: "sent" | "waiting";
}

/** What is told of an error. */
export interface ThreepidsErrorDetail {
  readonly code: ThreepidsErrorCode;
  /** English, for developers. The person never sees it. */
  readonly message: string;
  /** The HTTP status, if there was an answer. */
  readonly status: number | null;
  /** How long to wait, in milliseconds, if the server said so. */
  readonly retryAfterMs: number | null;
  /** Whether the same can be tried again. */
  readonly recoverable: boolean;
  /** What is behind it, where a file did not come or the WebAssembly was refused. */
  readonly cause?: Error;
}

/**
 * The server's `errcode` (`M_…`), or one of the element's own.
 *
 * Spec: https://spec.matrix.org/latest/client-server-api/#standard-error-response
 */
export type ThreepidsErrorCode =
  /** No connection, or one that CORS forbids: browsers do not say which. */
  | "network"
  /** No answer within 30 seconds. */
  | "timeout"
  /** The same, while the browser says that it is offline. */
  | "offline"
  /** The answer is not a Matrix server's: a proxy's page, a broken body. */
  | "http"
  | "invalid-address"
  /** The address is on the list already. */
  | "duplicate"
  /** By the person, by `preventDefault`, or because the element left the page. */
  | "cancelled"
  | "readonly"
  /** No access token yet, or none that the server takes. */
  | "no-session"
  /** `accessToken` holds what no header can carry; nothing was sent. */
  | "invalid-token"
  | "missing-homeserver"
  /** `homeserver` is no absolute `https:` or `http:` URL; nothing was sent. */
  | "invalid-homeserver"
  /** The page put a token into an attribute. */
  | "token-attribute"
  /** The WebAssembly did not load, or panicked. */
  | "internal"
  | (string & {});

/** What the methods of the element reject with. */
export class ThreepidsError extends Error implements ThreepidsErrorDetail {
  constructor(detail: {
    code: ThreepidsErrorCode;
    message: string;
    /** Default: null. */
    status?: number | null;
    /** Default: null. */
    retryAfterMs?: number | null;
    /** Default: true. */
    recoverable?: boolean;
    cause?: Error;
  });
  readonly name: "ThreepidsError";
  readonly code: ThreepidsErrorCode;
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  readonly recoverable: boolean;
  readonly cause?: Error;
}

/** A mail went out. */
export interface VerificationSent {
  readonly medium: Medium;
  readonly address: string;
  /** `send_attempt` */
  readonly attempt: number;
}

/** An address is off the list. */
export interface ThreepidRemoved {
  readonly medium: Medium;
  readonly address: string;
  /**
   * `id_server_unbind_result`: `success`, `no-support`, or what else the
   * server says; null if it says nothing.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3piddelete
   */
  readonly unbindResult: string | null;
}

/** An address, by its kind. */
export interface ThreepidAddress {
  readonly medium: Medium;
  readonly address: string;
}

/**
 * What the server wants to know before it does something.
 *
 * Spec: https://spec.matrix.org/latest/client-server-api/#user-interactive-authentication-api
 */
export interface AuthChallenge {
  /** What the authentication is for. */
  readonly action: "add" | "remove" | "password" | "bind" | "unbind";
  /** Of the address in question; absent where it is about none. */
  readonly medium?: Medium;
  /** The address in question; absent where it is about none. */
  readonly address?: string;
  /** The ways through; each is a list of stage types. */
  readonly flows: readonly { readonly stages: readonly string[] }[];
  /** What the stages need to know, by stage type, as the server sent it. */
  readonly params: unknown;
  /** The stages that are done. */
  readonly completed: readonly string[];
  /** Why the last stage failed; absent if none did. */
  readonly error?: { readonly code: string };
}

/**
 * The spec's `auth` for one stage, without `session`: the element adds it.
 *
 * Spec: https://spec.matrix.org/latest/client-server-api/#authentication-types
 */
export interface AuthAnswer {
  /** The stage type, such as `m.login.password`. */
  type?: string;
  session?: never;
  [member: string]: unknown;
}

/** Detail of `threepid-auth-required`. */
export interface AuthRequired extends AuthChallenge {
  /**
   * Answers the challenge, if the event was prevented; `null` cancels. Counts
   * once.
   */
  respond(auth: AuthAnswer | null): void;
}

/** The property `identityServer`. */
export interface IdentityServer {
  /** Its base URL, such as `https://vector.im`. Homeservers get its host and port. */
  readonly url: string;
  /** Its access token; without it the element gets one of its own. Never logged or stored. */
  readonly accessToken?: string;
}

/**
 * Answers challenges in the place of the element's own dialog; `null` cancels,
 * and so does a rejection.
 */
export type AuthHandler = (challenge: AuthChallenge) => Promise<AuthAnswer | null> | AuthAnswer | null;

/**
 * Gets the access token: once with `initial`, and with `expired` each time the
 * server refused the one in use. A rejection, or an empty string, ends the
 * session (`threepids-session-expired`).
 */
export type AccessTokenSource = (reason: "initial" | "expired") => Promise<string> | string;

/**
 * Used in the place of `window.fetch`. The request holds the access token and,
 * where the person authenticates, the password. Its `signal` ends it after 30
 * seconds, or when nobody wants the answer any more: pass it on.
 */
export type Fetch = (request: Request) => Promise<Response> | Response;

/** The events of both elements. All bubble and cross shadow roots. */
interface MatrixEventMap {
  /**
   * The server wants user-interactive authentication. Cancelable: prevented,
   * the element waits for `detail.respond`.
   */
  "threepid-auth-required": CustomEvent<AuthRequired>;
  /**
   * The access token is no good any more and could not be renewed, or it was
   * taken back. All state is kept; a new `accessToken` resumes.
   */
  "threepids-session-expired": CustomEvent<{
    /** The server said that the same session can be taken up again. */
    readonly softLogout: boolean;
  }>;
  /** Beside what the person sees. */
  "threepids-error": CustomEvent<ThreepidsErrorDetail>;
}

/** The events of `<matrix-threepids>`. All bubble and cross shadow roots. */
export interface MatrixThreepidsEventMap extends MatrixEventMap {
  /** The first list is on the screen. */
  "threepids-ready": CustomEvent<null>;
  /** The list is another one. */
  "threepids-change": CustomEvent<{ readonly threepids: readonly Threepid[] }>;
  /** Before a mail is asked for. Cancelable. */
  "threepid-before-add": CustomEvent<ThreepidAddress>;
  /** Before the person is asked whether an address may be removed. Cancelable. */
  "threepid-before-remove": CustomEvent<ThreepidAddress>;
  /** The server said that it sent a mail. */
  "threepid-verification-sent": CustomEvent<VerificationSent>;
  /** The address is on the account. */
  "threepid-added": CustomEvent<ThreepidAddress>;
  /** The address is off the account. */
  "threepid-removed": CustomEvent<ThreepidRemoved>;
  /** Others can find the person by the address, through the `identityServer`. */
  "threepid-shared": CustomEvent<ThreepidAddress>;
  /** They were not to any more; `unbindResult` is what the identity server made of it. */
  "threepid-unshared": CustomEvent<ThreepidRemoved>;
}

/** The password is another one. */
export interface PasswordChanged {
  /** The account's other sessions have ended. */
  readonly logoutDevices: boolean;
}

/** The events of `<matrix-account-password>`. All bubble and cross shadow roots. */
export interface MatrixAccountPasswordEventMap extends MatrixEventMap {
  /** The server has changed the password. */
  "password-changed": CustomEvent<PasswordChanged>;
}

/** The events of any element, and its own. */
export interface MatrixThreepidsElementEventMap extends HTMLElementEventMap, MatrixThreepidsEventMap {}

/** The events of any element, and its own. */
export interface MatrixAccountPasswordElementEventMap
  extends HTMLElementEventMap,
    MatrixAccountPasswordEventMap {}

/** What both elements have. */
declare class MatrixElement extends HTMLElement {
  static readonly observedAttributes: string[];

  /**
   * Attribute `homeserver`: base URL of the client-server API. Another one
   * starts anew. Empty if it is not set.
   */
  get homeserver(): string;
  set homeserver(value: string | URL | null | undefined);

  /**
   * Attribute `user-id`: the full Matrix ID. Without it the server is asked
   * when it is needed. Another one starts anew. Empty if it is not set.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3accountwhoami
   */
  get userId(): string;
  set userId(value: string | null | undefined);

  /** Attribute `theme`; without it as `auto`. Empty if it is not set. */
  get theme(): string;
  set theme(value: "auto" | "light" | "dark" | null | undefined);

  /** Attribute `readonly`: nothing can be changed. */
  get readOnly(): boolean;
  set readOnly(value: boolean);

  /**
   * Attribute `heading-level`, 1 to 6; without it as 2. A string, as the
   * attribute; empty if it is not set.
   */
  get headingLevel(): string;
  set headingLevel(value: number | string | null | undefined);

  /** Attribute `without-heading`: the page has a heading of its own. */
  get withoutHeading(): boolean;
  set withoutHeading(value: boolean);

  /**
   * The access token, or what gets one. Write-only: reading gives `undefined`.
   * Never reflected, logged or stored. Until it is first set the element is
   * loading: it sends nothing and says nothing. Null, undefined or an empty
   * string take it back.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#using-access-tokens
   */
  get accessToken(): undefined;
  set accessToken(value: string | AccessTokenSource | null | undefined);

  /** Used in the place of `window.fetch`, for every request to the homeserver. */
  get fetch(): Fetch | undefined;
  set fetch(value: Fetch | null | undefined);

  /** Answers challenges, where no listener of `threepid-auth-required` prevents it. */
  get authHandler(): AuthHandler | undefined;
  set authHandler(value: AuthHandler | null | undefined);

  /** Texts that replace the element's own, by key. */
  get messages(): Partial<Messages> | undefined;
  set messages(value: Partial<Messages> | null | undefined);

  /** Puts the focus into the first field. */
  focus(): void;
}

/**
 * `<matrix-threepids>`: a person manages the email addresses and phone numbers
 * of their Matrix account.
 *
 * Methods draw the same screens and fire the same events as the person's own
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
 * @csspart dialog - a dialog
 * @csspart dialog-title - its title
 * @csspart dialog-footer - its buttons
 * @csspart link - the link beside an error that has one
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
  /**
   * Attribute `mediums`: what is shown, in this order: `email`, `msisdn` (phone
   * numbers), or both with a blank between them. What is not named is neither
   * listed nor added. Without it as `email`.
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
   * The identity server, through which others can find the person by the
   * addresses that they share. Without it nothing of that is seen, and no
   * identity server is asked. Old homeservers (r0.5 and older) have it validate
   * addresses, and can add none without it.
   *
   * Spec: https://spec.matrix.org/latest/identity-service-api/
   */
  get identityServer(): IdentityServer | undefined;
  set identityServer(value: IdentityServer | null | undefined);

  /** The addresses that are shown: a frozen copy. Empty before the first list. */
  get threepids(): readonly Threepid[];

  /** The pending verifications, oldest first: a frozen copy, without secrets. */
  get pending(): readonly Pending[];

  /**
   * Reads the list.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3account3pid
   * @returns the list, when it was read
   */
  refresh(): Promise<readonly Threepid[]>;

  /**
   * Has a mail sent to this address. That the address is on the list is told
   * later, by `threepid-added`. Rejects with `invalid-address`, `duplicate`,
   * `cancelled`, `readonly`, or why the server sent none.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidemailrequesttoken
   * @returns when the server has said that it sent
   */
  addEmail(address: string): Promise<VerificationSent>;

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
  addPhone(number: string, country?: string): Promise<VerificationSent>;

  /**
   * Has the mail or text message of a pending verification sent again. A phone
   * number may be written with `+` and blanks. Rejects with
   * `invalid-address` if nothing is pending for this address.
   *
   * @returns when the server has said that it sent
   */
  resend(address: string): Promise<VerificationSent>;

  /** Forgets the pending verification of this address, if there is one. */
  cancel(address: string): Promise<void>;

  /** Every element's own: takes this one out of the page. */
  remove(): void;
  /**
   * Asks the person whether this address may be removed, and removes it.
   * Rejects with `cancelled` if they or a listener would rather not.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3piddelete
   * @returns when it is done and the list was read again
   */
  remove(medium: Medium, address: string): Promise<ThreepidRemoved>;

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

/**
 * `<matrix-account-password>`: a person changes the password of their Matrix
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
 * @csspart link - the link beside an error that has one
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
  addEventListener<Name extends keyof MatrixAccountPasswordElementEventMap>(
    type: Name,
    listener: (
      this: MatrixAccountPasswordElement,
      event: MatrixAccountPasswordElementEventMap[Name],
    ) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;

  removeEventListener<Name extends keyof MatrixAccountPasswordElementEventMap>(
    type: Name,
    listener: (
      this: MatrixAccountPasswordElement,
      event: MatrixAccountPasswordElementEventMap[Name],
    ) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/**
 * Defines both custom elements. Only in a browser. One that lacks what the
 * elements need keeps what the page put into the tags. Done twice, the first
 * counts; another name gets a class of its own.
 *
 * @param tagName default: `matrix-threepids`
 * @param passwordTagName default: `matrix-account-password`
 */
export function define(tagName?: string, passwordTagName?: string): void;

/**
 * Loads the WebAssembly, once. The first element in a page calls it; call it
 * before to load it earlier, or from elsewhere.
 *
 * @param wasm default: `threepids.wasm` beside this module
 */
export function init(wasm?: URL | Request | Response | BufferSource): Promise<unknown>;

/**
 * Has every element of a language use these texts in the place of its own; also
 * for a language that the package has no texts for. Counts for elements that are
 * there already, too.
 *
 * @param tag BCP 47, such as `fr` or `fr-CA`
 */
export function registerLocale(tag: string, messages: Partial<Messages>): void;

/** The attributes of `<matrix-account-password>`. */
export interface MatrixAccountPasswordAttributes {
  homeserver?: string;
  "user-id"?: string;
  theme?: "auto" | "light" | "dark";
  readonly?: boolean | "";
  "heading-level"?: number | string;
  "without-heading"?: boolean | "";
}

/** The attributes of `<matrix-threepids>`. */
export interface MatrixThreepidsAttributes extends MatrixAccountPasswordAttributes {
  mediums?: string;
  "next-link"?: string;
  persist?: "session" | "local" | "none";
  country?: string;
}

/** The properties of `<matrix-account-password>` that may be set. */
export interface MatrixAccountPasswordProperties {
  homeserver?: string | URL | null;
  userId?: string | null;
  theme?: "auto" | "light" | "dark" | null;
  readOnly?: boolean;
  headingLevel?: number | string | null;
  withoutHeading?: boolean;
  accessToken?: string | AccessTokenSource | null;
  fetch?: Fetch | null;
  authHandler?: AuthHandler | null;
  messages?: Partial<Messages> | null;
}

/** The properties of `<matrix-threepids>` that may be set. */
export interface MatrixThreepidsProperties extends MatrixAccountPasswordProperties {
  mediums?: string | null;
  nextLink?: string | URL | null;
  persist?: "session" | "local" | "none" | null;
  country?: string | null;
  identityServer?: IdentityServer | null;
}

declare global {
  interface HTMLElementTagNameMap {
    "matrix-threepids": MatrixThreepidsElement;
    "matrix-account-password": MatrixAccountPasswordElement;
  }
}

// What is not exported by its own word stays inside.
export {};
