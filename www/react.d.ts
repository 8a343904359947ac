// For React 18 and 19, and the tags in JSX for React 19.
import type { DetailedHTMLProps, ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from "react";
import type {
  MatrixAccountPasswordAttributes,
  MatrixAccountPasswordElement,
  MatrixAccountPasswordEventMap,
  MatrixAccountPasswordProperties,
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

/**
 * `<matrix-threepids>` as a component. Sets properties and listeners through a
 * ref, so that `accessToken` never becomes an attribute; defines the element.
 */
export const MatrixThreepids: ForwardRefExoticComponent<MatrixThreepidsProps & RefAttributes<MatrixThreepidsElement>>;
export default MatrixThreepids;

/** `<matrix-account-password>` as a component, in the same way. */
export const MatrixAccountPassword: ForwardRefExoticComponent<
  MatrixAccountPasswordProps & RefAttributes<MatrixAccountPasswordElement>
>;

/** `onthreepid-added`, `onthreepids-ready`, … */
type TagListeners<Events> = {
  [Name in keyof Events & string as `on${Name}`]?: (event: Events[Name]) => unknown;
};

/**
 * Not in the tag: React makes attributes of properties on servers, and before
 * the element is defined. Use the component, or a ref.
 */
type NotInTheTag = { [Name in "accessToken" | "fetch" | "authHandler" | "identityServer" | "messages"]?: never };

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "matrix-threepids": DetailedHTMLProps<HTMLAttributes<MatrixThreepidsElement>, MatrixThreepidsElement> &
        MatrixThreepidsAttributes &
        TagListeners<MatrixThreepidsEventMap> &
        NotInTheTag;
      "matrix-account-password": DetailedHTMLProps<
        HTMLAttributes<MatrixAccountPasswordElement>,
        MatrixAccountPasswordElement
      > &
        MatrixAccountPasswordAttributes &
        TagListeners<MatrixAccountPasswordEventMap> &
        NotInTheTag;
    }
  }
}
