// Components for Vue 3, and types of the tags in its templates.
import type { HTMLAttributes, PublicProps } from "vue";
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

/** `@threepid-added`, `@threepids-ready`, … */
type Listeners<Events> = {
  [Name in keyof Events & string as `on${Pascal<Name>}`]?: (event: Events[Name]) => unknown;
};

/** Value of a template ref. */
interface Exposed<Element> {
  /** The custom element; undefined until it is mounted. */
  readonly element: Element | undefined;
}

/** Type of a component. */
type Component<Element, Properties, Events> = new () => Exposed<Element> & {
  $props: Omit<HTMLAttributes, keyof Properties> & Properties & Listeners<Events> & PublicProps;
  $slots: { default?: () => unknown };
};

/**
 * `<matrix-threepids>` as a component. It defines the element, and sets
 * properties in the browser only, so that no token is in the HTML of a server.
 */
export declare const MatrixThreepids: Component<
  MatrixThreepidsElement,
  MatrixThreepidsProperties,
  MatrixThreepidsEventMap
>;

/** `<matrix-account-password>` as a component, in the same way. */
export declare const MatrixAccountPassword: Component<
  MatrixAccountPasswordElement,
  MatrixAccountPasswordProperties,
  MatrixAccountPasswordEventMap
>;

/** `<matrix-password-reset>` as a component, in the same way. */
export declare const MatrixPasswordReset: Component<
  MatrixPasswordResetElement,
  MatrixPasswordResetProperties,
  MatrixPasswordResetEventMap
>;

/**
 * Not in the tag: on a server, Vue makes attributes of properties, also with
 * `.prop`. Use the component.
 */
type NotInTheTag = { [Name in "accessToken" | "fetch" | "authHandler" | "identityServer" | "messages"]?: never };

/** Type of a tag in templates. */
type Tag<Element, Attributes, Events> = new () => Element & {
  $props: HTMLAttributes & Attributes & NotInTheTag & Listeners<Events> & PublicProps;
};

declare module "vue" {
  interface GlobalComponents {
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
