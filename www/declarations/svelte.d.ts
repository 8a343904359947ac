// An attachment for Svelte 5, and types of the tags.
import type { HTMLAttributes } from "svelte/elements";
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
 * Creates an attachment that defines the elements, and sets these properties in
 * the browser only: `<matrix-threepids {@attach properties({ accessToken })}>`.
 */
export declare function properties(given: MatrixThreepidsProperties): (element: Element) => void;

/** `onthreepid-added={…}`, `onthreepids-ready={…}`, … */
type Listeners<Events> = {
  [Name in keyof Events & string as `on${Name}`]?: (event: Events[Name]) => unknown;
};

/** Not in the tag: on a server, Svelte makes attributes of properties. Use {@link properties}. */
type NotInTheTag = { [Name in "accessToken" | "fetch" | "authHandler" | "identityServer" | "messages"]?: never };

/** Type of a tag. */
type Tag<Element extends EventTarget, Attributes, Events> = Omit<
  HTMLAttributes<Element>,
  keyof MatrixThreepidsProperties
> &
  Attributes &
  NotInTheTag &
  Listeners<Events>;

declare module "svelte/elements" {
  interface SvelteHTMLElements {
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
