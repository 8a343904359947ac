// What only those load who set an identity server: hashes of addresses, the
// identity server's terms, and the controls that share an address. What is
// drawn is decided in Rust, and handed over as a plain object.

const encoder = new TextEncoder();

/**
 * Each text hashed with the pepper after it, as `/lookup` of the identity
 * service wants it: SHA-256, in base64 for URLs without padding.
 *
 * Spec: https://spec.matrix.org/latest/identity-service-api/#sha256
 */
export function hash(texts, pepper) {
  return Promise.all(texts.map(async (text) => {
    const bytes = await crypto.subtle.digest("SHA-256", encoder.encode(`${text} ${pepper}`));
    const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)));
    return base64.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }));
}

/** What was drawn into a container. */
const drawn = new WeakMap();

/**
 * Draws a part of the element, as it is now; nothing, without a state.
 * @param {{lang: string, rtl: boolean, messages: object}} speech the words
 */
export function draw(container, state, act, speech) {
  if (!state || !speech.messages) {
    drawn.delete(container);
    return container.replaceChildren();
  }
  // What is not there is not to come from what all objects have.
  state = { __proto__: null, ...state };
  if (!drawn.has(container)) drawn.set(container, (state.host ? group : share)(container, act));
  drawn.get(container)(state, speech.messages, speech);
}

/** A text with something in the place of its `{}`; kept together where letters run the other way. */
const put = (text, what, { rtl }) => text.replace("{}", () => (rtl ? `\u2068${what}\u2069` : what));

function made(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

/** What was said by an element; a translator may have written another text. */
const said = new WeakMap();

/** Only what is another: nothing is said twice. */
function say(element, text) {
  if (said.get(element) !== text) element.textContent = text || "";
  said.set(element, text);
  element.hidden = !text;
}

/** A button, and what tells it how it is. Busy, it keeps the focus. */
function button(primary, press) {
  const spinner = made("span", { part: "spinner", class: "spinner" });
  const label = made("span", {});
  const attributes = primary
    ? { part: "button button-primary", class: "button primary" }
    : { part: "button", class: "button" };
  const element = made("button", { type: "button", ...attributes }, spinner, label);
  element.addEventListener("click", press);
  return [element, (shown, text, busy, name, limited) => {
    say(label, text);
    element.hidden = !shown;
    spinner.hidden = !busy;
    if (name) element.setAttribute("aria-label", name);
    if (busy || limited) element.setAttribute("aria-disabled", "true");
    else element.removeAttribute("aria-disabled");
  }];
}

/** Of an entry: whether others find the person by it, and what changes that. */
function share(container, act) {
  const hint = made("span", { part: "hint", class: "hint" });
  const [element, set] = button(false, () => act(null));
  container.replaceChildren(hint, element);
  return ({ shared, may, busy, address }, words, speech) => {
    say(hint, shared ? words.shared : words.notShared);
    const name = put(shared ? words.stopSharingAddress : words.shareAddress, address, speech);
    set(may, shared ? words.stopSharing : words.share, busy, name);
  };
}

/** "Let others find you": terms, and what went wrong. */
function group(container, act) {
  const boxes = () => [...documents.querySelectorAll("input")];
  let limited;
  const accept = () => {
    if (limited) return;
    // The browser says so of the first that is not checked.
    if (boxes().every((box) => box.reportValidity())) act({ accepted: boxes().map(({ value }) => value) });
  };
  const title = made("p", { class: "address" });
  const text = made("p", {});
  const documents = made("div", { class: "terms" });
  const error = made("p", { id: "identity-error", role: "alert", part: "error", class: "error" });
  const link = made("a", { part: "link", class: "link", target: "_blank", rel: "noopener noreferrer" });
  // Seen in the place of the alert, which has said it already.
  const figure = made("p", { "aria-hidden": "true", part: "error", class: "error countdown" });
  const [again, setAgain] = button(false, () => (boxes().length ? accept() : act(null)));
  const [go, setGo] = button(true, accept);
  const alert = made("div", { class: "alert" }, figure, error, link, again);
  const actions = made("div", { part: "actions", class: "actions" }, go);
  const whole = made("div", { id: "identity", role: "group", part: "item", class: "item group", tabindex: "-1" });
  whole.append(title, text, documents, alert, actions);
  container.replaceChildren(whole);
  let shown;
  return ({ host, busy, policies, error: wrong, quiet, link: href, left }, words, speech) => {
    whole.setAttribute("aria-label", words.letOthersFind);
    say(title, words.letOthersFind);
    say(text, policies && put(words.identityTerms, host, speech));
    // What is checked stays so.
    const key = JSON.stringify([policies, speech.lang, words.accept]);
    if (shown !== key) documents.replaceChildren(...choices(policies, speech.lang, words.accept));
    shown = key;
    // Being offline is a state that ends by itself: no reason for alarm.
    error.setAttribute("role", quiet ? "status" : "alert");
    say(error, wrong);
    say(link, href && words.openLink);
    if (href) link.setAttribute("href", href);
    say(figure, left);
    alert.hidden = !wrong;
    // A limit is waited for, and over by itself.
    limited = Boolean(left);
    setAgain(!left, words.tryAgain);
    setGo(policies, words.acceptTerms, busy, undefined, limited);
    actions.hidden = !policies;
  };
}

/** A checkbox for each policy; `accept` has a `{}` for its name. */
function choices(policies, tag, accept) {
  const [before, after] = accept.split("{}");
  const documents = Object.values(Object(policies)).map((policy) => nearest(policy, tag));
  return documents.filter(Boolean).map(({ name, url }) => {
    const text = (typeof name === "string" && readable(name)) || readable(url);
    // Whichever way its letters run; and nothing else is safe to be followed.
    const document = /^https?:/.test(url)
      ? made("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "link", dir: "auto" }, text)
      : made("b", { dir: "auto" }, text);
    const box = made("input", { type: "checkbox", required: "", value: url });
    return made("label", { class: "choice" }, box, made("span", {}, before, document, after));
  });
}

/** What may be shown of a text that we have not written; the same as in Rust. */
function readable(text) {
  const seen = [...text.replace(/[\0-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, "")];
  return (seen.length > 320 ? [...seen.slice(0, 159), "…", ...seen.slice(-160)] : seen).join("").trim();
}

/** The document of a policy: in the language, or as near to it as there is. */
function nearest(policy, tag) {
  const texts = Object.entries(Object(policy)).filter(([, it]) => it?.url && typeof it.url === "string");
  const { [tag]: same, [tag.split("-")[0]]: like, en, ...others } = { __proto__: null, ...Object.fromEntries(texts) };
  return same ?? like ?? en ?? Object.values(others)[0];
}
