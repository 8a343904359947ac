// Component for React 18 and 19 with the links that load the files of the first list
// early. React 19 moves such links to the document's head.

import { createElement, Fragment } from "react";

/** What {@link MatrixThreepidsPreload} takes. */
export interface MatrixThreepidsPreloadProps {
  /**
   * URL of the package's folder, with a slash at its end, for a page that imports
   * `define.js` from there without a bundler. Without it, the component links to the
   * WebAssembly where a bundler has put it.
   */
  readonly folder?: string | URL | undefined;
}

/** A link, as React takes it. Requests of the module have no credentials of other origins. */
const link = (rel: string, href: string, more: object) =>
  createElement("link", { rel, href, crossOrigin: "anonymous", ...more });

/**
 * Renders the links with which a browser loads the files of the first list before
 * any script asks for them: `threepids.wasm`, and with `folder` also `define.js`. Put
 * it where the page is sure to display an element soon. On a server whose bundler
 * knows no URL of the WebAssembly, and without `folder`, it renders nothing.
 */
export function MatrixThreepidsPreload({ folder }: MatrixThreepidsPreloadProps): ReturnType<typeof createElement> {
  const inFolder = (name: string) => `${folder}${name}`;
  // Bundlers find the file by these very words.
  const wasm = folder === undefined ? new URL("./threepids.wasm", import.meta.url).href : inFolder("threepids.wasm");
  const isFile = /^file:/i.test(wasm);
  const files = [
    folder !== undefined && link("modulepreload", inFolder("define.js"), { key: "define" }),
    // A server's own file is none of the browser's.
    !isFile && link("preload", wasm, { key: "wasm", as: "fetch", type: "application/wasm" }),
  ];
  return createElement(Fragment, null, ...files.filter(Boolean));
}
