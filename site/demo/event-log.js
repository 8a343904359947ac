// The log of the element's events, the newest first.
import { element } from "../assets/dom.js";
import { highlight } from "../assets/highlight.js";

const NAMES = [
  "threepids-ready",
  "threepids-change",
  "threepid-before-add",
  "threepid-before-remove",
  "threepid-verification-sent",
  "threepid-added",
  "threepid-removed",
  "threepid-shared",
  "threepid-unshared",
  "threepid-auth-required",
  "threepids-session-expired",
  "threepids-error",
  "password-changed",
];
const MOST = 100;
const time = new Intl.DateTimeFormat("en", { timeStyle: "medium" });

/** JSON of a detail. Functions and parameters of stages are left out. */
function write(detail) {
  const text = JSON.stringify(detail, (key, value) =>
    key === "params" || typeof value === "function" ? undefined : value,
  );
  return text ?? "null";
}

/** Displays the events that reach `target` in `root`, and their number in `count`. */
export function logEvents(target, root, count) {
  const list = root.querySelector(".events");
  const empty = root.querySelector(".events-empty");
  let total = 0;
  const show = (event) => {
    total += 1;
    empty.hidden = true;
    const detail = element("code", { className: "event-detail" });
    highlight(detail, write(event.detail));
    const name = element("span", { className: "event-name", textContent: event.type });
    const at = element("time", { textContent: time.format(Date.now()) });
    list.prepend(element("li", { className: "event" }, element("p", { className: "event-head" }, name, at), detail));
    list.children[MOST]?.remove();
    count.textContent = total;
    count.hidden = false;
  };
  for (const name of NAMES) target.addEventListener(name, show);
  return () => {
    total = 0;
    list.replaceChildren();
    empty.hidden = false;
    count.hidden = true;
  };
}
