// How the tests find things: as a person or a screen reader does, by role and
// name, through shadow roots. Bundled, and in each page by a tag or by the driver.
import { computeAccessibleName } from "dom-accessibility-api";
import { queryAllByShadowRole, queryAllByShadowLabelText } from "shadow-dom-testing-library";

/** After this many ms, what does not come will not. */
const LIMIT = 15_000;

/** Whatever has a shadow root, in shadow roots, too. */
function* hosts(within) {
  for (const element of within.querySelectorAll("*")) {
    if (!element.shadowRoot) continue;
    yield element;
    yield* hosts(element.shadowRoot);
  }
}

/** Something in the page has changed, or so many ms are over. */
function change(ms) {
  return new Promise((done) => {
    const end = () => {
      observer.disconnect();
      clearTimeout(timer);
      done();
    };
    const timer = setTimeout(end, ms);
    // What belongs together is changed in one go.
    const observer = new MutationObserver(() => setTimeout(end, 4));
    const everything = { subtree: true, childList: true, attributes: true, characterData: true };
    observer.observe(document, everything);
    for (const { shadowRoot } of hosts(document)) observer.observe(shadowRoot, everything);
  });
}

/** What `find` gives, once it is anything. It is asked when the page changes, and every so many ms. */
async function until(find, every, say) {
  let isLate = false;
  const timer = setTimeout(() => (isLate = true), LIMIT);
  for (;;) {
    let reason = "";
    try {
      const found = find();
      if (found) {
        clearTimeout(timer);
        return found;
      }
    } catch (error) {
      reason = `${error.message}: `;
    }
    if (isLate) throw new Error(`${reason}${say()} in:\n${dump()}`);
    await change(every);
  }
}

const trimmed = (element) => element.textContent.replace(/\s+/g, " ").trim();

/** Where a person can be: in the modal dialog, if one is open. */
function reachable() {
  const dialogs = [...hosts(document)].map((it) => it.shadowRoot.querySelector("dialog[open]"));
  return dialogs.find(Boolean) ?? document.body;
}

function all(role, name, text) {
  const named = name === null ? {} : { name };
  const within = /dialog$/.test(role) ? document.body : reachable();
  const found =
    role === "textbox" && name !== null
      ? queryAllByShadowLabelText(within, name).filter((it) => it.checkVisibility())
      : queryAllByShadowRole(within, role, named);
  return text === null ? found : found.filter((element) => trimmed(element).includes(text));
}

const dump = () => [...hosts(document)].map((it) => trimmed(it.shadowRoot)).join("\n---\n") || trimmed(document.body);
const wanted = (role, name, text) => `${role} ${name ?? ""} ${text ?? ""}`;

/** In ms. To look for a role takes a while itself; a condition is looked at at once. */
const EVERY = { role: 60, condition: 15 };

window.stage = {
  /** The one element with this role and name, that holds this text. */
  see: (role, name, text) => {
    let found = [];
    const one = () => {
      found = all(role, name, text);
      return found.length === 1 && found[0];
    };
    return until(one, EVERY.role, () => `${found.length} of ${wanted(role, name, text)}`);
  },
  /** All of them, now. */
  all,
  /** Whatever has one of these roles: `[element, role, name]`. */
  named: (roles) => roles.flatMap((role) => all(role, null, null).map((it) => [it, role, computeAccessibleName(it)])),
  gone: (role, name, text) =>
    until(
      () => all(role, name, text).length === 0,
      EVERY.role,
      () => `still there: ${wanted(role, name, text)}`,
    ),
  until: (condition) => until(condition, EVERY.condition, () => `not (yet) true: ${condition}`),
  /** Brings it into view, and waits until it stays where it is, with nothing over it. Gives it. */
  steady: async (element) => {
    element.scrollIntoView({ block: "nearest", behavior: "instant" });
    let before = "";
    const stays = () => {
      const { x, y, width, height } = element.getBoundingClientRect();
      let top = document.elementFromPoint(x + width / 2, y + height / 2);
      for (let inner = top; inner; ) {
        top = inner;
        inner = top.shadowRoot?.elementFromPoint(x + width / 2, y + height / 2);
        if (inner === top) break;
      }
      const place = [x, y, width, height, scrollX, scrollY].join();
      const is = place === before && (element.contains(top) || Boolean(top?.contains(element)));
      before = place;
      return is;
    };
    await until(stays, EVERY.condition, () => "it moves, or is covered");
    return element;
  },
  /** The element that has the focus, through shadow roots. */
  focused: () => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active;
  },
  /** What axe finds; it is put into the page beside this. */
  axe: async () => {
    // What comes is not as opaque at once as it will be. The spinner never ends.
    for (const { shadowRoot } of hosts(document)) {
      const ends = ({ effect }) => effect.getComputedTiming().endTime < Infinity;
      for (const animation of shadowRoot.getAnimations().filter(ends)) animation.finish();
    }
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await window.axe.run(document, { runOnly: tags });
    return violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  },
};
