// Validation sessions of email addresses and phone numbers, and the messages
// with which a user validates them.
import { toMsisdn } from "./phone-numbers.js";
import { error, json, limited, makeCode, makeId } from "./responses.js";

const SUBMIT_EMAIL = "/_matrix/client/unstable/add_threepid/email/submit_token";
export const SUBMIT_MSISDN = "/_matrix/client/unstable/add_threepid/msisdn/submit_token";
const SUBMIT_IDENTITY = "/_matrix/identity/v2/validate/email/submitToken";

const isEmail = (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);

/** Address of a token request; null if it is none. */
function readAddress(medium, body) {
  if (medium === "msisdn") return toMsisdn(body.country, body.phone_number);
  const email = String(body.email ?? "");
  return isEmail(email) ? email.toLowerCase() : null;
}

/** Refusal of an address that may not be added; null if it may be. */
function refuse(homeserver, medium, address) {
  const isListed = homeserver.state.threepids.some((known) => known.medium === medium && known.address === address);
  if (isListed || address === "taken@example.org") {
    const what = medium === "email" ? "Email" : "MSISDN";
    return error(400, "M_THREEPID_IN_USE", `${what} is already in use`);
  }
  if (address.endsWith("@denied.example")) {
    return error(403, "M_THREEPID_DENIED", "Your email domain is not authorized on this server");
  }
  return null;
}

/** Time in ms until the server sends another message. */
function waitForMessage(homeserver) {
  const { messageInterval = 0 } = homeserver.preset;
  const sent = homeserver.state.messages.map((message) => message.at);
  return Math.max(0, Math.max(0, ...sent) + messageInterval - Date.now());
}

/**
 * Requests a token, of the homeserver to add an address, or of the identity
 * server (`isShared`) to publish one. A message goes out if `send_attempt` is
 * greater than that of the last one.
 */
export function requestToken(homeserver, medium, body, isShared = false) {
  const address = readAddress(medium, body);
  if (!address) {
    const what = medium === "email" ? "Unable to parse email address" : "Unable to parse phone number";
    return error(400, "M_INVALID_PARAM", what);
  }
  const refusal = isShared ? null : refuse(homeserver, medium, address);
  if (refusal) return refusal;
  const { sessions } = homeserver.state;
  const attempt = Number(body.send_attempt);
  const isSame = (session) => session.clientSecret === body.client_secret && session.address === address;
  let session = sessions.find((known) => isSame(known) && !known.isValidated);
  if (!session || attempt > session.attempt) {
    const wait = waitForMessage(homeserver);
    if (wait > 0) return limited(wait);
  }
  if (!session) {
    session = { sid: makeId(), clientSecret: body.client_secret, medium, address, isShared, attempt: 0 };
    session.token = medium === "email" ? makeId(32) : makeCode();
    sessions.push(session);
  }
  if (attempt > session.attempt) {
    session.attempt = attempt;
    homeserver.deliver(writeMessage(homeserver, session, body.next_link));
  }
  if (medium === "email") return json(200, { sid: session.sid });
  const submitUrl = isShared ? undefined : `${homeserver.url}${SUBMIT_MSISDN}`;
  return json(200, {
    success: true,
    sid: session.sid,
    msisdn: address,
    intl_fmt: `+${address}`,
    submit_url: submitUrl,
  });
}

function writeMessage(homeserver, session, nextLink) {
  const { medium, address, token, clientSecret, sid, isShared } = session;
  if (medium === "msisdn") {
    return { kind: "text", to: `+${address}`, text: "Your verification code is", code: token };
  }
  const query = new URLSearchParams({ token, client_secret: clientSecret, sid });
  if (nextLink) query.set("next_link", nextLink);
  return {
    kind: "email",
    to: address,
    subject: isShared ? "Confirm that people may find you" : "Confirm your email address",
    text: isShared
      ? "Somebody, perhaps you, wants to be found with this email address. Open this link to confirm it:"
      : "Somebody, perhaps you, wants to add this email address to a Matrix account. Open this link to confirm it:",
    link: `${homeserver.url}${isShared ? SUBMIT_IDENTITY : SUBMIT_EMAIL}?${query}`,
  };
}

/** Validates the session of a link or a code. Returns whether the token was right. */
export function submitToken(homeserver, { sid, client_secret: clientSecret, token }) {
  const session = homeserver.state.sessions.find((known) => known.sid === sid && known.clientSecret === clientSecret);
  if (session?.token !== String(token)) return false;
  session.isValidated = true;
  return true;
}

/** The validated session of a request; undefined if there is none. */
export function findValidated(homeserver, { sid, client_secret: clientSecret }) {
  return homeserver.state.sessions.find(
    (known) => known.sid === sid && known.clientSecret === clientSecret && known.isValidated,
  );
}
