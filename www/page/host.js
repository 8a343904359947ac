// What the account page needs of the browser: storage, channels, requests, the
// address bar, and the elements. Decides nothing.

/** In `sessionStorage`: the session, and where single sign-on comes back to. */
const SESSION = "matrix-threepids/page/session";
const LEAVE = "matrix-threepids/page/sso";
/** What elements tell each other; see `tabs.js`. */
const ELEMENTS = "matrix-threepids/1";
/** What pages like this one tell each other: never a token, never a secret. */
const PAGES = "matrix-threepids/page/1";

function attempt(run) {
  try {
    return run() ?? undefined;
  } catch {
    // Storage or channels are forbidden: the session then ends with a reload.
    return undefined;
  }
}

const kept = (name) => attempt(() => sessionStorage.getItem(name));
const keep = (name, text) => attempt(() => sessionStorage.setItem(name, text));
const forget = (name) => attempt(() => sessionStorage.removeItem(name));

/** The page's own URL, without what a server has added to it. */
const here = () => location.origin + location.pathname;
const tidy = () => attempt(() => history.replaceState(null, "", here()));

/** What the page is opened with. A token leaves the address bar at once. */
export function found() {
  const added = new URLSearchParams(location.search);
  const loginToken = added.get("loginToken") ?? undefined;
  if (loginToken) tidy();
  const leave = kept(LEAVE);
  forget(LEAVE);
  return { here: here(), session: kept(SESSION), leave, loginToken, sid: added.get("sid") ?? undefined };
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

  constructor(root) {
    this.#root = root;
  }

  /** From now on, what other tabs say is heard. */
  listen(page) {
    this.#page = page;
    if (this.#elements) {
      this.#elements.onmessage = ({ data }) => {
        if (typeof data?.records === "string") page.records(String(data.account), data.records);
      };
    }
    if (this.#pages) {
      this.#pages.onmessage = ({ data }) => {
        if (data?.returned) page.asked(String(data.returned));
        if (data?.state) page.told(String(data.sid), String(data.address), String(data.state));
      };
    }
  }

  async send(method, url, token, body, limit) {
    if (!navigator.onLine) return "offline";
    const headers = {};
    if (token !== undefined) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const signal = AbortSignal.timeout(limit);
    // Signing out goes on when the tab is closed.
    const keepalive = url.endsWith("/logout");
    try {
      const how = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", keepalive };
      const answer = await fetch(url, { method, headers, body, signal, ...how });
      const retryAfter = answer.headers.get("Retry-After") ?? undefined;
      return { status: answer.status, retryAfter, body: await answer.text() };
    } catch (error) {
      return error.name === "TimeoutError" ? "timeout" : "network";
    }
  }

  keep(session) {
    keep(SESSION, session);
  }

  async forget(keepPending) {
    forget(SESSION);
    const element = this.#element;
    this.#password?.remove();
    this.#element = this.#password = undefined;
    if (!element) return;
    // The view that it is in goes away; it has to stay a moment longer.
    element.hidden = true;
    document.body.append(element);
    const account = `${element.homeserver} ${element.userId}`;
    if (!keepPending) {
      // Each by its name, so that no other tab brings it back.
      const cancelled = element.pending.map(({ address }) => element.cancel(address));
      await Promise.allSettled(cancelled);
    }
    element.remove();
    // It lets go of its storage after a move could have ended.
    await Promise.resolve();
    if (!keepPending) forget(`${ELEMENTS} ${account}`);
  }

  go(leave, url) {
    keep(LEAVE, leave);
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
    return kept(`${ELEMENTS} ${account}`) ?? "";
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
    element.addEventListener("threepids-session-expired", () => this.#page?.sessionEnded());
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
