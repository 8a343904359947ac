// Types of the tags in Vue's templates: `import type {} from "matrix-threepids/vue"`.
import type { HTMLAttributes, PublicProps } from "vue";
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

/** `@threepid-added`, `@threepids-ready`, … */
type Listeners<Events> = {
  [Name in keyof Events & string as `on${Pascal<Name>}`]?: (event: Events[Name]) => unknown;
};

/** Set it with the modifier `.prop`: `:accessToken.prop="token"`. */
type Tag<Element, Attributes, Properties, Events> = new () => Element & {
  $props: HTMLAttributes & Attributes & Properties & Listeners<Events> & PublicProps;
};

declare module "vue" {
  interface GlobalComponents {
    "matrix-threepids": Tag<
      MatrixThreepidsElement,
      MatrixThreepidsAttributes,
      MatrixThreepidsProperties,
      MatrixThreepidsEventMap
    >;
    "matrix-account-password": Tag<
      MatrixAccountPasswordElement,
      MatrixAccountPasswordAttributes,
      MatrixAccountPasswordProperties,
      MatrixAccountPasswordEventMap
    >;
  }
}
