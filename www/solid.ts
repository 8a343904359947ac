// A ref for Solid. Refs do not run on servers, where Solid makes attributes of
// properties.

import { createRenderEffect } from "solid-js";
import { define } from "./index.js";
import { setProperties } from "./set-properties.js";

/** Creates a ref that sets these properties, and again when a signal in them changes. */
export const properties = (given: () => object) => (element: Element) => {
  define();
  createRenderEffect(() => setProperties(element, given()));
};
