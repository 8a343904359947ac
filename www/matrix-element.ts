// The base class of the elements: a homeserver, a token, a language, and a Rust
// side that may panic. `setWasmLoader` hands in the Rust side, so that no file
// here needs the name of a generated one. Importing it touches no DOM.

import { NO_TOKENS, type Sender, senderOf, type TokenSource, tokensOf } from "./session.js";
import { property, reflect, type Reflection } from "./properties.js";
import { adoptStyles, closestLang, createFatalError, setStyles } from "./dom.js";
import { type Locale, loadMessages, register } from "./locales.js";
import { serverUrl } from "./url.js";
import { type Bridge, createBridge, type OwnBridge, holdWeakly } from "./js-bridge.js";
import * as internals from "./internals.js";
import { guard } from "./guard.js";
import { actions, loadActions } from "./late.js";
import { onRetry, retry } from "./lazy.js";
import { attempt, complain, deepFreezeDetail, deferred, errorDetail, member, ThreepidsError } from "./errors.js";
import type { Config, Handle, OwnConfig, Rust } from "./rust.js";
import type { TabStorage } from "./tab-storage.js";
import type { AccessTokenSource, AuthHandler, Fetch, Messages, ThreepidsErrorDetail } from "./types.js";

/** Attribute and kind of each reflected property. */
const REFLECTED: Record<string, Reflection> = {
  homeserver: ["homeserver", "text"],
  userId: ["user-id", "text"],
  theme: ["theme", "text"],
  density: ["density", "text"],
  readOnly: ["readonly", "flag"],
  headingLevel: ["heading-level", "text"],
  withoutHeading: ["without-heading", "flag"],
};
const TOKEN_ATTRIBUTES = ["access-token", "accesstoken"];
/** Attributes that server rendering makes of properties with secrets, in each spelling: `.accessToken`, `prop:accessToken`. */
const SECRET_ATTRIBUTE = /(access-?token|identity-?server)$/i;
/** Events of the page that every element reports to Rust. */
const PAGE_EVENTS = ["visibilitychange", "focus", "blur", "online", "offline", "pagehide", "pageshow"];
/** Properties whose values must never become attributes, in addition to the token. */
const FUNCTIONS = ["fetch", "authHandler"];
const STORED_PROPERTIES = [...FUNCTIONS, "messages"];
/** Advice for errors that the developer of the page can fix. */
const REMEDIES = new Map<unknown, string>([
  [
    "token-attribute",
    "access-token is no attribute. Set the property in the browser: element.accessToken = …, or use the entry for your framework",
  ],
  ["missing-homeserver", "homeserver is missing: the base URL of the client-server API"],
  ["invalid-homeserver", "homeserver has to be a full URL, such as https://matrix.example.org"],
  ["invalid-token", "accessToken contains characters that no header can have"],
]);

let load: () => Promise<Rust> = () => Promise.reject(new Error("no WebAssembly was provided"));
/** Paths of the requests that the first list needs. */
const FIRST_PATHS = ["account/3pid", "capabilities"];
/** Elements in a page; they are informed when the instance is lost. */
const connected = new Set<MatrixElement>();
/** Number of instances that were lost. */
let instance = 0;
/**
 * Sets the function that loads the Rust side.
 * @param loader resolves with the exports of the instantiated WebAssembly
 *   module; called again after a failure
 */
export function setWasmLoader(loader: () => Promise<Rust>): void {
  load = loader;
}

/** Calls a function when the page has nothing to do. */
const whenIdle = (run: () => void): void => {
  (globalThis.requestIdleCallback ?? setTimeout)(run);
};

// Functions for subclasses, to use what is private here.
/** Calls Rust. Returns undefined if there is no Rust side (any more). */
export let callRust: <Result>(element: MatrixElement, run: (handle: Handle) => Result) => Result | undefined;
/** Calls a method of the Rust side, once it has rendered the element. */
export let callMethod: <Result>(element: MatrixElement, run: (handle: Handle) => Promise<Result>) => Promise<Result>;
/** Schedules one update of the Rust side, with the current attributes. */
export let scheduleUpdate: (element: MatrixElement) => void;
export let emit: (element: MatrixElement, name: string, detail: unknown, cancelable?: boolean) => boolean;
/** Value of a property that must never become an attribute. */
export let storedProperty: (element: MatrixElement, name: string) => unknown;
/** Language and messages of an element. */
export let localeOf: (element: MatrixElement) => Locale;
let storeProperty: (element: MatrixElement, name: string, value: unknown) => void;
let reloadAllMessages: () => void;

/**
 * Has every element of a language use these texts in the place of its own; also
 * for a language that the package has no texts for. Counts for elements that are
 * there already, too.
 *
 * @param tag BCP 47, such as `fr` or `fr-CA`
 */
export function registerLocale(tag: string, messages: Partial<Messages>): void {
  register(tag, messages);
  reloadAllMessages();
}

/** Known words in an attribute's value; complains if it has only unknown ones. */
export function knownWords(element: Element, attribute: string, known: readonly string[]): string[] {
  const all = element.getAttribute(attribute)?.split(/\s+/).filter(Boolean) ?? [];
  const some = all.filter((word) => known.includes(word));
  if (all.length && !some.length) complain(`${attribute} is none of: ${known.join(", ")}`);
  return some;
}

/** A request for the messages of a language. */
interface MessageRequest {
  readonly __proto__: null;
  readonly tag: string;
  /** True if a file could not be loaded. */
  missing: boolean;
  done?: Promise<void>;
}

/** A response to a first request. */
interface EarlyResponse {
  readonly request: Request;
  readonly sender: Sender;
  /** Undefined if the response is no success, no JSON, or of another session by now. */
  readonly body: string | undefined;
}

/** On servers, there is no such class. */
const ElementBase = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/** What the elements have. */
export class MatrixElement extends ElementBase {
  // A field of the class's own: a simulated browser may have one that can't be set.
  static observedAttributes = ["lang", ...TOKEN_ATTRIBUTES];
  /** @internal */
  declare static readonly [internals.properties]: string[];

  readonly #root: ShadowRoot;
  readonly #states: CustomStateSet;
  /** Values that must never become attributes. */
  readonly #properties: Record<string, unknown> = { __proto__: null } as never;
  /** Where tokens come from since `accessToken` was set last. */
  #tokens = this.#currentTokens();
  /** What sends requests, since `fetch` was set last. */
  #sender = senderOf();
  /** A token was set at some time. */
  #hadToken = false;
  /** An attribute with a secret was removed, and no event has said so yet. */
  #hadSecretAttribute = false;
  /** True if attributes have changed. Rust receives all changes of a task at once. */
  #updateScheduled = false;
  /** The language that was requested last. */
  #requested: MessageRequest | undefined;
  #locale: Locale = { lang: "en", rtl: false, messages: undefined, missing: false };
  #rust: Handle | null = null;
  /** Number of the instance of `#rust`. */
  #instance: number | undefined;
  /** What it shares with other elements of the account. */
  #storage: TabStorage | null = null;
  #mounted = false;
  #starting = false;
  /** It could not be drawn; it may at another time. */
  #failing = false;
  /** Resolves when Rust has drawn the element; methods wait for it. */
  #ready = deferred();
  /** Rejects when the instance dies. */
  #crash = deferred();

  constructor() {
    super();
    // Before anything else: scripts of the page that run later don't find it.
    for (const name of this.getAttributeNames()) if (SECRET_ATTRIBUTE.test(name)) this.#removeSecret(name);
    this.#root = this.attachShadow({ __proto__: null, mode: "open" });
    guard(this.#root);
    this.#root.append(document.createElement("slot"));
    // Who presses something wants to go on.
    // While captured, so that the click itself finds the files requested again.
    this.#root.addEventListener("click", retry, true);
    // Who comes near will press something.
    this.#root.addEventListener("focusin", () => this.#loadActions());
    this.#states = this.attachInternals().states;
    this.#states.add("loading");
  }

  /** @internal */
  connectedCallback(): void {
    connected.add(this);
    // Again and again, as `document.open()` takes all listeners away; each counts once.
    PAGE_EVENTS.forEach((type) => addEventListener(type, MatrixElement.#pageEvent));
    globalThis.visualViewport?.addEventListener("resize", MatrixElement.#uncover);
    // It may have come to where another language is spoken.
    MatrixElement.#watch();
    this.#upgradeProperties();
    this.#loadMessages();
    this.#start();
    this.#requestEarly();
  }

  /** @internal */
  disconnectedCallback(): void {
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
      this.#ready = deferred();
      this.#callRust((handle) => handle.disconnect());
    });
  }

  /** @internal */
  adoptedCallback(): void {
    adoptStyles(this.#root);
  }

  /** @internal */
  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    // The token may change, too, before the task is over.
    if (name === "homeserver" && before) this.#tokens = this.#currentTokens();
    if (!TOKEN_ATTRIBUTES.includes(name)) {
      this.#scheduleUpdate();
      return;
    }
    if (after !== null && this.hasAttribute(name)) this.#removeSecret(name);
  }

  /** Removes an attribute, and has an event say so once the element has started: frameworks listen later than it is made. */
  #removeSecret(name: string): void {
    this.removeAttribute(name);
    complain(REMEDIES.get("token-attribute") as string);
    this.#hadSecretAttribute = true;
    if (this.#mounted) queueMicrotask(() => this.#reportSecret());
  }

  #reportSecret(): void {
    if (!this.#hadSecretAttribute) return;
    this.#hadSecretAttribute = false;
    const message = "The access token is a property, not an attribute; the attribute was removed";
    this.#emit("threepids-error", errorDetail("token-attribute", message));
  }

  /** Puts the focus into the first field. */
  override focus(): void {
    this.#callRust((handle) => handle.call("focus", "", ""));
  }

  /**
   * The access token, or what gets one. Write-only: reading gives `undefined`.
   * Never reflected, logged or stored. Until it is first set the element is
   * loading: it sends nothing and says nothing. Null, undefined or an empty
   * string take it back.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#using-access-tokens
   */
  get accessToken(): undefined {
    return undefined;
  }

  set accessToken(token: string | AccessTokenSource | null | undefined) {
    if (this.#isReset()) return;
    this.#properties.accessToken = token;
    this.#tokens = this.#currentTokens();
    this.#hadToken ||= Boolean(token);
    this.#requestEarly();
    // After attributes that change in the same go: a token for another
    // homeserver is not for this one.
    this.#scheduleUpdate();
    queueMicrotask(() => this.#callRust((handle) => handle.tokenChanged(Boolean(token))));
  }

  /** A new source of tokens, for what `accessToken` is now. */
  #currentTokens(): TokenSource {
    return this.#isReset() ? NO_TOKENS : tokensOf(this.#properties.accessToken as string | AccessTokenSource | null);
  }

  /** True if its requests have no token. */
  #isReset(): boolean {
    return this.#kind() === internals.ElementKind.PasswordReset;
  }

  #kind(): internals.ElementKind {
    return this[internals.kind]?.() ?? internals.ElementKind.Threepids;
  }

  /** Sends the first requests while the WebAssembly still loads. */
  #requestEarly(): void {
    if (this.isConnected && !this.#rust) for (const path of FIRST_PATHS) this.#sendEarly(path);
  }

  /**
   * Sends a first request, unless that was done. Resolves with undefined if none
   * can be sent.
   */
  async #sendEarly(path: string): Promise<EarlyResponse | undefined> {
    const tokens = this.#tokens;
    const token = tokens.there && (await tokens.getEarly());
    const homeserver = this.getAttribute("homeserver")?.trim() ?? "";
    if (!Array.isArray(token) || tokens !== this.#tokens || !serverUrl(homeserver)) return undefined;
    const sender = this.#sender;
    const url = `${homeserver.replace(/\/+$/, "")}/_matrix/client/v3/${path}`;
    const request = new Request(url, { __proto__: null, headers: [["Authorization", `Bearer ${token[0]}`]] });
    const result = await sender.sendEarly(request);
    // A change in the meantime is another session.
    const isCurrent =
      tokens === this.#tokens && sender === this.#sender && homeserver === this.getAttribute("homeserver")?.trim();
    const text = isCurrent && typeof result === "object" && result.status === 200 && (await result.clone().text());
    const isList = text && attempt(() => JSON.parse(text) !== null);
    return { request, sender, body: isList ? text : undefined };
  }

  /**
   * Sends a first request for Rust, unless that was done. Resolves with the body of
   * a response with status 200; otherwise with undefined, and Rust gets the same
   * token and the same result when it sends the request itself.
   */
  async #readEarly(path: string): Promise<string | undefined> {
    const sent = await this.#sendEarly(path);
    if (sent?.body !== undefined) sent.sender.forgetEarly(sent.request);
    return sent?.body;
  }

  /** Starts again, with new first requests. */
  #startAgain(): void {
    this.#tokens = this.#currentTokens();
    this.#sender = senderOf(this.#properties.fetch as Fetch | undefined);
    this.#start();
    this.#requestEarly();
  }

  /** Properties that were set before the element was defined. */
  #upgradeProperties(): void {
    const self = this as unknown as Record<string, unknown>;
    for (const name of (this.constructor as typeof MatrixElement)[internals.properties]) {
      if (!Object.hasOwn(self, name)) continue;
      const value = self[name];
      delete self[name];
      try {
        self[name] = value;
      } catch (error) {
        // One that cannot be made text, say: no reason not to begin.
        complain(`${name} cannot be taken over`, error);
      }
    }
  }

  static #pageEvent(event: Event): void {
    const { type } = event;
    retry();
    // Only what comes out of the back/forward cache was there before.
    if (type !== "pageshow" || (event as PageTransitionEvent).persisted)
      connected.forEach((element) => element.#reportPageState(type));
  }

  #reportPageState(type: string): void {
    const visible = document.visibilityState === "visible";
    const focused = document.hasFocus();
    if (type === "online" && this.#failing) this.#start();
    this.#callRust((handle) => {
      const at = this.#root.querySelector(".base:not([hidden])") ?? this;
      handle.presence(visible, focused, !navigator.onLine, at);
      if (type === "online") handle.online();
      if (type === "pagehide") handle.freeze();
      if (type === "pageshow") handle.thaw();
    });
  }

  /** A keyboard covers a part of the page: an open dialog stays above it. */
  static #uncover(): void {
    const { height, scale } = visualViewport as VisualViewport;
    // Who zooms in sees less, too.
    const covered = scale > 1 ? 0 : innerHeight - height;
    for (const element of connected) {
      // Dialogs inherit it, those that are created later, too.
      element.#root.querySelector<HTMLElement>(".base")?.style.setProperty("--_covered", `${covered}px`);
      element.#root.activeElement?.scrollIntoView({ __proto__: null, block: "nearest" });
    }
  }

  /** Its place is shown or hidden. */
  readonly #seen = new IntersectionObserver(() => this.isConnected && this.#reportPageState(""));

  /** An ancestor may speak another language from now on. */
  static #languages: MutationObserver | undefined;
  static #watching = false;

  /** Looks, from now on, at all trees that elements are in: within shadow roots, and around them. */
  static #watch(): void {
    if (MatrixElement.#watching) return;
    MatrixElement.#watching = true;
    queueMicrotask(() => {
      MatrixElement.#watching = false;
      MatrixElement.#languages ??= new MutationObserver(() => connected.forEach((element) => element.#loadMessages()));
      MatrixElement.#languages.disconnect();
      const seen = new Set<Node>();
      for (const element of connected) {
        for (
          let root: Node | undefined = element.getRootNode();
          root && !seen.has(root);
          root = (root as ShadowRoot).host?.getRootNode()
        ) {
          seen.add(root);
          MatrixElement.#languages.observe(root, { __proto__: null, subtree: true, attributeFilter: ["lang"] });
        }
        // It may have changed just before.
        element.#loadMessages();
      }
    });
  }

  static {
    callRust = (element, run) => element.#callRust(run);
    callMethod = (element, run) => element.#callMethod(run);
    scheduleUpdate = (element) => element.#scheduleUpdate();
    emit = (element, ...event) => element.#emit(...event);
    storedProperty = (element, name) => element.#properties[name];
    localeOf = (element) => element.#locale;
    reloadAllMessages = () => connected.forEach((element) => element.#reloadMessages());
    storeProperty = (element, name, value) => {
      const kind = FUNCTIONS.includes(name) ? "function" : "object";
      value ??= undefined;
      if (value !== undefined && typeof value !== kind) {
        complain(`${name} is to be of type ${kind}`);
        value = undefined;
      }
      element.#properties[name] = value;
      if (name === "fetch") {
        element.#sender = senderOf(value as Fetch | undefined);
        // For what is sent from now on.
        element.#scheduleUpdate();
      }
      // Functions are asked for when they are called.
      if (kind === "object") element.#reloadMessages();
    };
    onRetry(() => connected.forEach((element) => element.#retry()));
  }

  static async #loadRust(): Promise<Rust> {
    const rust = await load();
    const panicked = () => {
      instance++;
      // Not now: Rust is still panicking.
      queueMicrotask(() => connected.forEach((element) => element.#handlePanic()));
      // Any call creates the next instance; this one at once. A closure of the
      // lost instance that runs before is called in the next one's memory.
      rust.onPanic(panicked);
    };
    rust.onPanic(panicked);
    return rust;
  }

  /** Loads everything except the list, for all elements. */
  static async #loadAllActions(): Promise<void> {
    const [rust, actions] = await Promise.all([load(), loadActions()]);
    actions.removeOldRecords();
    await rust.loadActions(actions);
    setStyles(rust.styles());
    for (const element of connected) {
      if (element.#mounted) adoptStyles(element.#root);
      element.#callRust((handle) => handle.useActions());
    }
  }

  /**
   * Loads everything except the list. If that fails, the element shows an error
   * where something waits for it.
   * @param isNeeded false if it only may be needed soon
   */
  #loadActions(isNeeded = false): void {
    MatrixElement.#loadAllActions().catch((cause) => {
      this.#callRust((handle) => handle.actionsFailed());
      if (isNeeded) complain("Everything except the list could not be loaded", cause);
    });
  }

  static #createBridge(element: MatrixElement): Bridge {
    const use = holdWeakly(element);
    return createBridge({
      emit: (...event) => use((host) => host.#emit(...event)) ?? true,
      state: (name, on) => use((host) => host.#states[on ? "add" : "delete"](name)),
      readEarly: async (path) => use((host) => host.#readEarly(path)),
      wantActions: () => use((host) => host.#loadActions(true)),
      tokens: () => use((host) => host.#tokens) ?? tokensOf(),
      sender: () => use((host) => host.#sender) ?? senderOf(),
      authHandler: () => use((host) => host.#properties.authHandler as AuthHandler | undefined),
      mayFocus: () =>
        use((host) => {
          // Roots around it may be closed: asked is its own root, and the one it is in.
          const { activeElement, body } = host.ownerDocument;
          const within =
            host.#root.activeElement || (host.getRootNode() as Document | ShadowRoot).activeElement === host;
          return Boolean(within || !activeElement || activeElement === body);
        }) ?? false,
      mayAsk: () => ![...connected].some((other) => other.#root.querySelector("dialog[open]")),
      pageDone: (session) => use((host) => host.#callRust((handle) => handle.call("pageDone", session, ""))),
      open: (local, account) => use((host) => host.#openStorage(local, account)) ?? "",
      save: (text) => use((host) => host.#storage?.save(text)),
      sendLinkOpened: (sid) => use((host) => host.#storage?.sendLinkOpened(sid)),
      sendListChanged: () => use((host) => host.#storage?.sendListChanged()),
      shut: () => use((host) => host.#closeStorage()),
      lock: (...given) => actions.lock(...given),
      drawIdentity() {},
      ...element[internals.bridge]?.(use),
    });
  }

  /** Opens the records of an account, which other elements share. */
  #openStorage(local: boolean, account: string): string {
    this.#closeStorage();
    const use = holdWeakly<MatrixElement>(this);
    const tell = (run: (handle: Handle) => void) => use((host) => host.#callRust(run));
    this.#storage = new actions.TabStorage(local, account, {
      records: (text) => tell((handle) => handle.call("heardRecords", text, "")),
      opened: (sid) => tell((handle) => handle.call("heardLinkOpened", sid, "")),
      listChanged: () => tell((handle) => handle.call("heardListChanged", "", "")),
    });
    return this.#storage.text;
  }

  #closeStorage(): void {
    this.#storage?.close();
    this.#storage = null;
  }

  async #start(): Promise<void> {
    if (this.#starting) return;
    this.#starting = true;
    this.#failing = false;
    try {
      this.#loadMessages();
      if (this.#kind() || this[internals.needsActions]?.()) this.#loadActions(true);
      const [rust] = await Promise.all([MatrixElement.#loadRust(), this[internals.prepare]?.()]);
      this[internals.ready]?.(rust);
      await this.#messagesLoaded();
      if (!this.isConnected || this.#mounted) return;
      if (this.#kind() && !this.#locale.messages) {
        throw new Error("The words could not be loaded");
      }
      this.#render(rust);
    } catch (error) {
      await this.#messagesLoaded();
      // Where it is put back, it starts again.
      if (this.isConnected) this.#handleLoadError(error);
    } finally {
      this.#starting = false;
      this.#reportSecret();
    }
  }

  #render(rust: Rust): void {
    this.#mounted = true;
    setStyles(rust.styles());
    adoptStyles(this.#root);
    // Out of the page, an element does not learn that its instance is lost.
    if (this.#instance !== instance) this.#rust = null;
    this.#callRust(() => {
      this.#root.replaceChildren();
      if (!this.#rust) {
        this.#instance = instance;
        this.#rust = new rust.Handle(MatrixElement.#createBridge(this), this.#kind());
        // Before the element is rendered; both calls, if the token was set and removed.
        const isReset = this.#isReset();
        if (this.#hadToken || isReset) this.#rust.tokenChanged(true);
        if (!this.#properties.accessToken && !isReset) this.#rust.tokenChanged(false);
      }
      this.#applyAttributes();
      this.#reportPageState("");
      this.#rust.connect(this.#root);
      this.#seen.disconnect();
      this.#seen.observe(this.#root.querySelector(".base") as Element);
      this.#ready.resolve();
    });
    if (document.readyState !== "complete") {
      addEventListener("load", () => this.#scheduleUpdate(), { __proto__: null, once: true });
    }
  }

  #scheduleUpdate(): void {
    if (this.#updateScheduled) return;
    this.#updateScheduled = true;
    queueMicrotask(() => this.#applyAttributes());
  }

  /** Other messages are to be used. */
  #reloadMessages(): void {
    this.#requested = undefined;
    this.#scheduleUpdate();
  }

  /** Gets the words for the language that applies, then tells Rust. */
  #loadMessages(): void {
    if (!this.isConnected) return;
    const tag = closestLang(this);
    if (this.#requested?.tag === tag) return;
    const requested: MessageRequest = { __proto__: null, tag, missing: false };
    this.#requested = requested;
    // No WebAssembly has the words of the other kinds, not even the English ones.
    const own =
      (this.#properties.messages as Partial<Messages> | undefined) ?? (this.#kind() ? {} : this[internals.words]?.());
    requested.done = loadMessages(tag, own).then((locale) => {
      if (this.#requested !== requested) return;
      requested.missing = locale.missing;
      // Without words, better those from before.
      if (this.#kind() && !locale.messages) return;
      this.#locale = locale;
      this.#scheduleUpdate();
    });
  }

  /** Waits for the messages; the language may change while they load. */
  async #messagesLoaded(): Promise<void> {
    let requested: MessageRequest | undefined;
    do {
      this.#loadMessages();
      requested = this.#requested;
      await requested?.done;
    } while (requested !== this.#requested);
  }

  /** What did not come may come now. */
  #retry(): void {
    // First, so that a new start waits for the messages that are requested again.
    if (this.#requested?.missing) this.#reloadMessages();
    else this.#scheduleUpdate();
    if (this.#failing) this.#start();
  }

  #applyAttributes(): void {
    this.#updateScheduled = false;
    this.#loadMessages();
    // Out of the page, no language applies; Rust is configured when it is back.
    if (!this.#rust || !this.#requested) return;
    const text = (name: string) => this.getAttribute(name)?.trim() ?? "";
    knownWords(this, "theme", ["auto", "light", "dark"]);
    knownWords(this, "density", ["comfortable", "compact"]);
    const placeholder = [...this.childNodes].some((node) =>
      node.nodeType === Node.ELEMENT_NODE
        ? !(node as Element).slot
        : node.nodeType === Node.TEXT_NODE && (node as Text).data.trim(),
    );
    const config: Config = {
      homeserver: text("homeserver").replace(/\/+$/, ""),
      valid: Boolean(serverUrl(text("homeserver"))),
      loaded: document.readyState === "complete",
      userId: text("user-id"),
      lang: this.#locale.lang,
      rtl: this.#locale.rtl,
      words: Object.values(this.#locale.messages ?? {}),
      readonly: this.hasAttribute("readonly"),
      headingLevel: Number(knownWords(this, "heading-level", [..."123456"])[0] ?? 2),
      withoutHeading: this.hasAttribute("without-heading"),
      hasPlaceholder: placeholder,
      persist: knownWords(this, "persist", ["session", "local", "none"])[0],
      ...this[internals.config]?.(text, this.#requested.tag, Boolean(this.#locale.messages)),
    };
    this.#callRust((handle) => handle.configure(config));
  }

  /** Calls Rust. A panic ends the call with an error; the crash is drawn by then. */
  #callRust<Result>(run: (handle: Handle) => Result): Result | undefined {
    if (!this.#rust && run.length) return undefined;
    try {
      return run(this.#rust as Handle);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      return undefined;
    }
  }

  async #callMethod<Result>(run: (handle: Handle) => Promise<Result>): Promise<Result> {
    try {
      // It may have left the page again.
      do {
        await Promise.race([this.#ready.promise, this.#crash.promise]);
        await Promise.race([MatrixElement.#loadAllActions(), this.#crash.promise]);
      } while (!this.#mounted);
      return (await Promise.race([run(this.#rust as Handle) ?? Promise.reject(), this.#crash.promise])) as Result;
    } catch (error) {
      if (error instanceof ThreepidsError) throw error;
      const internal = errorDetail("internal", "Something went wrong");
      throw new ThreepidsError(typeof member(error, "code") === "string" ? (error as ThreepidsErrorDetail) : internal);
    }
  }

  #emit(name: string, detail: unknown, cancelable = false): boolean {
    const init = { bubbles: true, composed: true, cancelable, detail: deepFreezeDetail(detail) };
    const remedy = name === "threepids-error" && REMEDIES.get((detail as ThreepidsErrorDetail).code);
    if (remedy) complain(remedy);
    if (name === "threepids-ready") whenIdle(() => this.#loadActions());
    return this.dispatchEvent(new CustomEvent(name, init));
  }

  /** The WebAssembly did not load: says so, and keeps what the page put in. */
  #handleLoadError(cause: unknown): void {
    this.#failing = true;
    this.#mounted = false;
    this.#rust = null;
    const said = (cause as Error | undefined)?.message ?? "";
    const message = / could not be loaded$/.test(said) ? said : "The WebAssembly module could not be loaded";
    complain(`${message}. Is it there, and allowed by script-src 'wasm-unsafe-eval' and connect-src?`, cause);
    this.#renderFatalError(message, cause);
  }

  /** The WebAssembly instance is gone, for all elements. */
  #handlePanic(): void {
    this.#mounted = false;
    this.#rust = null;
    this.#closeStorage();
    this.#states.delete("loading");
    this.#renderFatalError("The WebAssembly instance panicked");
  }

  /** Draws the error without Rust, with a way on. */
  #renderFatalError(message: string, cause?: unknown): void {
    this.#root.replaceChildren(...createFatalError(this.#locale, () => this.#startAgain()));
    const crash = this.#crash;
    this.#crash = deferred();
    this.#ready = deferred();
    const detail = errorDetail("internal", message, cause);
    crash.reject(new ThreepidsError(detail));
    this.#emit("threepids-error", detail);
  }
}

// Tables define these members; see the end of this file.
export interface MatrixElement {
  /**
   * Attribute `homeserver`: base URL of the client-server API. Another one
   * starts again. Empty if it is not set.
   */
  get homeserver(): string;
  set homeserver(value: string | URL | null | undefined);

  /**
   * Attribute `user-id`: the full Matrix ID. Without it the server is asked
   * when it is needed. Another one starts again. Empty if it is not set.
   *
   * Spec: https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3accountwhoami
   */
  get userId(): string;
  set userId(value: string | null | undefined);

  /**
   * Attribute `theme`; without it as `auto`. Empty if it is not set.
   * @default "auto"
   */
  get theme(): string;
  set theme(value: "auto" | "light" | "dark" | null | undefined);
  /**
   * Attribute `density`; without it as `comfortable`. Empty if it is not set.
   * @default "comfortable"
   */
  get density(): string;
  set density(value: "comfortable" | "compact" | null | undefined);

  /** Attribute `readonly`: nothing can be changed. */
  get readOnly(): boolean;
  set readOnly(value: boolean);

  /**
   * Attribute `heading-level`, 1 to 6; without it as 2. A string, as the
   * attribute; empty if it is not set.
   * @default "2"
   */
  get headingLevel(): string;
  set headingLevel(value: number | string | null | undefined);

  /** Attribute `without-heading`: the page has a heading of its own. */
  get withoutHeading(): boolean;
  set withoutHeading(value: boolean);

  /** Used in the place of `window.fetch`, for every request to the homeserver. */
  get fetch(): Fetch | undefined;
  set fetch(value: Fetch | null | undefined);

  /** Answers challenges, where no listener of `threepid-auth-required` prevents it. */
  get authHandler(): AuthHandler | undefined;
  set authHandler(value: AuthHandler | null | undefined);

  /** Texts that replace the element's own, by key. */
  get messages(): Partial<Messages> | undefined;
  set messages(value: Partial<Messages> | null | undefined);

  /** @internal */
  [internals.kind]?(): internals.ElementKind;
  /** @internal */
  [internals.needsActions]?(): boolean;
  /**
   * @param use a `Use` of the class itself, for which TypeScript has no type
   * @internal
   */
  [internals.bridge]?(use: unknown): Partial<OwnBridge>;
  /** @internal */
  [internals.prepare]?(): Promise<void>;
  /** @internal */
  [internals.ready]?(rust: Rust): void;
  /** @internal */
  [internals.words]?(): Partial<Messages> | undefined;
  /** @internal */
  [internals.config]?(text: (attribute: string) => string, tag: string, hasMessages: boolean): OwnConfig;
  /** @internal */
}

/** A class of elements, while its tables are applied. */
interface ElementClass {
  readonly prototype: MatrixElement;
  observedAttributes: string[];
  [internals.properties]: string[];
}

/**
 * Defines the properties of a class, and the attributes that it observes.
 * @param reflected properties that reflect attributes
 * @param stored properties whose values must never become attributes
 */
export function defineProperties(
  Class: ElementClass,
  reflected: Readonly<Record<string, Reflection>>,
  stored: readonly string[],
): void {
  reflect(Class, reflected);
  for (const name of stored) {
    property(
      Class,
      name,
      function () {
        return storedProperty(this, name);
      },
      function (value) {
        storeProperty(this, name, value);
      },
    );
  }
  const attributes = Object.values(reflected).map(([attribute]) => attribute);
  Class.observedAttributes = [...Class.observedAttributes, ...attributes];
  Class[internals.properties] = [
    ...(Class[internals.properties] ?? ["accessToken"]),
    ...Object.keys(reflected),
    ...stored,
  ];
}

defineProperties(MatrixElement, REFLECTED, STORED_PROPERTIES);
