//! Every answer that is known of homeservers, to every request, in every phase
//! that waits for one: what the person sees then, what the embedder is told,
//! what is sent next, and that nothing is lost.

use matrix_threepids::flow::{
    Access, Action, Asked, By, Effect, Event, Flow, Focus, FormPhase, Input, List, Notice,
    Operation, Phase, Problem, Reading, RemovalPhase, Reply, Resend, Retry, Subject, Try, UiaPhase,
    VerificationId,
};
use matrix_threepids::matrix::threepids::{self, Medium, Threepid};
use matrix_threepids::matrix::uia::{Answer, Password};
use matrix_threepids::matrix::{
    ClientSecret, Errcode, Failure, HttpResponse, Json, delete, request_email_token,
};

/// What waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
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

const ALL: [Waits; 9] = [
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
const ADDS: [Waits; 3] = [Waits::Continue, Waits::Session, Waits::Password];
/// Those of `delete`.
const DELETES: [Waits; 2] = [Waits::Delete, Waits::DeletePassword];

/// What comes.
#[derive(Clone, Copy)]
enum Comes {
    Answer(u16, &'static str),
    Nothing(fn() -> Failure),
}

/// An answer and what it means.
struct Row {
    name: &'static str,
    comes: Comes,
    /// What the person is told where it answers `requestToken`, a change, a list.
    told: [fn() -> Problem; 3],
    /// What the embedder is told; nothing of an error where this is empty.
    code: &'static str,
    /// Where it means something else: the phase then, and the code.
    but: &'static [(&'static [Waits], &'static str, &'static str)],
}

const fn row(
    name: &'static str,
    status: u16,
    body: &'static str,
    code: &'static str,
    told: fn() -> Problem,
) -> Row {
    Row { name, comes: Comes::Answer(status, body), told: [told; 3], code, but: &[] }
}

const fn nothing(
    name: &'static str,
    failure: fn() -> Failure,
    code: &'static str,
    told: fn() -> Problem,
) -> Row {
    Row { name, comes: Comes::Nothing(failure), told: [told; 3], code, but: &[] }
}

const fn success(
    name: &'static str,
    body: &'static str,
    but: &'static [(&'static [Waits], &'static str, &'static str)],
) -> Row {
    Row {
        name,
        comes: Comes::Answer(200, body),
        told: [|| Problem::Http(200); 3],
        code: "http",
        but,
    }
}

fn other(code: &str) -> Problem {
    Problem::Other(code.to_owned())
}

const NOW: f64 = 1_700_000_000_000.0;

const CHALLENGE: &str = r#"{"session":"s2","flows":[{"stages":["m.login.password"]}],"params":{}}"#;
const LISTED: &str = r#"{"threepids":[{"medium":"email","address":"alice@example.org"},{"medium":"email","address":"bob@example.org"}]}"#;
const HTML: &str = "<html><body>Bad Gateway</body></html>";

const SUCCESS_OF_CHANGES: [(&[Waits], &str, &str); 2] =
    [(&ADDS, "adopting", ""), (&DELETES, "reading", "")];
const LISTS: &[Waits] = &[Waits::FirstList, Waits::List];

#[rustfmt::skip]
static ROWS: &[Row] = &[
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
    row("a page instead of JSON, with 200", 200, HTML, "http", || Problem::Http(200)),
    row("no body, with 200", 200, "", "http", || Problem::Http(200)),
    Row { told: [|| Problem::NotAnAddress, || other("M_INVALID_PARAM"), || other("M_INVALID_PARAM")],
        ..row("no address, or next_link not allowed", 400, r#"{"errcode":"M_INVALID_PARAM","error":"Traceback\n…"}"#, "M_INVALID_PARAM", || Problem::NotAnAddress) },
    row("no address, in an identity server's words", 400, r#"{"errcode":"M_INVALID_EMAIL"}"#, "M_INVALID_EMAIL", || Problem::NotAnAddress),
    row("in use", 400, r#"{"errcode":"M_THREEPID_IN_USE","error":"Email is already in use"}"#, "M_THREEPID_IN_USE", || Problem::InUse),
    row("domain not allowed", 403, r#"{"errcode":"M_THREEPID_DENIED"}"#, "M_THREEPID_DENIED", || Problem::Denied),
    row("no mail from here", 400, r#"{"errcode":"M_THREEPID_MEDIUM_NOT_SUPPORTED"}"#, "M_THREEPID_MEDIUM_NOT_SUPPORTED", || Problem::NoMail),
    Row { told: [|| Problem::MailFailed, || other("M_UNKNOWN"), || other("M_UNKNOWN")],
        ..row("mail server down", 500, r#"{"errcode":"M_UNKNOWN","error":"An error was encountered when sending the email"}"#, "M_UNKNOWN", || Problem::MailFailed) },
    row("too many requests", 429, r#"{"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":297231}"#, "M_LIMIT_EXCEEDED",
        || Problem::RateLimited { until: NOW + 297_231.0, wait: 297_231.0 }),
    row("too many requests, a proxy says", 429, HTML, "M_LIMIT_EXCEEDED",
        || Problem::RateLimited { until: NOW + 60_000.0, wait: 60_000.0 }),
    Row { told: [|| Problem::ChangesForbidden, || Problem::ChangesForbidden, || other("M_FORBIDDEN")],
        ..row("changes switched off", 400, r#"{"errcode":"M_FORBIDDEN","error":"3PID changes are disabled on this server"}"#, "M_FORBIDDEN", || Problem::ChangesForbidden) },
    Row { but: &[(&ADDS, "asking", ""), (&DELETES, "asking", "")],
        ..row("a challenge", 401, CHALLENGE, "M_FORBIDDEN", || Problem::NoWayToAuthenticate) },
    Row { told: [|| other("M_FORBIDDEN"), || Problem::WrongPassword, || other("M_FORBIDDEN")],
        but: &[(&ADDS, "dialog WrongPassword", "M_FORBIDDEN"), (&DELETES, "dialog WrongPassword", "M_FORBIDDEN")],
        ..row("wrong password", 401, r#"{"session":"s2","flows":[{"stages":["m.login.password"]}],"params":{},"completed":[],"errcode":"M_FORBIDDEN","error":"Invalid username or password"}"#, "M_FORBIDDEN", || Problem::WrongPassword) },
    Row { but: &[(&ADDS, "dialog NoWayToAuthenticate", "M_FORBIDDEN"), (&DELETES, "dialog NoWayToAuthenticate", "M_FORBIDDEN")],
        ..row("no flow possible", 401, r#"{"session":"s2","flows":[]}"#, "M_FORBIDDEN", || Problem::NoWayToAuthenticate) },
    Row { but: &[(&ADDS, "dialog NoWayToAuthenticate", ""), (&DELETES, "dialog NoWayToAuthenticate", "")],
        ..row("a stage that only the embedder may know", 401, r#"{"session":"s2","flows":[{"stages":["org.example.stage"]}]}"#, "M_FORBIDDEN", || Problem::NoWayToAuthenticate) },
    Row { but: &[(&[Waits::Continue], "waiting", ""), (&[Waits::Session], "waiting s1", ""), (&[Waits::Password], "waiting s1", "")],
        ..row("link not opened", 400, r#"{"errcode":"M_THREEPID_AUTH_FAILED","error":"No validated 3pid session found"}"#, "M_THREEPID_AUTH_FAILED", || other("M_THREEPID_AUTH_FAILED")) },
    Row { but: &[(&[Waits::Continue], "waiting", ""), (&[Waits::Session], "waiting s1", ""), (&[Waits::Password], "waiting s1", "")],
        ..row("link not opened, with the status of the first documents", 403, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#, "M_THREEPID_AUTH_FAILED", || other("M_THREEPID_AUTH_FAILED")) },
    Row { but: &[(&[Waits::Session, Waits::Password], "trying anew", ""), (&[Waits::DeletePassword], "failed Other(\"M_UNKNOWN\")", "M_UNKNOWN")],
        ..row("UIA session unknown, or delete of no address", 400, r#"{"errcode":"M_UNKNOWN","error":"Unknown session ID: s1"}"#, "M_UNKNOWN", || other("M_UNKNOWN")) },
    Row { but: &[(&[Waits::Session, Waits::Password], "trying anew", ""), (&[Waits::DeletePassword], "failed Other(\"M_UNKNOWN\")", "M_UNKNOWN")],
        ..row("UIA session of another request", 403, r#"{"errcode":"M_UNKNOWN"}"#, "M_UNKNOWN", || other("M_UNKNOWN")) },
    Row { told: [|| Problem::ChangesForbidden, || Problem::ChangesForbidden, || other("M_FORBIDDEN")],
        but: &[(&[Waits::Session, Waits::Password], "trying anew", ""), (&[Waits::DeletePassword], "failed ChangesForbidden", "M_FORBIDDEN")],
        ..row("another user's password", 403, r#"{"errcode":"M_FORBIDDEN","error":"Invalid auth"}"#, "M_FORBIDDEN", || Problem::ChangesForbidden) },
    Row { but: &[(&DELETES, "reading", "")],
        ..row("not there (any more)", 404, r#"{"errcode":"M_NOT_FOUND"}"#, "M_NOT_FOUND", || other("M_NOT_FOUND")) },
    Row { but: &[(&DELETES, "reading", "")],
        ..row("an address of nobody", 400, r#"{"errcode":"M_THREEPID_NOT_FOUND"}"#, "M_THREEPID_NOT_FOUND", || other("M_THREEPID_NOT_FOUND")) },
    row("link too old", 400, r#"{"errcode":"M_SESSION_EXPIRED"}"#, "M_SESSION_EXPIRED", || other("M_SESSION_EXPIRED")),
    row("validation session not known", 404, r#"{"errcode":"M_NO_VALID_SESSION"}"#, "M_NO_VALID_SESSION", || other("M_NO_VALID_SESSION")),
    row("no token", 401, r#"{"errcode":"M_MISSING_TOKEN"}"#, "no-session", || Problem::SessionEnded),
    row("bad token", 401, r#"{"errcode":"M_UNKNOWN_TOKEN"}"#, "no-session", || Problem::SessionEnded),
    row("token to be renewed", 401, r#"{"errcode":"M_UNKNOWN_TOKEN","soft_logout":true}"#, "no-session", || Problem::SessionEnded),
    Row { told: [|| Problem::ChangesForbidden, || Problem::ChangesForbidden, || other("M_UNRECOGNIZED")],
        ..row("account managed elsewhere, or path unknown", 404, r#"{"errcode":"M_UNRECOGNIZED"}"#, "M_UNRECOGNIZED", || Problem::ChangesForbidden) },
    Row { told: [|| Problem::ChangesForbidden, || Problem::ChangesForbidden, || other("M_UNRECOGNIZED")],
        ..row("path unknown, with 405", 405, r#"{"errcode":"M_UNRECOGNIZED"}"#, "M_UNRECOGNIZED", || Problem::ChangesForbidden) },
    Row { told: [|| Problem::ChangesForbidden, || Problem::ChangesForbidden, || other("M_UNRECOGNIZED")],
        ..row("path unknown, with 400", 400, r#"{"errcode":"M_UNRECOGNIZED"}"#, "M_UNRECOGNIZED", || Problem::ChangesForbidden) },
    row("path unknown, in HTML", 404, "<h1>No such resource</h1>", "http", || Problem::Http(404)),
    row("a proxy's page", 502, HTML, "http", || Problem::Http(502)),
    row("account locked", 401, r#"{"errcode":"M_USER_LOCKED","soft_logout":true}"#, "M_USER_LOCKED", || Problem::Locked),
    row("account suspended", 403, r#"{"errcode":"M_USER_SUSPENDED"}"#, "M_USER_SUSPENDED", || Problem::Suspended),
    row("account deactivated", 403, r#"{"errcode":"M_USER_DEACTIVATED"}"#, "M_USER_DEACTIVATED", || Problem::Deactivated),
    row("a guest", 403, r#"{"errcode":"M_GUEST_ACCESS_FORBIDDEN"}"#, "M_GUEST_ACCESS_FORBIDDEN", || Problem::Guest),
    row("the server's own limit", 403, r#"{"errcode":"M_RESOURCE_LIMIT_EXCEEDED","admin_contact":"mailto:a@example.org"}"#, "M_RESOURCE_LIMIT_EXCEEDED", || Problem::ResourceLimit { contact: Some("mailto:a@example.org".to_owned()) }),
    row("terms to accept", 403, r#"{"errcode":"M_CONSENT_NOT_GIVEN","consent_uri":"https://example.org/terms"}"#, "M_CONSENT_NOT_GIVEN", || Problem::ConsentMissing { terms: Some("https://example.org/terms".to_owned()) }),
    row("a code of tomorrow", 400, r#"{"errcode":"M_BRAND_NEW"}"#, "M_BRAND_NEW", || other("M_BRAND_NEW")),
    nothing("no connection", || Failure::Network, "network", || Problem::Network),
    nothing("no answer", || Failure::Timeout, "timeout", || Problem::Timeout),
    nothing("offline", || Failure::Offline, "offline", || Problem::Offline),
];

// ---- the stage

fn secret(byte: u8) -> ClientSecret {
    ClientSecret::from_random([byte; ClientSecret::BYTES])
}

fn email(address: &str) -> Threepid {
    Threepid {
        medium: Medium::Email,
        address: address.to_owned(),
        added_at: None,
        validated_at: None,
    }
}

fn failure(status: u16, body: &str) -> Failure {
    answer(Comes::Answer(status, body.to_owned().leak())).expect_err("a failure")
}

/// What comes, as whoever sends the requests reads it.
fn answer(comes: Comes) -> Result<Json, Failure> {
    let result = match comes {
        Comes::Answer(status, body) => {
            HttpResponse { status, retry_after: None, body: body.to_owned() }.json()
        }
        Comes::Nothing(failure) => Err(failure()),
    };
    result.map_err(|failure| match failure {
        // A token that was refused could not be renewed.
        Failure::Server(error)
            if matches!(error.errcode, Errcode::UnknownToken | Errcode::MissingToken) =>
        {
            Failure::NoSession { soft_logout: error.soft_logout }
        }
        failure => failure,
    })
}

fn password() -> Reply {
    Reply::With(Answer::Password { user_id: None, password: Password("p".to_owned()) })
}

/// An element on the stage, and what it did last.
struct Stage {
    flow: Flow,
    effects: Vec<Effect>,
    /// The newest list's number.
    list: u32,
    /// The verification in question.
    id: VerificationId,
}

impl Stage {
    fn feed(&mut self, input: Input) {
        self.effects = self.flow.apply(NOW, input);
        for effect in &self.effects {
            match effect {
                Effect::ReadList { number } => self.list = *number,
                Effect::RequestToken { id, .. } => self.id = *id,
                _ => {}
            }
        }
    }

    fn list(&mut self, addresses: &[&str]) {
        let result = Ok(addresses.iter().map(|address| email(address)).collect());
        self.feed(Input::ListRead { number: self.list, result });
    }

    fn add(&mut self, address: &str, byte: u8) {
        let address = address.to_owned();
        self.feed(Input::Add { address, secret: secret(byte), by: By::Person });
        self.feed(Input::MayAdd(true));
    }

    /// Up to the request in question. Carol's verification is pending besides.
    fn set(waits: Waits) -> Stage {
        let mut stage =
            Stage { flow: Flow::default(), effects: Vec::new(), list: 0, id: VerificationId(0) };
        stage.feed(Input::Access(Access::Granted));
        stage.add("carol@example.org", 1);
        let id = stage.id;
        stage.feed(Input::TokenRequested { id, result: Ok("sid-0".to_owned()) });
        if waits == Waits::FirstList {
            return stage;
        }
        stage.list(&["alice@example.org", "bob@example.org"]);
        if waits == Waits::List {
            stage.feed(Input::Refresh);
            return stage;
        }
        if DELETES.contains(&waits) {
            let address = "bob@example.org".to_owned();
            stage.feed(Input::AskRemove { medium: Medium::Email, address });
            stage.feed(Input::MayRemove(true));
            stage.feed(Input::ConfirmRemove);
            if waits == Waits::DeletePassword {
                stage.feed(Input::Deleted(Err(failure(401, CHALLENGE))));
                stage.feed(Input::Authenticate(Subject::Removal, password()));
            }
            return stage;
        }
        stage.add("dora@example.org", 2);
        if waits == Waits::Form {
            return stage;
        }
        let id = stage.id;
        stage.feed(Input::TokenRequested { id, result: Ok("sid-1".to_owned()) });
        if waits == Waits::Resend {
            stage.feed(Input::Resend(id));
            return stage;
        }
        stage.feed(Input::Continue(id));
        if waits == Waits::Continue {
            return stage;
        }
        let result = Err(failure(401, &CHALLENGE.replace("s2", "s1")));
        stage.feed(Input::Added { id, result });
        stage.feed(Input::Authenticate(Subject::Verification(id), password()));
        if waits == Waits::Session {
            let result = Err(failure(400, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#));
            stage.feed(Input::Added { id, result });
            stage.feed(Input::Continue(id));
        }
        stage
    }

    fn answer(&mut self, waits: Waits, result: Result<Json, Failure>) {
        let (id, number) = (self.id, self.list);
        self.feed(match waits {
            Waits::Form | Waits::Resend => {
                let no_sid = Failure::NotMatrix { status: 200 };
                let sid = |body: Json| request_email_token::read(&body).ok_or(no_sid);
                Input::TokenRequested { id, result: result.and_then(sid) }
            }
            Waits::Continue | Waits::Session | Waits::Password => {
                Input::Added { id, result: result.map(drop) }
            }
            Waits::Delete | Waits::DeletePassword => {
                Input::Deleted(result.map(|body| delete::read(&body)))
            }
            Waits::FirstList | Waits::List => {
                let result = result.map(|body| threepids::read(&body));
                Input::ListRead { number, result }
            }
        });
    }

    /// The phase of what was waiting, in a few words.
    fn phase(&self, waits: Waits) -> String {
        match waits {
            Waits::Form => match &self.flow.form.phase {
                FormPhase::Editing { unsent: None }
                    if self.flow.verification(self.id).is_some() =>
                {
                    "sent".to_owned()
                }
                FormPhase::Wrong(problem) => format!("wrong {problem:?}"),
                FormPhase::Failed(_, problem) => format!("failed {problem:?}"),
                other => format!("{other:?}"),
            },
            Waits::Resend => {
                match self.flow.verification(self.id).map(|it| (&it.resend, it.attempt)) {
                    Some((Resend::Sent(NOW), attempt)) => format!("sent {attempt}"),
                    Some((Resend::Failed(problem), 1)) => format!("failed {problem:?}"),
                    other => format!("{other:?}"),
                }
            }
            Waits::Continue | Waits::Session | Waits::Password => {
                match self.flow.verification(self.id).map(|it| &it.phase) {
                    Some(Phase::Adopting) => "adopting".to_owned(),
                    Some(Phase::Waiting { session: None }) => "waiting".to_owned(),
                    Some(Phase::Waiting { session: Some(session) }) => format!("waiting {session}"),
                    Some(Phase::Trying(Try { session: None, nth: 0 })) => "trying anew".to_owned(),
                    Some(Phase::Trouble { problem, .. }) => format!("trouble {problem:?}"),
                    Some(Phase::Uncertain { .. }) => "uncertain".to_owned(),
                    Some(Phase::Authenticating { uia, nth: 0 }) => dialog(&uia.phase),
                    other => format!("{other:?}"),
                }
            }
            Waits::Delete | Waits::DeletePassword => {
                match self.flow.removals.first().map(|it| &it.phase) {
                    Some(RemovalPhase::Reading { .. }) => "reading".to_owned(),
                    Some(RemovalPhase::Failed(problem)) => format!("failed {problem:?}"),
                    Some(RemovalPhase::Uncertain(_)) => "uncertain".to_owned(),
                    Some(RemovalPhase::Authenticating(uia)) => dialog(&uia.phase),
                    other => format!("{other:?}"),
                }
            }
            Waits::FirstList | Waits::List => match &self.flow.list {
                List::Shown { entries, reading: Reading::No } => format!("shown {}", entries.len()),
                List::Shown { reading: Reading::Failed(problem), entries }
                    if entries.len() == 2 =>
                {
                    format!("failed {problem:?}")
                }
                List::Failed(problem) => format!("failed {problem:?}"),
                other => format!("{other:?}"),
            },
        }
    }

    fn requests(&self) -> Vec<&Effect> {
        self.effects.iter().filter(|effect| is_request(effect)).collect()
    }

    fn errors(&self) -> Vec<&str> {
        let codes = self.effects.iter().filter_map(|effect| match effect {
            Effect::Emit(Event::Error(report)) => Some(&*report.code),
            Effect::Emit(Event::SessionExpired { .. }) => Some("no-session"),
            _ => None,
        });
        codes.collect()
    }

    /// What methods were told.
    fn settled(&self) -> Vec<(&Operation, Result<(), &str>)> {
        let settled = self.effects.iter().filter_map(|effect| match effect {
            Effect::Settle(operation, outcome) => {
                let outcome = outcome.as_ref().map(drop).map_err(|report| &*report.code);
                Some((operation, outcome))
            }
            _ => None,
        });
        settled.collect()
    }
}

fn dialog(phase: &UiaPhase) -> String {
    match phase {
        UiaPhase::Asking => "asking".to_owned(),
        UiaPhase::Failed(problem) => format!("dialog {problem:?}"),
        UiaPhase::Checking => "checking".to_owned(),
    }
}

fn is_request(effect: &Effect) -> bool {
    match effect {
        Effect::ReadList { .. }
        | Effect::RequestToken { .. }
        | Effect::Add { .. }
        | Effect::Delete { .. } => true,
        Effect::Abort(_)
        | Effect::AbortDelete
        | Effect::Before(..)
        | Effect::Challenge { .. }
        | Effect::Emit(_)
        | Effect::Settle(..)
        | Effect::SettleAll(_)
        | Effect::Focus(_)
        | Effect::FillField(_) => false,
    }
}

impl Row {
    /// The phase and the code that this answer leads to.
    fn want(&self, waits: Waits) -> (String, &'static str) {
        if let Some((_, phase, code)) = self.but.iter().find(|(there, ..)| there.contains(&waits)) {
            return ((*phase).to_owned(), code);
        }
        let [send, change, list] = self.told.map(|told| told());
        let phase = match waits {
            Waits::Form if send.retry() == Retry::Never && send != Problem::SessionEnded => {
                format!("wrong {send:?}")
            }
            Waits::Form | Waits::Resend => format!("failed {send:?}"),
            Waits::Continue | Waits::Session => format!("trouble {change:?}"),
            Waits::Password | Waits::DeletePassword => format!("dialog {change:?}"),
            Waits::Delete => format!("failed {change:?}"),
            Waits::FirstList | Waits::List => format!("failed {list:?}"),
        };
        (phase, self.code)
    }

    /// Nobody knows whether the server did it: then the list is read before
    /// anything is said.
    fn is_uncertain(&self) -> bool {
        matches!(self.code, "network" | "timeout" | "http")
    }
}

/// Plays one cell, and says what went otherwise.
fn cell(row: &Row, waits: Waits) {
    let at = format!("{:?}, answered with: {}", waits, row.name);
    let mut stage = Stage::set(waits);
    let before = stage.flow.pending.clone();
    let (want, code) = row.want(waits);
    stage.answer(waits, answer(row.comes));

    let is_change = ADDS.contains(&waits) || DELETES.contains(&waits);
    let uncertain = is_change && row.is_uncertain() && code == row.code;
    let phase = stage.phase(waits);
    assert_eq!(phase, if uncertain { "uncertain" } else { &want }, "{at}");

    // What the embedder is told.
    let codes: &[&str] = if code.is_empty() { &[] } else { &[code] };
    assert_eq!(stage.errors(), codes, "{at}");
    let failed = if code.is_empty() { Ok(()) } else { Err(code) };
    let settled = stage.settled();
    match waits {
        Waits::Form => {
            let operation = Operation::Send("dora@example.org".to_owned());
            assert_eq!(settled, [(&operation, failed)], "{at}");
        }
        Waits::Resend => assert_eq!(settled, [(&Operation::Resend(stage.id), failed)], "{at}"),
        Waits::FirstList | Waits::List => {
            assert_eq!(settled, [(&Operation::Refresh, failed)], "{at}");
        }
        Waits::Continue
        | Waits::Session
        | Waits::Password
        | Waits::Delete
        | Waits::DeletePassword => assert_eq!(settled, [], "{at}"),
    }

    // What is sent.
    match (phase.as_str(), stage.requests().as_slice()) {
        ("adopting" | "reading" | "uncertain", [Effect::ReadList { .. }]) => {}
        ("trying anew", [Effect::Add { auth: None, sid, .. }]) if sid == "sid-1" => {}
        ("adopting" | "reading" | "uncertain" | "trying anew", other) => {
            panic!("{at}: {} requests", other.len())
        }
        (_, requests) => assert!(requests.is_empty(), "{at}: {requests:?}"),
    }
    let asked = stage.effects.iter().any(|effect| matches!(effect, Effect::Challenge { .. }));
    assert_eq!(
        asked,
        is_change && matches!(row.comes, Comes::Answer(401, body) if body.contains("flows")),
        "{at}"
    );

    // Nothing is lost.
    for old in &before {
        let new = stage.flow.verification(old.id).unwrap_or_else(|| panic!("{at}: lost"));
        assert_eq!((&new.address, &new.secret), (&old.address, &old.secret), "{at}");
        assert!(new.sids.starts_with(&old.sids), "{at}");
        assert!(new.attempt >= old.attempt, "{at}");
    }

    if uncertain {
        let twin = || Stage { flow: stage.flow.clone(), effects: Vec::new(), ..stage };
        it_was_not_done(twin(), waits, &at, &want);
        it_was_done(twin(), waits, &at);
    } else if matches!(&*phase, "adopting" | "reading") {
        // Even where the list cannot be read now, or lags.
        let twin = || Stage { flow: stage.flow.clone(), effects: Vec::new(), ..stage };
        let mut without = twin();
        let number = without.list;
        without.feed(Input::ListRead { number, result: Err(Failure::Network) });
        assert_done(&without, waits, &at);
        let mut lagging = twin();
        lagging.list(&["alice@example.org", "bob@example.org"]);
        assert_done(&lagging, waits, &at);
        it_was_done(twin(), waits, &at);
    }
}

/// The list shows that nothing has changed.
fn it_was_not_done(mut stage: Stage, waits: Waits, at: &str, want: &str) {
    stage.list(&["alice@example.org", "bob@example.org"]);
    let want = if waits == Waits::DeletePassword {
        want.replace("dialog", "failed")
    } else {
        want.to_owned()
    };
    assert_eq!(stage.phase(waits), want, "{at}");
    assert!(stage.requests().is_empty(), "{at}");
}

/// The list shows that it worked.
fn it_was_done(mut stage: Stage, waits: Waits, at: &str) {
    if DELETES.contains(&waits) {
        stage.list(&["alice@example.org"]);
    } else {
        stage.list(&["alice@example.org", "bob@example.org", "DORA@example.org"]);
    }
    assert_done(&stage, waits, at);
}

fn assert_done(stage: &Stage, waits: Waits, at: &str) {
    let deleted = DELETES.contains(&waits);
    let address = if deleted { "bob@example.org" } else { "dora@example.org" }.to_owned();
    assert_eq!(stage.flow.list.holds(&Medium::Email, &address), !deleted, "{at}");
    let told = stage.effects.iter().filter(|effect| match effect {
        Effect::Emit(Event::Added { address: of, .. }) => !deleted && *of == address,
        Effect::Emit(Event::Removed { address: of, .. }) => deleted && *of == address,
        _ => false,
    });
    assert_eq!(told.count(), 1, "{at}");
    assert!(stage.requests().is_empty(), "{at}");
    if deleted {
        assert!(stage.flow.removals.is_empty(), "{at}");
        let removed = (&Operation::Remove(Medium::Email, address.clone()), Ok(()));
        assert!(stage.settled().contains(&removed), "{at}");
        assert_eq!(stage.flow.notice, Some(Notice::Removed(address)), "{at}");
    } else {
        assert!(stage.flow.verification(stage.id).is_none(), "{at}");
        assert_eq!(stage.flow.notice, Some(Notice::Added(address)), "{at}");
    }
    let carol = |it: &matrix_threepids::flow::Verification| it.address == "carol@example.org";
    assert!(stage.flow.pending.iter().any(carol), "{at}");
}

#[test]
fn every_answer_in_every_phase() {
    let mut cells = 0;
    for row in ROWS {
        for waits in ALL {
            cell(row, waits);
            cells += 1;
        }
    }
    println!("{cells} cells: {} answers in {} phases", ROWS.len(), ALL.len());
}

// ---- what takes more than one answer

const INVALID_AUTH: &str = r#"{"errcode":"M_FORBIDDEN","error":"Invalid auth"}"#;

#[test]
fn a_session_that_is_no_good_is_left_once_per_continue() {
    let mut stage = Stage::set(Waits::Password);
    let id = stage.id;
    let refused = || Input::Added { id, result: Err(failure(403, INVALID_AUTH)) };
    let challenged = || Input::Added { id, result: Err(failure(401, CHALLENGE)) };
    stage.feed(refused());
    assert_eq!(stage.phase(Waits::Password), "trying anew");
    stage.feed(challenged());
    stage.feed(Input::Authenticate(Subject::Verification(id), password()));
    stage.feed(refused());
    assert_eq!(stage.phase(Waits::Password), "dialog ChangesForbidden");
    stage.feed(Input::Authenticate(Subject::Verification(id), Reply::Cancel));
    stage.feed(Input::Continue(id));
    stage.feed(challenged());
    stage.feed(Input::Authenticate(Subject::Verification(id), password()));
    stage.feed(refused());
    assert_eq!(stage.phase(Waits::Password), "trying anew");
}

#[test]
fn a_link_in_an_older_mail_counts_too() {
    let mut stage = Stage::set(Waits::Resend);
    let id = stage.id;
    stage.feed(Input::TokenRequested { id, result: Ok("sid-2".to_owned()) });
    stage.feed(Input::Continue(id));
    let sid = |stage: &Stage| match stage.requests().as_slice() {
        [Effect::Add { sid, auth, .. }] => (sid.clone(), auth.is_some()),
        other => panic!("{other:?}"),
    };
    assert_eq!(sid(&stage), ("sid-2".to_owned(), false));
    stage.feed(Input::Added { id, result: Err(failure(401, CHALLENGE)) });
    stage.feed(Input::Authenticate(Subject::Verification(id), password()));
    assert_eq!(sid(&stage), ("sid-2".to_owned(), true));
    let not_yet = || Err(failure(400, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#));
    stage.feed(Input::Added { id, result: not_yet() });
    assert_eq!(sid(&stage), ("sid-1".to_owned(), true));
    stage.feed(Input::Added { id, result: not_yet() });
    assert_eq!(stage.phase(Waits::Continue), "waiting s2");
    stage.feed(Input::Continue(id));
    assert_eq!(sid(&stage), ("sid-2".to_owned(), true));
}

#[test]
fn a_retry_repeats_the_number_and_the_secret() {
    let requested = |stage: &Stage| match stage.requests().as_slice() {
        [Effect::RequestToken { id, secret, attempt, address }] => {
            (*id, secret.clone(), *attempt, address.clone())
        }
        other => panic!("{other:?}"),
    };
    let mut stage = Stage::set(Waits::Form);
    let first = requested(&stage);
    stage.answer(Waits::Form, Err(Failure::Network));
    stage.feed(Input::SendAgain);
    assert_eq!(requested(&stage), first);
    stage.answer(Waits::Form, Err(Failure::Timeout));
    stage.add("dora@example.org", 9);
    assert_eq!(requested(&stage), first);

    let mut stage = Stage::set(Waits::Resend);
    let second = requested(&stage);
    assert_eq!(second.2, 2);
    stage.answer(Waits::Resend, Err(Failure::Timeout));
    stage.feed(Input::Resend(stage.id));
    assert_eq!(requested(&stage), second);
}

#[test]
fn what_the_end_of_the_session_broke_off_goes_on_with_a_new_token() {
    let ended = || Err(Failure::NoSession { soft_logout: true });
    for waits in ALL {
        let mut stage = Stage::set(waits);
        stage.answer(waits, ended());
        assert_eq!(stage.flow.access, Access::Ended);
        // Whoever took the token back is not told twice.
        stage.feed(Input::Access(Access::Ended));
        assert!(stage.effects.is_empty());
        stage.feed(Input::Access(Access::Granted));
        let list = |effect: &&&Effect| matches!(effect, Effect::ReadList { .. });
        assert_eq!(stage.requests().iter().filter(list).count(), 1);
        let others: Vec<_> = stage.requests().into_iter().filter(|it| !list(&it)).collect();
        let again = match waits {
            Waits::Form => matches!(others.as_slice(), [Effect::RequestToken { attempt: 1, .. }]),
            Waits::Resend => matches!(others.as_slice(), [Effect::RequestToken { attempt: 2, .. }]),
            Waits::Continue => matches!(others.as_slice(), [Effect::Add { auth: None, .. }]),
            Waits::Session => matches!(others.as_slice(), [Effect::Add { auth: Some(_), .. }]),
            // The password was not kept: the dialog is open, and asks again.
            Waits::Password => others.is_empty() && stage.phase(waits) == "asking",
            Waits::DeletePassword => others.is_empty() && stage.phase(waits) == "asking",
            Waits::Delete => {
                let asking = stage.flow.removals.iter().all(|it| it.phase == RemovalPhase::Asking);
                others.is_empty() && asking
            }
            Waits::FirstList | Waits::List => others.is_empty(),
        };
        assert!(again, "{waits:?}: {others:?}");
    }
}

#[test]
fn several_requests_find_the_session_ended_and_it_is_said_once() {
    let mut stage = Stage::set(Waits::Continue);
    stage.feed(Input::Resend(stage.id));
    stage.feed(Input::Refresh);
    let mut said = 0;
    for waits in [Waits::Continue, Waits::Resend, Waits::List] {
        stage.answer(waits, Err(Failure::NoSession { soft_logout: false }));
        let expired = |it: &&Effect| matches!(it, Effect::Emit(Event::SessionExpired { .. }));
        said += stage.effects.iter().filter(expired).count();
    }
    assert_eq!(said, 1);
}

#[test]
fn a_limit_ends_by_itself_wherever_it_was_met() {
    let limit = r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2500}"#;
    for waits in ALL {
        for late in [0.0, 700.0, 1e9] {
            let mut stage = Stage::set(waits);
            stage.answer(waits, Err(failure(429, limit)));
            let mut now = NOW;
            while let Some(at) = stage.flow.next_wake().filter(|_| now < NOW + 2500.0) {
                assert!(at > now && at <= now + 1000.0, "the figure counts down each second");
                now = at;
                stage.effects = stage.flow.apply(now, Input::Woke);
            }
            assert_eq!(now, NOW + 2500.0);
            assert!(!stage.phase(waits).contains("RateLimited"), "{}", stage.phase(waits));
            match waits {
                Waits::FirstList | Waits::List => assert_eq!(stage.requests().len(), 1),
                _ => assert_eq!(stage.flow.notice, Some(Notice::LimitOver), "{waits:?}"),
            }

            // Something else happening at that moment does not hide it.
            let mut stage = Stage::set(waits);
            stage.answer(waits, Err(failure(429, limit)));
            stage.flow.apply(NOW + 2500.0 + late, Input::MayAdd(true));
            assert!(!stage.phase(waits).contains("RateLimited"), "{}", stage.phase(waits));
        }
    }
}

#[test]
fn a_limit_of_no_time_at_all_ends_too() {
    let limit = r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":0}"#;
    for waits in ALL {
        let mut stage = Stage::set(waits);
        stage.answer(waits, Err(failure(429, limit)));
        assert_eq!(stage.flow.next_wake(), Some(NOW + 1.0));
        stage.flow.apply(NOW + 1.0, Input::Woke);
        assert!(!stage.phase(waits).contains("RateLimited"), "{}", stage.phase(waits));
    }
}

#[test]
fn limits_of_resend_and_of_continue_end_each_in_its_time() {
    let mut stage = Stage::set(Waits::Continue);
    let limit = |ms: u32| {
        Err(failure(429, &format!(r#"{{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":{ms}}}"#)))
    };
    stage.feed(Input::Resend(stage.id));
    stage.answer(Waits::Resend, limit(10_000));
    stage.answer(Waits::Continue, limit(500));
    assert_eq!(stage.flow.next_wake(), Some(NOW + 500.0));
    stage.flow.apply(NOW + 500.0, Input::Woke);
    assert!(stage.phase(Waits::Resend).contains("RateLimited"));
    assert!(!stage.phase(Waits::Continue).contains("RateLimited"));
    stage.flow.apply(NOW + 10_000.0, Input::Woke);
    let pending = stage.flow.verification(stage.id).expect("pending");
    assert_eq!((pending.problem(), &pending.resend), (None, &Resend::Ready));
}

#[test]
fn the_embedder_s_dialog_does_not_leave_anybody_stuck() {
    for row in ROWS {
        let mut stage = Stage::set(Waits::Continue);
        let (id, subject) = (stage.id, Subject::Verification(stage.id));
        stage.feed(Input::Added { id, result: Err(failure(401, CHALLENGE)) });
        stage.feed(Input::HostAuthenticates(subject));
        stage.feed(Input::Authenticate(subject, password()));
        stage.answer(Waits::Continue, answer(row.comes));
        stage.list(&["alice@example.org"]);
        let stuck = stage.flow.pending.iter().any(|it| match &it.phase {
            Phase::Authenticating { uia, .. } => {
                uia.asked == Asked::Host && uia.phase != UiaPhase::Checking
            }
            _ => false,
        });
        assert!(!stuck, "{}", row.name);

        let mut stage = Stage::set(Waits::Delete);
        stage.feed(Input::Deleted(Err(failure(401, CHALLENGE))));
        stage.feed(Input::HostAuthenticates(Subject::Removal));
        stage.feed(Input::Authenticate(Subject::Removal, password()));
        stage.answer(Waits::Delete, answer(row.comes));
        stage.list(&["alice@example.org", "bob@example.org"]);
        let asked = stage.effects.iter().any(|it| matches!(it, Effect::Challenge { .. }));
        let shown = stage.flow.removals.iter().all(|it| it.phase.is_asking());
        assert!(asked || shown || stage.flow.in_front().is_some(), "{}", row.name);
    }
}

#[test]
fn a_stage_that_asks_for_nothing_is_done_once() {
    let dummy = r#"{"session":"s","flows":[{"stages":["m.login.dummy"]}]}"#;
    let mut stage = Stage::set(Waits::Continue);
    let id = stage.id;
    stage.feed(Input::Added { id, result: Err(failure(401, dummy)) });
    assert!(matches!(stage.requests().as_slice(), [Effect::Add { auth: Some(_), .. }]));
    stage.feed(Input::Added { id, result: Err(failure(401, dummy)) });
    assert!(stage.requests().is_empty());
    assert_eq!(stage.phase(Waits::Continue), "dialog NoWayToAuthenticate");
}

#[test]
fn a_dialog_closed_in_the_middle_loses_neither_mail_nor_address() {
    let mut stage = Stage::set(Waits::Password);
    let id = stage.id;
    stage.feed(Input::Resend(id));
    stage.feed(Input::Authenticate(Subject::Verification(id), Reply::Cancel));
    let wanted = |it: &Effect| match it {
        Effect::Abort(of) => *of == id,
        Effect::RequestToken { attempt, .. } => *attempt == 2,
        Effect::ReadList { .. } => true,
        _ => false,
    };
    assert_eq!(stage.effects.iter().filter(|it| wanted(it)).count(), 3);
    // The server had added it after all.
    stage.list(&["alice@example.org", "bob@example.org", "dora@example.org"]);
    assert!(stage.flow.verification(id).is_none());
    let resent = Operation::Resend(id);
    assert!(stage.settled().contains(&(&resent, Err("cancelled"))));
}

#[test]
fn the_element_leaves_the_page_while_the_server_adds_the_address() {
    for waits in ADDS {
        let mut stage = Stage::set(waits);
        let id = stage.id;
        stage.feed(Input::Detached);
        assert!(stage.flow.verification(id).is_some());
        stage.feed(Input::Access(Access::Granted));
        stage.list(&["alice@example.org", "dora@example.org"]);
        assert!(stage.flow.verification(id).is_none(), "{waits:?}");
    }
}

#[test]
fn a_listener_that_asks_for_another_removal_is_answered_for_each() {
    let ask =
        |address: &str| Input::AskRemove { medium: Medium::Email, address: address.to_owned() };
    let mut stage = Stage::set(Waits::List);
    stage.feed(ask("alice@example.org"));
    stage.feed(ask("bob@example.org"));
    // The inner question is answered first.
    stage.feed(Input::MayRemove(true));
    stage.feed(Input::MayRemove(false));
    let left: Vec<_> = stage.flow.removals.iter().map(|it| it.address.as_str()).collect();
    assert_eq!(left, ["bob@example.org"]);
}

#[test]
fn every_address_handed_in_while_one_is_sent_is_answered_for() {
    let mut stage = Stage::set(Waits::Form);
    for address in ["one@example.org", "nonsense", "two@example.org", "ONE@example.org"] {
        let address = address.to_owned();
        stage.feed(Input::Add { address, secret: secret(3), by: By::Method });
        assert!(stage.effects.is_empty());
    }
    stage.answer(Waits::Form, Err(Failure::NoSession { soft_logout: false }));
    let told: Vec<_> =
        stage.settled().into_iter().map(|(it, outcome)| (it.clone(), outcome)).collect();
    let send = |address: &str| Operation::Send(address.to_owned());
    assert_eq!(
        told,
        [
            (send("dora@example.org"), Err("no-session")),
            (send("one@example.org"), Err("no-session")),
            (send("nonsense"), Err("no-session")),
            (send("two@example.org"), Err("no-session")),
        ]
    );
}

#[test]
fn what_a_request_is_for_is_said_to_the_embedder() {
    let mut stage = Stage::set(Waits::Continue);
    let id = stage.id;
    stage.feed(Input::Added { id, result: Err(failure(401, CHALLENGE)) });
    let action = stage.effects.iter().find_map(|it| match it {
        Effect::Challenge { action, address, .. } => Some((*action, address.as_str())),
        _ => None,
    });
    assert_eq!(action, Some((Action::Add, "dora@example.org")));
}

#[test]
fn a_changed_address_replaces_the_old_one_once_its_mail_went_out() {
    for sent in [true, false] {
        let mut stage = Stage::set(Waits::Session);
        let old = stage.id;
        stage.feed(Input::ChangeAddress(old));
        assert_eq!(stage.effects.first(), Some(&Effect::FillField("dora@example.org".to_owned())));
        stage.add("theodora@example.org", 5);
        assert!(stage.flow.verification(old).is_some(), "no mail went out yet");
        let result = if sent { Ok("sid-9".to_owned()) } else { Err(Failure::Network) };
        stage.feed(Input::TokenRequested { id: stage.id, result });
        assert_eq!(stage.flow.verification(old).is_none(), sent);
        // Its `add` was under way, and may have gone through.
        assert_eq!(stage.effects.contains(&Effect::Abort(old)), sent);
        assert_eq!(stage.requests().len(), usize::from(sent));
    }
}

#[test]
fn a_method_s_address_does_not_replace_the_one_that_is_being_changed() {
    let mut stage = Stage::set(Waits::Continue);
    let old = stage.id;
    stage.feed(Input::ChangeAddress(old));
    let address = "theodora@example.org".to_owned();
    stage.feed(Input::Add { address, secret: secret(5), by: By::Method });
    stage.feed(Input::MayAdd(true));
    stage.feed(Input::TokenRequested { id: stage.id, result: Ok("sid-9".to_owned()) });
    assert!(stage.flow.verification(old).is_some());
}

#[test]
fn what_the_server_has_added_cannot_be_cancelled_any_more() {
    let mut stage = Stage::set(Waits::Continue);
    let id = stage.id;
    stage.feed(Input::Added { id, result: Ok(()) });
    stage.feed(Input::Cancel(id));
    assert!(stage.effects.is_empty());
    it_was_done(stage, Waits::Continue, "cancelled too late");
}

#[test]
fn what_is_cancelled_while_the_server_adds_it_is_looked_up() {
    for waits in ADDS {
        let mut stage = Stage::set(waits);
        let id = stage.id;
        stage.feed(Input::Cancel(id));
        assert!(stage.flow.verification(id).is_none());
        assert!(stage.effects.contains(&Effect::Abort(id)));
        assert_eq!(stage.requests().len(), 1, "the list tells");
    }
}

#[test]
fn the_focus_goes_to_the_next_entry_then_to_the_last_then_to_the_field() {
    let mut stage = Stage::set(Waits::FirstList);
    let mut left = vec!["a@example.org", "b@example.org", "c@example.org"];
    stage.list(&left);
    for (address, focus) in [
        ("b@example.org", Focus::RemoveButton(1)),
        ("c@example.org", Focus::RemoveButton(0)),
        ("a@example.org", Focus::Field),
    ] {
        let asked = address.to_owned();
        stage.feed(Input::AskRemove { medium: Medium::Email, address: asked });
        stage.feed(Input::MayRemove(true));
        assert_eq!(stage.flow.removals[0].last, left.len() == 1);
        stage.feed(Input::ConfirmRemove);
        stage.feed(Input::Deleted(Ok(None)));
        left.retain(|it| *it != address);
        stage.list(&left);
        assert!(stage.effects.contains(&Effect::Focus(focus)), "{address}");
    }
}
