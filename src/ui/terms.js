// Checkboxes for documents: made by hand, at a third of what a view weighs.

const drawn = new WeakMap();
const made = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** The texts of a policy: in the language, or as near to it as there is. */
const nearest = (policy, tag) => {
  const { [tag]: same, [tag.split("-")[0]]: like, en, ...others } = Object(policy);
  return [same, like, en, ...Object.values(others)].find((it) => it?.name);
};

/**
 * Draws a checkbox for each policy; `text` has a `{}` for its name.
 * Spec: https://spec.matrix.org/latest/client-server-api/#terms-of-service-at-registration
 */
export function draw(container, policies, tag, text) {
  // What is checked stays so.
  const key = JSON.stringify([policies, tag, text]);
  if (drawn.get(container) === key) return;
  drawn.set(container, key);
  const [before, after] = text.split("{}");
  const documents = Object.values(Object(policies)).map((policy) => nearest(policy, tag));
  const choices = documents.filter(Boolean).map(({ name, url }) => {
    // Nothing else is safe to be followed.
    const href = /^https?:/.test(url) && { href: url, target: "_blank", rel: "noopener noreferrer", className: "link" };
    const link = made(href ? "a" : "b", href, name);
    const box = made("input", { type: "checkbox", required: true, value: url });
    return made("label", { className: "choice" }, box, made("span", {}, before, link, after));
  });
  container.replaceChildren(...choices);
}

/** Where the documents are, if each is checked; the browser says so of the first that is not. */
export function accepted(container) {
  const boxes = [...container.querySelectorAll("input")];
  return boxes.every((box) => box.reportValidity()) && { accepted: boxes.map(({ value }) => value) };
}
