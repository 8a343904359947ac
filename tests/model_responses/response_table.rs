//! Who waits for an answer, and every answer that is known.

use matrix_threepids::matrix::RequestError;
use matrix_threepids::model::UserError;

/// What waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// The form has sent its `requestToken`.
    Form,
    /// "Resend email" was pressed.
    Resend,
    /// "Continue" was pressed, for the first time.
    Continue,
    /// "Continue" was pressed again, after the password was right.
    Session,
    /// The password is being checked.
    Password,
    /// "Remove" was confirmed.
    Delete,
    /// The password for a removal is being checked.
    DeletePassword,
    /// The first list.
    FirstList,
    /// A list that is shown is read again.
    List,
}

pub const ALL: [Waits; 9] = [
    Waits::Form,
    Waits::Resend,
    Waits::Continue,
    Waits::Session,
    Waits::Password,
    Waits::Delete,
    Waits::DeletePassword,
    Waits::FirstList,
    Waits::List,
];

/// The requests of `add`.
pub const ADDS: [Waits; 3] = [Waits::Continue, Waits::Session, Waits::Password];
/// Those of `delete`.
pub const DELETES: [Waits; 2] = [Waits::Delete, Waits::DeletePassword];

/// What comes.
#[derive(Clone, Copy)]
pub enum Comes {
    Answer(u16, &'static str),
    Nothing(fn() -> RequestError),
}

/// An answer and what it means.
pub struct Row {
    pub name: &'static str,
    pub comes: Comes,
    /// What the person is told where it answers `requestToken`, a change, a list.
    pub told: [fn() -> UserError; 3],
    /// What the embedder is told; nothing of an error where this is empty.
    pub code: &'static str,
    /// Where it means something else: the phase then, and the code.
    pub but: &'static [(&'static [Waits], &'static str, &'static str)],
}

pub const fn row(
    name: &'static str,
    status: u16,
    body: &'static str,
    code: &'static str,
    told: fn() -> UserError,
) -> Row {
    Row { name, comes: Comes::Answer(status, body), told: [told; 3], code, but: &[] }
}

pub const fn nothing(
    name: &'static str,
    failure: fn() -> RequestError,
    code: &'static str,
    told: fn() -> UserError,
) -> Row {
    Row { name, comes: Comes::Nothing(failure), told: [told; 3], code, but: &[] }
}

pub const fn success(
    name: &'static str,
    body: &'static str,
    but: &'static [(&'static [Waits], &'static str, &'static str)],
) -> Row {
    Row {
        name,
        comes: Comes::Answer(200, body),
        told: [
            || UserError::EmailNotSent,
            || UserError::InvalidResponse(200),
            || UserError::InvalidResponse(200),
        ],
        code: "http",
        but,
    }
}

pub const UNRECOGNIZED: [(&[Waits], &str, &str); 2] = [
    (&[Waits::Delete], "failed RemovalUnsupported", "M_UNRECOGNIZED"),
    (&[Waits::DeletePassword], "dialog RemovalUnsupported", "M_UNRECOGNIZED"),
];

pub fn other(code: &str) -> UserError {
    UserError::Unknown(code.to_owned())
}

pub const NOW: f64 = 1_700_000_000_000.0;

pub const CHALLENGE: &str =
    r#"{"session":"s2","flows":[{"stages":["m.login.password"]}],"params":{}}"#;
pub const LISTED: &str = r#"{"threepids":[{"medium":"email","address":"alice@example.org"},{"medium":"email","address":"bob@example.org"}]}"#;
pub const HTML: &str = "<html><body>Bad Gateway</body></html>";

pub const SUCCESS_OF_CHANGES: [(&[Waits], &str, &str); 2] =
    [(&ADDS, "adopting", ""), (&DELETES, "reading", "")];
pub const NOT_VALIDATED: [(&[Waits], &str, &str); 2] =
    [(&[Waits::Continue], "waiting", ""), (&[Waits::Session, Waits::Password], "waiting s1", "")];
/// The UIA session is good for nothing: the request is sent without it, and
/// what was typed is kept.
pub const ANEW: [(&[Waits], &str, &str); 2] = [
    (&[Waits::Session], "trying anew", ""),
    (&[Waits::Password, Waits::DeletePassword], "dialog anew", ""),
];
/// The same, but what was typed may be wrong as well.
pub const CHECKED: [(&[Waits], &str, &str); 2] = [
    (&[Waits::Session], "trying anew", ""),
    (&[Waits::Password, Waits::DeletePassword], "dialog checked", ""),
];
pub const LISTS: &[Waits] = &[Waits::FirstList, Waits::List];

#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    success("a sid", r#"{"sid":"sid-2"}"#, &[
        SUCCESS_OF_CHANGES[0], SUCCESS_OF_CHANGES[1],
        (&[Waits::Form], "sent", ""), (&[Waits::Resend], "sent 2", ""), (LISTS, "shown 0", ""),
    ]),
    success("an empty object", "{}", &[
        SUCCESS_OF_CHANGES[0], SUCCESS_OF_CHANGES[1], (LISTS, "shown 0", ""),
    ]),
    success("a list", LISTED, &[
        SUCCESS_OF_CHANGES[0], SUCCESS_OF_CHANGES[1], (LISTS, "shown 2", ""),
    ]),
    success("an unbind result", r#"{"id_server_unbind_result":"no-support"}"#, &[
        SUCCESS_OF_CHANGES[0], SUCCESS_OF_CHANGES[1], (LISTS, "shown 0", ""),
    ]),
    success("a sid that is empty", r#"{"sid":""}"#, &[
        SUCCESS_OF_CHANGES[0], SUCCESS_OF_CHANGES[1], (LISTS, "shown 0", ""),
    ]),
    Row { comes: Comes::Answer(200, HTML), ..success("a page instead of JSON, with 200", "", &[]) },
    success("no body, with 200", "", &[]),
    Row { told: [|| UserError::InvalidAddress, || other("M_INVALID_PARAM"), || other("M_INVALID_PARAM")],
        but: &ANEW,
        ..row("no address, or next_link not allowed", 400, r#"{"errcode":"M_INVALID_PARAM","error":"Traceback\n…"}"#, "M_INVALID_PARAM", || UserError::InvalidAddress) },
    row("no address, in an identity server's words", 400, r#"{"errcode":"M_INVALID_EMAIL"}"#, "M_INVALID_EMAIL", || UserError::InvalidAddress),
    row("in use", 400, r#"{"errcode":"M_THREEPID_IN_USE","error":"Email is already in use"}"#, "M_THREEPID_IN_USE", || UserError::InUse),
    row("domain not allowed", 403, r#"{"errcode":"M_THREEPID_DENIED"}"#, "M_THREEPID_DENIED", || UserError::AddressNotAllowed),
    row("no mail from here", 400, r#"{"errcode":"M_THREEPID_MEDIUM_NOT_SUPPORTED"}"#, "M_THREEPID_MEDIUM_NOT_SUPPORTED", || UserError::EmailUnsupported),
    Row { told: [|| UserError::EmailNotSent, || other("M_UNKNOWN"), || other("M_UNKNOWN")],
        ..row("mail server down", 500, r#"{"errcode":"M_UNKNOWN","error":"An error was encountered when sending the email"}"#, "M_UNKNOWN", || UserError::EmailNotSent) },
    row("too many requests", 429, r#"{"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":297231}"#, "M_LIMIT_EXCEEDED",
        || UserError::RateLimited { retry_at: NOW + 297_231.0, retry_after_ms: 297_231.0 }),
    row("too many requests, a proxy says", 429, HTML, "M_LIMIT_EXCEEDED",
        || UserError::RateLimited { retry_at: NOW + 60_000.0, retry_after_ms: 60_000.0 }),
    Row { told: [|| UserError::InvalidAddress, || other("M_BAD_JSON"), || other("M_BAD_JSON")],
        but: &ANEW,
        ..row("no address, as Synapse 1.98 and 1.120 say it", 400, r#"{"errcode":"M_BAD_JSON","error":"1 validation error for EmailRequestTokenBody"}"#, "M_BAD_JSON", || UserError::InvalidAddress) },
    row("MAS is away", 503, r#"{"errcode":"M_UNKNOWN","error":"Introspection failed"}"#, "M_UNKNOWN", || UserError::InvalidResponse(503)),
    Row { told: [|| UserError::ChangesForbidden, || UserError::ChangesForbidden, || other("M_FORBIDDEN")],
        but: &CHECKED,
        ..row("changes switched off", 400, r#"{"errcode":"M_FORBIDDEN","error":"3PID changes are disabled on this server"}"#, "M_FORBIDDEN", || UserError::ChangesForbidden) },
    Row { but: &[(&[Waits::Continue, Waits::Session, Waits::Delete], "asking", ""), (&[Waits::Password, Waits::DeletePassword], "dialog WrongPassword", "")],
        ..row("a challenge", 401, CHALLENGE, "M_FORBIDDEN", || UserError::NoSupportedAuthFlow) },
    Row { told: [|| other("M_FORBIDDEN"), || UserError::WrongPassword, || other("M_FORBIDDEN")],
        but: &[(&ADDS, "dialog WrongPassword", "M_FORBIDDEN"), (&DELETES, "dialog WrongPassword", "M_FORBIDDEN")],
        ..row("wrong password", 401, r#"{"session":"s2","flows":[{"stages":["m.login.password"]}],"params":{},"completed":[],"errcode":"M_FORBIDDEN","error":"Invalid username or password"}"#, "M_FORBIDDEN", || UserError::WrongPassword) },
    Row { but: &[(&ADDS, "dialog NoSupportedAuthFlow", "M_FORBIDDEN"), (&DELETES, "dialog NoSupportedAuthFlow", "M_FORBIDDEN")],
        ..row("no flow possible", 401, r#"{"session":"s2","flows":[]}"#, "M_FORBIDDEN", || UserError::NoSupportedAuthFlow) },
    Row { but: &[(&[Waits::Continue, Waits::Session, Waits::Delete], "asking", ""), (&[Waits::Password, Waits::DeletePassword], "dialog WrongPassword", "")],
        ..row("a stage that only the server's own page knows", 401, r#"{"session":"s2","flows":[{"stages":["org.example.stage"]}]}"#, "M_FORBIDDEN", || UserError::NoSupportedAuthFlow) },
    Row { but: &[NOT_VALIDATED[0], NOT_VALIDATED[1], (&[Waits::Resend], "expired", "M_THREEPID_AUTH_FAILED")],
        ..row("link not opened", 400, r#"{"errcode":"M_THREEPID_AUTH_FAILED","error":"No validated 3pid session found"}"#, "M_THREEPID_AUTH_FAILED", || other("M_THREEPID_AUTH_FAILED")) },
    Row { but: &[NOT_VALIDATED[0], NOT_VALIDATED[1], (&[Waits::Resend], "expired", "M_THREEPID_AUTH_FAILED")],
        ..row("link not opened, with the status of the first documents", 403, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#, "M_THREEPID_AUTH_FAILED", || other("M_THREEPID_AUTH_FAILED")) },
    Row { told: [|| UserError::EmailMayBeUnsupported, || other("M_UNKNOWN"), || other("M_UNKNOWN")],
        but: &ANEW,
        ..row("UIA session unknown, or delete of no address; no mail, up to Synapse 1.125", 400, r#"{"errcode":"M_UNKNOWN","error":"Unknown session ID: s1"}"#, "M_UNKNOWN", || other("M_UNKNOWN")) },
    Row { but: &ANEW,
        ..row("UIA session of another request", 403, r#"{"errcode":"M_UNKNOWN"}"#, "M_UNKNOWN", || other("M_UNKNOWN")) },
    Row { told: [|| UserError::ChangesForbidden, || UserError::ChangesForbidden, || other("M_FORBIDDEN")],
        but: &CHECKED,
        ..row("another user's password", 403, r#"{"errcode":"M_FORBIDDEN","error":"Invalid auth"}"#, "M_FORBIDDEN", || UserError::ChangesForbidden) },
    Row { but: &[(&DELETES, "reading", ""), ANEW[0], ANEW[1]],
        ..row("not there (any more)", 404, r#"{"errcode":"M_NOT_FOUND"}"#, "M_NOT_FOUND", || other("M_NOT_FOUND")) },
    Row { but: &[(&DELETES, "reading", "")],
        ..row("an address of nobody", 400, r#"{"errcode":"M_THREEPID_NOT_FOUND"}"#, "M_THREEPID_NOT_FOUND", || other("M_THREEPID_NOT_FOUND")) },
    Row { but: &[NOT_VALIDATED[0], NOT_VALIDATED[1], (&[Waits::Resend], "expired", "M_SESSION_EXPIRED")],
        ..row("link too old", 400, r#"{"errcode":"M_SESSION_EXPIRED"}"#, "M_SESSION_EXPIRED", || other("M_SESSION_EXPIRED")) },
    Row { but: &[NOT_VALIDATED[0], NOT_VALIDATED[1], (&[Waits::Resend], "expired", "M_NO_VALID_SESSION")],
        ..row("validation session not known", 404, r#"{"errcode":"M_NO_VALID_SESSION"}"#, "M_NO_VALID_SESSION", || other("M_NO_VALID_SESSION")) },
    row("no token", 401, r#"{"errcode":"M_MISSING_TOKEN"}"#, "no-session", || UserError::SessionExpired),
    row("bad token", 401, r#"{"errcode":"M_UNKNOWN_TOKEN"}"#, "no-session", || UserError::SessionExpired),
    row("token to be renewed", 401, r#"{"errcode":"M_UNKNOWN_TOKEN","soft_logout":true}"#, "no-session", || UserError::SessionExpired),
    Row { told: [|| UserError::ChangesForbidden, || UserError::ChangesForbidden, || other("M_UNRECOGNIZED")],
        but: &UNRECOGNIZED,
        ..row("account managed elsewhere, or path unknown", 404, r#"{"errcode":"M_UNRECOGNIZED"}"#, "M_UNRECOGNIZED", || UserError::ChangesForbidden) },
    Row { told: [|| UserError::ChangesForbidden, || UserError::ChangesForbidden, || other("M_UNRECOGNIZED")],
        but: &UNRECOGNIZED,
        ..row("path unknown, with 405", 405, r#"{"errcode":"M_UNRECOGNIZED"}"#, "M_UNRECOGNIZED", || UserError::ChangesForbidden) },
    Row { told: [|| UserError::ChangesForbidden, || UserError::ChangesForbidden, || other("M_UNRECOGNIZED")],
        but: &UNRECOGNIZED,
        ..row("path unknown, with 400", 400, r#"{"errcode":"M_UNRECOGNIZED"}"#, "M_UNRECOGNIZED", || UserError::ChangesForbidden) },
    row("path unknown, in HTML", 404, "<h1>No such resource</h1>", "http", || UserError::InvalidResponse(404)),
    row("a proxy's page", 502, HTML, "http", || UserError::InvalidResponse(502)),
    row("account locked", 401, r#"{"errcode":"M_USER_LOCKED","soft_logout":true}"#, "M_USER_LOCKED", || UserError::Locked),
    row("account suspended", 403, r#"{"errcode":"M_USER_SUSPENDED"}"#, "M_USER_SUSPENDED", || UserError::Suspended),
    row("account deactivated", 403, r#"{"errcode":"M_USER_DEACTIVATED"}"#, "M_USER_DEACTIVATED", || UserError::Deactivated),
    row("a guest", 403, r#"{"errcode":"M_GUEST_ACCESS_FORBIDDEN"}"#, "M_GUEST_ACCESS_FORBIDDEN", || UserError::Guest),
    row("the server's own limit", 403, r#"{"errcode":"M_RESOURCE_LIMIT_EXCEEDED","admin_contact":"mailto:a@example.org"}"#, "M_RESOURCE_LIMIT_EXCEEDED", || UserError::ResourceLimit { contact: Some("mailto:a@example.org".to_owned()) }),
    row("terms to accept", 403, r#"{"errcode":"M_CONSENT_NOT_GIVEN","consent_uri":"https://example.org/terms"}"#, "M_CONSENT_NOT_GIVEN", || UserError::ConsentNotGiven { terms: Some("https://example.org/terms".to_owned()) }),
    Row { but: &ANEW,
        ..row("a code of tomorrow", 400, r#"{"errcode":"M_BRAND_NEW"}"#, "M_BRAND_NEW", || other("M_BRAND_NEW")) },
    nothing("no connection", || RequestError::Network, "network", || UserError::Network),
    nothing("no answer", || RequestError::Timeout, "timeout", || UserError::Timeout),
    nothing("offline", || RequestError::Offline, "offline", || UserError::Offline),
    nothing("a token that cannot be sent", || RequestError::InvalidToken, "invalid-token", || UserError::SessionExpired),
];
