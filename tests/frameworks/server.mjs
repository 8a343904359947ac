// Serves an app whose server renders it, by Vite or as it was built:
//   node server.mjs dev|built <port>
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";

const [mode, port] = process.argv.slice(2);
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
const app = import.meta.dirname;

async function createDevelopment() {
  const { createServer } = await import("vite");
  const vite = await createServer({ root: app, appType: "custom", server: { middlewareMode: true } });
  return async (request, response) => {
    const page = async () => {
      const { render } = await vite.ssrLoadModule("/src/server.jsx");
      const html = await vite.transformIndexHtml("/", await readFile(`${app}/index.html`, "utf8"));
      return fill(html, await render());
    };
    if (request.url === "/") return response.end(await page());
    vite.middlewares(request, response);
  };
}

async function createBuilt() {
  const { render } = await import(`${app}/dist/server/server.js`);
  return async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/") {
      const html = await readFile(`${app}/dist/client/index.html`, "utf8");
      return response.end(fill(html, await render()));
    }
    const file = await readFile(`${app}/dist/client${pathname}`).catch(() => undefined);
    response.writeHead(file ? 200 : 404, { "Content-Type": TYPES[extname(pathname)] ?? "text/plain" }).end(file);
  };
}

const fill = (html, { head = "", body }) => html.replace("<!--head-->", head).replace("<!--body-->", body);

const handle = await (mode === "dev" ? createDevelopment() : createBuilt());
createServer((request, response) =>
  handle(request, response).catch((error) => response.writeHead(500).end(String(error.stack))),
).listen(Number(port));
