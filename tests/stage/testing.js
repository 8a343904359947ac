// How the tests find things: as a person or a screen reader does, by role and
// name, through shadow roots. Bundled and put into each page by the harness.
import { configure, waitFor } from "@testing-library/dom";
import { queryAllByShadowRole, queryAllByShadowLabelText } from "shadow-dom-testing-library";
import axe from "axe-core";

configure({ asyncUtilTimeout: 15_000, getElementError: (message) => new Error(message) });

/** Changes in shadow roots are not heard of: it is looked again and again. */
const until = (check) => waitFor(check, { interval: 15 });

const trimmed = (element) => element.textContent.replace(/\s+/g, " ").trim();

/** Where a person can be: in the modal dialog, if one is open. */
function reachable() {
  const hosts = [...document.querySelectorAll("*")].filter((it) => it.shadowRoot);
  const dialogs = hosts.map((it) => it.shadowRoot.querySelector("dialog[open]"));
  return dialogs.find(Boolean) ?? document.body;
}

function all(role, name, text) {
  const named = name === null ? {} : { name };
  const within = role === "dialog" ? document.body : reachable();
  const found =
    role === "textbox"
      ? queryAllByShadowLabelText(within, name).filter((it) => it.checkVisibility())
      : queryAllByShadowRole(within, role, named);
  return text === null ? found : found.filter((element) => trimmed(element).includes(text));
}

const dump = () => {
  const elements = [...document.querySelectorAll("*")].filter((it) => it.shadowRoot);
  return elements.map((it) => trimmed(it.shadowRoot)).join("\n---\n") || trimmed(document.body);
};
const wanted = (role, name, text) => `${role} ${name ?? ""} ${text ?? ""}`;

window.stage = {
  /** The one element with this role and name, that holds this text. */
  see: (role, name, text) =>
    until(() => {
      const found = all(role, name, text);
      if (found.length !== 1) throw new Error(`${found.length} of ${wanted(role, name, text)} in:\n${dump()}`);
      return found[0];
    }),
  /** All of them, now. */
  all,
  gone: (role, name, text) =>
    until(() => {
      const found = all(role, name, text);
      if (found.length) throw new Error(`still there: ${wanted(role, name, text)} in:\n${dump()}`);
    }),
  until: (condition) =>
    until(() => {
      if (!condition()) throw new Error(`not (yet) true: ${condition} in:\n${dump()}`);
    }),
  /** The element that has the focus, through shadow roots. */
  focused: () => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active;
  },
  axe: async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await axe.run(document, { runOnly: tags });
    return violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  },
};
