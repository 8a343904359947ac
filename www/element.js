// The class behind <matrix-threepids>. Rust does the work: this is what a page
// sees of it. The Rust side is handed in by `provide`, so that this file needs
// no name of a generated one. Importing it touches no DOM.

import { register, speak } from "./locales.js";
import { Store, absolute, lock, returnedSid, tidyAddress } from "./tabs.js";
import { openPage } from "./window.js";

/** What methods reject with, and what `threepids-error` tells. */
export class ThreepidsError extends Error {
  constructor({ code, message, status = null, retryAfterMs = null, recoverable = true }) {
    super(message);
    this.name = "ThreepidsError";
    Object.assign(this, { code, status, retryAfterMs, recoverable });
  }
}

/** Property, attribute, and how the one is made of the other. */
const REFLECTED = {
  homeserver: ["homeserver", "text"],
  userId: ["user-id", "text"],
  mediums: ["mediums", "text"],
  theme: ["theme", "text"],
  readOnly: ["readonly", "flag"],
  nextLink: ["next-link", "text"],
  persist: ["persist", "text"],
  country: ["country", "text"],
  headingLevel: ["heading-level", "text"],
  withoutHeading: ["without-heading", "flag"],
};
const TOKEN_ATTRIBUTES = ["access-token", "accesstoken"];
/** What `mediums` may name. */
const MEDIUMS = ["email", "msisdn"];
/** What happens to the page as a whole, and is told to every element in it. */
const PAGE_EVENTS = ["visibilitychange", "focus", "blur", "online", "offline", "pagehide", "pageshow"];
/** Properties that hold what must never become an attribute, beside the token. */
const HELD = ["fetch", "authHandler", "identityServer", "messages"];

let registered = false;
let load = () => Promise.reject(new Error("no WebAssembly was provided"));
/** Numbers are read and written by a module that only those load who show them. */
let loadingPhones;
const loadPhones = () =>
  (loadingPhones ??= import("./phones.js").catch((error) => {
    loadingPhones = undefined;
    throw error;
  }));
/** The elements in a page, to be told when the instance is gone. */
const connected = new Set();
/** One style sheet for each document. */
const sheets = new WeakMap();

/**
 * Hands in the Rust side.
 * @param {() => Promise<object>} loader resolves with the exports of the
 *   WebAssembly module, initialised; called again after a failure
 */
export function provide(loader) {
  load = loader;
}

function adoptStyles(root, text) {
  const { defaultView: view } = root.ownerDocument;
  if (!view) return;
  let sheet = sheets.get(root.ownerDocument);
  if (!sheet) {
    sheet = new view.CSSStyleSheet();
    sheet.replaceSync(text);
    sheets.set(root.ownerDocument, sheet);
  }
  root.adoptedStyleSheets = [sheet];
}

/** The language that applies to an element, through shadow roots. */
function languageOf(element) {
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
    const lang = at.getAttribute?.("lang");
    if (lang) return lang;
  }
  return navigator.language || "en";
}

function deepFreeze(value) {
  if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

/** Has every element of a language use these messages, in the place of its own. */
export let registerLocale;

/** `<matrix-threepids>` */
export class MatrixThreepidsElement extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = [
    ...Object.values(REFLECTED).map(([attribute]) => attribute),
    "lang",
    ...TOKEN_ATTRIBUTES,
  ];

  #root;
  #internals;
  /** The text of the style sheet, once Rust is there. */
  #styles;
  /** Properties that hold what must never become an attribute. */
  #held = {};
  /** A token was set at some time. */
  #hadToken = false;
  /** Attributes have changed; Rust is told once for all that change in one go. */
  #stale = false;
  /** The language that was asked for, and what was found for it. */
  #asked;
  #speech = { lang: "en" };
  #handle = null;
  #mounted = false;
  #rust;
  #store = null;
  /** `./phones.js`, once Rust has it. */
  #phones;
  /** Resolves when Rust has drawn the element; methods wait for it. */
  #started = deferred();
  /** Rejects when the instance dies. */
  #dead = deferred();

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#root.append(document.createElement("slot"));
    this.#internals = this.attachInternals();
    this.#internals.states.add("loading");
  }

  connectedCallback() {
    connected.add(this);
    if (connected.size === 1) {
      PAGE_EVENTS.forEach((type) => addEventListener(type, MatrixThreepidsElement.#pageEvent));
      MatrixThreepidsElement.#languages.observe(document, { subtree: true, attributeFilter: ["lang"] });
    }
    this.#upgradeProperties();
    // It may have come to where another language is spoken.
    this.#learn();
    this.#start();
  }

  disconnectedCallback() {
    // A move in the DOM disconnects and connects in one go.
    queueMicrotask(() => {
      if (this.isConnected) return;
      connected.delete(this);
      if (connected.size === 0) {
        PAGE_EVENTS.forEach((type) => removeEventListener(type, MatrixThreepidsElement.#pageEvent));
        MatrixThreepidsElement.#languages.disconnect();
      }
      if (!this.#mounted) return;
      this.#mounted = false;
      this.#started = deferred();
      this.#call((handle) => handle.disconnect());
    });
  }

  adoptedCallback() {
    if (this.#styles) adoptStyles(this.#root, this.#styles);
  }

  attributeChangedCallback(name, before, after) {
    if (!TOKEN_ATTRIBUTES.includes(name)) return this.#configure();
    if (after === null) return;
    this.removeAttribute(name);
    const message = "The access token is a property, not an attribute; the attribute was removed";
    this.#emit("threepids-error", errorDetail("token-attribute", message));
  }

  /** Read the list. */
  refresh() {
    return this.#method((handle) => handle.refresh()).then(deepFreeze);
  }

  /** Have a mail sent to this address, so that it can be added. */
  addEmail(address) {
    return this.#method((handle) => handle.addEmail(String(address)));
  }

  /** Have a text message sent to this number, so that it can be added. */
  addPhone(number, country = "") {
    return this.#method((handle) => handle.addPhone(String(number), String(country)));
  }

  /** Have the mail or text message sent again. */
  resend(address) {
    return this.#method((handle) => handle.resend(String(address)));
  }

  /** Forget a pending verification. */
  cancel(address) {
    return this.#method((handle) => handle.cancel(String(address)));
  }

  /** Ask the person whether this address may be removed, and remove it. */
  remove(medium, address) {
    // Without arguments it is every element's own `remove()`.
    if (arguments.length === 0) return super.remove();
    return this.#method((handle) => handle.remove(String(medium), String(address)));
  }

  /** Put the focus into the field. */
  focus() {
    this.#call((handle) => handle.focus());
  }

  /** The addresses that are shown: a frozen copy. */
  get threepids() {
    return deepFreeze(this.#call((handle) => handle.threepids()) ?? []);
  }

  /** The pending verifications: a frozen copy. */
  get pending() {
    return deepFreeze(this.#call((handle) => handle.pending()) ?? []);
  }

  /** Write-only. */
  get accessToken() {
    return undefined;
  }

  set accessToken(token) {
    this.#held.accessToken = token;
    this.#hadToken ||= Boolean(token);
    // After attributes that change in the same go: a token for another
    // homeserver is not for this one.
    this.#configure();
    queueMicrotask(() => this.#call((handle) => handle.tokenChanged(Boolean(token))));
  }

  /** Properties that were set before the element was defined. */
  #upgradeProperties() {
    for (const name of [...Object.keys(REFLECTED), "accessToken", ...HELD]) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
  }

  static #pageEvent({ type, persisted }) {
    // Only what comes out of the back/forward cache was there before.
    if (type !== "pageshow" || persisted) connected.forEach((element) => element.#tellPage(type));
  }

  #tellPage(type) {
    const visible = document.visibilityState === "visible";
    const focused = document.hasFocus();
    this.#call((handle) => {
      handle.presence(visible, focused, !navigator.onLine);
      if (type === "online") handle.online();
      if (type === "pagehide") handle.freeze();
      if (type === "pageshow") handle.thaw();
    });
  }

  /** An ancestor may speak another language from now on. */
  static #languages = globalThis.MutationObserver &&
    new MutationObserver(() => connected.forEach((element) => element.#learn()));

  static {
    for (const name of HELD) {
      property(this, name, function () {
        return this.#held[name];
      }, function (value) {
        this.#held[name] = value ?? undefined;
        this.#reword();
      });
    }
    registerLocale = (tag, messages) => {
      register(tag, messages);
      connected.forEach((element) => element.#reword());
    };
  }

  static async #loadRust() {
    const rust = await load();
    // The instance is gone for all elements; not now: Rust is still unwinding.
    rust.onPanic(() => queueMicrotask(() => connected.forEach((element) => element.#crashed())));
    return rust;
  }

  /** What Rust may ask of an element; weakly, or it would never be collected. */
  static #hooksOf(element) {
    const weak = new WeakRef(element);
    const held = (name) => weak.deref()?.#held[name];
    const lookUp = async (url) => {
      try {
        const signal = AbortSignal.timeout(30_000);
        const request = new Request(url, { credentials: "omit", signal });
        const answer = await (held("fetch")?.(request) ?? fetch(request));
        return await answer.json().catch(() => ({}));
      } catch {
        return null;
      }
    };
    return {
      emit(name, detail, cancelable) {
        return weak.deref()?.#emit(name, detail, cancelable) ?? true;
      },
      state(name, on) {
        weak.deref()?.#internals?.states[on ? "add" : "delete"](name);
      },
      token(reason) {
        const token = held("accessToken");
        if (typeof token === "function") return token(reason);
        return reason === "initial" ? token : null;
      },
      fetch(request) {
        return held("fetch")?.(request);
      },
      authenticate(challenge) {
        return held("authHandler")?.(challenge);
      },
      identityToken() {
        return held("identityServer")?.accessToken || undefined;
      },
      hash: (texts, pepper) => import("./identity.js").then(({ hash }) => hash(texts, pepper)),
      mayFocus() {
        const host = weak.deref();
        const page = host?.ownerDocument;
        let active = page?.activeElement;
        while (active && active !== host && active.shadowRoot?.activeElement) {
          active = active.shadowRoot.activeElement;
        }
        return !active || active === page.body || active === host;
      },
      open(local, account) {
        return weak.deref()?.#open(local, account);
      },
      save(text) {
        weak.deref()?.#store?.save(text);
      },
      opened(sid) {
        weak.deref()?.#store?.opened(sid);
      },
      shut() {
        weak.deref()?.#shut();
      },
      mayAsk() {
        return ![...connected].some((element) => element.#root.querySelector("dialog[open]"));
      },
      openPage(base, stage, session) {
        const encode = encodeURIComponent;
        const url = `${base}${encode(stage)}/fallback/web?session=${encode(session)}`;
        return openPage(url, lookUp, () => weak.deref()?.#call((handle) => handle.pageDone()));
      },
      lookUp,
      lock,
      tidyAddress,
    };
  }

  /** The records of an account, shared with other elements. */
  #open(local, account) {
    this.#shut();
    const weak = new WeakRef(this);
    const tell = (run) => weak.deref()?.#call(run);
    this.#store = new Store(local, account, {
      records: (text) => tell((handle) => handle.heardRecords(text)),
      opened: (sid) => tell((handle) => handle.heardOpened(sid)),
    });
    return this.#store.text;
  }

  #shut() {
    this.#store?.close();
    this.#store = null;
  }

  async #start() {
    const learned = this.#learn();
    let rust;
    try {
      const phones = this.#mediums().includes("msisdn") ? loadPhones() : this.#phones;
      [rust, this.#phones] = await Promise.all([MatrixThreepidsElement.#loadRust(), phones]);
      this.#rust = rust;
      if (this.#phones) rust.phones(this.#phones);
    } catch (error) {
      await learned;
      return this.#failed(error);
    }
    await learned;
    if (!this.isConnected || this.#mounted) return;
    this.#mounted = true;
    this.#styles = rust.styles();
    adoptStyles(this.#root, this.#styles);
    this.#call(() => {
      this.#root.replaceChildren();
      if (!this.#handle) {
        this.#handle = new rust.Handle(MatrixThreepidsElement.#hooksOf(this));
        // Told before it is drawn; both, if it was set and taken back.
        if (this.#hadToken) this.#handle.tokenChanged(true);
        if (!this.#held.accessToken) this.#handle.tokenChanged(false);
      }
      this.#applyAttributes();
      this.#tellPage("");
      this.#handle.connect(this.#root);
      this.#started.resolve();
    });
    if (document.readyState !== "complete") {
      addEventListener("load", () => this.#configure(), { once: true });
    }
  }

  #configure() {
    if (this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => this.#applyAttributes());
  }

  /** What is to be shown, each once. */
  #mediums() {
    const named = (this.getAttribute("mediums") ?? "").split(/\s+/).filter((it) => MEDIUMS.includes(it));
    return named.length ? [...new Set(named)] : ["email"];
  }

  /** Phone numbers are to be shown from now on. */
  #learnPhones() {
    loadPhones().then(
      (phones) => {
        this.#phones = phones;
        this.#rust.phones(phones);
        this.#configure();
      },
      () => this.#emit("threepids-error", errorDetail("internal", "phones.js could not be loaded")),
    );
  }

  /** Other messages are to be used. */
  #reword() {
    this.#asked = undefined;
    this.#configure();
  }

  /** Gets the words for the language that applies, then tells Rust. */
  #learn() {
    const tag = languageOf(this);
    if (this.#asked?.tag !== tag) {
      const asked = (this.#asked = { tag });
      asked.done = speak(tag, this.#held.messages).then((speech) => {
        if (this.#asked !== asked) return;
        this.#speech = speech;
        this.#configure();
      });
    }
    return this.#asked.done;
  }

  #applyAttributes() {
    this.#stale = false;
    this.#learn();
    if (!this.#handle) return;
    const text = (name) => this.getAttribute(name)?.trim() ?? "";
    const level = Number.parseInt(text("heading-level"), 10);
    const placeholder = [...this.childNodes].some((node) =>
      node.nodeType === Node.ELEMENT_NODE ? !node.slot : node.nodeType === Node.TEXT_NODE && node.data.trim(),
    );
    const nextLink = absolute(text("next-link"));
    const identity = urlOf(this.#held.identityServer?.url);
    const mediums = this.#mediums().filter((it) => it !== "msisdn" || this.#phones);
    if (mediums.length < this.#mediums().length) this.#learnPhones();
    const config = {
      homeserver: text("homeserver").replace(/\/+$/, ""),
      loaded: document.readyState === "complete",
      userId: text("user-id"),
      lang: this.#speech.lang,
      rtl: this.#speech.rtl,
      words: Object.values(this.#speech.messages ?? {}),
      readonly: this.hasAttribute("readonly"),
      headingLevel: level >= 1 && level <= 6 ? level : 2,
      withoutHeading: this.hasAttribute("without-heading"),
      hasPlaceholder: placeholder,
      mediums,
      country: this.#phones?.home(text("country"), this.#asked.tag),
      persist: text("persist"),
      identityServer: identity?.host,
      identityUrl: identity?.href.replace(/\/+$/, ""),
      canHash: Boolean(crypto.subtle),
      nextLink,
      returned: nextLink && returnedSid(nextLink),
    };
    this.#call((handle) => handle.configure(config));
  }

  /** Calls Rust. A panic ends the call with an error; the crash is drawn by then. */
  #call(run) {
    if (!this.#handle && run.length) return undefined;
    try {
      return run(this.#handle);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      return undefined;
    }
  }

  async #method(run) {
    // It may have left the page again meanwhile.
    do await Promise.race([this.#started.promise, this.#dead.promise]);
    while (!this.#mounted);
    try {
      return await Promise.race([run(this.#handle), this.#dead.promise]);
    } catch (error) {
      if (error instanceof ThreepidsError) throw error;
      const internal = errorDetail("internal", "Something went wrong");
      throw new ThreepidsError(typeof error?.code === "string" ? error : internal);
    }
  }

  #emit(name, detail, cancelable = false) {
    const init = { bubbles: true, composed: true, cancelable, detail: deepFreezeDetail(detail) };
    return this.dispatchEvent(new CustomEvent(name, init));
  }

  /** The WebAssembly did not load: says so, and keeps what the page put in. */
  #failed() {
    this.#mourn("The WebAssembly module could not be loaded");
  }

  /** The WebAssembly instance is gone, for all elements. */
  #crashed() {
    this.#mounted = false;
    this.#handle = null;
    this.#shut();
    this.#internals.states.delete("loading");
    this.#mourn("The WebAssembly instance panicked");
  }

  /** Draws the error without Rust, with a way on. */
  #mourn(message) {
    const { lang, rtl, messages } = this.#speech;
    const { broken = "Something went wrong", tryAgain = "Try again" } = messages ?? {};
    const made = (name, textContent) =>
      Object.assign(document.createElement(name), { lang, dir: rtl ? "rtl" : "ltr", textContent });
    const alert = made("p", broken);
    alert.setAttribute("role", "alert");
    alert.setAttribute("part", "error");
    alert.className = "error";
    const button = made("button", tryAgain);
    button.type = "button";
    button.setAttribute("part", "button");
    button.className = "button";
    button.addEventListener("click", () => this.#start(), { once: true });
    this.#root.replaceChildren(document.createElement("slot"), alert, button);
    const dead = this.#dead;
    this.#dead = deferred();
    this.#started = deferred();
    dead.reject(new ThreepidsError(errorDetail("internal", message)));
    this.#emit("threepids-error", errorDetail("internal", message));
  }
}

for (const [name, [attribute, kind]] of Object.entries(REFLECTED)) {
  property(MatrixThreepidsElement, name, function () {
    return kind === "flag" ? this.hasAttribute(attribute) : (this.getAttribute(attribute) ?? "");
  }, function (value) {
    if (kind === "flag") this.toggleAttribute(attribute, Boolean(value));
    else if (value === null || value === undefined) this.removeAttribute(attribute);
    else this.setAttribute(attribute, String(value));
  });
}

function property({ prototype }, name, get, set) {
  Object.defineProperty(prototype, name, { configurable: true, enumerable: true, get, set });
}

/** The URL; undefined of what is none. */
function urlOf(url) {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function errorDetail(code, message) {
  return { code, message, status: null, retryAfterMs: null, recoverable: true };
}

/** `respond` stays callable; everything in a detail is read-only. */
function deepFreezeDetail(detail) {
  return detail === undefined ? null : deepFreeze(detail);
}

function deferred() {
  let resolve;
  let reject;
  const promise = new Promise((...both) => ([resolve, reject] = both));
  // Nobody may be waiting.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/**
 * Defines the custom element. Browsers that lack what it needs keep what the
 * page put into the tag. Done twice, the first counts.
 */
export function define(tagName = "matrix-threepids") {
  const able =
    "customElements" in globalThis &&
    "adoptedStyleSheets" in Document.prototype &&
    "states" in (globalThis.ElementInternals?.prototype ?? {}) &&
    "WebAssembly" in globalThis;
  if (able && !customElements.get(tagName)) {
    // A class can be registered once; further names get a class of their own.
    customElements.define(
      tagName,
      registered ? class extends MatrixThreepidsElement {} : MatrixThreepidsElement,
    );
    registered = true;
  }
}
