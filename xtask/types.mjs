// Combines the declarations that `tsc` emits into one file for each entry of
// the package:
//   node types.mjs <node_modules> <folder of declarations> <package>
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, from, to] = process.argv.slice(2);
const { resolve } = createRequire(`${modules}/`);
const load = (name) => import(pathToFileURL(resolve(name)).href);
const { rollup } = await load("rollup");
const { dts } = await load("rollup-plugin-dts");

/** Entries that share the declarations of `index.d.ts`. */
const ENTRIES = ["index", "define", "inline", "cdn", "react", "matrix-js-sdk", "testing"];

/** Declarations that stay files of their own, by what imports them. */
const isExternal = (entry) => (id) =>
  id === "react" || /\/locales\/en\.js$/.test(id) || (entry !== "index" && /\/(api|index)\.js$/.test(id));

/** The text of an entry, without what only the sources need. */
function published(text) {
  return (
    text
      // Types of the elements stay structural, as two copies of the package must fit together.
      .replaceAll(/^ {4}#private;\n/gm, "")
      .replace(/^\/\*\* On servers.*\n?declare const ElementBase: .*\n/m, "")
      .replace(/^( {4})+/gm, (indentation) => " ".repeat(indentation.length / 2))
      .replaceAll("extends ElementBase", "extends HTMLElement")
      .replaceAll(/'\.\/(?:api|index)\.js'/g, '"./index.js"')
  );
}

for (const entry of ENTRIES) {
  const bundle = await rollup({
    input: `${from}/${entry}.d.ts`,
    plugins: [dts({ respectExternal: false })],
    external: isExternal(entry),
    makeAbsoluteExternalsRelative: false,
    onwarn: (warning) => {
      if (warning.code !== "EMPTY_BUNDLE") throw new Error(warning.message);
    },
  });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  // An import of `define` brings the types of the tags.
  const text = entry === "define" ? 'import "./index.js";\n\nexport {};\n' : published(output[0].code);
  writeFileSync(`${to}/${entry}.d.ts`, text);
}

// The CommonJS files have declarations of their own. From CommonJS, the types of a
// module need an attribute.
const mode = '{ "resolution-mode": "import" }';
const commonJs = (file, name) => `export declare const ${name}: typeof import("./${file}", { with: ${mode} }).${name};`;
const testing = readFileSync(`${to}/testing.d.ts`, "utf8")
  .replace(/^export \{ ThreepidsError \} from .*$/m, commonJs("index.js", "ThreepidsError"))
  .replaceAll(/^import (\{.*\}) from .*$/gm, `import type $1 from "./index.js" with ${mode};`);
writeFileSync(`${to}/testing.d.cts`, testing);
const components = ["MatrixThreepids", "MatrixAccountPassword", "MatrixPasswordReset", "MatrixThreepidsPreload"].map(
  (name) => commonJs("react.js", name),
);
writeFileSync(`${to}/testing-react.d.cts`, [...components, "export default MatrixThreepids;", ""].join("\n"));
