// What the account page needs of the browser: storage, channels, requests, the
// address bar, and the elements. Decides nothing.

import { attempt } from "../errors.js";
import { ensureSubmit, isStrayEnter } from "../guard.js";
import type { MatrixAccountPasswordElement, MatrixThreepidsElement } from "../index.js";

/** All that is ours in a storage begins so. */
const OURS = "matrix-threepids/";
/** In `sessionStorage`: the session, and where single sign-on comes back to. */
const SESSION = `${OURS}page/session`;
const SSO_REDIRECT = `${OURS}page/sso`;
/** What single sign-on came back with, from one document to the next. */
const LANDED = `${OURS}page/landed`;
/** The accounts whose people want their pending verifications kept. */
const KEPT = `${OURS}page/kept`;
/** What elements tell each other; see `tab-storage.ts`. */
const ELEMENTS = `${OURS}1`;
/** What pages like this one tell each other: never a token, never a secret. */
const PAGES = `${OURS}page/1`;
/** The records of an account. */
const recordsOf = (account: string) => `${ELEMENTS} ${account}`;

// Where storage or channels are forbidden, the session ends with a reload.
const readSession = (name: string) => attempt(() => sessionStorage.getItem(name)) ?? undefined;
const writeSession = (name: string, text: string) => attempt(() => sessionStorage.setItem(name, text));
const removeSession = (name: string) => attempt(() => sessionStorage.removeItem(name));
const ours = (storage: () => Storage) =>
  attempt(() => Object.keys(storage()).filter((name) => name.startsWith(OURS)), []);
function take(name: string): string | undefined {
  const text = readSession(name);
  removeSession(name);
  return text;
}

/** The accounts whose people want their pending verifications kept, if there are any. */
const chosen = (): string[] =>
  attempt(() => {
    const accounts: unknown[] = JSON.parse(readSession(KEPT) as string);
    return accounts
      .filter((account) => typeof account === "string")
      .filter((account) => readSession(recordsOf(account)));
  }, []);
function choose(accounts: readonly string[]): void {
  if (accounts.length) writeSession(KEPT, JSON.stringify(accounts));
  else removeSession(KEPT);
}

/** Takes away all records in this tab but those of this account, and those that are to be kept. */
function clearRecords(account?: string): void {
  const wanted = chosen();
  choose(wanted);
  const stay = new Set((account === undefined ? wanted : [account, ...wanted]).map(recordsOf));
  const gone = (name: string) => name.startsWith(recordsOf("")) && !stay.has(name);
  ours(() => sessionStorage)
    .filter(gone)
    .forEach(removeSession);
}

/** Takes away all records, in all tabs but those that are to be kept. */
function clearAllRecords(): void {
  clearRecords();
  const isRecord = (name: string) => name.startsWith(recordsOf(""));
  for (const name of ours(() => localStorage).filter(isRecord)) attempt(() => localStorage.removeItem(name));
}

/** The pending verifications in an account's records, which another script may have written. */
function storedPending(account: string): { address: string }[] {
  return attempt(() => {
    type Stored = { pending: { address: string; validations?: unknown }[] };
    const { pending } = JSON.parse(readSession(recordsOf(account)) as string) as Stored;
    // The records of ended verifications have no validations.
    return pending.filter(({ address, validations }) => typeof address === "string" && Array.isArray(validations));
  }, []);
}

/** Properties of the elements that say whose addresses they display. */
interface ShownSession {
  readonly homeserver: string;
  readonly userId: string;
  readonly accessToken: string;
}

/** The page's own URL, without what a server has added to it. */
const pageUrl = () => location.origin + location.pathname;
const clearQuery = () => attempt(() => history.replaceState(null, "", pageUrl()));

/** Whether a page has opened this window just now: it then has a copy of that one's storage. */
const isOpened = () =>
  window.opener &&
  history.length === 1 &&
  (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined)?.type === "navigate";

/** State with which the page was opened. */
export interface StartupState {
  readonly here: string;
  readonly session: string | undefined;
  readonly leave: string | undefined;
  readonly loginToken: string | undefined;
  readonly nonce: string | undefined;
  readonly sid: string | undefined;
}

/**
 * Reads the state with which the page was opened; undefined if it opens a clean URL.
 * A token leaves the address bar at once. It stays in the performance entries of
 * its document, too: so that is left for another one.
 */
export function readStartupState(): StartupState | undefined {
  const added = new URLSearchParams(location.search);
  const loginToken = added.get("loginToken");
  if (loginToken !== null) {
    writeSession(LANDED, JSON.stringify({ loginToken, nonce: added.get("nonce") ?? undefined }));
    location.replace(pageUrl());
    return undefined;
  }
  if (attempt(isOpened)) ours(() => sessionStorage).forEach(removeSession);
  const { loginToken: token, nonce } = attempt(() => JSON.parse(take(LANDED) as string), {});
  const sid = added.get("sid") ?? undefined;
  return { here: pageUrl(), session: readSession(SESSION), leave: take(SSO_REDIRECT), loginToken: token, nonce, sid };
}

/** A window that is opened gets a copy of the storage: of nothing that is ours. */
export function guardWindows(): void {
  const { open } = window;
  window.open = (...given) => {
    const all = ours(() => sessionStorage).map((name) => [name, readSession(name) as string] as const);
    all.forEach(([name]) => removeSession(name));
    try {
      return open.apply(window, given);
    } finally {
      all.forEach(([name, text]) => writeSession(name, text));
    }
  };
  addEventListener("click", (event) => {
    const link = event.composedPath().find((target) => target instanceof HTMLAnchorElement);
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (link?.target && link.relList.contains("opener") && plain && !event.defaultPrevented) {
      event.preventDefault();
      window.open(link.href, link.target);
    }
  });
}

/** Submits forms exactly when the user means to. */
export function guardForms(root: HTMLElement): void {
  root.addEventListener("keydown", (event) => isStrayEnter(event) && event.preventDefault(), true);
  // A sandboxed frame may forbid forms: then there is a click (Enter makes one,
  // too), and no `submit`.
  root.addEventListener("click", (event) => {
    const form = (event.target as Element).closest?.<HTMLButtonElement>("button[type=submit]")?.form;
    if (form && !event.defaultPrevented) ensureSubmit(form);
  });
}

/** The Rust side of the page; see `src/account_page/mod.rs`. */
export interface AccountPage {
  asked(sid: string): void;
  records(account: string, records: string): void;
  sessionEnded(): void;
  passwordReset(): void;
  told(sid: string, address: string, state: string): void;
}

/** Response of a request, or the reason why there is none. */
type PageResponse =
  | { readonly status: number; readonly retryAfter: string | undefined; readonly body: string }
  | "network"
  | "offline"
  | "timeout";

/** Functions that Rust calls. The names are those of `src/account_page/js_bridge.rs`. */
export class PageBridge {
  readonly #root: HTMLElement;
  /** Defines the elements, which may be loaded first. */
  readonly #loadElements: () => Promise<unknown>;
  /** Shows that they could not be loaded. */
  readonly #onMissing: () => void;
  /** The session whose elements are displayed, or are to be when they are there. */
  #shown: ShownSession | undefined;
  #element: MatrixThreepidsElement | undefined;
  #password: MatrixAccountPasswordElement | undefined;
  readonly #elements = attempt(() => new BroadcastChannel(ELEMENTS));
  readonly #pages = attempt(() => new BroadcastChannel(PAGES));
  /** The Rust side: what is heard goes there. */
  #page: AccountPage | undefined;
  /** Last values of the system clock and of the monotonic clock; and our time. */
  #wall = Date.now();
  #steady = performance.now();
  #now = this.#wall;
  /** The account whose session has ended, and its records, which are not in the storage. */
  #ended: { readonly account: string; text?: string | undefined } | undefined;

  #title = "";

  constructor(root: HTMLElement, loadElements: () => Promise<unknown>, onMissing: () => void) {
    this.#root = root;
    this.#loadElements = loadElements;
    this.#onMissing = onMissing;
  }

  /** From now on, what other tabs say is heard. */
  listen(page: AccountPage): void {
    this.#page = page;
    if (this.#elements) {
      this.#elements.onmessage = ({ data }) => {
        if (![data?.account, data?.records].every((text) => typeof text === "string")) return;
        page.records(data.account, data.records);
        if (data.account === this.#ended?.account) this.#setAside();
      };
    }
    if (this.#pages) {
      this.#pages.onmessage = ({ data }) => {
        const { returned, sid, address, state } = data ?? {};
        if (typeof returned === "string") page.asked(returned);
        if ([sid, address, state].every((text) => typeof text === "string")) page.told(sid, address, state);
      };
    }
  }

  /**
   * The time, in ms since the epoch. It never goes back, however the clock is
   * set; it goes on while the machine sleeps, which the steady clock may not.
   */
  now(): number {
    const [wall, steady] = [Date.now(), performance.now()];
    this.#now += Math.max(wall - this.#wall, steady - this.#steady, 0);
    [this.#wall, this.#steady] = [wall, steady];
    return this.#now;
  }

  async send(
    method: string,
    url: string,
    token: string | undefined,
    body: string | undefined,
    limit: number,
  ): Promise<PageResponse> {
    const headers: Record<string, string> = {};
    if (token !== undefined) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    // What is secret goes nowhere else. A `.well-known` may be elsewhere.
    const redirect = token === undefined && body === undefined ? "follow" : "error";
    // Signing out goes on when the tab is closed.
    const keepalive = url.endsWith("/logout");
    const how = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", redirect, keepalive } as const;
    try {
      const signal = AbortSignal.timeout(limit);
      const answer = await fetch(url, { __proto__: null, method, headers, body: body as string, signal, ...how });
      const retryAfter = answer.headers.get("Retry-After") ?? undefined;
      return { status: answer.status, retryAfter, body: await answer.text() };
    } catch (error) {
      if ((error as Error | undefined)?.name === "TimeoutError") return "timeout";
      return navigator.onLine ? "network" : "offline";
    }
  }

  keep(session: string, account: string): void {
    writeSession(SESSION, session);
    if (this.#ended?.account === account) this.#putBack();
    this.#ended = undefined;
    // A user who is back chooses again, when they sign out.
    choose(chosen().filter((other) => other !== account));
    clearRecords(account);
  }

  clearStorage(): void {
    removeSession(SESSION);
    this.#ended = { account: this.#account() };
    this.#setAside();
    clearAllRecords();
  }

  /** The account of the elements, whose records they keep. */
  #account(): string {
    return `${this.#shown?.homeserver} ${this.#shown?.userId}`;
  }

  /** Takes the records out of the storage. */
  #setAside(): void {
    const ended = this.#ended;
    if (ended) ended.text = take(recordsOf(ended.account)) ?? ended.text;
  }

  /** Puts them back, unless nothing is pending any more. */
  #putBack(): void {
    const { account = "", text } = this.#ended ?? {};
    // Elements that are not there yet have ended nothing.
    const isPending = !this.#element || this.pending().length > 0;
    if (text && isPending && !readSession(recordsOf(account))) writeSession(recordsOf(account), text);
  }

  forget(keepPending: boolean): void {
    removeSession(SESSION);
    const account = this.#account();
    const element = this.#element;
    if (keepPending) {
      this.#putBack();
      choose([...chosen(), account]);
    }
    this.#ended = this.#shown = undefined;
    clearAllRecords();
    this.#password?.remove();
    this.#element = this.#password = undefined;
    this.#takeAway(element, keepPending)
      .catch(() => {})
      .then(clearAllRecords);
  }

  async #takeAway(element: MatrixThreepidsElement | undefined, keepPending: boolean): Promise<void> {
    if (!element) return;
    // The view that it is in goes away; it has to stay a moment longer.
    element.hidden = true;
    document.body.append(element);
    if (!keepPending) {
      // Each by its name, so that no other tab brings it back.
      const cancelled = element.pending.map(({ address }) => element.cancel(address));
      await Promise.allSettled(cancelled);
    }
    element.remove();
    // It lets go of its storage after a move could have ended.
    await Promise.resolve();
  }

  nonce(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  go(leave: string, url: string): void {
    writeSession(SSO_REDIRECT, leave);
    // It continues when the user is back.
    this.#putBack();
    location.assign(url);
  }

  tidy(): void {
    clearQuery();
  }

  ask(sid: string): void {
    attempt(() => this.#pages?.postMessage({ returned: sid }));
  }

  tell(sid: string, address: string, state: string): void {
    if (state !== "given-up") this.#markTitle();
    attempt(() => this.#pages?.postMessage({ sid, address, state }));
  }

  opened(account: string, sid: string): void {
    attempt(() => this.#elements?.postMessage({ account, opened: sid }));
  }

  records(account: string): string {
    return readSession(recordsOf(account)) ?? "";
  }

  element(
    container: Element,
    mediums: string,
    password: boolean,
    homeserver: string,
    userId: string,
    token: string,
  ): void {
    const shown = { homeserver, userId, accessToken: token };
    this.#shown = shown;
    const show = () => {
      // By then, the user may have signed out, or in again.
      if (this.#shown === shown && !this.#ended) this.#show(container, mediums, password, shown);
    };
    if (customElements.get("matrix-threepids")) show();
    else this.#loadElements().then(show, () => this.#shown === shown && this.#onMissing());
  }

  #show(container: Element, mediums: string, password: boolean, session: ShownSession): void {
    if (mediums) {
      this.#element ??= this.#createElement("matrix-threepids");
      Object.assign(this.#element, { mediums, nextLink: pageUrl(), ...session });
      if (this.#element.parentNode !== container) container.append(this.#element);
    }
    if (password) {
      this.#password ??= this.#createElement("matrix-account-password");
      Object.assign(this.#password, session);
      // Below what is there by then, so that nothing moves.
      const come = () => this.#password && container.append(this.#password);
      if (!mediums) come();
      for (const shown of ["threepids-ready", "threepids-error"]) {
        this.#element?.addEventListener(shown, () => this.#password?.isConnected || come(), { once: true });
      }
    }
  }

  passwordReset(container: Element, homeserver: string): void {
    const element = document.createElement("matrix-password-reset");
    Object.assign(element, { homeserver, headingLevel: 3 });
    element.addEventListener("password-reset", () => this.#page?.passwordReset());
    container.append(element);
    if (!customElements.get("matrix-password-reset")) {
      this.#loadElements().catch(() => element.isConnected && this.#onMissing());
    }
  }

  #createElement<Tag extends "matrix-threepids" | "matrix-account-password">(tag: Tag): HTMLElementTagNameMap[Tag] {
    const element = document.createElement(tag);
    (element as HTMLElement).addEventListener("threepids-session-expired", () => {
      // One that was taken away had another session.
      if (([this.#element, this.#password] as unknown[]).includes(element)) this.#page?.sessionEnded();
    });
    return element;
  }

  pending(): string[] {
    const pending = this.#element?.pending ?? [];
    // Before the element has read its records, they are only in the storage.
    const known = pending.length ? pending : storedPending(this.#account());
    return known.map(({ address }) => address);
  }

  focus(id: string): void {
    const screen = () => {
      const fields = [...this.#root.querySelectorAll<HTMLInputElement>("main form input")].filter((field) =>
        field.checkVisibility(),
      );
      return (
        fields.find((field) => !field.value) ?? fields[0] ?? this.#root.querySelector<HTMLElement>("[data-screen]")
      );
    };
    (document.getElementById(id) ?? screen())?.focus();
  }

  theme(name: string, value: string): void {
    document.documentElement.style.setProperty(name, value);
  }

  title(title: string): void {
    this.#title = title;
    document.title = title;
  }

  /** Marks the title of a tab in the background, until the user looks at it. */
  #markTitle(): void {
    if (!document.hidden) return;
    document.title = `✓ ${this.#title}`;
    document.addEventListener("visibilitychange", () => this.title(this.#title), { __proto__: null, once: true });
  }
}

/** What is given back in the place of what a browser refuses; of all else, nothing. */
const OTHERWISE: Readonly<Record<string, unknown>> = { __proto__: null, nonce: "", pending: [], records: "" };
// What is thrown here would pass through Rust. (`send` rejects, which is read.)
const members = PageBridge.prototype as unknown as Record<string, (...given: unknown[]) => unknown>;
const isGuarded = (name: string) => name !== "constructor" && name !== "send";
for (const name of Object.getOwnPropertyNames(members).filter(isGuarded)) {
  const run = members[name] as (...given: unknown[]) => unknown;
  members[name] = function (...given) {
    return attempt(() => run.apply(this, given), OTHERWISE[name] as NonNullable<unknown>);
  };
}
