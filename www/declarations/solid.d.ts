// A ref for Solid, and types of the tags.
import type { JSX } from "solid-js";
import type {
  MatrixAccountPasswordAttributes,
  MatrixAccountPasswordElement,
  MatrixAccountPasswordEventMap,
  MatrixPasswordResetAttributes,
  MatrixPasswordResetElement,
  MatrixPasswordResetEventMap,
  MatrixThreepidsAttributes,
  MatrixThreepidsElement,
  MatrixThreepidsEventMap,
  MatrixThreepidsProperties,
} from "./index.js";

/**
 * Creates a ref that defines the elements, and sets these properties in the
 * browser only: `<matrix-threepids ref={properties(() => ({ accessToken }))} />`.
 * It sets them again when a signal in the function changes.
 */
export declare function properties(given: () => MatrixThreepidsProperties): (element: Element) => void;

/** `on:threepid-added={…}`, `on:threepids-ready={…}`, … */
type Listeners<Events> = {
  [Name in keyof Events & string as `on:${Name}`]?: (event: Events[Name]) => void;
};

/** Not in the tag: on a server, Solid makes attributes of properties. Use {@link properties}. */
type NotInTheTag = {
  [Name in "accessToken" | "fetch" | "authHandler" | "identityServer" | "messages" as
    | Name
    | `prop:${Name}`
    | `attr:${Name}`]?: never;
};

/** Type of a tag. */
type Tag<Element, Attributes, Events> = JSX.HTMLAttributes<Element> & Attributes & NotInTheTag & Listeners<Events>;

declare module "solid-js" {
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
