// Types of the tags in Svelte 5: `import type {} from "matrix-threepids/svelte"`.
import type { HTMLAttributes } from "svelte/elements";
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

/** `onthreepid-added={…}`, `onthreepids-ready={…}`, … */
type Listeners<Events> = {
  [Name in keyof Events & string as `on${Name}`]?: (event: Events[Name]) => unknown;
};

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "matrix-threepids": Omit<HTMLAttributes<MatrixThreepidsElement>, keyof MatrixThreepidsProperties> &
      MatrixThreepidsAttributes &
      MatrixThreepidsProperties &
      Listeners<MatrixThreepidsEventMap>;
    "matrix-account-password": Omit<
      HTMLAttributes<MatrixAccountPasswordElement>,
      keyof MatrixAccountPasswordProperties
    > &
      MatrixAccountPasswordAttributes &
      MatrixAccountPasswordProperties &
      Listeners<MatrixAccountPasswordEventMap>;
  }
}
