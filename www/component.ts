// Common part of the components for React and Preact. When these make
// attributes of properties depends on their version and on what is defined when;
// here properties and listeners go through a ref.

import { propertiesOf, setProperties, type Given } from "./set-properties.js";

type Listener = (event: Event) => unknown;

/** Functions of the framework. */
export interface Framework<Rendered> {
  readonly define: () => void;
  readonly createElement: (tagName: string, props: object) => Rendered;
  /** Runs a function after each render, and what it returned before the next one. */
  readonly afterRender: (run: () => (() => void) | undefined) => void;
}

const isListener = (name: string) => /^on(Threepid|Password(Changed|Reset)$)/.test(name);
/** `onThreepidAdded` → `threepid-added` */
const eventOf = (name: string) =>
  name
    .slice(2)
    .replace(/\B[A-Z]/g, "-$&")
    .toLowerCase();

/** Renders a tag. Sets properties and listeners after each render. */
export function renderTag<Rendered>(
  { define, createElement, afterRender }: Framework<Rendered>,
  tagName: string,
  props: object,
  element: { readonly current: HTMLElement | null },
): Rendered {
  const given: Given = { __proto__: null, ...props } as never;
  // What else a component is given goes to the tag.
  const properties = propertiesOf(tagName);
  afterRender(() => {
    define();
    const own = properties.filter((name) => name in given).map((name) => [name, given[name]]);
    setProperties(element.current as HTMLElement, Object.fromEntries(own));
    return undefined;
  });
  afterRender(() => {
    const current = element.current as HTMLElement;
    const isSet = ([name, listener]: [string, unknown]) => isListener(name) && listener;
    const listeners = Object.entries(given).filter(isSet) as [string, Listener][];
    for (const [name, listener] of listeners) current.addEventListener(eventOf(name), listener);
    return () => {
      for (const [name, listener] of listeners) current.removeEventListener(eventOf(name), listener);
    };
  });
  const others = Object.entries(given).filter(([name]) => !properties.includes(name) && !isListener(name));
  const { className, ...rest } = { __proto__: null, ...Object.fromEntries(others) } as Record<string, unknown>;
  return createElement(tagName, { ...rest, ...(className ? { class: className } : undefined), ref: element });
}
