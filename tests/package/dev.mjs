// Vite's development server for a folder; prints where it is:
//   node dev.mjs <folder>
import { createServer } from "vite";

const adoption = `${import.meta.dirname}/..`;
// The package is not in the folder itself, as it would be for a developer.
const server = await createServer({ root: process.argv[2], logLevel: "error", server: { fs: { allow: [adoption] } } });
await server.listen();
console.log(server.resolvedUrls.local[0]);
