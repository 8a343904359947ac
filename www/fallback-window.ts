// A page of the homeserver in a window of its own, in which the user completes a
// stage of the authentication.
// Spec: https://spec.matrix.org/latest/client-server-api/#fallback

import { member } from "./errors.js";
import { originOf } from "./url.js";

/** Name of the window, so that a second one is not opened. It is random: no frame can have taken it. */
let windowName: string | undefined;

interface FallbackPage {
  readonly origin: string;
  readonly lookUp: (url: string) => Promise<unknown>;
  readonly done: () => void;
  window: Window | null;
}

/** The page that was opened last. */
let page: FallbackPage | undefined;

/**
 * Opens it, if the browser lets us without asking.
 * @param lookUp requests the `.well-known` file
 * @param done called when the page says that the user is done
 * @returns the URL, if the window could not be opened
 */
export function openPage(url: string, lookUp: (url: string) => Promise<unknown>, done: () => void): string | undefined {
  const origin = originOf(url);
  if (!origin) return url;
  windowName ??= `matrix-threepids-${[...crypto.getRandomValues(new Uint32Array(4))].join("-")}`;
  addEventListener("message", onMessage);
  page = { origin, lookUp, done, window: null };
  // Without a click just before, browsers block the window.
  const may = navigator.userActivation?.isActive ?? true;
  try {
    if (may) page.window = open(url, windowName);
  } catch {
    // A frame that may open none.
  }
  return page.window ? undefined : url;
}

/** Handles `authDone` of the page; the messages of other windows do not count. */
async function onMessage({ data, source, origin }: MessageEvent): Promise<void> {
  const opened = page;
  if (data !== "authDone" || !opened || !source) return;
  // One that the link has opened has us as its opener, and no frame has.
  if (opened.window ? source !== opened.window : (source as Window).opener !== window) return;
  if (origin === opened.origin || origin === (await publicOrigin(opened))) opened.done();
}

/** Where the server says that it is, which may be another name of it. */
async function publicOrigin({ lookUp, origin }: FallbackPage): Promise<string | undefined> {
  const wellKnown = await lookUp(`${origin}/.well-known/matrix/client`);
  return originOf(member(member(wellKnown, "m.homeserver"), "base_url"));
}
