// Types of the tag in Vue's templates: `import type {} from "matrix-threepids/vue"`.
import type { HTMLAttributes, PublicProps } from "vue";
import type {
  MatrixThreepidsAttributes,
  MatrixThreepidsElement,
  MatrixThreepidsEventMap,
  MatrixThreepidsProperties,
} from "./index.js";

type Pascal<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Capitalize<Head>}${Pascal<Tail>}`
  : Capitalize<Name>;

/** `@threepid-added`, `@threepids-ready`, … */
type Listeners = {
  [Name in keyof MatrixThreepidsEventMap as `on${Pascal<Name>}`]?: (event: MatrixThreepidsEventMap[Name]) => unknown;
};

/** Set it with the modifier `.prop`: `:accessToken.prop="token"`. */
type Tag = new () => MatrixThreepidsElement & {
  $props: HTMLAttributes & MatrixThreepidsAttributes & MatrixThreepidsProperties & Listeners & PublicProps;
};

declare module "vue" {
  interface GlobalComponents {
    "matrix-threepids": Tag;
  }
}
