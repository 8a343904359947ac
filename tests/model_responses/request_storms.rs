//! Whatever servers, networks and handlers answer, for an hour: nobody sends
//! more than ten requests a minute that the person did not ask for.

use std::collections::VecDeque;

use matrix_threepids::matrix::get_3pids::{self, Medium};
use matrix_threepids::matrix::identity_service::lookup;
use matrix_threepids::matrix::uia::{SecretText, StageAnswer};
use matrix_threepids::matrix::{
    HttpResponse, Json, RequestError, delete_3pid, json, request_3pid_token_via_email,
};
use matrix_threepids::model::{
    ApiRequest, Effect, FallbackWindow, HostEffect, HostEvent, HostNotification, IdentityRequest,
    Initiator, Input, ListRequest, Model, PageState, Request, RequestKey, SessionState, TabEffect,
    UiEffect, UiaReply, UiaTarget,
};

use crate::harness::secret;

const START: f64 = 1_700_000_000_000.0;
const MINUTE: f64 = 60_000.0;
const HOUR: f64 = 60.0 * MINUTE;
const MOST: usize = 10;
/// How long a request takes.
const TAKES: f64 = 20.0;

/// What may come in place of the wished-for answer; `n` counts the requests.
type Fault = fn(n: u32) -> RequestError;

fn http(status: u16, retry_after: Option<&str>, body: &str) -> RequestError {
    let retry_after = retry_after.map(str::to_owned);
    let answer = HttpResponse { status, retry_after, body: body.to_owned() };
    answer.json().err().unwrap_or(RequestError::InvalidResponse { status })
}

fn error(status: u16, errcode: &str) -> RequestError {
    http(status, None, &format!(r#"{{"errcode":"{errcode}"}}"#))
}

fn challenge(session: u32, stages: &str, more: &str) -> RequestError {
    let body = format!(r#"{{"session":"{session}","flows":[{{"stages":[{stages}]}}]{more}}}"#);
    http(401, None, &body)
}

/// Every fault.
const FAULTS: &[(&str, Fault)] = &[
    ("no network", |_| RequestError::Network),
    ("no answer", |_| RequestError::Timeout),
    ("offline", |_| RequestError::Offline),
    ("session over", |_| RequestError::SessionExpired { soft_logout: false }),
    ("session over for now", |_| RequestError::SessionExpired { soft_logout: true }),
    ("unsafe", |_| RequestError::InsecureUrl),
    ("a proxy's page", |_| http(502, None, "<html>")),
    ("a page that is not there", |_| http(404, None, "<html>")),
    ("a page as success", |_| http(200, None, "<html>")),
    ("limited for no time", |_| {
        http(429, None, r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":0}"#)
    }),
    ("limited for hardly any time", |_| {
        http(429, Some("0"), r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":0.0001}"#)
    }),
    ("limited by a page", |_| http(429, Some("soon"), "<html>")),
    ("limited for a year", |_| http(429, Some("31536000"), "")),
    ("limited for 1e300", |_| {
        http(429, None, r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1e300}"#)
    }),
    ("limited by Sydent", |_| error(429, "M_UNKNOWN")),
    ("unknown path", |_| error(404, "M_UNRECOGNIZED")),
    ("not found", |_| error(404, "M_NOT_FOUND")),
    ("forbidden", |_| error(403, "M_FORBIDDEN")),
    ("unknown error", |_| error(400, "M_UNKNOWN")),
    ("broken server", |_| error(500, "M_UNKNOWN")),
    ("bad token of another server", |_| error(401, "M_UNKNOWN_TOKEN")),
    ("unauthorized", |_| error(401, "M_UNAUTHORIZED")),
    ("consent", |_| error(403, "M_CONSENT_NOT_GIVEN")),
    ("terms", |_| error(403, "M_TERMS_NOT_SIGNED")),
    ("pepper", |_| error(400, "M_INVALID_PEPPER")),
    ("not validated", |_| error(400, "M_THREEPID_AUTH_FAILED")),
    ("validation too old", |_| error(400, "M_SESSION_EXPIRED")),
    ("parameter", |_| error(400, "M_INVALID_PARAM")),
    ("password, always the same session", |_| challenge(0, "\"m.login.password\"", "")),
    ("password, ever new sessions", |n| challenge(n, "\"m.login.password\"", "")),
    ("wrong password", |_| challenge(0, "\"m.login.password\"", r#","errcode":"M_FORBIDDEN""#)),
    ("nothing, always the same session", |_| challenge(0, "\"m.login.dummy\"", "")),
    ("nothing, ever new sessions", |n| challenge(n, "\"m.login.dummy\"", "")),
    ("nothing, ever more done", |n| {
        let done = vec!["\"x\""; n as usize % 5000].join(",");
        challenge(0, "\"m.login.dummy\"", &format!(r#","completed":[{done}]"#))
    }),
    ("a page, ever new sessions", |n| challenge(n, "\"m.login.sso\"", "")),
    ("a link, ever new sessions", |n| challenge(n, "\"m.login.email.identity\"", "")),
    ("by turns", |n| match n % 5 {
        0 => error(400, "M_UNKNOWN"),
        1 => challenge(n, "\"m.login.password\"", ""),
        2 => challenge(n, "\"m.login.dummy\"", ""),
        3 => RequestError::Network,
        _ => error(400, "M_THREEPID_AUTH_FAILED"),
    }),
];

/// Whether somebody looks, as time goes by.
#[derive(Clone, Copy, Debug)]
enum Looks {
    Always,
    Never,
    /// Away and back, every so many ms.
    Now(f64),
}

/// Who answers challenges.
#[derive(Clone, Copy, Debug)]
enum By_ {
    Person,
    Handler,
}

/// One element, and whoever runs it.
#[derive(Clone)]
struct Run {
    model: Model,
    now: f64,
    under_way: Vec<(f64, Effect)>,
    todo: VecDeque<Effect>,
    /// When each request was sent.
    sent: Vec<f64>,
    number: u32,
    fault: Option<(Fault, Option<Kind>)>,
    answers: By_,
    here: bool,
    /// The embedder sets a new token so soon after one that was refused.
    renewed: Option<f64>,
}

/// Which requests meet the fault.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    List,
    Change,
    Message,
    Identity,
}

fn kind(slot: RequestKey) -> Option<Kind> {
    match slot {
        RequestKey::List => Some(Kind::List),
        RequestKey::Add(_) | RequestKey::Delete | RequestKey::Password => Some(Kind::Change),
        RequestKey::Token(_) | RequestKey::Code(_) | RequestKey::UiaToken(_) => Some(Kind::Message),
        RequestKey::IdentityServer => Some(Kind::Identity),
        RequestKey::Permissions => None,
    }
}

impl Run {
    fn new(model: Model) -> Run {
        let mut run = Run {
            model,
            now: START,
            under_way: Vec::new(),
            todo: VecDeque::new(),
            sent: Vec::new(),
            number: 0,
            fault: None,
            answers: By_::Person,
            here: true,
            renewed: None,
        };
        run.look(true);
        run
    }

    fn look(&mut self, here: bool) {
        self.here = here;
        self.feed(Input::PageStateChanged(PageState {
            visible: here,
            focused: here,
            offline: false,
            shown: true,
        }));
    }

    fn feed(&mut self, input: Input) {
        self.todo.extend(self.model.update(self.now, input));
        while let Some(effect) = self.todo.pop_front() {
            self.run(effect);
        }
    }

    fn run(&mut self, effect: Effect) {
        if let Some(slot) = effect.request_key() {
            self.under_way.retain(|(_, it)| it.request_key() != Some(slot));
            self.sent.push(self.now);
            self.under_way.push((self.now + TAKES, effect));
            return;
        }
        match effect {
            Effect::Abort(key) => {
                self.under_way.retain(|(_, it)| it.request_key() != Some(key));
            }
            Effect::Host(HostEffect::ConfirmAdd { section, .. }) => {
                self.feed(Input::HostDecidedAdd(section, true));
            }
            Effect::Host(HostEffect::ConfirmRemove { .. }) => {
                self.feed(Input::HostDecidedRemove(true));
            }
            Effect::Host(HostEffect::OfferChallenge { number, .. }) => match self.answers {
                By_::Person => self.feed(Input::UserWillAuthenticate(number)),
                By_::Handler => {
                    self.feed(Input::HostWillAuthenticate(number));
                    let answer = json::object().string("type", "m.login.password").build();
                    let reply = UiaReply::Auth(StageAnswer::Custom(answer));
                    self.feed(Input::HostReplied(number, reply));
                }
            },
            Effect::Tab(TabEffect::OpenFallbackPage(subject)) => {
                self.feed(Input::FallbackWindowChanged(subject, FallbackWindow::Open))
            }
            // The button is pressed, though by nobody.
            Effect::Ui(UiEffect::SubmitDialog) => match self.model.active_uia().map(|it| it.0) {
                Some(subject) => self.answer_dialog(subject),
                None => self.feed(Input::RemoveConfirmed),
            },
            Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::SessionExpired {
                ..
            }))) => self.renewed = Some(self.now + 100.0),
            _ => {}
        }
    }

    fn answer_dialog(&mut self, subject: UiaTarget) {
        let password = SecretText("p".to_owned());
        let reply = UiaReply::Auth(StageAnswer::Password { user_id: None, password });
        self.feed(Input::UserReplied(subject, reply));
    }

    fn answered(&mut self, effect: Effect) -> Input {
        self.number += 1;
        let slot = effect.request_key().expect("a request");
        let fault = self.fault.filter(|(_, of)| of.is_none() || *of == kind(slot));
        let result = match fault {
            Some((fault, _)) => Err(fault(self.number)),
            None => good(&effect),
        };
        match effect {
            Effect::Request(Request::List(ListRequest::ReadList { number })) => {
                Input::ListLoaded { number, result: result.map(|body| get_3pids::read(&body)) }
            }
            Effect::Request(Request::Api(ApiRequest::RequestToken { id, .. })) => {
                Input::TokenResponded { id, result: result.and_then(sid) }
            }
            Effect::Request(Request::Api(ApiRequest::Add { id, .. })) => {
                Input::AddResponded { id, result: result.map(drop) }
            }
            Effect::Request(Request::Api(ApiRequest::SubmitCode { id, .. })) => {
                Input::CodeResponded { id, result: result.map(|_| true) }
            }
            Effect::Request(Request::Api(ApiRequest::Delete { .. })) => {
                Input::DeleteResponded(result.map(|body| delete_3pid::parse_response(&body)))
            }
            Effect::Request(Request::Api(ApiRequest::ChangePassword {
                logout_devices, ..
            })) => Input::PasswordChangeResponded { logout_devices, result: result.map(drop) },
            Effect::Request(Request::Api(ApiRequest::RequestUiaToken { subject, .. })) => {
                Input::UiaTokenRequested {
                    subject,
                    secret: secret(9),
                    result: result.and_then(sid),
                }
            }
            Effect::Request(Request::Api(ApiRequest::SubmitUiaToken { subject, .. })) => {
                Input::UiaTokenSubmitted { subject, result: result.map(|_| true) }
            }
            Effect::Request(Request::List(ListRequest::ReadCapabilities(_))) => {
                Input::CapabilityLoaded(true)
            }
            Effect::Request(Request::DiscoverAccountManagement) => Input::ManagementUrlLoaded(None),
            Effect::Request(Request::Api(ApiRequest::Identity(IdentityRequest::Lookup {
                addresses,
                ..
            }))) => {
                Input::LookupResponded(result.map(|body| lookup::read(&body, &addresses, &[], "")))
            }
            Effect::Request(Request::Api(ApiRequest::Identity(_))) => {
                Input::IdentityResponded(result)
            }
            other => panic!("no request: {other:?}"),
        }
    }

    /// So much time goes by.
    fn pass(&mut self, ms: f64, looks: Looks) {
        let until = self.now + ms;
        let mut turn = match looks {
            Looks::Now(every) => self.now + every,
            Looks::Always | Looks::Never => f64::INFINITY,
        };
        let mut steps = 0;
        loop {
            let answer = self.under_way.iter().map(|it| it.0).fold(f64::INFINITY, f64::min);
            let wake = self.model.next_timer().unwrap_or(f64::INFINITY);
            assert!(wake > self.now, "a wake in the past");
            let renewed = self.renewed.unwrap_or(f64::INFINITY);
            let next = answer.min(wake).min(renewed).min(turn);
            if next > until {
                break;
            }
            steps += 1;
            assert!(steps < 100_000, "it never rests");
            self.now = next;
            if next == renewed {
                self.renewed = None;
                self.feed(Input::SessionChanged(SessionState::Active));
            } else if next == answer {
                let at = self.under_way.iter().position(|it| it.0 == next).expect("it is due");
                let (_, effect) = self.under_way.remove(at);
                let input = self.answered(effect);
                self.feed(input);
            } else if next == turn {
                if let Looks::Now(every) = looks {
                    turn = self.now + every;
                }
                self.look(!self.here);
            } else {
                self.feed(Input::TimerFired);
            }
        }
        self.now = until;
    }

    fn most_in_a_minute(&self) -> usize {
        let (mut first, mut most) = (0, 0);
        for (at, now) in self.sent.iter().enumerate() {
            while self.sent[first] <= now - MINUTE {
                first += 1;
            }
            most = most.max(at + 1 - first);
        }
        most
    }
}

fn sid(body: Json) -> Result<request_3pid_token_via_email::Response, RequestError> {
    request_3pid_token_via_email::read(&body).ok_or(RequestError::InvalidResponse { status: 200 })
}

/// What servers answer when nothing is wrong; but links are not opened.
fn good(effect: &Effect) -> Result<Json, RequestError> {
    let body = match effect {
        Effect::Request(Request::List(ListRequest::ReadList { .. })) => {
            r#"{"threepids":[{"medium":"email","address":"one@example.org"},{"medium":"email","address":"two@example.org"}]}"#
        }
        Effect::Request(Request::Api(ApiRequest::RequestToken { .. }))
        | Effect::Request(Request::Api(ApiRequest::RequestUiaToken { .. })) => r#"{"sid":"sid"}"#,
        Effect::Request(Request::Api(ApiRequest::Add { auth: None, .. })) => {
            return Err(challenge(0, "\"m.login.password\"", ""));
        }
        Effect::Request(Request::Api(ApiRequest::Add { .. })) => {
            return Err(error(400, "M_THREEPID_AUTH_FAILED"));
        }
        Effect::Request(Request::Api(ApiRequest::Identity(IdentityRequest::GetTerms))) => {
            r#"{"policies":{"p":{"version":"1","en":{"name":"P","url":"https://example.org/p"}}}}"#
        }
        Effect::Request(Request::Api(ApiRequest::Identity(IdentityRequest::GetAcceptedTerms))) => {
            r#"{"accepted":["https://example.org/p"]}"#
        }
        Effect::Request(Request::Api(ApiRequest::Identity(IdentityRequest::GetHashDetails))) => {
            r#"{"algorithms":["sha256"],"lookup_pepper":"p"}"#
        }
        Effect::Request(Request::Api(ApiRequest::Identity(IdentityRequest::Lookup { .. }))) => {
            r#"{"mappings":{}}"#
        }
        _ => "{}",
    };
    Ok(json::parse(body).expect("JSON"))
}

/// What the person has done before they leave it alone.
#[derive(Clone, Copy, Debug)]
enum Story {
    /// Opened the page.
    Opened,
    /// Handed in addresses; of some, all but the link is there.
    Waiting,
    /// Wants one removed.
    Removing,
    /// Wants another password.
    Password,
    /// Has forgotten the password, and has not opened the link.
    Reset,
}

/// The story up to what the person does last: that is left to be done, as its
/// answer is the first that goes wrong.
fn told(story: Story) -> (Run, Vec<Input>) {
    let mut run = Run::new(match story {
        Story::Password => Model::new_for_password(),
        Story::Reset => Model::new_for_reset(),
        Story::Opened | Story::Waiting | Story::Removing => Model::default(),
    });
    let identity =
        Input::IdentityServerSet { server_name: Some("id.example.org".to_owned()), can_hash: true };
    if let Story::Opened = story {
        return (run, vec![identity, Input::SessionChanged(SessionState::Active)]);
    }
    run.feed(identity);
    run.feed(Input::SessionChanged(SessionState::Active));
    run.pass(1000.0, Looks::Always);
    let last = match story {
        Story::Opened => Vec::new(),
        Story::Waiting => {
            for nth in 0..4 {
                let address = format!("new{nth}@example.org");
                run.feed(Input::AddEmail {
                    address,
                    secret: secret(nth),
                    initiator: Initiator::HostMethod,
                });
                run.pass(100.0, Looks::Always);
                let id = run.model.verifications.last().expect("pending").id;
                // Another link, another session.
                run.pass(31_000.0, Looks::Always);
                run.feed(Input::Resend(id, secret(nth + 20)));
                run.pass(100.0, Looks::Always);
                if nth > 0 {
                    run.feed(Input::Continue(id));
                    run.pass(100.0, Looks::Always);
                    run.answer_dialog(UiaTarget::Verification(id));
                    run.pass(100.0, Looks::Always);
                }
            }
            assert!(run.model.verifications.iter().filter(|it| it.is_waiting()).count() >= 3);
            vec![Input::Continue(run.model.verifications[0].id)]
        }
        Story::Removing => {
            run.feed(Input::RemoveRequested {
                medium: Medium::Email,
                address: "two@example.org".to_owned(),
            });
            vec![Input::RemoveConfirmed]
        }
        Story::Password => {
            let password = SecretText("a new one".to_owned());
            vec![Input::ChangePassword { password, repeated: None, logout_devices: false }]
        }
        Story::Reset => {
            let (address, initiator) = ("new@example.org".to_owned(), Initiator::User);
            run.feed(Input::AddEmail { address, secret: secret(1), initiator });
            run.pass(100.0, Looks::Always);
            run.model.pending_reset().expect("an email was sent");
            let password = SecretText("a new one".to_owned());
            vec![Input::ChangePassword { password, repeated: None, logout_devices: false }]
        }
    };
    (run, last)
}

/// Every request, or those of one kind, meet every fault; somebody looks, or
/// nobody, or now and then; a person answers challenges, or a handler.
fn meet_every_fault(story: Story) {
    let kinds =
        [None, Some(Kind::List), Some(Kind::Change), Some(Kind::Message), Some(Kind::Identity)];
    let begun = told(story);
    for (name, fault) in FAULTS {
        for of in kinds {
            for looks in [Looks::Always, Looks::Never, Looks::Now(7_000.0)] {
                for answers in [By_::Person, By_::Handler] {
                    let (mut run, last) = begun.clone();
                    run.fault = Some((*fault, of));
                    run.answers = answers;
                    if let Looks::Never = looks {
                        run.look(false);
                    }
                    last.into_iter().for_each(|input| run.feed(input));
                    // What they asked for themselves.
                    run.sent.clear();
                    run.pass(HOUR, looks);
                    let most = run.most_in_a_minute();
                    let what = format!("{story:?}, {of:?}: {name}, {looks:?}, {answers:?}");
                    assert!(most <= MOST, "{what}: {most} requests in a minute");
                }
            }
        }
    }
}

#[test]
fn no_fault_causes_request_storm_on_page_load() {
    meet_every_fault(Story::Opened);
}

#[test]
fn no_fault_causes_request_storm_while_polling() {
    meet_every_fault(Story::Waiting);
}

#[test]
fn no_fault_causes_request_storm_during_removal() {
    meet_every_fault(Story::Removing);
}

#[test]
fn no_fault_causes_request_storm_during_password_change() {
    meet_every_fault(Story::Password);
}

#[test]
fn no_fault_causes_request_storm_during_password_reset() {
    meet_every_fault(Story::Reset);
}

#[test]
fn hidden_page_sends_no_request_during_rate_limit() {
    for (name, fault) in FAULTS.iter().filter(|(name, _)| name.starts_with("limited")) {
        let (mut run, last) = told(Story::Opened);
        run.fault = Some((*fault, None));
        last.into_iter().for_each(|input| run.feed(input));
        run.pass(100.0, Looks::Always);
        run.look(false);
        run.sent.clear();
        run.pass(2.0 * HOUR, Looks::Never);
        assert!(run.sent.is_empty(), "{name}: {:?}", run.sent);
        run.fault = None;
        run.look(true);
        run.pass(1000.0, Looks::Always);
        assert!(run.model.list.entries().is_some(), "{name}: not read when it is seen again");
    }
}

#[test]
fn zero_rate_limits_back_off_and_end() {
    let (mut run, last) = told(Story::Opened);
    run.fault = FAULTS.iter().find(|it| it.0 == "limited for no time").map(|it| (it.1, None));
    last.into_iter().for_each(|input| run.feed(input));
    run.sent.clear();
    run.pass(HOUR, Looks::Always);
    let waits: Vec<_> = run.sent.windows(2).map(|it| it[1] - it[0]).collect();
    assert!(run.sent.len() < 40, "{waits:?}");
    run.fault = None;
    run.pass(HOUR, Looks::Always);
    assert!(run.model.list.entries().is_some());
}

#[test]
fn held_requests_are_sent_later_and_user_requests_at_once() {
    let (mut run, last) = told(Story::Waiting);
    last.into_iter().for_each(|input| run.feed(input));
    // Back and forth like this, there is much to be looked after.
    run.pass(MINUTE, Looks::Now(500.0));
    assert!(run.model.delayed_keys().next().is_some());
    run.pass(MINUTE, Looks::Always);
    assert!(
        !run.model.delayed_keys().any(|slot| slot == RequestKey::List),
        "news does not wait for long"
    );
    // What the person asks for does not wait.
    run.pass(MINUTE, Looks::Now(500.0));
    let before = run.sent.len();
    run.feed(Input::Refresh);
    run.feed(Input::Resend(run.model.verifications[0].id, secret(40)));
    assert!(run.sent.len() > before);
}
