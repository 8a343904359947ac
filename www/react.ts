// Components for React 18 and 19. The build puts "use client" before everything:
// in React's server components, hooks are the client's.

import type { DetailedHTMLProps, ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from "react";
import {
  define,
  type MatrixAccountPasswordAttributes,
  type MatrixAccountPasswordElement,
  type MatrixAccountPasswordEventMap,
  type MatrixAccountPasswordProperties,
  type MatrixPasswordResetAttributes,
  type MatrixPasswordResetElement,
  type MatrixPasswordResetEventMap,
  type MatrixPasswordResetProperties,
  type MatrixThreepidsAttributes,
  type MatrixThreepidsElement,
  type MatrixThreepidsEventMap,
  type MatrixThreepidsProperties,
} from "./index.js";
import { createComponents } from "./react-components.js";

export { MatrixThreepidsPreload, type MatrixThreepidsPreloadProps } from "./react-preload.js";

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

/** The same for `<matrix-password-reset>`. */
export interface MatrixPasswordResetProps
  extends MatrixPasswordResetProperties,
    Listeners<MatrixPasswordResetEventMap>,
    Omit<HTMLAttributes<MatrixPasswordResetElement>, keyof MatrixPasswordResetProperties> {}

/** Type of a component: properties, and the element of a ref. */
type Component<Props, Element> = ForwardRefExoticComponent<Props & RefAttributes<Element>>;

const component = createComponents(define);

/**
 * `<matrix-threepids>` as a component. Sets properties and listeners through a
 * ref, so that `accessToken` never becomes an attribute; defines the element.
 */
export const MatrixThreepids = component("matrix-threepids", "MatrixThreepids") as Component<
  MatrixThreepidsProps,
  MatrixThreepidsElement
>;

/** `<matrix-account-password>` as a component, in the same way. */
export const MatrixAccountPassword = component("matrix-account-password", "MatrixAccountPassword") as Component<
  MatrixAccountPasswordProps,
  MatrixAccountPasswordElement
>;

/** `<matrix-password-reset>` as a component, in the same way. */
export const MatrixPasswordReset = component("matrix-password-reset", "MatrixPasswordReset") as Component<
  MatrixPasswordResetProps,
  MatrixPasswordResetElement
>;

export default MatrixThreepids;

/**
 * `onthreepid-added`, `onthreepids-ready`, … React sets none of them on a tag
 * that a server rendered: use the component {@link MatrixThreepids} there.
 */
type TagListeners<Events> = {
  [Name in keyof Events & string as `on${Name}`]?: (event: Events[Name]) => unknown;
};

/**
 * Not in the tag: React makes attributes of properties on servers, and before
 * the element is defined. Use the component {@link MatrixThreepids}, or a ref.
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
      "matrix-password-reset": Tag<
        MatrixPasswordResetElement,
        MatrixPasswordResetAttributes,
        MatrixPasswordResetEventMap
      >;
    }
  }
}
