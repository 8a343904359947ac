// Displays states in frames of their own, at the width of a small phone:
// `?lang=<tag>&states=list,empty`. Without `states`, all of them.
// `cargo xtask states --sheet` saves pictures of this page.
import { directionOf } from "./direction.js";
import { STATES } from "./states.js";

const WIDTH = 320;
/** States that are drawn at the same time: most of them wait for a timer. */
const AT_ONCE = 4;
const main = document.querySelector("main");
const parameters = new URLSearchParams(location.search);
const lang = parameters.get("lang") ?? "en";
const names = parameters.get("states")?.split(",") ?? Object.keys(STATES);
const rootOf = (frame) => frame.contentDocument.documentElement;
const dialogOf = (frame) =>
  frame.contentDocument.querySelector("main").lastElementChild.shadowRoot?.querySelector("dialog[open]");

/** Adds the frame of a state, and resolves when nothing in it changes any more. */
async function draw(state) {
  const frame = Object.assign(document.createElement("iframe"), { width: WIDTH, height: 480, title: state });
  frame.src = `state.html?${new URLSearchParams({ state, lang, dir: directionOf(lang) })}`;
  main.append(frame);
  await new Promise((loaded) => frame.addEventListener("load", loaded));
  const { body } = frame.contentDocument;
  while (!body.dataset.settled) await new Promise((look) => setTimeout(look, 16));
  return frame;
}

const frames = [];
while (frames.length < names.length) {
  const next = names.slice(frames.length, frames.length + AT_ONCE);
  frames.push(...(await Promise.all(next.map(draw))));
}
// At the end, when everything is there that comes after the first list.
for (const frame of frames) {
  const dialog = dialogOf(frame);
  // Other states show the page below the dialog.
  frame.height = dialog ? dialog.scrollHeight + 48 : rootOf(frame).scrollHeight;
}
const wide = frames.filter((frame) => rootOf(frame).scrollWidth > WIDTH);
document.body.dataset.sheet = wide.map(({ title }) => title).join(" ");
