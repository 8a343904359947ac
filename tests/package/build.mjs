// Builds what a developer would who installed the tarball, each into a folder of
// `dist/` that is served as it is. Runs in a copy of this folder, beside which
// are the tarball, unpacked, and `examples/`; see xtask/src/adoption.rs.
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import nodeResolve from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import { build } from "vite";
import webpack from "webpack";

const adoption = `${import.meta.dirname}/..`;
const installed = `${adoption}/node_modules/matrix-threepids`;
const pages = `${adoption}/package/pages`;
const dist = `${adoption}/dist`;
const html = await readFile(`${pages}/index.html`, "utf8");

/** A folder with the page, and what is given beside it. */
async function page(name, files = {}, script = "page.js") {
  await mkdir(`${dist}/${name}`, { recursive: true });
  await writeFile(`${dist}/${name}/index.html`, html.replace("page.js", script));
  for (const [file, from] of Object.entries(files)) await cp(from, `${dist}/${name}/${file}`, { recursive: true });
}

async function plainHtml() {
  await cp(`${adoption}/examples/html`, `${dist}/html`, { recursive: true });
  await cp(installed, `${dist}/html/matrix-threepids`, { recursive: true });
}

const vite = (example) =>
  build({
    root: `${adoption}/examples/${example}`,
    base: "./",
    logLevel: "warn",
    build: { outDir: `${dist}/${example}`, emptyOutDir: true },
  });

async function webpack5() {
  const context = `${adoption}/examples/webpack`;
  const { default: config } = await import(`${context}/webpack.config.js`);
  const stats = await promisify(webpack)({ ...config, context, output: { path: `${dist}/webpack/dist` } });
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString());
  await cp(`${context}/index.html`, `${dist}/webpack/index.html`);
}

/** Both WebAssembly files, in a folder of the page. */
const wasmIn = (folder) => ({
  [`${folder}/threepids.wasm`]: `${installed}/threepids.wasm`,
  [`${folder}/threepids-actions.wasm`]: `${installed}/threepids-actions.wasm`,
});
/** What `init(url)` is called with: not the folder of the bundle. */
const wasm = wasmIn("wasm");

async function withEsbuild(entry) {
  const name = `esbuild-${entry}`;
  await page(name, wasm);
  await esbuild.build({
    entryPoints: [`${pages}/${entry}.js`],
    bundle: true,
    format: "esm",
    outfile: `${dist}/${name}/page.js`,
    logLevel: "warning",
  });
}

/** A page that a test goes on with. */
async function reactAgain() {
  await page("react-again", wasmIn("."));
  await esbuild.build({
    entryPoints: [`${pages}/react.jsx`],
    bundle: true,
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    outfile: `${dist}/react-again/page.js`,
    logLevel: "warning",
  });
}

async function withRollup(entry) {
  const name = `rollup-${entry}`;
  await page(name, wasm);
  const bundle = await rollup({ input: `${pages}/${entry}.js`, plugins: [nodeResolve()] });
  await bundle.write({ dir: `${dist}/${name}`, entryFileNames: "page.js" });
  await bundle.close();
}

/** For the development server, which serves sources. */
async function viteDev() {
  for (const entry of ["inline", "init"]) {
    const sources = { "page.js": `${pages}/${entry}.js`, "start.js": `${pages}/start.js` };
    await page(`vite-dev/${entry}`, { ...sources, ...wasm });
  }
}

await plainHtml();
await vite("react-vite");
await vite("vue-vite");
await webpack5();
for (const entry of ["inline", "init"]) {
  await withEsbuild(entry);
  await withRollup(entry);
}
await reactAgain();
await viteDev();
