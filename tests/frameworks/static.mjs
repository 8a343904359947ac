// Serves a folder: node static.mjs <folder> <port>
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, resolve } from "node:path";

const [folder, port] = process.argv.slice(2);
const TYPES = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

createServer(async ({ url }, response) => {
  const { pathname } = new URL(url, "http://localhost");
  const file = resolve(folder, `.${pathname.endsWith("/") ? `${pathname}index.html` : pathname}`);
  const text = await readFile(file).catch(() => undefined);
  // Frames whose sandbox gives them no origin load modules from another one.
  const headers = { "Content-Type": TYPES[extname(file)] ?? "text/plain", "Access-Control-Allow-Origin": "*" };
  response.writeHead(text ? 200 : 404, headers).end(text);
}).listen(Number(port));
