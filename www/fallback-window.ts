// A page of the homeserver's in a window of its own, in which a person does a
// stage of the authentication.
// Spec: https://spec.matrix.org/latest/client-server-api/#fallback

import { member } from "./errors.js";

/** So that a second window is not opened; no frame can have taken the name. */
const NAME = `matrix-threepids-${[...crypto.getRandomValues(new Uint32Array(4))].join("-")}`;

/** The page that was opened last. */
let page;

/**
 * Opens it, if the browser lets us without asking.
 * @param {string} url
 * @param {(url: string) => Promise<object | null>} lookUp for `.well-known`
 * @param {() => void} done it says that it is done
 * @returns {string | undefined} the address, if it could not be opened
 */
export function openPage(url, lookUp, done) {
  const origin = originOf(url);
  if (!origin) return url;
  addEventListener("message", hear);
  page = { origin, lookUp, done, window: null };
  // Where nobody has just clicked, a window would only be blocked.
  const may = navigator.userActivation?.isActive ?? true;
  try {
    if (may) page.window = open(url, NAME);
  } catch {
    // A frame that may open none.
  }
  return page.window ? undefined : url;
}

/** The page's own word, and nobody else's. */
async function hear({ data, source, origin }) {
  if (data !== "authDone" || !page || !source) return;
  const { lookUp, done } = page;
  // One that the link has opened has us as its opener, and no frame has.
  if (page.window ? source !== page.window : source.opener !== window) return;
  if (origin === page.origin || origin === (await publicOrigin(lookUp, page.origin))) done();
}

/** Where the server says that it is, which may be another name of it. */
async function publicOrigin(lookUp, origin) {
  const wellKnown = await lookUp(`${origin}/.well-known/matrix/client`);
  return originOf(member(member(wellKnown, "m.homeserver"), "base_url"));
}

/** Undefined of what is no URL. */
const originOf = (url) => (URL.canParse(url) ? new URL(url).origin : undefined);
