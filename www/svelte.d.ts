// Types of the tag in Svelte 5: `import type {} from "matrix-threepids/svelte"`.
import type { HTMLAttributes } from "svelte/elements";
import type {
  MatrixThreepidsAttributes,
  MatrixThreepidsElement,
  MatrixThreepidsEventMap,
  MatrixThreepidsProperties,
} from "./index.js";

/** `onthreepid-added={…}`, `onthreepids-ready={…}`, … */
type Listeners = {
  [Name in keyof MatrixThreepidsEventMap as `on${Name}`]?: (event: MatrixThreepidsEventMap[Name]) => unknown;
};

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "matrix-threepids": Omit<HTMLAttributes<MatrixThreepidsElement>, keyof MatrixThreepidsProperties> &
      MatrixThreepidsAttributes &
      MatrixThreepidsProperties &
      Listeners;
  }
}
