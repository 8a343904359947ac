/** Creates an element with these properties and children. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

/** URL of a path of this site, wherever the site is published. */
export const siteUrl = (path) => new URL(`../${path}`, import.meta.url).href;
