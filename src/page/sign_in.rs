//! Sign-in: server, discovery and login. A state machine without I/O.

use super::effect::{Answer, Effect, Field, Focus, Purpose};
use super::entered::{Entered, NotEntered};
use super::session::{Leave, Session};
pub use super::step::{Because, Form, Looking, Notice, Server, Step};
use super::trouble::{Doing, Trouble};
use crate::flow::Problem;
use crate::matrix::login::{self, Device, Identifier};
use crate::matrix::uia::Password;
use crate::matrix::{BaseUrl, Call, Failure};

/// State of the sign-in.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// Status text of the form.
    pub notice: Option<Notice>,
    /// Step of the sign-in.
    pub step: Step,
    /// Default of the field for the server.
    pub server: String,
    /// Default of the field for the user name.
    pub user: String,
    /// Fixed homeserver: of the configuration, or of the session that has
    /// ended.
    pub fixed: Option<Entered>,
    /// Device of the session that has ended.
    device: Option<String>,
    /// Server of the last discovery.
    pub(super) wanted: Option<Entered>,
    /// Pending request.
    number: u32,
    /// Number of consecutive rate limits.
    pub(super) refusals: usize,
}

/// Longest rate limit that is accepted, in ms.
const MAX_LIMIT_MS: f64 = 3_600_000.0;
/// Shortest rate limit after each consecutive refusal, in ms. Discovery takes
/// up to four requests, and continues by itself.
const MIN_LIMITS_MS: [f64; 3] = [1_000.0, 8_000.0, 64_000.0];

/// Values of the page that a step needs.
pub struct Page<'a> {
    /// Time in ms since the epoch.
    pub now: f64,
    /// Name of a new device.
    pub device_name: &'a str,
    /// URL of the page.
    pub here: &'a str,
    /// Effects of the step.
    pub effects: &'a mut Vec<Effect>,
    /// Number of the next request.
    pub numbers: &'a mut u32,
}

impl Page<'_> {
    pub(super) fn focus(&mut self, focus: Focus) {
        self.effects.push(Effect::Focus(focus));
    }
}

impl SignIn {
    /// Creates the sign-in to any server. This one is the default.
    pub fn anywhere(suggested: &str) -> SignIn {
        SignIn {
            notice: None,
            step: Step::Server(None),
            server: suggested.to_owned(),
            user: String::new(),
            fixed: None,
            device: None,
            wanted: None,
            number: 0,
            refusals: 0,
        }
    }

    /// Creates the sign-in to this server only.
    pub fn at(server: Entered, page: &mut Page) -> SignIn {
        let mut sign_in = SignIn::anywhere("");
        sign_in.fixed = Some(server.clone());
        sign_in.look_for(server, page);
        sign_in
    }

    /// Creates the sign-in after a session has ended.
    pub fn again(session: &Session, page: &mut Page) -> SignIn {
        let mut sign_in = SignIn::at(Entered::Url(session.homeserver.clone()), page);
        sign_in.notice = Some(Notice::SessionEnded);
        sign_in.user = session.login.user_id.clone();
        sign_in.device = session.login.device_id.clone();
        sign_in
    }

    /// Handles the submitted server, or the URL of its homeserver.
    pub fn typed(&mut self, text: &str, page: &mut Page) {
        let trouble = match &self.step {
            Step::Server(_) => match Entered::parse(text) {
                Ok(entered) => return self.look_for(entered, page),
                Err(NotEntered::Nothing) => Trouble::NoServerTyped,
                Err(NotEntered::NoServer) => Trouble::NotAServer,
                Err(NotEntered::Insecure) => Trouble::Insecure,
            },
            Step::Address(..) => match Entered::parse_address(text) {
                Ok(url) => return self.look_for(Entered::Url(url), page),
                Err(NotEntered::Nothing | NotEntered::NoServer) => Trouble::NotAnAddress,
                Err(NotEntered::Insecure) => Trouble::Insecure,
            },
            Step::Looking(_)
            | Step::Unavailable(_)
            | Step::Methods(..)
            | Step::Managed(..)
            | Step::Redeeming(_) => return,
        };
        self.notice = None;
        self.failed(trouble, page);
    }

    pub(super) fn send(&mut self, call: Call, page: &mut Page) {
        *page.numbers += 1;
        self.number = *page.numbers;
        page.effects.push(Effect::Send(Purpose::SignIn(self.number), call));
    }

    /// Handles the response of the request with this number. Returns the
    /// session after the last request.
    pub fn answered(&mut self, number: u32, answer: &Answer, page: &mut Page) -> Option<Session> {
        if number != self.number {
            return None;
        }
        match self.step.clone() {
            Step::Looking(looking) => self.looked(looking, answer, page),
            Step::Methods(server, methods, Form::Sending) => {
                let trouble =
                    match self.signed_in(Doing::Password, &server.homeserver, answer, page) {
                        Ok(session) => return Some(session),
                        Err(trouble) => trouble,
                    };
                self.step = Step::Methods(server, methods, Form::Open(Some(trouble)));
                page.focus(Focus::Password);
            }
            Step::Redeeming(homeserver) => {
                let trouble = match self.signed_in(Doing::Sso, &homeserver, answer, page) {
                    Ok(session) => return Some(session),
                    Err(trouble) => trouble,
                };
                self.notice = Some(Notice::Failed(trouble));
                self.look_for(Entered::Url(homeserver), page);
            }
            Step::Server(_)
            | Step::Address(..)
            | Step::Unavailable(_)
            | Step::Methods(_, _, Form::Open(_))
            | Step::Managed(..) => {}
        }
        None
    }

    /// Handles the submitted user name and password.
    pub fn password(&mut self, user: &str, password: &Password, page: &mut Page) {
        let Step::Methods(server, _, form) = &mut self.step else { return };
        if *form == Form::Sending || is_limited(form, page.now) {
            return;
        }
        let missing = match (user.trim().is_empty(), password.0.is_empty()) {
            (true, _) => Some((Trouble::NoUserTyped, Focus::User)),
            (false, true) => Some((Trouble::NoPasswordTyped, Focus::Password)),
            (false, false) => None,
        };
        if let Some((trouble, focus)) = missing {
            *form = Form::Open(Some(trouble));
            return page.focus(focus);
        }
        *form = Form::Sending;
        self.notice = None;
        let who = Identifier::parse(user);
        let device = Device { id: self.device.as_deref(), name: Some(page.device_name) };
        let call = login::with_password(&server.homeserver, &who, password, device);
        self.send(call, page);
    }

    /// Starts single sign-on.
    pub fn provider(&mut self, id: Option<&str>, nonce: String, at: f64, page: &mut Page) {
        let Step::Methods(server, _, Form::Open(_)) = &self.step else { return };
        let back = [page.here, "?nonce=", &nonce].concat();
        let url = login::sso_redirect(&server.homeserver, id, &back);
        let leave = Leave { homeserver: server.homeserver.clone(), nonce, at };
        page.effects.push(Effect::Go(leave, url));
    }

    /// Handles the return from single sign-on with a token.
    pub fn redeem(&mut self, leave: Leave, token: &str, page: &mut Page) {
        let device = Device { id: self.device.as_deref(), name: Some(page.device_name) };
        let call = login::with_token(&leave.homeserver, token, device);
        self.step = Step::Redeeming(leave.homeserver);
        self.send(call, page);
    }

    /// Removes the error of a field that the user edits.
    pub fn edited(&mut self, field: Field) {
        match &mut self.step {
            Step::Server(trouble)
            | Step::Address(_, trouble)
            | Step::Methods(_, _, Form::Open(trouble)) => {
                if trouble.as_ref().is_some_and(|it| it.is_of(field)) {
                    *trouble = None;
                }
            }
            Step::Looking(_)
            | Step::Unavailable(_)
            | Step::Methods(_, _, Form::Sending)
            | Step::Managed(..)
            | Step::Redeeming(_) => {}
        }
    }

    /// Handles "Use another server".
    pub fn other_server(&mut self, page: &mut Page) {
        if self.fixed.is_some() {
            return;
        }
        // What is under way is given up.
        self.number = 0;
        self.notice = None;
        self.user.clear();
        self.step = Step::Server(None);
        page.focus(Focus::Server);
    }

    /// Handles "Try again".
    pub fn try_again(&mut self, page: &mut Page) {
        let trouble = match &self.step {
            Step::Server(Some(trouble)) | Step::Unavailable(trouble) => trouble,
            Step::Server(None)
            | Step::Address(..)
            | Step::Looking(_)
            | Step::Methods(..)
            | Step::Managed(..)
            | Step::Redeeming(_) => return,
        };
        if trouble.until().is_some_and(|until| until > page.now) {
            return;
        }
        if let Some(wanted) = self.wanted.clone() {
            self.look_for(wanted, page);
        }
    }

    /// Error of this field.
    pub fn trouble_at(&self, field: Field) -> Option<&Trouble> {
        self.trouble().filter(|it| it.field() == Some(field) && self.has_fields())
    }

    /// Error of the whole form.
    pub fn trouble_elsewhere(&self) -> Option<&Trouble> {
        self.trouble().filter(|it| it.field().is_none() || !self.has_fields())
    }

    fn has_fields(&self) -> bool {
        match self.step {
            Step::Server(_) | Step::Address(..) | Step::Methods(..) => true,
            Step::Looking(_) | Step::Unavailable(_) | Step::Managed(..) | Step::Redeeming(_) => {
                false
            }
        }
    }

    /// The displayed error.
    pub fn trouble(&self) -> Option<&Trouble> {
        match &self.step {
            Step::Server(trouble)
            | Step::Address(_, trouble)
            | Step::Methods(_, _, Form::Open(trouble)) => trouble.as_ref(),
            Step::Unavailable(trouble) => Some(trouble),
            Step::Looking(_)
            | Step::Methods(_, _, Form::Sending)
            | Step::Managed(..)
            | Step::Redeeming(_) => None,
        }
    }

    /// Ends rate limits whose time is over.
    pub fn tick(&mut self, page: &mut Page) {
        let over = |trouble: &Trouble| trouble.until().is_some_and(|until| until <= page.now);
        if !self.trouble().is_some_and(over) {
            return;
        }
        match &mut self.step {
            Step::Server(trouble)
            | Step::Address(_, trouble)
            | Step::Methods(_, _, Form::Open(trouble)) => *trouble = None,
            Step::Unavailable(_) => return self.try_again(page),
            Step::Looking(_)
            | Step::Methods(_, _, Form::Sending)
            | Step::Managed(..)
            | Step::Redeeming(_) => {}
        }
        self.notice = Some(Notice::LimitOver);
    }

    /// Converts a failure to an error. Consecutive rate limits get longer,
    /// whatever the server says.
    pub(super) fn trouble_of(&mut self, doing: Doing, failure: &Failure, now: f64) -> Trouble {
        match Trouble::of(doing, failure, now) {
            Trouble::Common(Problem::RateLimited { wait, .. }) => {
                let shortest = MIN_LIMITS_MS[self.refusals.min(MIN_LIMITS_MS.len() - 1)];
                self.refusals += 1;
                // A number that is none loses, either way.
                let wait = wait.max(shortest).min(MAX_LIMIT_MS);
                Trouble::Common(Problem::RateLimited { until: now + wait, wait })
            }
            trouble => {
                self.refusals = 0;
                trouble
            }
        }
    }

    /// Session of a login response, or the error.
    fn signed_in(
        &mut self,
        doing: Doing,
        homeserver: &BaseUrl,
        answer: &Answer,
        page: &Page,
    ) -> Result<Session, Trouble> {
        let read = |answer: &Answer| {
            let answer = answer.as_ref().map_err(Clone::clone)?;
            let nothing = Failure::NotMatrix { status: answer.status };
            login::read(&answer.json()?).ok_or(nothing)
        };
        match read(answer) {
            Ok(login) if login.is_usable() => Ok(Session { homeserver: homeserver.clone(), login }),
            Ok(_) => Err(Trouble::BadLogin(homeserver.shown().to_owned())),
            Err(failure) => Err(self.trouble_of(doing, &failure, page.now)),
        }
    }
}

fn is_limited(form: &Form, now: f64) -> bool {
    match form {
        Form::Open(trouble) => {
            trouble.as_ref().and_then(Trouble::until).is_some_and(|until| until > now)
        }
        Form::Sending => false,
    }
}
