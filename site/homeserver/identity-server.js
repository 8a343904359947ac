// The identity server of the playground. It publishes addresses, so that people
// can find the account.
import { error, json, makeId, unrecognized } from "./responses.js";
import { requestToken, submitToken } from "./validation.js";

const PEPPER = "matrixrocks";

/** Hash of an address for a lookup: SHA-256 in unpadded, URL-safe base64. */
async function hash({ medium, address }) {
  const bytes = new TextEncoder().encode(`${address} ${medium} ${PEPPER}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...digest)).replace(/[+/=]/g, (char) => ({ "+": "-", "/": "_", "=": "" })[char]);
}

function policies(url) {
  const terms = { version: "1.0", en: { name: "Terms of the identity server", url: `${url}/terms/` } };
  return { terms_of_service: terms };
}

/** Matrix IDs of the published addresses with these hashes. */
async function lookUp(homeserver, wanted) {
  const mappings = {};
  for (const threepid of homeserver.state.shared) {
    const key = await hash(threepid);
    if (wanted.includes(key)) mappings[key] = homeserver.userId;
  }
  return json(200, { mappings });
}

/** Responds to a request below `/_matrix/identity/v2/`. */
export async function respond(homeserver, method, path, body, authorization) {
  const { state } = homeserver;
  if (`${method} ${path}` === "POST account/register") {
    state.identityToken = makeId(24);
    return json(200, { token: state.identityToken });
  }
  if (!state.identityToken || authorization !== `Bearer ${state.identityToken}`) {
    return error(401, "M_UNAUTHORIZED", "Unauthorized");
  }
  if (`${method} ${path}` === "GET terms") return json(200, { policies: policies(homeserver.url) });
  if (`${method} ${path}` === "POST terms") {
    state.hasAcceptedTerms = true;
    return json(200, {});
  }
  if (!state.hasAcceptedTerms) return error(403, "M_TERMS_NOT_SIGNED", "Terms not signed");
  switch (`${method} ${path}`) {
    case "GET hash_details":
      return json(200, { lookup_pepper: PEPPER, algorithms: ["sha256"] });
    case "POST lookup":
      return lookUp(homeserver, body.addresses ?? []);
    case "POST validate/email/requestToken":
      return requestToken(homeserver, "email", body, true);
    case "POST validate/msisdn/requestToken":
      return requestToken(homeserver, "msisdn", body, true);
    case "POST validate/msisdn/submitToken":
      return json(200, { success: submitToken(homeserver, body) });
    default:
      return unrecognized();
  }
}
