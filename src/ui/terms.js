// Checkboxes for documents: made by hand, at a third of what a view weighs.

const drawn = new WeakMap();
const made = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** Draws a checkbox for each `[name, url]`; `text` has a `{}` for the name. */
export function draw(container, documents, text) {
  // What is checked stays so.
  const key = JSON.stringify([documents, text]);
  if (drawn.get(container) === key) return;
  drawn.set(container, key);
  const [before, after] = text.split("{}");
  const choices = documents.map(([name, href]) => {
    const link = href && { href, target: "_blank", rel: "noopener noreferrer", className: "link" };
    const box = made("input", { type: "checkbox", required: true });
    return made("label", { className: "choice" }, box, made("span", {}, before, made(link ? "a" : "b", link, name), after));
  });
  container.replaceChildren(...choices);
}

/** Whether each is checked; the browser says so of the first that is not. */
export function accepted(container) {
  return [...container.querySelectorAll("input")].every((box) => box.reportValidity());
}
