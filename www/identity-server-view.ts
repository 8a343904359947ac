// Hashes of addresses, the identity server's terms, and the controls that share
// an address. Rust decides what to render, and passes it as a plain object.

import { readable } from "../src/matrix/text/text.js";
import { renderTerms, type Translation } from "./terms.js";
import { h, setText } from "./dom.js";
import type { Locale } from "./locales.js";
import type { Messages } from "./types.js";

/** State of the control of an entry. */
interface ShareState {
  readonly shared: boolean;
  /** True if the user may change it. */
  readonly may: boolean;
  readonly busy: boolean;
  /** True if the address is a phone number. */
  readonly number: boolean;
  readonly address: string;
}

/** State of the group "Let others find you". */
interface TermsState {
  readonly host: string;
  readonly busy: boolean;
  /** Policies of the identity server, as it sent them. */
  readonly policies?: unknown;
  readonly error?: string;
  /** True if the error is no reason for an alert. */
  readonly quiet: boolean;
  readonly link?: string;
  readonly linkText?: string;
  /** Remaining time of a rate limit. */
  readonly left?: string;
}

export type IdentityState = ShareState | TermsState;
/** URLs of accepted policies; null for a press of another button. */
export type IdentityAction = { readonly accepted: readonly string[] } | null;

type Act = (action: IdentityAction) => void;
type Update<State> = (state: State, words: Messages, locale: Locale) => void;

/**
 * Hashes each text, followed by the pepper, for `/lookup` of the identity
 * service: SHA-256, in base64 for URLs without padding.
 *
 * Spec: https://spec.matrix.org/latest/identity-service-api/#sha256
 */
export function hash(texts: readonly string[], pepper: string): Promise<string[]> {
  return Promise.all(
    texts.map(async (text) => {
      const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${text} ${pepper}`));
      const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)));
      return base64.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    }),
  );
}

/** Update functions of the containers that have content. */
const instances = new WeakMap<Element, Update<never>>();

/** Renders a part of the element; nothing without a state. */
export function render(container: Element, state: IdentityState | null, act: Act, locale: Locale): void {
  if (!state || !locale.messages) {
    instances.delete(container);
    container.replaceChildren();
    return;
  }
  // A missing member must not be read from `Object.prototype`.
  const own = { __proto__: null, ...state };
  if (!instances.has(container)) {
    instances.set(container, ("host" in own ? createTermsGroup : createShareControl)(container, act));
  }
  (instances.get(container) as Update<IdentityState>)(own, locale.messages, locale);
}

/** Right-to-left letters; the same range as in `src/locale/mod.rs`. */
const RIGHT_TO_LEFT = /[\u0580-\u0fff]/;

/**
 * Replaces the `{}` of a text. A value whose direction differs from that of the
 * text is isolated, as in Rust: otherwise it would reorder the words around it.
 */
function interpolate(text: string, value: string, { rtl }: Locale): string {
  return text.replace("{}", () => (rtl || RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value));
}

type UpdateButton = (isShown: boolean, text: string, busy?: boolean, limited?: boolean) => void;

/** Creates a button, and a function that updates it. A busy button keeps the focus. */
function createButton(primary: boolean, onPress: () => void): [HTMLButtonElement, UpdateButton] {
  const spinner = h("span", { part: "spinner", className: "spinner" });
  const label = h("span");
  const attributes = primary
    ? { part: "button button-primary", className: "button primary" }
    : { part: "button", className: "button" };
  const element = h("button", { type: "button", ...attributes }, spinner, label);
  element.addEventListener("click", onPress);
  return [
    element,
    (isShown, text, busy, limited) => {
      setText(label, text);
      element.hidden = !isShown;
      spinner.hidden = !busy;
      if (busy || limited) element.setAttribute("aria-disabled", "true");
      else element.removeAttribute("aria-disabled");
    },
  ];
}

/** Creates the control of an entry: its sharing state, and a switch that changes it. */
function createShareControl(container: Element, act: Act): Update<ShareState> {
  const hint = h("span", { part: "hint", className: "hint" });
  const control = h("button", { type: "button", role: "switch", part: "switch", className: "switch" });
  // A busy switch keeps the focus, so it is not disabled.
  control.addEventListener("click", () => control.ariaDisabled || act(null));
  container.replaceChildren(hint, control);
  return ({ shared, may, busy, number, address }, words, locale) => {
    const [on, off] = number ? [words.sharedNumber, words.notSharedNumber] : [words.shared, words.notShared];
    setText(hint, shared ? on : off);
    control.hidden = !may;
    control.setAttribute("aria-label", interpolate(words.shareAddress, address, locale));
    control.setAttribute("aria-checked", `${shared}`);
    if (busy) control.setAttribute("aria-disabled", "true");
    else control.removeAttribute("aria-disabled");
  };
}

/** Creates the group "Let others find you": terms, and errors. */
function createTermsGroup(container: Element, act: Act): Update<TermsState> {
  const boxes = () => [...documents.querySelectorAll("input")];
  let limited = false;
  const accept = () => {
    if (limited) return;
    // The browser reports the first box that is not checked.
    if (boxes().every((box) => box.reportValidity())) act({ accepted: boxes().map(({ value }) => value) });
  };
  const title = h("p", { className: "address" });
  const text = h("p");
  const documents = h("div", { className: "terms" });
  const error = h("p", { id: "identity-error", role: "alert", part: "error", className: "error" });
  const link = h("a", { part: "link", className: "link", target: "_blank", rel: "noopener noreferrer" });
  // Visible in place of the alert, which screen readers have announced already.
  const countdown = h("p", { ariaHidden: "true", part: "error", className: "error countdown" });
  const [retry, updateRetry] = createButton(false, () => act(null));
  const [submit, updateSubmit] = createButton(true, accept);
  const alert = h("div", { className: "alert" }, countdown, error, link, retry);
  const actions = h("div", { part: "actions", className: "actions" }, submit);
  const group = h(
    "div",
    { id: "identity", role: "group", part: "item", className: "item group", tabIndex: -1 },
    title,
    text,
    documents,
    alert,
    actions,
  );
  container.replaceChildren(group);
  return ({ host, busy, policies, error: message, quiet, link: href, linkText, left }, words, locale) => {
    group.setAttribute("aria-label", words.discoveryHeading);
    setText(title, words.discoveryHeading);
    setText(text, policies ? interpolate(words.identityServerTerms, host, locale) : "");
    renderTerms(documents, documentsOf(policies), words.acceptPolicy, locale.lang);
    // Being offline ends by itself: no reason for an alert.
    error.setAttribute("role", quiet ? "status" : "alert");
    setText(error, message);
    setText(link, href && linkText);
    if (href) link.setAttribute("href", href);
    setText(countdown, left);
    alert.hidden = !message;
    // A rate limit ends by itself.
    limited = Boolean(left);
    // With terms, "Accept" does the same.
    updateRetry(!left && !policies, words.tryAgain);
    updateSubmit(Boolean(policies), words.accept, busy, limited);
    actions.hidden = !policies;
  };
}

/** Translations of each policy. */
function documentsOf(policies: unknown): Translation[][] {
  const documents = Object.values(Object(policies)).map((policy) =>
    Object.entries<{ name?: unknown; url?: unknown } | null>(Object(policy)).flatMap(([language, document]) => {
      const { name, url } = { __proto__: null, ...document } as { name?: unknown; url?: unknown };
      if (!url || typeof url !== "string") return [];
      const text = (typeof name === "string" && readable(name).trim()) || readable(url).trim();
      return [{ language, text, url }];
    }),
  );
  return documents.filter(({ length }) => length);
}
