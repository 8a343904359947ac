// Binds an element to a client of matrix-js-sdk. Nothing of the SDK is imported:
// the client is given, and may be of any version that has these members.

import type { Fetch, MatrixAccountPasswordElement, MatrixThreepidsElement } from "./index.js";

/** Members of the SDK's `MatrixClient` that {@link bind} uses. */
export interface Client {
  getHomeserverUrl(): string;
  getUserId(): string | null;
  getAccessToken(): string | null;
  whoami(): Promise<unknown>;
  /** The SDK's type of events is its own. */
  on(event: never, listener: never): unknown;
  off(event: never, listener: never): unknown;
  readonly http: { fetch(resource: URL | string, options?: RequestInit): Promise<Response> };
}

/** Options of {@link bind}. */
export interface BindOptions {
  /**
   * Renews the access token, if the SDK does not do so itself. Without it, the
   * SDK is asked for its user (`whoami`), which makes it refresh a token that
   * has expired. Resolves with the new token, or with nothing after
   * `client.setAccessToken`.
   */
  renew?: () => Promise<string | null | undefined> | Promise<void>;
}

/** Fires when the server has ended the session, and the SDK can't renew its token. */
const LOGGED_OUT = "Session.logged_out" as never;
/** Methods of a client that change the list. */
const CHANGES = ["addThreePidOnly", "addThreePid", "bindThreePid", "unbindThreePid", "deleteThreePid"];
/** Errors of the SDK that say that the server was not reached. */
const UNREACHED = ["ConnectionError", "TokenRefreshError"];

type Change = (...given: unknown[]) => Promise<unknown>;
type Methods = Record<string, Change | undefined>;
/** Elements of each client, whose lists are read again after a change. */
const bound = new WeakMap<Client, Set<MatrixThreepidsElement>>();

/** The SDK's `fetch` takes a URL and options. */
function createFetch(client: Client): Fetch {
  return async (request) => {
    const { url, method, headers, signal, credentials, redirect, cache, referrerPolicy } = request;
    const body = (await request.text()) || null;
    return client.http.fetch(url, {
      __proto__: null,
      method,
      headers,
      signal,
      credentials,
      redirect,
      cache,
      referrerPolicy,
      body,
    } as RequestInit);
  };
}

/** Has elements of a client read their lists after each change that the client makes. */
function watchChanges(client: Client): Set<MatrixThreepidsElement> {
  const elements = new Set<MatrixThreepidsElement>();
  const methods = client as unknown as Methods;
  for (const name of CHANGES) {
    const original = methods[name];
    if (typeof original !== "function") continue;
    methods[name] = async (...given) => {
      const result = await original.apply(client, given);
      // The element shows an error of its own.
      for (const element of elements) element.refresh().catch(() => {});
      return result;
    };
  }
  return elements;
}

/**
 * Gives an element the homeserver, the user, the tokens and the `fetch` of a
 * client. A token that has expired is renewed as the SDK does it. The list is
 * read again after the client has changed it. The element says that the session
 * has ended when the client does.
 *
 * @returns a function that releases the client; the element gets no other token
 *   from it. Call it before the client stops
 */
export function bind(
  element: MatrixThreepidsElement | MatrixAccountPasswordElement,
  client: Client,
  { renew }: BindOptions = {},
): () => void {
  /** The token that the element got last. */
  let given: string | null | undefined;
  let isReleased = false;
  const renewToken = async (): Promise<string | null | undefined> => {
    if (renew) return (await renew()) || client.getAccessToken();
    await client.whoami();
    return client.getAccessToken();
  };
  const getToken = async (reason: "initial" | "expired") => {
    if (isReleased) return null;
    const current = client.getAccessToken();
    const isNew = reason === "initial" || current !== given;
    try {
      given = isNew ? current : await renewToken();
      return given;
    } catch (error) {
      const { name } = (error ?? {}) as Error;
      // The element takes this type for a missing network, and retries.
      throw UNREACHED.includes(name) ? new TypeError(name) : error;
    }
  };
  const end = () => {
    element.accessToken = null;
  };
  Object.assign(element, {
    homeserver: client.getHomeserverUrl(),
    userId: client.getUserId(),
    fetch: createFetch(client),
    accessToken: getToken,
  });
  client.on(LOGGED_OUT, end as never);
  if (!bound.has(client)) bound.set(client, watchChanges(client));
  const elements = bound.get(client) as Set<MatrixThreepidsElement>;
  if ("refresh" in element) elements.add(element as MatrixThreepidsElement);
  return () => {
    client.off(LOGGED_OUT, end as never);
    elements.delete(element as MatrixThreepidsElement);
    // Without an event: usually, the element leaves the page at the same time.
    isReleased = true;
  };
}
