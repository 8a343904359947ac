// What our elements have in common: a homeserver, a token, a language, and a
// Rust side that may die. The Rust side is handed in by `provide`, so that no
// file here needs the name of a generated one. Importing it touches no DOM.

import { adoptStyles, languageOf, mourning } from "./document.js";
import { ThreepidsError, complain, deepFreezeDetail, deferred, errorDetail, member } from "./errors.js";
import { guard } from "./guard.js";
import { onRetry, retry } from "./lazy.js";
import { register, speak } from "./locales.js";
import { property, reflect } from "./properties.js";
import { plain, senderOf, serverUrl, tokensOf } from "./session.js";
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
const FUNCTIONS = ["fetch", "authHandler"];
const HELD = [...FUNCTIONS, "messages"];
/** What a hook answers that failed; the others nothing. */
const OTHERWISE = { __proto__: null, emit: true, challenge: true, open: "" };
/** Of errors that whoever made the page can do something about: what. */
const REMEDIES = new Map([
  ["token-attribute", "access-token is no attribute. Set the property: element.accessToken = …"],
  ["missing-homeserver", "homeserver is missing: the base URL of the client-server API"],
  ["invalid-homeserver", "homeserver has to be a full URL, such as https://matrix.example.org"],
  ["invalid-token", "accessToken holds what no header can carry"],
]);

let load = () => Promise.reject(new Error("no WebAssembly was provided"));
/** The elements in a page, to be told when the instance is gone. */
const connected = new Set();
/** Counts the instances that are gone. */
let instance = 0;
/**
 * Hands in the Rust side.
 * @param {() => Promise<object>} loader resolves with the exports of the
 *   WebAssembly module, initialized; called again after a failure
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

/** What an attribute names, of what it may; complains where it names nothing of that. */
export function named(element, attribute, known) {
  const all = element.getAttribute(attribute)?.split(/\s+/).filter(Boolean) ?? [];
  const some = all.filter((it) => known.includes(it));
  if (all.length && !some.length) complain(`${attribute} is none of: ${known.join(", ")}`);
  return some;
}

/** Exceptions must not pass through Rust: what it had borrowed would stay so. */
const guarded = (hooks) => {
  const hook = ([name, run]) => [name, (...given) => {
    try {
      return run(...given);
    } catch (error) {
      reportError(error);
      return OTHERWISE[name];
    }
  }];
  return Object.fromEntries(Object.entries(hooks).map(hook));
};

/** What `<matrix-threepids>` and its siblings extend. */
export class MatrixElement extends (globalThis.HTMLElement ?? class {}) {
  #root;
  #internals;
  /** The text of the style sheet, once Rust is there. */
  #styles;
  /** Properties that hold what must never become an attribute. */
  #held = { __proto__: null };
  /** Where tokens come from since `accessToken` was set last. */
  #tokens = tokensOf();
  /** What sends requests, since `fetch` was set last. */
  #sender = senderOf();
  /** A token was set at some time. */
  #hadToken = false;
  /** Attributes have changed; Rust is told once for all that change in one go. */
  #stale = false;
  /** The language that was asked for, and what was found for it. */
  #asked;
  #speech = { lang: "en", rtl: false, messages: undefined };
  #handle = null;
  /** Which instance the handle is of. */
  #instance;
  #mounted = false;
  #starting = false;
  /** It could not be drawn; it may at another time. */
  #failing = false;
  /** Resolves when Rust has drawn the element; methods wait for it. */
  #started = deferred();
  /** Rejects when the instance dies. */
  #dead = deferred();

  constructor() {
    super();
    this.#root = this.attachShadow({ __proto__: null, mode: "open" });
    guard(this.#root);
    this.#root.append(document.createElement("slot"));
    // Who presses something wants to go on.
    // While captured: what the click itself starts then finds the files asked for anew.
    this.#root.addEventListener("click", retry, true);
    this.#internals = this.attachInternals();
    this.#internals.states.add("loading");
  }

  connectedCallback() {
    connected.add(this);
    // Again and again, as `document.open()` takes all listeners away; each counts once.
    PAGE_EVENTS.forEach((type) => addEventListener(type, MatrixElement.#pageEvent));
    globalThis.visualViewport?.addEventListener("resize", MatrixElement.#uncover);
    // It may have come to where another language is spoken.
    MatrixElement.#watch();
    this.#upgradeProperties();
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
        globalThis.visualViewport?.removeEventListener("resize", MatrixElement.#uncover);
      }
      MatrixElement.#watch();
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
    // The token may change, too, before the task is over.
    if (name === "homeserver" && before) this.#tokens = tokensOf(this.#held.accessToken);
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
    this.#tokens = tokensOf(token);
    this.#hadToken ||= Boolean(token);
    // After attributes that change in the same go: a token for another
    // homeserver is not for this one.
    this.#configure();
    queueMicrotask(() => this.#call((handle) => handle.tokenChanged(Boolean(token))));
  }

  /** Properties that were set before the element was defined. */
  #upgradeProperties() {
    for (const name of this.constructor[own.properties]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      try {
        this[name] = value;
      } catch (error) {
        // One that cannot be made text, say: no reason not to begin.
        complain(`${name} cannot be taken over`, error);
      }
    }
  }

  static #pageEvent({ type, persisted }) {
    retry();
    // Only what comes out of the back/forward cache was there before.
    if (type !== "pageshow" || persisted) connected.forEach((element) => element.#tellPage(type));
  }

  #tellPage(type) {
    const visible = document.visibilityState === "visible";
    const focused = document.hasFocus();
    if (type === "online" && this.#failing) this.#start();
    this.#call((handle) => {
      const at = this.#root.querySelector(".base:not([hidden])") ?? this;
      handle.presence(visible, focused, !navigator.onLine, at);
      if (type === "online") handle.online();
      if (type === "pagehide") handle.freeze();
      if (type === "pageshow") handle.thaw();
    });
  }

  /** A keyboard covers a part of the page: an open dialog stays above it. */
  static #uncover() {
    const { height, scale } = visualViewport;
    // Who zooms in sees less, too.
    const covered = scale > 1 ? 0 : innerHeight - height;
    for (const { shadowRoot } of connected) {
      shadowRoot.querySelectorAll("dialog").forEach(({ style }) => style.setProperty("--_covered", `${covered}px`));
      shadowRoot.activeElement?.scrollIntoView({ __proto__: null, block: "nearest" });
    }
  }

  /** Its place is shown or hidden. */
  #seen = new IntersectionObserver(() => this.isConnected && this.#tellPage(""));

  /** An ancestor may speak another language from now on. */
  static #languages = globalThis.MutationObserver &&
    new MutationObserver(() => connected.forEach((element) => element.#learn()));
  static #watching = false;

  /** Looks, from now on, at all trees that elements are in: within shadow roots, and around them. */
  static #watch() {
    if (MatrixElement.#watching) return;
    MatrixElement.#watching = true;
    queueMicrotask(() => {
      MatrixElement.#watching = false;
      MatrixElement.#languages.disconnect();
      const seen = new Set();
      for (const element of connected) {
        for (let root = element.getRootNode(); root && !seen.has(root); root = root.host?.getRootNode()) {
          seen.add(root);
          MatrixElement.#languages.observe(root, { __proto__: null, subtree: true, attributeFilter: ["lang"] });
        }
        // It may have changed just before.
        element.#learn();
      }
    });
  }

  static {
    call = (element, run) => element.#call(run);
    method = (element, run) => element.#method(run);
    configure = (element) => element.#configure();
    emit = (element, ...event) => element.#emit(...event);
    held = (element, name) => element?.#held[name];
    speech = (element) => element?.#speech;
    hold = (element, name, value) => {
      const kind = FUNCTIONS.includes(name) ? "function" : "object";
      value ??= undefined;
      if (value !== undefined && typeof value !== kind) {
        complain(`${name} is to be of type ${kind}`);
        value = undefined;
      }
      element.#held[name] = value;
      if (name === "fetch") {
        element.#sender = senderOf(value);
        // For what is sent from now on.
        element.#configure();
      }
      // Functions are asked for when they are called.
      if (kind === "object") element.#reword();
    };
    onRetry(() => connected.forEach((element) => element.#retry()));
    registerLocale = (tag, messages) => {
      register(tag, messages);
      connected.forEach((element) => element.#reword());
    };
  }

  static async #loadRust() {
    const rust = await load();
    const panicked = () => {
      instance++;
      // Any call creates the next instance; this one at once. A closure of the
      // lost instance that runs before is called in the next one's memory.
      rust.onPanic(panicked);
      // Not now: Rust is still panicking.
      queueMicrotask(() => connected.forEach((element) => element.#crashed()));
    };
    rust.onPanic(panicked);
    return rust;
  }

  /** What Rust may ask of an element; weakly, or it would never be collected. */
  static #hooksOf(element) {
    const weak = new WeakRef(element);
    const held = (name) => weak.deref()?.#held[name];
    const hooks = {
      emit(name, detail, cancelable) {
        return weak.deref()?.#emit(name, detail, cancelable) ?? true;
      },
      challenge(detail, respond) {
        const answer = (auth) => respond(plain(auth));
        return hooks.emit("threepid-auth-required", { ...detail, respond: answer }, true);
      },
      state(name, on) {
        weak.deref()?.#internals?.states[on ? "add" : "delete"](name);
      },
      tokens() {
        return weak.deref()?.#tokens ?? tokensOf();
      },
      sender() {
        return weak.deref()?.#sender ?? senderOf();
      },
      authenticate(challenge) {
        let answer = null;
        try {
          answer = held("authHandler")?.(challenge);
        } catch {
          // It has not authenticated anybody.
        }
        return answer === undefined ? answer : (async () => plain(await answer))();
      },
      mayFocus() {
        const host = weak.deref();
        if (!host) return false;
        // Roots around it may be closed: asked is its own root, and the one it is in.
        const { activeElement, body } = host.ownerDocument;
        const within = host.#root.activeElement || host.getRootNode().activeElement === host;
        return Boolean(within || !activeElement || activeElement === body);
      },
      mayAsk() {
        return ![...connected].some((element) => element.#root.querySelector("dialog[open]"));
      },
      openPage(base, stage, session) {
        const encode = encodeURIComponent;
        const url = `${base}${encode(stage)}/fallback/web?session=${encode(session)}`;
        return openPage(url, hooks.sender().lookUp, () => weak.deref()?.#call((handle) => handle.pageDone(session)));
      },
      ...element[own.hooks]?.(weak),
    };
    return guarded(hooks);
  }

  async #start() {
    if (this.#starting) return;
    this.#starting = true;
    this.#failing = false;
    try {
      this.#learn();
      const [rust] = await Promise.all([MatrixElement.#loadRust(), this[own.prepare]?.()]);
      this[own.ready]?.(rust);
      await this.#learned();
      if (!this.isConnected || this.#mounted) return;
      if (this[own.password] && !this.#speech.messages) {
        throw new Error("The words could not be loaded");
      }
      this.#draw(rust);
    } catch (error) {
      await this.#learned();
      // Where it is put back, it begins anew.
      if (this.isConnected) this.#failed(error);
    } finally {
      this.#starting = false;
    }
  }

  #draw(rust) {
    this.#mounted = true;
    this.#styles = rust.styles();
    adoptStyles(this.#root, this.#styles);
    // Out of the page, it was not told that its instance is gone.
    if (this.#instance !== instance) this.#handle = null;
    this.#call(() => {
      this.#root.replaceChildren();
      if (!this.#handle) {
        this.#instance = instance;
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
      addEventListener("load", () => this.#configure(), { __proto__: null, once: true });
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
    if (!this.isConnected) return;
    const tag = languageOf(this);
    if (this.#asked?.tag === tag) return;
    const asked = (this.#asked = { __proto__: null, tag, missing: false });
    asked.done = speak(tag, this.#held.messages ?? this[own.words]?.()).then((speech) => {
      if (this.#asked !== asked) return;
      asked.missing = speech.missing;
      // Without words, better those from before.
      if (this[own.password] && !speech.messages) return;
      this.#speech = speech;
      this.#configure();
    });
  }

  /** Waits for the words that apply by then: others may be wanted meanwhile. */
  async #learned() {
    let asked;
    do {
      this.#learn();
      asked = this.#asked;
      await asked?.done;
    } while (asked !== this.#asked);
  }

  /** What did not come may come now. */
  #retry() {
    // First, so that a new start waits for the words that are asked for anew.
    if (this.#asked?.missing) this.#reword();
    else this.#configure();
    if (this.#failing) this.#start();
  }

  #applyAttributes() {
    this.#stale = false;
    this.#learn();
    // Out of the page, no language applies; it is told when it is back.
    if (!this.#handle || !this.#asked) return;
    const text = (name) => this.getAttribute(name)?.trim() ?? "";
    named(this, "theme", ["auto", "light", "dark"]);
    const placeholder = [...this.childNodes].some((node) =>
      node.nodeType === Node.ELEMENT_NODE ? !node.slot : node.nodeType === Node.TEXT_NODE && node.data.trim(),
    );
    const config = {
      homeserver: text("homeserver").replace(/\/+$/, ""),
      valid: Boolean(serverUrl(text("homeserver"))),
      loaded: document.readyState === "complete",
      userId: text("user-id"),
      lang: this.#speech.lang,
      rtl: this.#speech.rtl,
      words: Object.values(this.#speech.messages ?? {}),
      readonly: this.hasAttribute("readonly"),
      headingLevel: Number(named(this, "heading-level", [..."123456"])[0] ?? 2),
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
      throw new ThreepidsError(typeof member(error, "code") === "string" ? error : internal);
    }
  }

  #emit(name, detail, cancelable = false) {
    const init = { bubbles: true, composed: true, cancelable, detail: deepFreezeDetail(detail) };
    const remedy = name === "threepids-error" && REMEDIES.get(detail.code);
    if (remedy) complain(remedy);
    return this.dispatchEvent(new CustomEvent(name, init));
  }

  /** The WebAssembly did not load: says so, and keeps what the page put in. */
  #failed(cause) {
    this.#failing = true;
    this.#mounted = false;
    this.#handle = null;
    const named = / could not be loaded$/.test(cause?.message);
    const message = named ? cause.message : "The WebAssembly module could not be loaded";
    complain(`${message}. Is it there, and allowed by script-src 'wasm-unsafe-eval' and connect-src?`, cause);
    this.#mourn(message, cause);
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
  #mourn(message, cause) {
    this.#root.replaceChildren(...mourning(this.#speech, () => this.#start()));
    const dead = this.#dead;
    this.#dead = deferred();
    this.#started = deferred();
    const detail = errorDetail("internal", message, cause);
    dead.reject(new ThreepidsError(detail));
    this.#emit("threepids-error", detail);
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
