// Public types that are not classes. The published `index.d.ts` is generated
// from these comments and from those of the classes.

import type english from "./locales/en.js";

/**
 * Every text of the user interface, by key. Each key has its English text as a
 * comment. `{}` in a text stands for an address, a date, a duration or a code.
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
  /** True if others can find the user by it, through the `identityServer`; absent where that is not known. */
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

/** Detail of an error. */
export interface ThreepidsErrorDetail {
  readonly code: ThreepidsErrorCode;
  /** English, for developers. The user never sees it. */
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
  /** By the user, by `preventDefault`, or because the element left the page. */
  | "cancelled"
  | "readonly"
  /** No access token yet, or none that the server takes. */
  | "no-session"
  /** `accessToken` contains characters that no header can have. Nothing was sent. */
  | "invalid-token"
  | "missing-homeserver"
  /** `homeserver` is no absolute `https:` or `http:` URL; nothing was sent. */
  | "invalid-homeserver"
  /** The page put a token into an attribute. */
  | "token-attribute"
  /** The WebAssembly did not load, or panicked. */
  | "internal"
  | (string & {});

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
 * server refused the one in use. A rejection, null, undefined or an empty string ends
 * the session (`threepids-session-expired`).
 */
export type AccessTokenSource = (
  reason: "initial" | "expired",
) => Promise<string | null | undefined> | string | null | undefined;

/**
 * Used in the place of `window.fetch`. The request holds the access token and,
 * where the user authenticates, the password. Its `signal` ends it after 30
 * seconds, or when the answer is not needed any more: pass it on.
 */
export type Fetch = (request: Request) => Promise<Response> | Response;

/** The session has ended. */
export interface SessionExpired {
  /** The server said that the same session can be taken up again. */
  readonly softLogout: boolean;
}

/** The list is another one. */
export interface ThreepidsChange {
  readonly threepids: readonly Threepid[];
}

/** Events of elements with a session. All bubble and cross shadow roots. */
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
  "threepids-session-expired": CustomEvent<SessionExpired>;
  /** In addition to what the user sees. */
  "threepids-error": CustomEvent<ThreepidsErrorDetail>;
}

/** The events of `<matrix-threepids>`. All bubble and cross shadow roots. */
export interface MatrixThreepidsEventMap extends MatrixEventMap {
  /** The first list is on the screen. */
  "threepids-ready": CustomEvent<null>;
  /** The list is another one. */
  "threepids-change": CustomEvent<ThreepidsChange>;
  /** Before a mail is asked for. Cancelable. */
  "threepid-before-add": CustomEvent<ThreepidAddress>;
  /** Before the user is asked whether an address may be removed. Cancelable. */
  "threepid-before-remove": CustomEvent<ThreepidAddress>;
  /** The server said that it sent a mail. */
  "threepid-verification-sent": CustomEvent<VerificationSent>;
  /** The address is on the account. */
  "threepid-added": CustomEvent<ThreepidAddress>;
  /** The address is off the account. */
  "threepid-removed": CustomEvent<ThreepidRemoved>;
  /** Others can find the user by the address, through the `identityServer`. */
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

/** A forgotten password was replaced. */
export interface PasswordReset {
  /** All sessions of the account have ended. */
  readonly logoutDevices: boolean;
}

/** The events of `<matrix-password-reset>`. All bubble and cross shadow roots. */
export interface MatrixPasswordResetEventMap {
  /** The server has the new password: the user can sign in with it. */
  "password-reset": CustomEvent<PasswordReset>;
  /** In addition to what the user sees. An address that belongs to no account is no error. */
  "threepids-error": CustomEvent<ThreepidsErrorDetail>;
}

/** The events of any element, and its own. */
export interface MatrixThreepidsElementEventMap extends HTMLElementEventMap, MatrixThreepidsEventMap {}

/** The events of any element, and its own. */
export interface MatrixAccountPasswordElementEventMap extends HTMLElementEventMap, MatrixAccountPasswordEventMap {}

/** The events of any element, and its own. */
export interface MatrixPasswordResetElementEventMap extends HTMLElementEventMap, MatrixPasswordResetEventMap {}

/** The attributes of `<matrix-password-reset>`. */
export interface MatrixPasswordResetAttributes {
  homeserver?: string;
  theme?: "auto" | "light" | "dark";
  density?: "comfortable" | "compact";
  "heading-level"?: number | string;
  "without-heading"?: boolean | "";
  persist?: "session" | "local" | "none";
}

/** The attributes of `<matrix-account-password>`. */
export interface MatrixAccountPasswordAttributes {
  homeserver?: string;
  "user-id"?: string;
  theme?: "auto" | "light" | "dark";
  density?: "comfortable" | "compact";
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
  density?: "comfortable" | "compact" | null;
  readOnly?: boolean;
  headingLevel?: number | string | null;
  withoutHeading?: boolean;
  accessToken?: string | AccessTokenSource | null;
  fetch?: Fetch | null;
  authHandler?: AuthHandler | null;
  messages?: Partial<Messages> | null;
}

/** The properties of `<matrix-password-reset>` that may be set. */
export interface MatrixPasswordResetProperties {
  homeserver?: string | URL | null;
  theme?: "auto" | "light" | "dark" | null;
  density?: "comfortable" | "compact" | null;
  headingLevel?: number | string | null;
  withoutHeading?: boolean;
  fetch?: Fetch | null;
  messages?: Partial<Messages> | null;
  persist?: "session" | "local" | "none" | null;
}

/** The properties of `<matrix-threepids>` that may be set. */
export interface MatrixThreepidsProperties extends MatrixAccountPasswordProperties {
  mediums?: string | null;
  nextLink?: string | URL | null;
  persist?: "session" | "local" | "none" | null;
  country?: string | null;
  identityServer?: IdentityServer | null;
}
