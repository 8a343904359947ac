// Components for React 18 and 19. When React makes properties of a custom
// element attributes depends on its version and on what is defined when; here
// they go through a ref, so that a token never becomes an attribute.

import { createElement, forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import { define } from "./index.js";

/** Last: with it the element begins. */
const TOKEN = "accessToken";
const COMMON = [
  "homeserver",
  "userId",
  "theme",
  "readOnly",
  "headingLevel",
  "withoutHeading",
  "fetch",
  "authHandler",
  "messages",
];
/** What all objects have by their prototype was given by nobody. */
const NONE = Object.freeze({ __proto__: null });
/** Servers have no layout. */
const useDrawn = typeof document === "undefined" ? useEffect : useLayoutEffect;

const isListener = (name) => /^on(Threepid|PasswordChanged$)/.test(name);
/** `onThreepidAdded` → `threepid-added` */
const eventOf = (name) => name.slice(2).replace(/\B[A-Z]/g, "-$&").toLowerCase();

/** The component of a tag that has these properties, too. */
const component = (tagName, own) => {
  const properties = [...COMMON, ...own, TOKEN];
  return forwardRef(function MatrixElement(props, ref) {
    const given = { __proto__: null, ...props };
    const element = useRef(null);
    const before = useRef(NONE);
    useImperativeHandle(ref, () => element.current, []);
    useDrawn(() => {
      define();
      for (const name of properties) {
        const [value, old] = [given[name], before.current[name]];
        // Functions are often made anew in each render: the one that is set calls
        // the newest, or each render would bring another token.
        if (typeof value !== "function") {
          if (!Object.is(value, old)) element.current[name] = value;
        } else if (typeof old !== "function") {
          element.current[name] = (...all) => before.current[name](...all);
        }
      }
      before.current = given;
    });
    useDrawn(() => {
      const { current } = element;
      const listeners = Object.entries(given).filter(([name, listener]) => isListener(name) && listener);
      for (const [name, listener] of listeners) current.addEventListener(eventOf(name), listener);
      return () => {
        for (const [name, listener] of listeners) current.removeEventListener(eventOf(name), listener);
      };
    });
    const others = Object.entries(given).filter(([name]) => !properties.includes(name) && !isListener(name));
    const { className, ...rest } = { __proto__: null, ...Object.fromEntries(others) };
    return createElement(tagName, { ...rest, class: className, ref: element });
  });
};

const OWN = ["mediums", "nextLink", "persist", "country", "identityServer"];
export const MatrixThreepids = component("matrix-threepids", OWN);
MatrixThreepids.displayName = "MatrixThreepids";

export const MatrixAccountPassword = component("matrix-account-password", []);
MatrixAccountPassword.displayName = "MatrixAccountPassword";

export default MatrixThreepids;
