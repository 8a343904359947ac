// Every state of the elements: the responses of a server, and what the user does.
// `groups.js` says in which group of the gallery each state is.

const DAY = 24 * 60 * 60 * 1000;
const ALICE = {
  medium: "email",
  address: "alice@example.org",
  added_at: Date.UTC(2026, 2, 14),
  validated_at: Date.UTC(2026, 2, 14),
};
const WORK = {
  medium: "email",
  address: "a.liddell+matrix@a-rather-long-company-name.example.com",
  added_at: ALICE.added_at + 40 * DAY,
};
const NEW = "alice@example.net";
const PHONE = { medium: "msisdn", address: "447700900001", added_at: ALICE.added_at + 90 * DAY };
const UIA = { session: "s", flows: [{ stages: ["m.login.password"] }], params: {} };

const json = (status, body) => () => Response.json(body, { status });
export const error = (status, errcode, more = {}) => json(status, { errcode, error: "A server's own text", ...more });
const never = () => new Promise(() => {});
const unreachable = () => Promise.reject(new TypeError("Failed to fetch"));
/** Number of responses that each sequence has returned. */
const given = [];
/** Begins each sequence with its first response. */
export const resetResponses = () => given.fill(0);
/** Returns the responses in this order, and then always the last one. */
const inTurn = (...answers) => {
  const index = given.push(0) - 1;
  return (...request) => answers[Math.min(given[index]++, answers.length - 1)](...request);
};

/** Responses to all requests that a state does not name. */
export const well = {
  "GET account/3pid": json(200, { threepids: [ALICE, WORK] }),
  "GET capabilities": json(200, { capabilities: {} }),
  "POST account/3pid/email/requestToken": json(200, { sid: "1" }),
  "POST account/password/email/requestToken": json(200, { sid: "3" }),
  "POST account/3pid/msisdn/requestToken": json(200, { sid: "2", submit_url: "https://matrix.example.org/submit" }),
  "POST /submit": json(200, { success: true }),
  "POST account/3pid/add": json(401, UIA),
  "POST account/password": json(401, UIA),
  "POST account/3pid/delete": json(200, { id_server_unbind_result: "no-support" }),
  "POST account/3pid/bind": json(401, UIA),
  "POST account/3pid/unbind": json(401, UIA),
  // Responses of the identity server.
  "GET /_matrix/identity/v2/terms": json(200, { policies: {} }),
  "GET /_matrix/identity/v2/hash_details": json(200, { algorithms: ["sha256"], lookup_pepper: "pepper" }),
  "POST /_matrix/identity/v2/lookup": async (request) => {
    // Alice's address is the first one.
    const [first] = (await request.json()).addresses;
    return Response.json({ mappings: { [first]: "@alice:example.org" } });
  },
  "POST /_matrix/identity/v2/validate/email/requestToken": json(200, { sid: "4" }),
  "POST /_matrix/identity/v2/validate/msisdn/requestToken": json(200, { sid: "5" }),
};
const list = (answer) => ({ "GET account/3pid": answer });
const send = (answer) => ({ "POST account/3pid/email/requestToken": answer });
const text = (answer) => ({ "POST account/3pid/msisdn/requestToken": answer });
const submit = (answer) => ({ "POST /submit": answer });
const add = (...answers) => ({ "POST account/3pid/add": inTurn(...answers) });
const proof = (answer) => ({ "POST account/password/email/requestToken": answer });
const change = (...answers) => ({ "POST account/password": inTurn(...answers) });
const remove = (answer) => ({ "POST account/3pid/delete": answer });

const type = (text) => async (ui) => {
  ui.field("Email address").value = text;
  ui.press("Add");
};
const adding = type(NEW);
const pending = async (ui) => {
  await adding(ui);
  await ui.shown("Continue");
};
const continued = async (ui) => {
  await pending(ui);
  ui.press("Continue");
};
const authenticating = async (ui) => {
  await continued(ui);
  await ui.shown("Confirm");
};
const confirmed = async (ui) => {
  await authenticating(ui);
  ui.field("Password").value = "wonderland";
  ui.press("Confirm");
};
const removing = async (ui) => {
  ui.press("Remove");
  await ui.shown("Cancel");
};
const removed = async (ui) => {
  await removing(ui);
  ui.pressIn("dialog[open]", "Remove");
};
/** A challenge with these flows and completed stages. */
const asks = (flows, completed = [], more = {}) =>
  json(401, {
    session: "s",
    flows: flows.map((stages) => ({ stages })),
    params: { "m.login.terms": { policies: POLICIES } },
    completed,
    ...more,
  });
const POLICIES = {
  terms: { version: "1", en: { name: "Terms of use", url: "https://matrix.example.org/terms" } },
  privacy: {
    version: "1",
    en: {
      name: "Privacy policy of a homeserver that has a lot to say about it",
      url: "https://matrix.example.org/privacy",
    },
  },
};
const PAGE = [["m.login.sso"]];
const PROOF = [["m.login.email.identity"]];
const TOKEN = [["m.login.registration_token"]];
const STEPS = [["m.login.password", "m.login.terms"]];
const blocked = async (ui) => {
  await continued(ui);
  await ui.shown("Open the confirmation page");
};
/** Pretends that a window is open. */
const opened = async (ui) => {
  await blocked(ui);
  ui.press("Open the confirmation page");
  await ui.shown("Open again");
};
const proving = async (ui) => {
  await continued(ui);
  await ui.shown("Resend");
};
/** Until there is a message, the dialog has no "Continue". */
const proved = async (ui) => {
  await proving(ui);
  await ui.shownIn("dialog[open]", "Continue");
};
const typed = (label, text, button) => async (ui) => {
  await continued(ui);
  await ui.labeled(label);
  ui.field(label).value = text;
  ui.pressIn("dialog[open]", button);
};
const changing =
  (again = "a new one") =>
  async (ui) => {
    await ui.labeled("New password");
    ui.field("New password").value = "a new one";
    ui.field("Repeat new password").value = again;
    ui.press("Change password");
  };
const changed = async (ui) => {
  await changing()(ui);
  await ui.shown("Confirm");
  ui.field("Current password").value = "wonderland";
  ui.press("Confirm");
};
export const PASSWORD = "matrix-account-password";
export const RESET = "matrix-password-reset";
const forgetting = async (ui) => {
  await ui.labeled("Email address");
  ui.field("Email address").value = ALICE.address;
  ui.press("Send email");
};
const forgotten = async (ui) => {
  await forgetting(ui);
  await ui.shown("Resend email");
};
const resetting = async (ui) => {
  await forgotten(ui);
  ui.field("New password").value = "a new one";
  ui.field("Repeat new password").value = "a new one";
  ui.press("Reset password");
};
const off = {
  "GET capabilities": json(200, {
    capabilities: { "m.3pid_changes": { enabled: false }, "m.change_password": { enabled: false } },
  }),
};
const phoning = (number) => async (ui) => {
  ui.field("Phone number").value = number;
  ui.pressIn(".phones", "Add");
};
const texting = phoning("07700 900002");
const texted = async (ui) => {
  await texting(ui);
  await ui.shown("Resend text message");
};
const codeEntered = async (ui) => {
  await texted(ui);
  ui.field("Code from the text message").value = "123456";
  ui.press("Continue");
};
const PHONES = { mediums: "email msisdn", country: "GB" };
const IDENTITY = { identityServer: { url: "https://id.example.org", accessToken: "none" } };
const identityTerms = (answer) => ({ "GET /_matrix/identity/v2/terms": answer });
const askedForTerms = identityTerms(() => Response.json({ policies: POLICIES }));
const identitySends = (answer) => ({ "POST /_matrix/identity/v2/validate/email/requestToken": answer });
const ends = (answer) => ({ "POST account/3pid/unbind": answer });
const found = (ui) => ui.switched(false);
const accepting = async (ui) => {
  await ui.shown("Accept");
  ui.checkboxes().forEach((box) => box.click());
  ui.press("Accept");
};
const sharing = async (ui) => {
  await found(ui);
  ui.turn(false);
};
const shareSent = async (ui) => {
  await sharing(ui);
  await ui.shown("Continue");
};
const shareContinued = async (ui) => {
  await shareSent(ui);
  ui.press("Continue");
};
const ending = async (ui) => {
  await found(ui);
  ui.turn(true);
  await ui.shown("Cancel");
};
const ended = async (ui) => {
  await ending(ui);
  ui.pressIn("dialog[open]", "Stop sharing");
};
const wrong = json(401, { ...UIA, completed: [], errcode: "M_FORBIDDEN", error: "Invalid password" });
const notOpened = error(400, "M_THREEPID_AUTH_FAILED");
const limited = error(429, "M_LIMIT_EXCEEDED", { retry_after_ms: 297_231 });

/** name: [responses, actions of the user, attributes (or properties), tag] */
export const STATES = {
  loading: [list(never)],
  empty: [list(json(200, { threepids: [] }))],
  list: [],
  "list-unknown-medium": [list(json(200, { threepids: [ALICE, { medium: "xmpp", address: "alice@jabber.example" }] }))],
  "list-misleading": [
    list(
      json(200, {
        threepids: [
          { ...ALICE, address: "alice\u202egro.elpmaxe@matrix.example" },
          { ...ALICE, address: `${"a".repeat(9_000)}@example.org` },
          { medium: "\u202exmpp", address: "alice@jabber.example" },
        ],
      }),
    ),
  ],
  "list-unreachable": [list(unreachable)],
  "list-no-json": [list(() => new Response("<h1>Bad gateway</h1>", { status: 502 }))],
  "list-other-error": [list(error(500, "M_UNKNOWN"))],
  readonly: [{}, undefined, { readonly: "" }],
  "no-homeserver": [{}, undefined, { homeserver: "" }],
  "invalid-homeserver": [{}, undefined, { homeserver: "matrix.example.org" }],
  "invalid-token": [{}, undefined, { accessToken: "syt_…" }],
  "changes-off": [off],
  "changes-elsewhere": [
    {
      ...off,
      "GET /_matrix/client/v1/auth_metadata": json(200, { account_management_uri: "https://account.example.org/" }),
    },
  ],
  "needs-identity-server": [
    {
      ...list(error(404, "M_UNRECOGNIZED")),
      "GET /_matrix/client/versions": json(200, { versions: ["r0.5.0"] }),
      "GET /_matrix/client/r0/account/3pid": well["GET account/3pid"],
    },
  ],
  "session-over": [list(error(401, "M_UNKNOWN_TOKEN"))],
  "account-locked": [list(error(401, "M_USER_LOCKED", { soft_logout: true }))],
  "not-an-address": [{}, type("alice@")],
  "already-yours": [{}, type(ALICE.address)],
  sending: [send(never), adding],
  "in-use": [send(error(400, "M_THREEPID_IN_USE")), adding],
  denied: [send(error(403, "M_THREEPID_DENIED")), adding],
  "may-lack-emails": [{ ...list(json(200, { threepids: [] })), ...send(error(403, "M_THREEPID_DENIED")) }, adding],
  "same-but-for-case": [list(json(200, { threepids: [ALICE, { ...ALICE, address: "Alice@Example.org" }, ALICE] }))],
  "domain-of-its-own": [list(json(200, { threepids: [{ ...ALICE, address: "alice@xn--bcher-kva.example" }] }))],
  "no-mail": [send(error(400, "M_THREEPID_MEDIUM_NOT_SUPPORTED")), adding],
  "mail-failed": [send(error(500, "M_UNKNOWN")), adding],
  "changes-forbidden": [send(error(400, "M_FORBIDDEN")), adding],
  "send-limited": [send(limited), adding],
  "send-unreachable": [send(unreachable), adding],
  pending: [{}, pending],
  "pending-trying": [add(never), continued],
  "pending-waiting": [add(json(401, UIA), notOpened), confirmed],
  "pending-failed": [add(error(500, "M_UNKNOWN")), continued],
  "pending-limited": [add(limited), continued],
  resent: [
    {},
    async (ui) => {
      await pending(ui);
      ui.press("Resend email");
    },
  ],
  "pending-changing": [
    {},
    async (ui) => {
      await pending(ui);
      ui.press("Change address");
    },
  ],
  canceled: [
    {},
    async (ui) => {
      await pending(ui);
      ui.press("Cancel");
    },
  ],
  compact: [list(json(200, { threepids: [ALICE, PHONE] })), pending, { ...PHONES, density: "compact" }],
  "pending-unconfirmed": [add(json(401, UIA), notOpened, json(401, UIA)), confirmed],
  "pending-expired": [add(error(400, "M_SESSION_EXPIRED")), continued],
  "pending-code": [send(json(200, { sid: "1", submit_url: "https://matrix.example.org/submit" })), pending],
  "pending-no-code": [send(json(200, { sid: "1", submit_url: "https://matrix.example.org/submit" })), continued],
  confirm: [{}, authenticating],
  "confirm-checking": [add(json(401, UIA), never), confirmed],
  "confirm-wrong-password": [add(json(401, UIA), wrong), confirmed],
  "confirm-nothing": [
    {},
    async (ui) => {
      await authenticating(ui);
      ui.press("Confirm");
    },
  ],
  "confirm-unreachable": [add(json(401, UIA), unreachable), confirmed],
  "confirm-limited": [add(json(401, UIA), limited), confirmed],
  "confirm-choice": [add(asks([["m.login.password"], ...PAGE])), authenticating],
  "confirm-step": [add(asks(STEPS)), authenticating],
  "confirm-terms": [add(asks(STEPS), asks(STEPS, ["m.login.password"])), confirmed],
  "confirm-page": [add(asks(PAGE)), blocked],
  "confirm-page-opened": [add(asks(PAGE)), opened],
  "confirm-page-not-done": [
    add(asks(PAGE)),
    async (ui) => {
      await opened(ui);
      ui.pressIn("dialog[open]", "Continue");
    },
  ],
  "confirm-proof": [add(asks(PROOF)), proved],
  "confirm-proof-not-opened": [
    add(asks(PROOF), asks(PROOF, [], { errcode: "M_UNAUTHORIZED" })),
    async (ui) => {
      await proved(ui);
      ui.pressIn("dialog[open]", "Resend");
      ui.pressIn("dialog[open]", "Continue");
    },
  ],
  "confirm-proof-code": [
    { ...add(asks(PROOF)), ...proof(json(200, { sid: "2", submit_url: "https://matrix.example.org/submit" })) },
    proving,
  ],
  "confirm-proof-not-sent": [{ ...add(asks(PROOF)), ...proof(error(500, "M_UNKNOWN")) }, proving],
  "confirm-token": [add(asks(TOKEN)), authenticating],
  "confirm-wrong-token": [
    add(asks(TOKEN), asks(TOKEN, [], { errcode: "M_UNAUTHORIZED" })),
    typed("Registration token", "guess", "Confirm"),
  ],
  "confirm-impossible": [add(json(401, { ...UIA, flows: [] })), continued],
  added: [
    {
      ...list(
        inTurn(
          json(200, { threepids: [ALICE] }),
          json(200, { threepids: [ALICE, { medium: "email", address: NEW, added_at: Date.now() }] }),
        ),
      ),
      ...add(json(200, {})),
    },
    continued,
  ],
  remove: [{}, removing],
  "remove-last": [list(json(200, { threepids: [ALICE] })), removing],
  removing: [remove(never), removed],
  "remove-failed": [remove(error(500, "M_UNKNOWN")), removed],
  "remove-confirm": [remove(json(401, UIA)), removed],
  phones: [list(json(200, { threepids: [ALICE, PHONE] })), undefined, PHONES],
  "phones-alone": [list(json(200, { threepids: [] })), undefined, { ...PHONES, mediums: "msisdn" }],
  "phone-no-number": [{}, phoning("0123"), PHONES],
  "phone-sending": [text(never), texting, PHONES],
  "phone-limited": [text(limited), texting, PHONES],
  "phone-may-lack": [text(error(403, "M_THREEPID_DENIED")), texting, PHONES],
  "phone-no-texts": [text(error(400, "M_THREEPID_MEDIUM_NOT_SUPPORTED")), texting, PHONES],
  "phone-pending": [{}, texted, PHONES],
  "phone-pending-elsewhere": [text(json(200, { sid: "2" })), texted, PHONES],
  "phone-wrong-code": [submit(json(200, { success: false })), codeEntered, PHONES],
  "phone-code-expired": [submit(error(400, "M_SESSION_EXPIRED")), codeEntered, PHONES],
  "confirm-phone": [{}, codeEntered, PHONES],
  identity: [{}, found, IDENTITY],
  "identity-phones": [list(json(200, { threepids: [ALICE, PHONE] })), found, { ...IDENTITY, ...PHONES }],
  "identity-readonly": [{}, undefined, { ...IDENTITY, readonly: "" }],
  "identity-terms": [askedForTerms, (ui) => ui.shown("Accept"), IDENTITY],
  "identity-accepting": [{ ...askedForTerms, "POST /_matrix/identity/v2/terms": never }, accepting, IDENTITY],
  "identity-not-accepted": [{ ...askedForTerms, "POST /_matrix/identity/v2/terms": unreachable }, accepting, IDENTITY],
  "identity-unreachable": [identityTerms(unreachable), (ui) => ui.shown("Try again"), IDENTITY],
  "identity-cannot-look-up": [
    { "GET /_matrix/identity/v2/hash_details": json(200, { algorithms: ["none"], lookup_pepper: "pepper" }) },
    (ui) => ui.shown("Try again"),
    IDENTITY,
  ],
  "identity-limited": [identityTerms(limited), undefined, IDENTITY],
  "identity-full": [
    identityTerms(error(400, "M_RESOURCE_LIMIT_EXCEEDED", { admin_contact: "mailto:admin@example.org" })),
    (ui) => ui.shown("Try again"),
    IDENTITY,
  ],
  "share-sending": [identitySends(never), sharing, IDENTITY],
  "share-failed": [identitySends(error(500, "M_EMAIL_SEND_ERROR")), sharing, IDENTITY],
  "share-pending": [{}, shareSent, IDENTITY],
  shared: [{ "POST account/3pid/bind": json(200, {}) }, shareContinued, IDENTITY],
  "confirm-share": [{}, shareContinued, IDENTITY],
  "stop-sharing": [{}, ending, IDENTITY],
  "stop-sharing-failed": [ends(error(404, "M_UNRECOGNIZED")), ended, IDENTITY],
  "confirm-stop-sharing": [{}, ended, IDENTITY],
  "not-shared-any-more": [ends(json(200, { id_server_unbind_result: "success" })), ended, IDENTITY],
  "perhaps-shared": [ends(json(200, { id_server_unbind_result: "no-support" })), ended, IDENTITY],
  password: [{}, undefined, {}, PASSWORD],
  "password-loading": [{ "GET capabilities": never }, undefined, {}, PASSWORD],
  "password-off": [off, undefined, {}, PASSWORD],
  "password-missing": [
    {},
    async (ui) => {
      await ui.labeled("New password");
      ui.press("Change password");
    },
    {},
    PASSWORD,
  ],
  "password-shown": [
    {},
    async (ui) => {
      await ui.labeled("New password");
      ui.field("New password").value = "a new one";
      ui.field("Show password").click();
      ui.field("Sign out all my other devices").click();
    },
    {},
    PASSWORD,
  ],
  "passwords-differ": [{}, changing("a new noe"), {}, PASSWORD],
  "password-too-long": [
    {},
    async (ui) => {
      await ui.labeled("New password");
      ui.field("New password").value = "x".repeat(513);
      ui.field("Show password").click();
      ui.press("Change password");
    },
    {},
    PASSWORD,
  ],
  "password-too-long-here": [
    change(error(400, "M_BAD_JSON")),
    async (ui) => {
      await ui.labeled("New password");
      ui.field("New password").value = "x".repeat(100);
      ui.field("Show password").click();
      ui.press("Change password");
    },
    {},
    PASSWORD,
  ],
  "password-weak": [change(error(400, "M_WEAK_PASSWORD")), changing(), {}, PASSWORD],
  "password-sending": [change(never), changing(), {}, PASSWORD],
  "password-limited": [change(limited), changing(), {}, PASSWORD],
  "password-unreachable": [change(unreachable), changing(), {}, PASSWORD],
  "password-changed": [change(json(200, {})), changing(), {}, PASSWORD],
  "confirm-new-password": [
    {},
    async (ui) => {
      await changing()(ui);
      await ui.shown("Confirm");
    },
    {},
    PASSWORD,
  ],
  "confirm-new-password-lost": [
    change(json(401, UIA), () => new Response("", { status: 504 }), wrong),
    async (ui) => {
      await changed(ui);
      await ui.failed("dialog[open]");
      ui.press("Confirm");
    },
    {},
    PASSWORD,
  ],
  reset: [{}, undefined, {}, RESET],
  "reset-no-address": [
    {},
    async (ui) => {
      await ui.labeled("Email address");
      ui.field("Email address").value = "alice";
      ui.press("Send email");
    },
    {},
    RESET,
  ],
  "reset-sending": [proof(never), forgetting, {}, RESET],
  "reset-limited": [proof(limited), forgetting, {}, RESET],
  "reset-unsupported": [proof(error(400, "M_THREEPID_MEDIUM_NOT_SUPPORTED")), forgetting, {}, RESET],
  "reset-sent": [{}, forgotten, {}, RESET],
  "reset-changing": [
    {},
    async (ui) => {
      await forgotten(ui);
      ui.press("Change address");
    },
    {},
    RESET,
  ],
  "reset-submitting": [change(never), resetting, {}, RESET],
  "reset-waiting": [change(error(401, "M_UNAUTHORIZED")), resetting, {}, RESET],
  "reset-weak": [change(error(400, "M_WEAK_PASSWORD")), resetting, {}, RESET],
  "reset-done": [change(json(200, {})), resetting, {}, RESET],
  removed: [list(inTurn(well["GET account/3pid"], json(200, { threepids: [WORK] }))), removed],
};
