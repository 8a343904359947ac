// Displays one state: `?state=<name>`. `&theme=dark`, `&lang=fr` and `&dir=rtl`
// change the display. `&lang=en-XA` marks each text that comes from a table of
// messages.
import "./still.js";
import { draw } from "./draw.js";
import { STATES } from "./states.js";

const main = document.querySelector("main");
const heading = document.querySelector("h1");

async function show() {
  const parameters = new URLSearchParams(location.search);
  const name = parameters.get("state");
  if (!Object.hasOwn(STATES, name)) return;
  delete document.body.dataset.drawn;
  const root = document.documentElement;
  root.lang = parameters.get("lang") ?? "en";
  root.dir = parameters.get("dir") ?? "ltr";
  root.toggleAttribute("data-framed", window !== window.parent);
  root.dataset.theme = parameters.get("theme") ?? "auto";
  heading.textContent = name;
  main.replaceChildren(heading);
  await draw(name, parameters.get("theme"), main);
  document.body.dataset.drawn = name;
}

document.body.dataset.states = Object.keys(STATES).join(" ");
await show();
// Navigation within the page: the user goes back, or a test changes the URL.
addEventListener("popstate", show);
