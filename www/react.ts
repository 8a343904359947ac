// Components for React 18 and 19. When React makes properties of a custom
// element attributes depends on its version and on what is defined when; here
// they go through a ref, so that a token never becomes an attribute.

import {
  createElement,
  type DetailedHTMLProps,
  type ForwardRefExoticComponent,
  forwardRef,
  type HTMLAttributes,
  type RefAttributes,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from "react";
import {
  define,
  type MatrixAccountPasswordAttributes,
  type MatrixAccountPasswordElement,
  type MatrixAccountPasswordEventMap,
  type MatrixAccountPasswordProperties,
  type MatrixThreepidsAttributes,
  type MatrixThreepidsElement,
  type MatrixThreepidsEventMap,
  type MatrixThreepidsProperties,
} from "./index.js";

type Pascal<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Capitalize<Head>}${Pascal<Tail>}`
  : Capitalize<Name>;

/** `onThreepidAdded`, `onThreepidsReady`, … */
type Listeners<Events> = {
  [Name in keyof Events & string as `on${Pascal<Name>}`]?: (event: Events[Name]) => unknown;
};

/** What the component takes: the element's properties and events, and what every HTML element takes. */
export interface MatrixThreepidsProps
  extends MatrixThreepidsProperties,
    Listeners<MatrixThreepidsEventMap>,
    Omit<HTMLAttributes<MatrixThreepidsElement>, keyof MatrixThreepidsProperties> {}

/** The same for `<matrix-account-password>`. */
export interface MatrixAccountPasswordProps
  extends MatrixAccountPasswordProperties,
    Listeners<MatrixAccountPasswordEventMap>,
    Omit<HTMLAttributes<MatrixAccountPasswordElement>, keyof MatrixAccountPasswordProperties> {}

/** Type of a component: properties, and the element of a ref. */
type Component<Props, Element> = ForwardRefExoticComponent<Props & RefAttributes<Element>>;

/** Last: with it the element begins. */
const TOKEN = "accessToken";
const COMMON = [
  "homeserver",
  "userId",
  "theme",
  "density",
  "readOnly",
  "headingLevel",
  "withoutHeading",
  "fetch",
  "authHandler",
  "messages",
];
type Props = Readonly<Record<string, unknown>>;
type Listener = (event: Event) => unknown;

/** Members of `Object.prototype` are not properties of a component. */
const NONE: Props = Object.freeze({ __proto__: null }) as never;
/** Servers have no layout. */
const useIsomorphicLayoutEffect = typeof document === "undefined" ? useEffect : useLayoutEffect;

const isListener = (name: string) => /^on(Threepid|PasswordChanged$)/.test(name);
/** `onThreepidAdded` → `threepid-added` */
const eventOf = (name: string) =>
  name
    .slice(2)
    .replace(/\B[A-Z]/g, "-$&")
    .toLowerCase();

/** Creates the component of a tag. */
const component = (tagName: string, displayName: string, ownProps: readonly string[]) => {
  const properties = [...COMMON, ...ownProps, TOKEN];
  const Component = forwardRef<HTMLElement, object>(function MatrixElement(props, ref) {
    const given: Props = { __proto__: null, ...props } as never;
    const element = useRef<HTMLElement>(null);
    const before = useRef<Props>(NONE);
    useImperativeHandle(ref, () => element.current as HTMLElement, []);
    useIsomorphicLayoutEffect(() => {
      define();
      const current = element.current as unknown as Record<string, unknown>;
      for (const name of properties) {
        const [value, old] = [given[name], before.current[name]];
        // Functions are often created again in each render: the one that is set calls
        // the newest, or each render would bring another token.
        if (typeof value !== "function") {
          if (!Object.is(value, old)) current[name] = value;
        } else if (typeof old !== "function") {
          current[name] = (...all: unknown[]) => (before.current[name] as (...all: unknown[]) => unknown)(...all);
        }
      }
      before.current = given;
    });
    useIsomorphicLayoutEffect(() => {
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
    return createElement(tagName, { ...rest, class: className, ref: element });
  });
  Component.displayName = displayName;
  return Component as unknown;
};

const OWN = ["mediums", "nextLink", "persist", "country", "identityServer"];

/**
 * `<matrix-threepids>` as a component. Sets properties and listeners through a
 * ref, so that `accessToken` never becomes an attribute; defines the element.
 */
export const MatrixThreepids = component("matrix-threepids", "MatrixThreepids", OWN) as Component<
  MatrixThreepidsProps,
  MatrixThreepidsElement
>;

/** `<matrix-account-password>` as a component, in the same way. */
export const MatrixAccountPassword = component("matrix-account-password", "MatrixAccountPassword", []) as Component<
  MatrixAccountPasswordProps,
  MatrixAccountPasswordElement
>;

export default MatrixThreepids;

/** `onthreepid-added`, `onthreepids-ready`, … */
type TagListeners<Events> = {
  [Name in keyof Events & string as `on${Name}`]?: (event: Events[Name]) => unknown;
};

/**
 * Not in the tag: React makes attributes of properties on servers, and before
 * the element is defined. Use the component, or a ref.
 */
type NotInTheTag = { [Name in "accessToken" | "fetch" | "authHandler" | "identityServer" | "messages"]?: never };

/** Type of a tag in JSX. */
type Tag<Element, Attributes, Events> = DetailedHTMLProps<HTMLAttributes<Element>, Element> &
  Attributes &
  TagListeners<Events> &
  NotInTheTag;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "matrix-threepids": Tag<MatrixThreepidsElement, MatrixThreepidsAttributes, MatrixThreepidsEventMap>;
      "matrix-account-password": Tag<
        MatrixAccountPasswordElement,
        MatrixAccountPasswordAttributes,
        MatrixAccountPasswordEventMap
      >;
    }
  }
}
