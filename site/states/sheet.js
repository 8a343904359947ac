// Displays every state in a frame of its own, at the width of a small phone:
// `?lang=<tag>`. `cargo xtask states --sheet` saves a picture of this page.
import { STATES } from "./states.js";

const WIDTH = 320;
const main = document.querySelector("main");
const lang = new URLSearchParams(location.search).get("lang") ?? "en";
const wide = [];
// One after the other: each has a WebAssembly instance.
for (const state of Object.keys(STATES)) {
  const frame = Object.assign(document.createElement("iframe"), { width: WIDTH, height: 480, title: state });
  frame.src = `state.html?${new URLSearchParams({ state, lang })}`;
  main.append(frame);
  await new Promise((loaded) => frame.addEventListener("load", loaded));
  const { documentElement, body } = frame.contentDocument;
  while (!body.dataset.settled) await new Promise(requestAnimationFrame);
  frame.height = documentElement.scrollHeight;
  if (documentElement.scrollWidth > WIDTH) wide.push(state);
}
document.body.dataset.sheet = wide.join(" ");
