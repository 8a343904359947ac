// The steps that a visitor can try, with a check mark for each that is done.

/** Which event of the element or of the homeserver completes which step. */
const STEPS = {
  "threepid-verification-sent": "add",
  opened: "open",
  "threepid-added": "confirm",
};

/** Follows what happens in `stage` and on the homeserver. */
export function followStory(list, stage, homeserver) {
  const mark = (name) => {
    const step = list.querySelector(`[data-step=${name}]`);
    if (step.dataset.done) return;
    step.dataset.done = "true";
    step.querySelector(".step-done").textContent = "Done: ";
  };
  for (const [event, step] of Object.entries(STEPS)) {
    const source = event === "opened" ? homeserver : stage;
    source.addEventListener(event, () => mark(step));
  }
  // An address that was added was verified, wherever its link was opened.
  stage.addEventListener("threepid-added", () => mark("open"));
  return {
    restart() {
      for (const step of list.children) {
        delete step.dataset.done;
        step.querySelector(".step-done").textContent = "";
      }
    },
  };
}
