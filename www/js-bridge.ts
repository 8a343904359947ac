// The object whose functions Rust calls. It holds its element weakly, or the
// element would never be collected.

import { actions } from "./late.js";
import type { Sender, TokenSource } from "./session.js";
import type { IdentityAction, IdentityState } from "./identity-server-view.js";
import type { AuthChallenge, AuthHandler } from "./types.js";

/** Functions that Rust calls. The names are those of `src/element/js_bridge.rs`. */
export interface Bridge extends Partial<OwnBridge> {
  emit(name: string, detail: unknown, cancelable?: boolean): boolean;
  state(name: string, on: boolean): void;
  /** Resolves with the body of a successful first request; otherwise with undefined. */
  readEarly(path: string): Promise<string | undefined>;
  /** Loads everything except the list. */
  wantActions(): void;
  tokens(): TokenSource;
  sender(): Sender;
  challenge(detail: AuthChallenge, respond: (json: string | undefined) => void): boolean;
  authenticate(challenge: AuthChallenge): Promise<string | undefined> | undefined;
  mayFocus(): boolean;
  mayAsk(): boolean;
  openPage(base: string, stage: string, session: string): string | undefined;
}

/** Functions that depend on the kind of element. */
export interface OwnBridge {
  open(local: boolean, account: string): string;
  save(text: string | undefined): void;
  sendLinkOpened(sid: string): void;
  sendListChanged(): void;
  shut(): void;
  lock(sid: string, patient: boolean): Promise<(() => void) | null>;
  hash(texts: readonly string[], pepper: string): Promise<string[] | undefined>;
  drawIdentity(container: Element, state: IdentityState | null, act: (action: IdentityAction) => void): void;
  tidyAddress(sid: string): void;
}

/** Functions of the class, of which the bridge is made. */
export interface Parts extends Omit<Bridge, "authenticate" | "challenge" | "openPage"> {
  authHandler(): AuthHandler | undefined;
  /** Informs Rust that the fallback page of a session is done. */
  pageDone(session: string): void;
}

/** Runs a function with an element, unless that is collected. */
export type Use<Host> = <Result>(run: (host: Host) => Result) => Result | undefined;

/** Holds an element weakly. */
export const holdWeakly = <Host extends WeakKey>(element: Host): Use<Host> => {
  const weak = new WeakRef(element);
  return (run) => {
    const host = weak.deref();
    return host && run(host);
  };
};

/** Results of functions that fail; the other functions return undefined. */
const OTHERWISE: Readonly<Record<string, unknown>> = { __proto__: null, emit: true, challenge: true, open: "" };

/** Catches exceptions, because Rust's borrows would outlive one that passes through it. */
const guarded = (bridge: Bridge): Bridge => {
  const guard = ([name, run]: [string, (...given: unknown[]) => unknown]) => [
    name,
    (...given: unknown[]) => {
      try {
        return run(...given);
      } catch (error) {
        reportError(error);
        return OTHERWISE[name];
      }
    },
  ];
  return Object.fromEntries(Object.entries(bridge).map(guard));
};

/** Creates the bridge of an element. */
export function createBridge(parts: Parts): Bridge {
  return guarded({
    ...parts,
    challenge: (...given) => actions.challenge(parts, ...given),
    authenticate: (...given) => actions.authenticate(parts, ...given),
    openPage: (...given) => actions.openFallbackPage(parts, ...given),
  });
}
