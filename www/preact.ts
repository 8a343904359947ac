// Components for Preact.

import { createElement } from "preact";
import { useImperativeHandle, useLayoutEffect, useRef } from "preact/hooks";
import { renderTag } from "./component.js";
import { define } from "./index.js";

const preact = { define, createElement, afterRender: useLayoutEffect };

interface Props {
  elementRef?: unknown;
  [name: string]: unknown;
}

const component = (tagName: string) =>
  function MatrixElement({ elementRef, ...props }: Props) {
    const element = useRef<HTMLElement>(null);
    useImperativeHandle(elementRef, () => element.current, []);
    return renderTag(preact, tagName, props, element);
  };

export const MatrixThreepids = component("matrix-threepids");
export const MatrixAccountPassword = component("matrix-account-password");
export const MatrixPasswordReset = component("matrix-password-reset");
