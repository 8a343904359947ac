// What the account page needs of the browser: storage, channels, requests, the
// address bar, and the elements. Decides nothing.

/** All that is ours in a storage begins so. */
const OURS = "matrix-threepids/";
/** In `sessionStorage`: the session, and where single sign-on comes back to. */
const SESSION = `${OURS}page/session`;
const LEAVE = `${OURS}page/sso`;
/** What single sign-on came back with, from one document to the next. */
const LANDED = `${OURS}page/landed`;
/** The accounts whose people want their pending verifications kept. */
const KEPT = `${OURS}page/kept`;
/** What elements tell each other; see `tabs.js`. */
const ELEMENTS = `${OURS}1`;
/** What pages like this one tell each other: never a token, never a secret. */
const PAGES = `${OURS}page/1`;
/** The records of an account. */
const recordsOf = (account) => `${ELEMENTS} ${account}`;

function attempt(run, otherwise) {
  try {
    return run() ?? otherwise;
  } catch {
    // Storage or channels are forbidden: the session then ends with a reload.
    return otherwise;
  }
}

const kept = (name) => attempt(() => sessionStorage.getItem(name));
const keep = (name, text) => attempt(() => sessionStorage.setItem(name, text));
const forget = (name) => attempt(() => sessionStorage.removeItem(name));
const ours = (storage) => attempt(() => Object.keys(storage()).filter((it) => it.startsWith(OURS)), []);
function take(name) {
  const text = kept(name);
  forget(name);
  return text;
}

/** The accounts whose people want their pending verifications kept, if there are any. */
const chosen = () =>
  attempt(() => JSON.parse(kept(KEPT)).filter((it) => typeof it === "string" && kept(recordsOf(it))), []);
function choose(accounts) {
  if (accounts.length) keep(KEPT, JSON.stringify(accounts));
  else forget(KEPT);
}

/** Takes away all records in this tab but those of this account, and those that are to be kept. */
function clearRecords(account) {
  const wanted = chosen();
  choose(wanted);
  const stay = new Set([account, ...wanted].map(recordsOf));
  const gone = (it) => it.startsWith(recordsOf("")) && !stay.has(it);
  ours(() => sessionStorage).filter(gone).forEach(forget);
}

/** Takes away all records, in all tabs but those that are to be kept. */
function clearAllRecords() {
  clearRecords();
  const isRecord = (it) => it.startsWith(recordsOf(""));
  for (const name of ours(() => localStorage).filter(isRecord)) attempt(() => localStorage.removeItem(name));
}

/** The page's own URL, without what a server has added to it. */
const here = () => location.origin + location.pathname;
const tidy = () => attempt(() => history.replaceState(null, "", here()));

/** Whether a page has opened this window just now: it then has a copy of that one's storage. */
const isOpened = () =>
  window.opener && history.length === 1 && performance.getEntriesByType("navigation")[0]?.type === "navigate";

/**
 * What the page is opened with; undefined if it is on the way to a clean address.
 * A token leaves the address bar at once. It stays in the performance entries of
 * its document, too: so that is left for another one.
 */
export function found() {
  const added = new URLSearchParams(location.search);
  const loginToken = added.get("loginToken");
  if (loginToken !== null) {
    keep(LANDED, JSON.stringify({ loginToken, nonce: added.get("nonce") ?? undefined }));
    location.replace(here());
    return undefined;
  }
  if (attempt(isOpened)) ours(() => sessionStorage).forEach(forget);
  const { loginToken: token, nonce } = attempt(() => JSON.parse(take(LANDED)), {});
  const sid = added.get("sid") ?? undefined;
  return { here: here(), session: kept(SESSION), leave: take(LEAVE), loginToken: token, nonce, sid };
}

/** A window that is opened gets a copy of the storage: of nothing that is ours. */
export function guardWindows() {
  const { open } = window;
  window.open = (...given) => {
    const all = ours(() => sessionStorage).map((name) => [name, kept(name)]);
    all.forEach(([name]) => forget(name));
    try {
      return open.apply(window, given);
    } finally {
      all.forEach((entry) => keep(...entry));
    }
  };
  addEventListener("click", (event) => {
    const link = event.composedPath().find((it) => it instanceof HTMLAnchorElement);
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (link?.target && link.relList.contains("opener") && plain && !event.defaultPrevented) {
      event.preventDefault();
      window.open(link.href, link.target);
    }
  });
}

/** Hands forms in where a person means to, and only there. */
export function guardForms(root) {
  const isStray = (event) => event.isComposing || event.keyCode === 229 || event.repeat;
  root.addEventListener(
    "keydown",
    // It ends a composition, or is held down.
    (event) => event.key === "Enter" && isStray(event) && event.preventDefault(),
    true,
  );
  // A sandboxed frame may forbid forms: then there is a click (Enter makes one,
  // too), and no `submit`.
  root.addEventListener("click", (event) => {
    const form = event.target.closest?.("button[type=submit]")?.form;
    if (!form || event.defaultPrevented) return;
    const stop = new AbortController();
    form.addEventListener("submit", () => stop.abort(), { signal: stop.signal, capture: true });
    setTimeout(() => {
      if (stop.signal.aborted) return;
      stop.abort();
      form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
    });
  });
}

/** What `Host` in `src/page/host.rs` names. */
export class Host {
  #root;
  #element;
  #password;
  #elements = attempt(() => new BroadcastChannel(ELEMENTS));
  #pages = attempt(() => new BroadcastChannel(PAGES));
  /** The Rust side: what is heard goes there. */
  #page;
  /** What the clock on the wall, and the one that nobody sets, showed last; and ours. */
  #wall = Date.now();
  #steady = performance.now();
  #now = this.#wall;
  /** The account whose session has ended, and its records, which are not in the storage. */
  #ended;

  constructor(root) {
    this.#root = root;
  }

  /** From now on, what other tabs say is heard. */
  listen(page) {
    this.#page = page;
    if (this.#elements) {
      this.#elements.onmessage = ({ data }) => {
        if (![data?.account, data?.records].every((it) => typeof it === "string")) return;
        page.records(data.account, data.records);
        if (data.account === this.#ended?.account) this.#setAside();
      };
    }
    if (this.#pages) {
      this.#pages.onmessage = ({ data }) => {
        const { returned, sid, address, state } = data ?? {};
        if (typeof returned === "string") page.asked(returned);
        if ([sid, address, state].every((it) => typeof it === "string")) page.told(sid, address, state);
      };
    }
  }

  /**
   * The time, in ms since the epoch. It never goes back, however the clock is
   * set; it goes on while the machine sleeps, which the steady clock may not.
   */
  now() {
    const [wall, steady] = [Date.now(), performance.now()];
    this.#now += Math.max(wall - this.#wall, steady - this.#steady, 0);
    [this.#wall, this.#steady] = [wall, steady];
    return this.#now;
  }

  async send(method, url, token, body, limit) {
    const headers = {};
    if (token !== undefined) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    // What is secret goes nowhere else. A `.well-known` may be elsewhere.
    const redirect = token === undefined && body === undefined ? "follow" : "error";
    // Signing out goes on when the tab is closed.
    const keepalive = url.endsWith("/logout");
    const how = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", redirect, keepalive };
    try {
      const signal = AbortSignal.timeout(limit);
      const answer = await fetch(url, { __proto__: null, method, headers, body, signal, ...how });
      const retryAfter = answer.headers.get("Retry-After") ?? undefined;
      return { status: answer.status, retryAfter, body: await answer.text() };
    } catch (error) {
      if (error?.name === "TimeoutError") return "timeout";
      return navigator.onLine ? "network" : "offline";
    }
  }

  keep(session, account) {
    keep(SESSION, session);
    if (this.#ended?.account === account) this.#putBack();
    this.#ended = undefined;
    // Whoever is back chooses anew, when they leave.
    choose(chosen().filter((it) => it !== account));
    clearRecords(account);
  }

  clearStorage() {
    forget(SESSION);
    this.#ended = { account: this.#account() };
    this.#setAside();
    clearAllRecords();
  }

  /** Whose records the element keeps. */
  #account() {
    return `${this.#element?.homeserver} ${this.#element?.userId}`;
  }

  /** Takes the records out of the storage. */
  #setAside() {
    this.#ended.text = take(recordsOf(this.#ended.account)) ?? this.#ended.text;
  }

  /** Puts them back, unless nothing is pending any more. */
  #putBack() {
    const { account, text } = this.#ended ?? {};
    if (text && this.pending().length && !kept(recordsOf(account))) keep(recordsOf(account), text);
  }

  forget(keepPending) {
    forget(SESSION);
    const [account, element] = [this.#account(), this.#element];
    if (keepPending) {
      this.#putBack();
      choose([...chosen(), account]);
    }
    this.#ended = undefined;
    clearAllRecords();
    this.#password?.remove();
    this.#element = this.#password = undefined;
    this.#takeAway(element, keepPending).catch(() => {}).then(clearAllRecords);
  }

  async #takeAway(element, keepPending) {
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

  nonce() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (it) => it.toString(16).padStart(2, "0")).join("");
  }

  go(leave, url) {
    keep(LEAVE, leave);
    // It goes on when the person is back.
    this.#putBack();
    location.assign(url);
  }

  tidy() {
    tidy();
  }

  ask(sid) {
    attempt(() => this.#pages.postMessage({ returned: sid }));
  }

  tell(sid, address, state) {
    attempt(() => this.#pages.postMessage({ sid, address, state }));
  }

  opened(account, sid) {
    attempt(() => this.#elements.postMessage({ account, opened: sid }));
  }

  records(account) {
    return kept(recordsOf(account)) ?? "";
  }

  element(container, mediums, password, homeserver, userId, token) {
    const session = { homeserver, userId, accessToken: token };
    if (mediums) {
      this.#element ??= this.#made("matrix-threepids");
      Object.assign(this.#element, { mediums, nextLink: here(), ...session });
      if (this.#element.parentNode !== container) container.append(this.#element);
    }
    if (password) {
      this.#password ??= this.#made("matrix-account-password");
      Object.assign(this.#password, session);
      // Below what is there by then, so that nothing moves.
      const come = () => this.#password && container.append(this.#password);
      if (!mediums) come();
      for (const shown of ["threepids-ready", "threepids-error"]) {
        this.#element?.addEventListener(shown, () => this.#password?.isConnected || come(), { once: true });
      }
    }
  }

  #made(tag) {
    const element = document.createElement(tag);
    element.addEventListener("threepids-session-expired", () => {
      // One that was taken away had another session.
      if (element === this.#element || element === this.#password) this.#page?.sessionEnded();
    });
    return element;
  }

  pending() {
    return this.#element?.pending.map(({ address }) => address) ?? [];
  }

  focus(id) {
    const screen = () => {
      const fields = [...this.#root.querySelectorAll("main form input")].filter((it) => it.checkVisibility());
      return fields.find((it) => !it.value) ?? fields[0] ?? this.#root.querySelector("[data-screen]");
    };
    (document.getElementById(id) ?? screen())?.focus();
  }

  theme(name, value) {
    document.documentElement.style.setProperty(name, value);
  }

  title(title) {
    document.title = title;
  }
}

/** What is given back in the place of what a browser refuses; of all else, nothing. */
const OTHERWISE = { __proto__: null, nonce: "", pending: [], records: "" };
// What is thrown here would pass through Rust. (`send` rejects, which is read.)
for (const name of Object.getOwnPropertyNames(Host.prototype).filter((it) => it !== "constructor" && it !== "send")) {
  const run = Host.prototype[name];
  Host.prototype[name] = function (...given) {
    return attempt(() => run.apply(this, given), OTHERWISE[name]);
  };
}
