// The account of one user: its addresses and its password.
import { error, json, unrecognized } from "./responses.js";
import { authenticate } from "./uia.js";
import { findValidated, requestToken, submitToken } from "./validation.js";

const NOT_VALIDATED = () => error(400, "M_THREEPID_AUTH_FAILED", "No validated 3pid session found");
const OFF = () => error(400, "M_FORBIDDEN", "3PID changes are disabled on this server");

const isSame = (one, other) => one.medium === other.medium && one.address === other.address;

function capabilities(homeserver) {
  const enabled = homeserver.preset.mayChange !== false;
  return {
    capabilities: {
      "m.room_versions": { default: "10", available: { 10: "stable", 11: "stable" } },
      "m.change_password": { enabled },
      "m.set_displayname": { enabled: true },
      "m.set_avatar_url": { enabled: true },
      "m.3pid_changes": { enabled },
      "m.get_login_token": { enabled: false },
    },
  };
}

function add(homeserver, body) {
  const refusal = authenticate(homeserver, "add", body);
  if (refusal) return refusal;
  const session = findValidated(homeserver, body);
  if (!session) return NOT_VALIDATED();
  const { medium, address } = session;
  const now = Date.now();
  const { threepids } = homeserver.state;
  if (!threepids.some((known) => isSame(known, session))) {
    threepids.push({ medium, address, validated_at: now, added_at: now });
  }
  return json(200, {});
}

function remove(homeserver, { medium, address }) {
  const { state } = homeserver;
  const gone = { medium, address: medium === "email" ? String(address).toLowerCase() : address };
  state.threepids = state.threepids.filter((known) => !isSame(known, gone));
  const wasShared = state.shared.some((known) => isSame(known, gone));
  state.shared = state.shared.filter((known) => !isSame(known, gone));
  return json(200, { id_server_unbind_result: wasShared ? "success" : "no-support" });
}

function bind(homeserver, body) {
  const session = findValidated(homeserver, body);
  if (!session) return error(400, "M_SESSION_NOT_VALIDATED", "This validation session has not yet been completed");
  const { medium, address } = session;
  homeserver.state.shared.push({ medium, address });
  return json(200, {});
}

function unbind(homeserver, threepid) {
  const { state } = homeserver;
  state.shared = state.shared.filter((known) => !isSame(known, threepid));
  return json(200, { id_server_unbind_result: "success" });
}

function changePassword(homeserver, body) {
  const refusal = authenticate(homeserver, "password", body);
  if (refusal) return refusal;
  homeserver.state.password = body.new_password;
  return json(200, {});
}

/** Requests that need no access token. */
export function respondToAnyone(homeserver, method, path, body) {
  switch (`${method} ${path}`) {
    case "GET versions":
      return json(200, { versions: ["r0.6.1", "v1.1", "v1.6", "v1.11", "v1.12"], unstable_features: {} });
    case "GET v1/auth_metadata": {
      if (!homeserver.preset.isManagedElsewhere) return unrecognized();
      const issuer = `${homeserver.url}/`;
      return json(200, { issuer, account_management_uri: `${homeserver.url}/account/` });
    }
    case "POST unstable/add_threepid/msisdn/submit_token":
      return json(200, { success: submitToken(homeserver, body) });
    default:
      return null;
  }
}

/** Requests of the user. `path` begins after the version. */
export function respond(homeserver, method, path, body) {
  const request = `${method} ${path}`;
  switch (request) {
    case "GET account/whoami":
      return json(200, { user_id: homeserver.userId, is_guest: false, device_id: "PLAYGROUND" });
    case "GET capabilities":
      return json(200, capabilities(homeserver));
    case "GET account/3pid":
      return json(200, { threepids: homeserver.state.threepids });
    default:
  }
  if (homeserver.preset.isManagedElsewhere) return unrecognized();
  if (homeserver.preset.mayChange === false && path.startsWith("account/3pid")) return OFF();
  switch (request) {
    case "POST account/3pid/email/requestToken":
      return requestToken(homeserver, "email", body);
    case "POST account/3pid/msisdn/requestToken":
      return requestToken(homeserver, "msisdn", body);
    case "POST account/3pid/add":
      return add(homeserver, body);
    case "POST account/3pid/delete":
      return remove(homeserver, body);
    case "POST account/3pid/bind":
      return bind(homeserver, body);
    case "POST account/3pid/unbind":
      return unbind(homeserver, body);
    case "POST account/password":
      return changePassword(homeserver, body);
    default:
      if (/^POST user\/[^/]+\/openid\/request_token$/.test(request)) {
        const serverName = homeserver.userId.split(":")[1];
        return json(200, {
          access_token: "openid",
          token_type: "Bearer",
          matrix_server_name: serverName,
          expires_in: 3600,
        });
      }
      return unrecognized();
  }
}
