// Checkboxes for documents: made by hand, at a third of what a view weighs.

const drawn = new WeakMap();
const made = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** Draws a checkbox for each document; `text` has a `{}` for what it is called. */
export function draw(container, documents, text) {
  // What is checked stays so.
  const key = JSON.stringify([documents, text]);
  if (drawn.get(container) === key) return;
  drawn.set(container, key);
  const [before, after] = text.split("{}");
  const choices = documents.map((it) => {
    const { text, url } = { __proto__: null, ...it };
    const href = url && { href: url, target: "_blank", rel: "noopener noreferrer", className: "link" };
    // Whichever way its letters run.
    const link = made(href ? "a" : "b", { ...href, dir: "auto" }, text);
    const box = made("input", { type: "checkbox", required: true });
    return made("label", { className: "choice" }, box, made("span", {}, before, link, after));
  });
  container.replaceChildren(...choices);
}

/** Whether there are some and each is checked; the browser says so of the first that is not. */
export function accepted(container) {
  const boxes = [...container.querySelectorAll("input")];
  return boxes.length > 0 && boxes.every((box) => box.reportValidity());
}
