// Creates components for React 18 and 19.

import { createElement, forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import { renderTag } from "./component.js";

/** Servers have no layout. */
const useIsomorphicLayoutEffect = typeof document === "undefined" ? useEffect : useLayoutEffect;

/** Creates a function that creates the component of a tag. */
export const createComponents =
  (define: () => void) =>
  (tagName: string, displayName: string): unknown => {
    const react = { define, createElement, afterRender: useIsomorphicLayoutEffect };
    const Component = forwardRef<HTMLElement, object>(function MatrixElement(props, ref) {
      const element = useRef<HTMLElement>(null);
      useImperativeHandle(ref, () => element.current as HTMLElement, []);
      return renderTag(react, tagName, props, element);
    });
    Component.displayName = displayName;
    return Component;
  };
