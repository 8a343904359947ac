//! From nothing to a session: which server, where it is, which way in. No I/O.

use super::effect::{Answer, Effect, Field, Focus, Purpose};
use super::entered::{Entered, NotEntered};
use super::session::{Leave, Session};
pub use super::step::{Because, Form, Looking, Notice, Server, Step};
use super::trouble::{Doing, Trouble};
use crate::flow::Problem;
use crate::matrix::login::{self, Device, Identifier};
use crate::matrix::uia::Password;
use crate::matrix::{BaseUrl, Call, Failure};

/// Somebody signs in.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// What is said beside the form.
    pub notice: Option<Notice>,
    /// How far it is.
    pub step: Step,
    /// What stands in the field for the server at first.
    pub server: String,
    /// What stands in the field for the user name at first.
    pub user: String,
    /// The administrator's, or that of the session that has ended: there is no
    /// other.
    pub fixed: Option<Entered>,
    /// The device of the session that has ended.
    device: Option<String>,
    /// The server that was looked for last.
    pub(super) wanted: Option<Entered>,
    /// The request under way.
    number: u32,
    /// How often in a row the server has said that it is too often.
    pub(super) refusals: usize,
}

/// No limit is believed that is longer, in ms.
const MAX_LIMIT_MS: f64 = 3_600_000.0;
/// The shortest limit after each refusal in a row, in ms: looking for a server
/// takes up to four requests, and goes on by itself.
const MIN_LIMITS_MS: [f64; 3] = [1_000.0, 8_000.0, 64_000.0];

/// What a step may need of the page.
pub struct Page<'a> {
    /// ms since the epoch.
    pub now: f64,
    /// What a new device is called.
    pub device_name: &'a str,
    /// The page's own URL.
    pub here: &'a str,
    /// What is to be done.
    pub effects: &'a mut Vec<Effect>,
    /// Requests are numbered.
    pub numbers: &'a mut u32,
}

impl Page<'_> {
    pub(super) fn focus(&mut self, focus: Focus) {
        self.effects.push(Effect::Focus(focus));
    }
}

impl SignIn {
    /// The person may name any server; this one is suggested.
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

    /// At this server only.
    pub fn at(server: Entered, page: &mut Page) -> SignIn {
        let mut sign_in = SignIn::anywhere("");
        sign_in.fixed = Some(server.clone());
        sign_in.look_for(server, page);
        sign_in
    }

    /// Once more, after a session has ended.
    pub fn again(session: &Session, page: &mut Page) -> SignIn {
        let mut sign_in = SignIn::at(Entered::Url(session.homeserver.clone()), page);
        sign_in.notice = Some(Notice::SessionEnded);
        sign_in.user = session.login.user_id.clone();
        sign_in.device = session.login.device_id.clone();
        sign_in
    }

    /// The person says which server, or where its homeserver is.
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

    /// The request of this number was answered. A session, if that was the last.
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

    /// The person has filled in the form.
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

    /// The person goes to a provider.
    pub fn provider(&mut self, id: Option<&str>, nonce: String, at: f64, page: &mut Page) {
        let Step::Methods(server, _, Form::Open(_)) = &self.step else { return };
        let back = [page.here, "?nonce=", &nonce].concat();
        let url = login::sso_redirect(&server.homeserver, id, &back);
        let leave = Leave { homeserver: server.homeserver.clone(), nonce, at };
        page.effects.push(Effect::Go(leave, url));
    }

    /// The person is back, with a token.
    pub fn redeem(&mut self, leave: Leave, token: &str, page: &mut Page) {
        let device = Device { id: self.device.as_deref(), name: Some(page.device_name) };
        let call = login::with_token(&leave.homeserver, token, device);
        self.step = Step::Redeeming(leave.homeserver);
        self.send(call, page);
    }

    /// The person corrects what was wrong: it is not said any longer.
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

    /// Another server, please.
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

    /// The same again, please.
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

    /// What is wrong with what stands in this field.
    pub fn trouble_at(&self, field: Field) -> Option<&Trouble> {
        self.trouble().filter(|it| it.field() == Some(field) && self.has_fields())
    }

    /// What is wrong with no field.
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

    /// What is wrong in front of the person.
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

    /// Time has passed: a limit may be over.
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

    /// What a failure means. A server that refuses again and again, whatever
    /// times it names, is left in peace for longer each time.
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

    /// Who is signed in by this answer, or why nobody is.
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
