// User-interactive authentication, as Synapse does it: the same request is sent
// again with `auth`, until one flow is complete.
import { error, json, makeId } from "./responses.js";

const POLICIES = (url) => ({
  terms_of_service: { version: "1.0", en: { name: "Terms of service", url: `${url}/terms/` } },
});

/** Body of a challenge. */
function challenge(homeserver, session, failure) {
  const { flows } = homeserver.preset;
  const stages = flows.flat();
  const params = stages.includes("m.login.terms") ? { "m.login.terms": { policies: POLICIES(homeserver.url) } } : {};
  const { completed } = homeserver.state.uia[session];
  const body = { session, flows: flows.map((stages) => ({ stages })), params };
  return failure || completed.length > 0 ? { ...body, completed, ...failure } : body;
}

/** Checks one stage. Returns nothing if it is complete, or an error. */
function checkStage(homeserver, auth) {
  switch (auth.type) {
    case "m.login.password": {
      const user = String(auth.identifier?.user ?? auth.user ?? "");
      const isUser = [homeserver.userId, homeserver.userId.slice(1).split(":")[0]].includes(user);
      if (isUser && auth.password === homeserver.state.password) return null;
      return { errcode: "M_FORBIDDEN", error: "Invalid username or password" };
    }
    case "m.login.terms":
      return null;
    default:
      return { errcode: "M_UNRECOGNIZED", error: `Unknown stage ${auth.type}` };
  }
}

/**
 * Authenticates a request for this operation. Returns null if it may be
 * executed, or else the response.
 */
export function authenticate(homeserver, operation, body) {
  const sessions = homeserver.state.uia;
  const auth = body.auth;
  if (!auth?.session) {
    const session = makeId(24);
    sessions[session] = { operation, completed: [] };
    if (auth?.type) return authenticate(homeserver, operation, { auth: { ...auth, session } });
    return json(401, challenge(homeserver, session));
  }
  const session = sessions[auth.session];
  if (!session) return error(400, "M_UNKNOWN", `Unknown session ID: ${auth.session}`);
  if (session.operation !== operation) {
    const message = "Requested operation has changed during the UI authentication session.";
    return error(403, "M_UNKNOWN", message);
  }
  if (auth.type) {
    const failure = checkStage(homeserver, auth);
    if (failure) return json(401, challenge(homeserver, auth.session, failure));
    if (!session.completed.includes(auth.type)) session.completed.push(auth.type);
  }
  const isComplete = homeserver.preset.flows.some((stages) =>
    stages.every((stage) => session.completed.includes(stage)),
  );
  return isComplete ? null : json(401, challenge(homeserver, auth.session));
}

/** Completes a stage that the user did on the homeserver's own page. */
export function completeFallback(homeserver, session, type) {
  const known = homeserver.state.uia[session];
  if (known && !known.completed.includes(type)) known.completed.push(type);
}
