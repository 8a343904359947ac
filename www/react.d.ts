// For React 18 and 19, and the tag <matrix-threepids> in JSX for React 19.
import type { DetailedHTMLProps, ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from "react";
import type {
  MatrixThreepidsAttributes,
  MatrixThreepidsElement,
  MatrixThreepidsEventMap,
  MatrixThreepidsProperties,
} from "./index.js";

type Pascal<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Capitalize<Head>}${Pascal<Tail>}`
  : Capitalize<Name>;

/** `onThreepidAdded`, `onThreepidsReady`, … */
type Listeners = {
  [Name in keyof MatrixThreepidsEventMap as `on${Pascal<Name>}`]?: (event: MatrixThreepidsEventMap[Name]) => unknown;
};

/** What the component takes: the element's properties and events, and what every HTML element takes. */
export interface MatrixThreepidsProps
  extends MatrixThreepidsProperties,
    Listeners,
    Omit<HTMLAttributes<MatrixThreepidsElement>, keyof MatrixThreepidsProperties> {}

/**
 * `<matrix-threepids>` as a component. Sets properties and listeners through a
 * ref, so that `accessToken` never becomes an attribute; defines the element.
 */
export const MatrixThreepids: ForwardRefExoticComponent<MatrixThreepidsProps & RefAttributes<MatrixThreepidsElement>>;
export default MatrixThreepids;

/** `onthreepid-added`, `onthreepids-ready`, … */
type TagListeners = {
  [Name in keyof MatrixThreepidsEventMap as `on${Name}`]?: (event: MatrixThreepidsEventMap[Name]) => unknown;
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
        TagListeners &
        NotInTheTag;
    }
  }
}
