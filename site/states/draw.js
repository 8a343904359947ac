// Draws a state: creates the element, responds in the place of a server, and does
// what the user does.
import english from "../npm/locales/en.js";
import { define, registerLocale } from "../npm/index.js";
import { findLanguage } from "../npm/languages.js";
import { error, PASSWORD, RESET, resetResponses, STATES, well } from "./states.js";
import { stopAnimations } from "./still.js";

/** Marks a text that comes from a table of messages: ⟦Àdd⟧. */
const pseudo = (text) => `⟦${text.replace(/[aeiou]/g, (vowel) => `${vowel}\u0301`)}⟧`;
registerLocale("en-XA", Object.fromEntries(Object.entries(english).map(([key, text]) => [key, pseudo(text)])));

/** The text of an English name in the language of the page. */
async function translator(lang) {
  if (lang === "en-XA") return pseudo;
  const tag = findLanguage(lang);
  if (!tag || tag === "en") return (name) => name;
  const { default: table } = await import(`../npm/locales/${tag}.js`);
  // Otherwise the element is in English until it has loaded the table.
  registerLocale(lang, table);
  return (name) => table[Object.keys(english).find((key) => english[key] === name)];
}

/** Time between two looks for what the user waits for. */
const LOOK_MS = 16;

/** Resolves when this is true. A frame outside the viewport has no animation frames. */
const until = (found) =>
  new Promise((resolve) => {
    const look = () => (found() ? resolve() : setTimeout(look, LOOK_MS));
    look();
  });

/** What the user finds and does in an element, by English names. */
function interfaceOf(root, said) {
  const visible = (element) => element.checkVisibility();
  const buttons = (within) => [...within.querySelectorAll("button, a")].filter(visible);
  const button = (name, within = root) => buttons(within).find((button) => button.textContent.trim() === name);
  const label = (name) =>
    [...root.querySelectorAll("label")].filter(visible).find((label) => label.textContent === said(name));
  const switched = (on) => root.querySelector(`[role=switch][aria-checked=${on}]`);
  return {
    field: (name) => label(name).control,
    checkboxes: () => [...root.querySelectorAll("input[type=checkbox]")].filter(visible),
    labeled: (name) => until(() => label(name)),
    switched: (on) => until(() => switched(on)),
    turn: (on) => switched(on).click(),
    press: (name) => button(said(name)).click(),
    pressIn: (selector, name) => button(said(name), root.querySelector(selector)).click(),
    shown: (name) => until(() => button(said(name))),
    failed: (selector) => until(() => root.querySelector(`${selector} .alert:not([hidden])`)),
    shownIn: (selector, name) => until(() => button(said(name), root.querySelector(selector))),
  };
}

/** Draws a state at the end of `parent`. `theme` is that of the element. */
export async function draw(name, theme, parent) {
  resetResponses();
  const said = await translator(document.documentElement.lang);
  const [answers = {}, act, attributes = {}, tag = "matrix-threepids"] = STATES[name];
  const element = document.createElement(tag);
  // No state shares its storage with another one.
  const all = {
    homeserver: "https://matrix.example.org",
    "user-id": "@alice:example.org",
    persist: "none",
    ...attributes,
  };
  for (const [name, value] of Object.entries(all)) {
    if (name === "accessToken") continue;
    if (typeof value === "string") element.setAttribute(name, value);
    else element[name] = value;
  }
  if (theme) element.theme = theme;
  element.fetch = async (request) => {
    const path = new URL(request.url).pathname.replace("/_matrix/client/v3/", "");
    const what = `${request.method} ${path}`;
    return (answers[what] ?? well[what] ?? error(404, "M_UNRECOGNIZED"))(request);
  };
  // The other element has no such event; its actions wait on their own.
  const ready =
    [PASSWORD, RESET].includes(tag) || new Promise((resolve) => element.addEventListener("threepids-ready", resolve));
  element.accessToken = attributes.accessToken ?? "none";
  parent.append(element);
  await customElements.whenDefined(tag);
  stopAnimations(element);
  if (act) {
    // Links do not navigate.
    element.shadowRoot.addEventListener("click", (event) => event.target.closest("a") && event.preventDefault());
    await ready;
    await act(interfaceOf(element.shadowRoot, said));
  }
}

define();
// No click opens a window.
window.open = () => null;
