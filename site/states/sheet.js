// Displays every state in a frame of its own, at the width of a small phone:
// `?lang=<tag>`. `cargo xtask states --sheet` saves a picture of this page.
import { STATES } from "./states.js";

const WIDTH = 320;
const main = document.querySelector("main");
const lang = new URLSearchParams(location.search).get("lang") ?? "en";
const frames = [];
// One after the other: each has a WebAssembly instance.
for (const state of Object.keys(STATES)) {
  const frame = Object.assign(document.createElement("iframe"), { width: WIDTH, height: 480, title: state });
  frame.src = `state.html?${new URLSearchParams({ state, lang })}`;
  main.append(frame);
  frames.push(frame);
  await new Promise((loaded) => frame.addEventListener("load", loaded));
  const { body } = frame.contentDocument;
  while (!body.dataset.settled) await new Promise(requestAnimationFrame);
}
const rootOf = (frame) => frame.contentDocument.documentElement;
// At the end, when everything is there that comes after the first list.
for (const frame of frames) frame.height = rootOf(frame).scrollHeight;
const wide = frames.filter((frame) => rootOf(frame).scrollWidth > WIDTH);
document.body.dataset.sheet = wide.map(({ title }) => title).join(" ");
