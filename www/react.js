// A component for React 18 and 19. When React makes properties of a custom
// element attributes depends on its version and on what is defined when; here
// they go through a ref, so that a token never becomes an attribute.

import { createElement, forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import { define } from "./index.js";

const PROPERTIES = [
  "homeserver",
  "userId",
  "mediums",
  "theme",
  "readOnly",
  "nextLink",
  "persist",
  "country",
  "headingLevel",
  "withoutHeading",
  "fetch",
  "authHandler",
  "identityServer",
  "messages",
  // Last: with it the element begins.
  "accessToken",
];
/** Servers have no layout. */
const useDrawn = typeof document === "undefined" ? useEffect : useLayoutEffect;

const isListener = (name) => name.startsWith("onThreepid");
/** `onThreepidAdded` → `threepid-added` */
const eventOf = (name) => name.slice(2).replace(/\B[A-Z]/g, "-$&").toLowerCase();

export const MatrixThreepids = forwardRef(function MatrixThreepids(props, ref) {
  const element = useRef(null);
  const before = useRef({});
  useImperativeHandle(ref, () => element.current, []);
  useDrawn(() => {
    define();
    for (const name of PROPERTIES) {
      const [value, old] = [props[name], before.current[name]];
      // Functions are often made anew in each render: the one that is set calls
      // the newest, or each render would bring another token.
      if (typeof value !== "function") {
        if (!Object.is(value, old)) element.current[name] = value;
      } else if (typeof old !== "function") {
        element.current[name] = (...all) => before.current[name](...all);
      }
    }
    before.current = props;
  });
  useDrawn(() => {
    const { current } = element;
    const listeners = Object.entries(props).filter(([name, listener]) => isListener(name) && listener);
    for (const [name, listener] of listeners) current.addEventListener(eventOf(name), listener);
    return () => {
      for (const [name, listener] of listeners) current.removeEventListener(eventOf(name), listener);
    };
  });
  const { className, ...rest } = Object.fromEntries(
    Object.entries(props).filter(([name]) => !PROPERTIES.includes(name) && !isListener(name)),
  );
  return createElement("matrix-threepids", { ...rest, class: className, ref: element });
});

export default MatrixThreepids;
