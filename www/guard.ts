// What is typed stays in the element. Listeners of the page that bubble get no
// event of a field, and none of a dialog: a shortcut of the page's would take
// the rest of a password, and a listener for `paste` would read one.

const KEYS = ["keydown", "keypress", "keyup"];
const TYPED = ["beforeinput", "input", "change", "textInput", "paste", "copy", "cut", "compositionstart",
  "compositionupdate", "compositionend", "dragstart", "drag", "dragenter", "dragover", "dragleave", "dragend", "drop"];
/** Of a dialog alone: one of the page's that traps the focus would have it back. */
const FOCUS = ["focusin", "focusout"];

/** A shortcut of the page's: with Alt, other characters than these are typed. */
function isShortcut(event) {
  const { key = "", ctrlKey, metaKey, altKey } = event;
  if (event.getModifierState?.("AltGraph") || key === "Dead") return false;
  if (altKey && key.length === 1) return /[a-z0-9]/i.test(key);
  return ctrlKey || metaKey || altKey || ["Escape", "Control", "Meta", "Alt"].includes(key);
}

/** Keeps in a shadow root what is typed there, and has Enter press once. */
export function guard(root) {
  const keep = (event) => {
    const { target, type } = event;
    // What the page has put into a slot is the page's.
    if (!root.contains(target)) return;
    const field = target.matches("input, select") && !FOCUS.includes(type);
    const passes = KEYS.includes(type) && isShortcut(event);
    if (target.closest("dialog") || (field && !passes)) event.stopPropagation();
  };
  for (const type of [...KEYS, ...TYPED, ...FOCUS]) root.addEventListener(type, keep);
  // Before anything else hears of it: Enter that ends a composition or repeats.
  root.addEventListener("keydown", (event) => {
    const { target, key, isComposing, keyCode, repeat } = event;
    if (key !== "Enter" || !root.contains(target) || !(isComposing || keyCode === 229 || repeat)) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  // A frame whose sandbox allows no forms fires no `submit`.
  root.addEventListener("click", (event) => {
    const form = root.contains(event.target) && event.target.closest("[type=submit]")?.form;
    if (!form) return;
    const heard = new AbortController();
    form.addEventListener("submit", () => heard.abort(), { __proto__: null, signal: heard.signal });
    setTimeout(() => {
      if (heard.signal.aborted) return;
      heard.abort();
      form.dispatchEvent(new Event("submit", { __proto__: null, bubbles: true, cancelable: true }));
    });
  });
}
