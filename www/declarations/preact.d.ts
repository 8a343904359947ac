// Components for Preact, and types of the tags.
import type { ComponentChildren, HTMLAttributes, Ref, VNode } from "preact";
import type {
  MatrixAccountPasswordAttributes,
  MatrixAccountPasswordElement,
  MatrixAccountPasswordEventMap,
  MatrixAccountPasswordProperties,
  MatrixPasswordResetAttributes,
  MatrixPasswordResetElement,
  MatrixPasswordResetEventMap,
  MatrixPasswordResetProperties,
  MatrixThreepidsAttributes,
  MatrixThreepidsElement,
  MatrixThreepidsEventMap,
  MatrixThreepidsProperties,
} from "./index.js";

type Pascal<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Capitalize<Head>}${Pascal<Tail>}`
  : Capitalize<Name>;

/** `onThreepidAdded`, `onThreepidsReady`, … */
type Listeners<Events> = {
  [Name in keyof Events & string as `on${Pascal<Name>}`]?: (event: Events[Name]) => unknown;
};

/** Props of a component: properties and events, and what every HTML element takes. */
type Props<Element extends EventTarget, Properties, Events> = Properties &
  Listeners<Events> &
  Omit<HTMLAttributes<Element>, keyof Properties | "ref"> & {
    /** The custom element. */
    elementRef?: Ref<Element>;
    children?: ComponentChildren;
  };

export type MatrixThreepidsProps = Props<MatrixThreepidsElement, MatrixThreepidsProperties, MatrixThreepidsEventMap>;
export type MatrixAccountPasswordProps = Props<
  MatrixAccountPasswordElement,
  MatrixAccountPasswordProperties,
  MatrixAccountPasswordEventMap
>;

export type MatrixPasswordResetProps = Props<
  MatrixPasswordResetElement,
  MatrixPasswordResetProperties,
  MatrixPasswordResetEventMap
>;

/**
 * `<matrix-threepids>` as a component. It defines the element, and sets
 * properties and listeners in the browser only.
 */
export declare function MatrixThreepids(props: MatrixThreepidsProps): VNode;

/** `<matrix-account-password>` as a component, in the same way. */
export declare function MatrixAccountPassword(props: MatrixAccountPasswordProps): VNode;

/** `<matrix-password-reset>` as a component, in the same way. */
export declare function MatrixPasswordReset(props: MatrixPasswordResetProps): VNode;

/** `onthreepid-added`, `onthreepids-ready`, … */
type TagListeners<Events> = {
  [Name in keyof Events & string as `on${Name}`]?: (event: Events[Name]) => unknown;
};

/** Not in the tag: on a server, Preact makes attributes of properties. Use {@link MatrixThreepids}. */
type NotInTheTag = { [Name in "accessToken" | "fetch" | "authHandler" | "identityServer" | "messages"]?: never };

/** Type of a tag. */
type Tag<Element extends EventTarget, Attributes, Events> = HTMLAttributes<Element> &
  Attributes &
  TagListeners<Events> &
  NotInTheTag;

declare module "preact" {
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
