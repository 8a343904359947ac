// Displays one state: `?state=<name>`. `&theme=dark`, `&lang=fr` and `&dir=rtl`
// change the display. `&lang=en-XA` marks each text that comes from a table of
// messages.
import { takeNoFocus } from "./still.js";
import { draw } from "./draw.js";
import { STATES } from "./states.js";

const main = document.querySelector("main");
/** Time without a change after which a state is complete. */
const QUIET_MS = 250;
const isFramed = window !== window.parent;
const heading = document.querySelector("h1");

/** Resolves when nothing has changed for a while. Responses come after the last action. */
function settle(root) {
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => wait());
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        observer.disconnect();
        resolve();
      }, QUIET_MS);
    };
    observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
    wait();
  });
}

async function show() {
  const parameters = new URLSearchParams(location.search);
  const name = parameters.get("state");
  if (!Object.hasOwn(STATES, name)) return;
  delete document.body.dataset.drawn;
  delete document.body.dataset.settled;
  const root = document.documentElement;
  root.lang = parameters.get("lang") ?? "en";
  root.dir = parameters.get("dir") ?? "ltr";
  root.toggleAttribute("data-framed", isFramed);
  root.dataset.theme = parameters.get("theme") ?? "auto";
  heading.textContent = name;
  main.replaceChildren(heading);
  await draw(name, parameters.get("theme"), main);
  document.body.dataset.drawn = name;
  await settle(main.lastElementChild.shadowRoot);
  document.body.dataset.settled = name;
}

if (isFramed) takeNoFocus();
document.body.dataset.states = Object.keys(STATES).join(" ");
// Navigation within the page: the user goes back, or a test changes the URL.
addEventListener("popstate", show);
await show();
