// A client of matrix-js-sdk, and an element that is bound to it. SDKs before
// version 43 renew any token; later ones only those of OAuth.
import "matrix-threepids/define";
import { bind } from "matrix-threepids/matrix-js-sdk";

interface Login {
  readonly homeserver: string;
  readonly user_id: string;
  readonly device_id: string;
  readonly access_token: string;
  readonly refresh_token: string;
}

const log = { renewals: 0, ready: 0, expired: 0, requests: 0 };

const fetchFn: typeof fetch = (resource, options) => {
  log.requests += 1;
  return fetch(resource, options);
};

/** Signs in with the SDK of a version; a page can have only one. */
async function start(version: 42 | 43, login: Login) {
  const element = document.querySelector("matrix-threepids");
  if (!element) throw new Error("no element");
  element.addEventListener("threepids-ready", () => (log.ready += 1));
  element.addEventListener("threepids-session-expired", () => (log.expired += 1));
  const common = {
    baseUrl: login.homeserver,
    userId: login.user_id,
    deviceId: login.device_id,
    accessToken: login.access_token,
    fetchFn,
  };
  if (version === 42) {
    const { createClient, TokenRefreshLogoutError } = await import("matrix-js-sdk-42");
    const client = createClient({
      ...common,
      refreshToken: login.refresh_token,
      tokenRefreshFunction: async (token) => {
        log.renewals += 1;
        // Not by the client: it would wait for this function.
        const response = await fetch(`${login.homeserver}/_matrix/client/v3/refresh`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ refresh_token: token }),
        });
        if (!response.ok) throw new TokenRefreshLogoutError();
        const { access_token, refresh_token } = await response.json();
        return { accessToken: access_token, refreshToken: refresh_token };
      },
    });
    const release = bind(element, client);
    Object.assign(window, { client, release });
  } else {
    const { createClient } = await import("matrix-js-sdk");
    const client = createClient(common);
    let { refresh_token } = login;
    const release = bind(element, client, {
      renew: async () => {
        log.renewals += 1;
        const response = await client.refreshToken(refresh_token);
        refresh_token = response.refresh_token;
        client.setAccessToken(response.access_token);
      },
    });
    Object.assign(window, { client, release });
  }
}

Object.assign(window, { start, log });
