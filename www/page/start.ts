// Starts the account page: configuration, messages, WebAssembly, in that order of
// need, and then the elements.

import { loadLocale, type PageLocale } from "./locale.js";
import {
  type AccountPage,
  guardForms,
  guardWindows,
  PageBridge,
  readStartupState,
  type StartupState,
} from "./page-bridge.js";

/** Exports of a WebAssembly module with the page. */
export interface PageRust {
  /** Sets the function that is called once, when Rust panics. */
  onPanic(callback: () => void): void;
  readonly AccountPage: new (
    bridge: PageBridge,
    root: HTMLElement,
    found: StartupState & { readonly config: string | undefined; readonly speech: PageLocale },
  ) => AccountPage;
}

/** Parts of the page. The two builds load them in different ways. */
export interface PageParts {
  /** Loads the WebAssembly of the page. */
  loadPage(): Promise<PageRust>;
  /** Loads and defines the elements; after a failure, again. */
  loadElements(): Promise<unknown>;
}

const byId = (id: string) => document.getElementById(id) as HTMLElement;

/** Shows the error of `index.html`, for when nothing can be rendered. */
export function showFatalError(): void {
  byId("page").hidden = true;
  byId("broken").hidden = false;
}

async function readConfiguration(): Promise<string | undefined> {
  const response = await fetch(new URL("config.json", document.baseURI), { cache: "no-store" });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`config.json: HTTP ${response.status}`);
  return response.text();
}

/** Renders the page. */
async function render({ loadPage, loadElements }: PageParts): Promise<void> {
  const root = byId("page");
  const found = readStartupState();
  if (!found) return;
  // With a session, or a token for one, the next screen has the elements. If they
  // do not come, that screen asks for them again, and says so.
  const isNext = found.session !== undefined || found.loginToken !== undefined;
  if (isNext) loadElements().catch(() => {});
  const configured = readConfiguration();
  const [config, locale, rust] = await Promise.all([configured, configured.then(loadLocale), loadPage()]);
  Object.assign(document.documentElement, { lang: locale.lang, dir: locale.rtl ? "rtl" : "ltr" });
  // A panic ends the instance; a reload takes the session up.
  rust.onPanic(showFatalError);
  root.replaceChildren();
  const bridge = new PageBridge(root, loadElements, showFatalError);
  bridge.listen(new rust.AccountPage(bridge, root, { ...found, config, speech: locale }));
  root.removeAttribute("aria-busy");
  // The others come while the user types. The tab that a link has opened needs none.
  if (!isNext && found.sid === undefined) whenIdle(() => loadElements().catch(() => {}));
}

/** Calls a function when the browser has drawn the page, and has nothing else to do. */
function whenIdle(run: () => void): void {
  // Safari has no `requestIdleCallback`.
  requestAnimationFrame(() => (globalThis.requestIdleCallback ?? setTimeout)(run));
}

/** Starts the page, or shows that it can't be. */
export function start(parts: PageParts): void {
  guardWindows();
  guardForms(byId("page"));
  byId("reload").addEventListener("click", () => location.reload());
  render(parts).catch(showFatalError);
}
