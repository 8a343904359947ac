// An attachment for Svelte 5. Attachments do not run on servers, where Svelte
// makes attributes of properties.

import { define } from "./index.js";
import { setProperties } from "./set-properties.js";

/** Creates an attachment that sets these properties. */
export const properties = (given: object) => (element: Element) => {
  define();
  setProperties(element, given);
};
