// Vite's development server for a folder; prints where it is:
//   node dev.mjs <folder>
import { createServer } from "vite";

const adoption = `${import.meta.dirname}/..`;
// The package is not in the folder itself, as it would be for a developer.
const server = await createServer({
  root: process.argv[2],
  logLevel: "error",
  server: { fs: { allow: [adoption] } },
  // Vite knows a package by its version, and would serve the glue of an earlier build.
  optimizeDeps: { force: true },
});
await server.listen();
console.log(server.resolvedUrls.local[0]);
