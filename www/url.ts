// URLs: of servers, of `next-link`, and of the page.

import { attempt } from "./errors.js";

const LOOPBACK = /^(localhost|.+\.localhost|127\.[\d.]+|\[::1\])$/;
let warned = false;

/**
 * Parses the URL of a server. Undefined if it is invalid, or might send a token
 * to a wrong place: to the page's own origin, or after a `?`.
 */
export function serverUrl(value: unknown): URL | undefined {
  const text = attempt(() => String(value)) ?? "";
  if (!/^https?:\/\/[^?#]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username || url.password) return undefined;
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname) && !warned) {
    warned = true;
    console.warn(`matrix-threepids: ${url.origin} gets access tokens and passwords unencrypted; use https`);
  }
  return url;
}

/** Origin of a URL; undefined if it is invalid. */
export const originOf = (url: unknown): string | undefined => attempt(() => new URL(url as string).origin);

// The server adds it at the very end, even after a fragment.
const SID = /([?&])sid=([^&#]*)(&?)/g;

/** Resolves a `next-link` against the document; undefined if it is no link. */
export function resolveUrl(link: string): string | undefined {
  const url = link && attempt(() => new URL(link, document.baseURI));
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}

/**
 * A path without what web servers add to it or take away: the slash at its end,
 * `index.html`, `.html`; decoded.
 */
function plainPath({ pathname }: URL): string {
  const path = attempt(() => decodeURIComponent(pathname)) ?? pathname;
  return path.replace(/(\/index)?(\.html?)?\/*$/, "");
}

/** The `sid` with which the browser came back, if the page is at the `next-link`. */
export function sidFromUrl(link: string): string | undefined {
  const [there, here] = [new URL(link), new URL(location.href)];
  if (there.origin !== here.origin || plainPath(there) !== plainPath(here)) return undefined;
  const last = [...here.href.matchAll(SID)].at(-1);
  return (last && attempt(() => decodeURIComponent(last[2] as string))) || undefined;
}

/** Removes the `sid` from the URL of the page; the history's state stays. */
export function removeSidFromUrl(sid: string): void {
  const url = location.href.replace(SID, (all, before, value, after) =>
    attempt(() => decodeURIComponent(value)) === sid ? after && before : all,
  );
  attempt(() => history.replaceState(history.state, "", url));
}
