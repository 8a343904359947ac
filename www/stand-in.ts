// Elements that take the place of the real ones in unit tests. They have the same
// properties, methods and events, and no user interface: tests say what the user
// and the server do.

import { ThreepidsError as OwnError } from "./errors.js";
import { property, reflect, type Reflection } from "./properties.js";
import type {
  AccessTokenSource,
  AuthAnswer,
  AuthChallenge,
  AuthHandler,
  IdentityServer,
  MatrixAccountPasswordEventMap,
  MatrixPasswordResetEventMap,
  MatrixThreepidsEventMap,
  Medium,
  Messages,
  Pending,
  Threepid,
  ThreepidRemoved,
  ThreepidsErrorCode,
  ThreepidsErrorDetail,
  VerificationSent,
} from "./index.js";

/** On servers, there is no such class. */
const ElementBase = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;
let ErrorClass = OwnError;

/** Has methods reject with the class that the package exports. */
export function setErrorClass(Class: typeof OwnError): void {
  ErrorClass = Class;
}

type EventMap = MatrixThreepidsEventMap & MatrixAccountPasswordEventMap & MatrixPasswordResetEventMap;
/** Methods whose next call a test can have rejected. */
export type Method = "addEmail" | "addPhone" | "cancel" | "refresh" | "remove" | "resend";

/** State of a stand-in, which only the functions of this file change. */
interface State {
  readonly values: Record<string, unknown>;
  threepids: readonly Threepid[];
  pending: readonly Pending[];
  /** Errors of next calls, by method. */
  readonly failures: Map<Method, ThreepidsErrorDetail>;
  isReady: boolean;
}

const states = new WeakMap<object, State>();
const stateOf = (element: object): State => {
  let state = states.get(element);
  if (!state) {
    state = { values: {}, threepids: [], pending: [], failures: new Map(), isReady: false };
    states.set(element, state);
  }
  return state;
};

/** Fires an event, as the element does. Returns false if a listener prevented it. */
export function fireEvent<Name extends keyof EventMap>(
  element: HTMLElement,
  name: Name,
  detail: EventMap[Name]["detail"],
): boolean {
  const cancelable = name.startsWith("threepid-before-") || name === "threepid-auth-required";
  return element.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, cancelable, detail }));
}

/** Creates the detail of an error. */
const detailOf = (code: ThreepidsErrorCode, detail: Partial<ThreepidsErrorDetail> = {}): ThreepidsErrorDetail => ({
  message: code,
  status: null,
  retryAfterMs: null,
  recoverable: true,
  ...detail,
  code,
});

/** The error of the next call of a method, if a test has set one. */
function takeFailure(element: HTMLElement, method: Method): void {
  const { failures } = stateOf(element);
  const failure = failures.get(method);
  failures.delete(method);
  if (!failure) return;
  fireEvent(element, "threepids-error", failure);
  throw new ErrorClass(failure);
}

const reject = (code: ThreepidsErrorCode): never => {
  throw new ErrorClass(detailOf(code));
};

/** Base of the stand-ins. */
class StandIn extends ElementBase {
  get accessToken(): undefined {
    return undefined;
  }

  set accessToken(source: string | AccessTokenSource | null | undefined) {
    stateOf(this).values.accessToken = source;
  }
}

/** Stand-in of `<matrix-threepids>`. */
export class MatrixThreepidsElement extends StandIn {
  get threepids(): readonly Threepid[] {
    return stateOf(this).threepids;
  }

  get pending(): readonly Pending[] {
    return stateOf(this).pending;
  }

  async refresh(): Promise<readonly Threepid[]> {
    takeFailure(this, "refresh");
    return stateOf(this).threepids;
  }

  async addEmail(address: string): Promise<VerificationSent> {
    takeFailure(this, "addEmail");
    return this.#add("email", address);
  }

  async addPhone(number: string, _country?: string): Promise<VerificationSent> {
    takeFailure(this, "addPhone");
    return this.#add("msisdn", number.replace(/\D/g, ""));
  }

  #add(medium: Medium, address: string): VerificationSent {
    const state = stateOf(this);
    if (this.hasAttribute("readonly")) reject("readonly");
    if (state.threepids.some((threepid) => threepid.address === address)) reject("duplicate");
    if (!fireEvent(this, "threepid-before-add", { medium, address })) reject("cancelled");
    const pending: Pending = { medium, address, attempt: 1, sentAt: Date.now(), phase: "sent" };
    state.pending = [...state.pending, pending];
    return this.#send(pending);
  }

  #send({ medium, address, attempt }: Pending): VerificationSent {
    const sent = { medium, address, attempt };
    fireEvent(this, "threepid-verification-sent", sent);
    return sent;
  }

  async resend(address: string): Promise<VerificationSent> {
    takeFailure(this, "resend");
    const state = stateOf(this);
    const old = state.pending.find((pending) => pending.address === address) ?? reject("invalid-address");
    const again: Pending = { ...old, attempt: old.attempt + 1, sentAt: Date.now() };
    state.pending = state.pending.map((pending) => (pending === old ? again : pending));
    return this.#send(again);
  }

  async cancel(address: string): Promise<void> {
    takeFailure(this, "cancel");
    const state = stateOf(this);
    state.pending = state.pending.filter((pending) => pending.address !== address);
  }

  override remove(): void;
  override remove(medium: Medium, address: string): Promise<ThreepidRemoved>;
  override remove(medium?: Medium, address?: string): Promise<ThreepidRemoved> | undefined {
    if (medium !== undefined) return this.#remove(medium, address as string);
    super.remove();
    return undefined;
  }

  async #remove(medium: Medium, address: string): Promise<ThreepidRemoved> {
    takeFailure(this, "remove");
    if (!fireEvent(this, "threepid-before-remove", { medium, address })) reject("cancelled");
    const removed = { medium, address, unbindResult: "success" };
    const { threepids } = stateOf(this);
    fireEvent(this, "threepid-removed", removed);
    playThreepids(
      this,
      threepids.filter((threepid) => threepid.medium !== medium || threepid.address !== address),
    );
    return removed;
  }
}

/** Stand-in of `<matrix-account-password>`. */
export class MatrixAccountPasswordElement extends StandIn {}

/** Stand-in of `<matrix-password-reset>`. */
export class MatrixPasswordResetElement extends StandIn {}

export interface MatrixThreepidsElement {
  homeserver: string;
  userId: string;
  theme: string;
  readOnly: boolean;
  headingLevel: string;
  withoutHeading: boolean;
  density: string;
  mediums: string;
  nextLink: string;
  persist: string;
  country: string;
  fetch: unknown;
  authHandler: AuthHandler | undefined;
  messages: Partial<Messages> | undefined;
  identityServer: IdentityServer | undefined;
}

const REFLECTED: Record<string, Reflection> = {
  homeserver: ["homeserver", "text"],
  userId: ["user-id", "text"],
  theme: ["theme", "text"],
  readOnly: ["readonly", "flag"],
  headingLevel: ["heading-level", "text"],
  withoutHeading: ["without-heading", "flag"],
  density: ["density", "text"],
};
const OWN: Record<string, Reflection> = {
  mediums: ["mediums", "text"],
  nextLink: ["next-link", "text"],
  persist: ["persist", "text"],
  country: ["country", "text"],
};

function defineProperties(
  Class: { readonly prototype: HTMLElement },
  reflected: Readonly<Record<string, Reflection>>,
  stored: readonly string[],
): void {
  reflect(Class, reflected);
  for (const name of stored) {
    property(
      Class,
      name,
      function () {
        return stateOf(this).values[name];
      },
      function (value) {
        stateOf(this).values[name] = value ?? undefined;
      },
    );
  }
}
defineProperties(StandIn, REFLECTED, ["fetch", "authHandler", "messages"]);
defineProperties(MatrixThreepidsElement, OWN, ["identityServer"]);
defineProperties(MatrixPasswordResetElement, { persist: ["persist", "text"] }, []);

/** Shows a list: `threepids-ready` fires for the first one, and `threepids-change` for each other one. */
export function playThreepids(element: HTMLElement, threepids: readonly Threepid[]): void {
  const state = stateOf(element);
  state.threepids = Object.freeze([...threepids]);
  if (!state.isReady) {
    state.isReady = true;
    fireEvent(element, "threepids-ready", null);
  } else fireEvent(element, "threepids-change", { threepids: state.threepids });
}

/** The user opens the link, or enters the code: the pending address is added to the list. */
export function playVerified(element: HTMLElement, address: string): void {
  const state = stateOf(element);
  const verified = state.pending.find((pending) => pending.address === address);
  if (!verified) throw new Error(`no verification is pending for ${address}`);
  state.pending = state.pending.filter((pending) => pending !== verified);
  const { medium } = verified;
  fireEvent(element, "threepid-added", { medium, address });
  playThreepids(element, [...state.threepids, { medium, address, addedAt: Date.now() }]);
}

/** The next call of a method fires `threepids-error` and rejects with this error. */
export function playFailure(
  element: HTMLElement,
  method: Method,
  code: ThreepidsErrorCode,
  detail: Partial<ThreepidsErrorDetail> = {},
): void {
  stateOf(element).failures.set(method, detailOf(code, detail));
}

/** The server requires authentication. Resolves with what the host application replies, and null if it leaves that to the element. */
export async function playAuthentication(
  element: HTMLElement,
  challenge: Partial<AuthChallenge> = {},
): Promise<AuthAnswer | null> {
  const asked: AuthChallenge = {
    action: "add",
    flows: [{ stages: ["m.login.password"] }],
    params: {},
    completed: [],
    ...challenge,
  };
  let respond!: (auth: AuthAnswer | null) => void;
  const answer = new Promise<AuthAnswer | null>((resolve) => {
    respond = resolve;
  });
  if (!fireEvent(element, "threepid-auth-required", { ...asked, respond })) return answer;
  const handler = stateOf(element).values.authHandler as AuthHandler | undefined;
  return handler ? handler(asked) : null;
}

/** A request needs a token. Resolves with what the host application gives for one. */
export async function requestToken(
  element: HTMLElement,
  reason: "initial" | "expired" = "initial",
): Promise<string | null | undefined> {
  const source = stateOf(element).values.accessToken as string | AccessTokenSource | null | undefined;
  if (typeof source === "function") return source(reason);
  return reason === "initial" ? source : null;
}

/** Text of the line on the console. */
const NOTICE =
  "matrix-threepids: stand-ins are defined in place of the elements, as matrix-threepids/testing was imported. " +
  "The real elements need WebAssembly, adoptedStyleSheets and ElementInternals.states, which simulated browsers lack";

/** Defines the stand-ins, where there is a DOM and they are not defined yet. */
export function define(
  tagName = "matrix-threepids",
  passwordTagName = "matrix-account-password",
  resetTagName = "matrix-password-reset",
): void {
  const { customElements, document } = globalThis;
  if (!customElements || !document?.documentElement) return;
  const pairs: [string, CustomElementConstructor][] = [
    [tagName, MatrixThreepidsElement],
    [passwordTagName, MatrixAccountPasswordElement],
    [resetTagName, MatrixPasswordResetElement],
  ];
  for (const [name, Class] of pairs) {
    // A class can be registered once; further names get a class of their own.
    if (!customElements.get(name)) customElements.define(name, class extends Class {});
  }
}

/** Defines the stand-ins, and says so. */
export function start(): void {
  define();
  if (globalThis.document) console.info(NOTICE);
}

/** Does nothing: a stand-in has no WebAssembly. */
export async function init(_wasm?: unknown): Promise<void> {}

/** Does nothing: a stand-in has no texts. */
export function registerLocale(_tag: string, _messages: Partial<Messages>): void {}
