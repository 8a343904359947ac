// What our elements have in common: a homeserver, a token, a language, and a
// Rust side that may die. The Rust side is handed in by `provide`, so that no
// file here needs the name of a generated one. Importing it touches no DOM.

import { adoptStyles, languageOf, mourning } from "./document.js";
import { ThreepidsError, deepFreezeDetail, deferred, errorDetail } from "./errors.js";
import { guard } from "./guard.js";
import { register, speak } from "./locales.js";
import { property, reflect } from "./properties.js";
import { openPage } from "./window.js";

/** Property, attribute, and how the one is made of the other. */
const REFLECTED = {
  homeserver: ["homeserver", "text"],
  userId: ["user-id", "text"],
  theme: ["theme", "text"],
  readOnly: ["readonly", "flag"],
  headingLevel: ["heading-level", "text"],
  withoutHeading: ["without-heading", "flag"],
};
const TOKEN_ATTRIBUTES = ["access-token", "accesstoken"];
/** What happens to the page as a whole, and is told to every element in it. */
const PAGE_EVENTS = ["visibilitychange", "focus", "blur", "online", "offline", "pagehide", "pageshow"];
/** Properties that hold what must never become an attribute, beside the token. */
const HELD = ["fetch", "authHandler", "messages"];

let load = () => Promise.reject(new Error("no WebAssembly was provided"));
/** The elements in a page, to be told when the instance is gone. */
const connected = new Set();
/**
 * Hands in the Rust side.
 * @param {() => Promise<object>} loader resolves with the exports of the
 *   WebAssembly module, initialised; called again after a failure
 */
export function provide(loader) {
  load = loader;
}

/** Has every element of a language use these messages, in the place of its own. */
export let registerLocale;

// What the elements do with what is private here.
/** Calls Rust; undefined where there is none (any more). */
export let call;
/** The same for a method of the element: waits until Rust has drawn it. */
export let method;
/** Has Rust told, once, what the attributes are now. */
export let configure;
export let emit;
/** What a property holds that must never become an attribute. */
export let held;
/** The language that an element speaks, and its words. */
export let speech;
let hold;

/** What each kind of element answers for itself. */
export const own = {
  /** Whether it is for the password. */
  password: Symbol(),
  /** What else its Rust side may ask of it. */
  hooks: Symbol(),
  /** Loads what has to be there before it is drawn. */
  prepare: Symbol(),
  /** Gets the exports of the WebAssembly module, before it is drawn. */
  ready: Symbol(),
  /** Messages in the place of its own; none, where the English ones in Rust do. */
  words: Symbol(),
  /** What else is to be told of its attributes. */
  config: Symbol(),
  /** Its Rust side is gone. */
  crashed: Symbol(),
  /** Of a class: the properties that may have been set before it was defined. */
  properties: Symbol(),
};

/** What `<matrix-threepids>` and its siblings extend. */
export class MatrixElement extends (globalThis.HTMLElement ?? class {}) {
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
  /** Resolves when Rust has drawn the element; methods wait for it. */
  #started = deferred();
  /** Rejects when the instance dies. */
  #dead = deferred();

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    guard(this.#root);
    this.#root.append(document.createElement("slot"));
    this.#internals = this.attachInternals();
    this.#internals.states.add("loading");
  }

  connectedCallback() {
    connected.add(this);
    if (connected.size === 1) {
      PAGE_EVENTS.forEach((type) => addEventListener(type, MatrixElement.#pageEvent));
      MatrixElement.#languages.observe(document, { subtree: true, attributeFilter: ["lang"] });
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
        PAGE_EVENTS.forEach((type) => removeEventListener(type, MatrixElement.#pageEvent));
        MatrixElement.#languages.disconnect();
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

  /** Put the focus into the field. */
  focus() {
    this.#call((handle) => handle.focus());
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
    for (const name of this.constructor[own.properties]) {
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
      const at = this.#root.querySelector(".base:not([hidden])") ?? this;
      handle.presence(visible, focused, !navigator.onLine, at);
      if (type === "online") handle.online();
      if (type === "pagehide") handle.freeze();
      if (type === "pageshow") handle.thaw();
    });
  }

  /** Its place is shown or hidden. */
  #seen = new IntersectionObserver(() => this.isConnected && this.#tellPage(""));

  /** An ancestor may speak another language from now on. */
  static #languages = globalThis.MutationObserver &&
    new MutationObserver(() => connected.forEach((element) => element.#learn()));

  static {
    call = (element, run) => element.#call(run);
    method = (element, run) => element.#method(run);
    configure = (element) => element.#configure();
    emit = (element, ...event) => element.#emit(...event);
    held = (element, name) => element?.#held[name];
    speech = (element) => element?.#speech;
    hold = (element, name, value) => {
      element.#held[name] = value ?? undefined;
      element.#reword();
    };
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
      mayFocus() {
        const host = weak.deref();
        const page = host?.ownerDocument;
        let active = page?.activeElement;
        while (active && active !== host && active.shadowRoot?.activeElement) {
          active = active.shadowRoot.activeElement;
        }
        return !active || active === page.body || active === host;
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
      ...element[own.hooks]?.(weak),
    };
  }

  async #start() {
    const learned = this.#learn();
    let rust;
    try {
      [rust] = await Promise.all([MatrixElement.#loadRust(), this[own.prepare]?.()]);
    } catch (error) {
      await learned;
      return this.#failed(error);
    }
    this[own.ready]?.(rust);
    await learned;
    if (this[own.password] && !this.#speech.messages) return this.#failed();
    if (!this.isConnected || this.#mounted) return;
    this.#mounted = true;
    this.#styles = rust.styles();
    adoptStyles(this.#root, this.#styles);
    this.#call(() => {
      this.#root.replaceChildren();
      if (!this.#handle) {
        this.#handle = new rust.Handle(MatrixElement.#hooksOf(this), Boolean(this[own.password]));
        // Told before it is drawn; both, if it was set and taken back.
        if (this.#hadToken) this.#handle.tokenChanged(true);
        if (!this.#held.accessToken) this.#handle.tokenChanged(false);
      }
      this.#applyAttributes();
      this.#tellPage("");
      this.#handle.connect(this.#root);
      this.#seen.disconnect();
      this.#seen.observe(this.#root.querySelector(".base"));
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
      asked.done = speak(tag, this.#held.messages ?? this[own.words]?.()).then((speech) => {
        // Without words, better those from before.
        if (this.#asked !== asked || (this[own.password] && !speech.messages)) return;
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
      ...this[own.config]?.(text, { asked: this.#asked.tag, messages: this.#speech.messages }),
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
    this.#asked = undefined;
    this.#mourn("The WebAssembly module could not be loaded");
  }

  /** The WebAssembly instance is gone, for all elements. */
  #crashed() {
    this.#mounted = false;
    this.#handle = null;
    this[own.crashed]?.();
    this.#internals.states.delete("loading");
    this.#mourn("The WebAssembly instance panicked");
  }

  /** Draws the error without Rust, with a way on. */
  #mourn(message) {
    this.#root.replaceChildren(...mourning(this.#speech, () => this.#start()));
    const dead = this.#dead;
    this.#dead = deferred();
    this.#started = deferred();
    dead.reject(new ThreepidsError(errorDetail("internal", message)));
    this.#emit("threepids-error", errorDetail("internal", message));
  }
}

/**
 * Gives a class its properties.
 * @param {Record<string, [string, "text" | "flag"]>} reflected the attribute
 *   that each reflects, and its kind
 * @param {string[]} kept what must never become an attribute
 */
export function endow(Class, reflected, kept) {
  reflect(Class, reflected);
  for (const name of kept) {
    property(Class, name, function () {
      return held(this, name);
    }, function (value) {
      hold(this, name, value);
    });
  }
  const attributes = Object.values(reflected).map(([attribute]) => attribute);
  Class.observedAttributes = [...(Class.observedAttributes ?? ["lang", ...TOKEN_ATTRIBUTES]), ...attributes];
  Class[own.properties] = [...(Class[own.properties] ?? ["accessToken"]), ...Object.keys(reflected), ...kept];
}

endow(MatrixElement, REFLECTED, HELD);
