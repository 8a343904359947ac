// What is typed stays in the element. Listeners of the page that bubble get no
// event of a field, and none of a dialog: a shortcut of the page's would take
// the rest of a password, and a listener for `paste` would read one.

const KEYS = ["keydown", "keypress", "keyup"];
const TYPED = [
  "beforeinput",
  "input",
  "change",
  "textInput",
  "paste",
  "copy",
  "cut",
  "compositionstart",
  "compositionupdate",
  "compositionend",
  "dragstart",
  "drag",
  "dragenter",
  "dragover",
  "dragleave",
  "dragend",
  "drop",
];
/** Of a dialog alone: one of the page's that traps the focus would have it back. */
const FOCUS = ["focusin", "focusout"];

/** A shortcut of the page's: with Alt, other characters than these are typed. */
function isShortcut(event: KeyboardEvent): boolean {
  const { key = "", ctrlKey, metaKey, altKey } = event;
  if (event.getModifierState?.("AltGraph") || key === "Dead") return false;
  if (altKey && key.length === 1) return /[a-z0-9]/i.test(key);
  return ctrlKey || metaKey || altKey || ["Escape", "Control", "Meta", "Alt"].includes(key);
}

/** Keeps in a shadow root what is typed there, and has Enter press once. */
export function guard(root: ShadowRoot): void {
  const keep = (event: Event) => {
    const { type } = event;
    const target = event.target as Element;
    // What the page has put into a slot is the page's.
    if (!root.contains(target)) return;
    const field = target.matches("input, select") && !FOCUS.includes(type);
    const passes = KEYS.includes(type) && isShortcut(event as KeyboardEvent);
    if (target.closest("dialog") || (field && !passes)) event.stopPropagation();
  };
  for (const type of [...KEYS, ...TYPED, ...FOCUS]) root.addEventListener(type, keep);
  // Before anything else hears of it: Enter that ends a composition or repeats.
  root.addEventListener(
    "keydown",
    (event) => {
      if (!root.contains(event.target as Node) || !isStrayEnter(event as KeyboardEvent)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  root.addEventListener("click", (event) => {
    const target = event.target as Element;
    const form = root.contains(target) && target.closest<HTMLButtonElement>("[type=submit]")?.form;
    if (form) ensureSubmit(form);
  });
}

/** True for Enter that ends a composition, or that is held down. */
export const isStrayEnter = ({ key, isComposing, keyCode, repeat }: KeyboardEvent): boolean =>
  key === "Enter" && (isComposing || keyCode === 229 || repeat);

/** After a click on a submit button: a frame whose sandbox forbids forms fires no `submit`. */
export function ensureSubmit(form: HTMLFormElement): void {
  const fired = new AbortController();
  form.addEventListener("submit", () => fired.abort(), { __proto__: null, signal: fired.signal, capture: true });
  setTimeout(() => {
    if (fired.signal.aborted) return;
    fired.abort();
    form.dispatchEvent(new SubmitEvent("submit", { __proto__: null, bubbles: true, cancelable: true }));
  });
}
