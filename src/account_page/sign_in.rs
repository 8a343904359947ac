//! Sign-in: server, discovery and login. A state machine without I/O.

use super::effect::{Answer, Effect, Field, Focus, RequestPurpose};
use super::server_input::{ServerInput, ServerInputError};
use super::session::{Session, SsoRedirect};
use super::sign_in_error::{SignInAction, SignInError};
pub use super::sign_in_step::{DiscoveryStep, Form, Notice, Server, SignInStep, UrlSource};
use crate::matrix::login::{self, Device, Identifier};
use crate::matrix::uia::SecretText;
use crate::matrix::{AbsoluteRequest, ApiVersion, BaseUrl, RequestError};
use crate::model::UserError;

/// State of the sign-in.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// Status text of the form.
    pub notice: Option<Notice>,
    /// Step of the sign-in.
    pub step: SignInStep,
    /// Default of the field for the server.
    pub server: String,
    /// Default of the field for the user name.
    pub user: String,
    /// Fixed homeserver: of the configuration, or of the session that has
    /// ended.
    pub fixed_server: Option<ServerInput>,
    /// Device of the session that has ended.
    device_id: Option<String>,
    /// Server of the last discovery.
    pub(super) requested_server: Option<ServerInput>,
    /// Pending request.
    request_id: u32,
    /// Number of consecutive rate limits.
    pub(super) refusals: usize,
}

/// Longest rate limit that is accepted, in ms.
const MAX_LIMIT_MS: f64 = 3_600_000.0;
/// Shortest rate limit after each consecutive refusal, in ms. Discovery takes
/// up to four requests, and continues by itself.
const MIN_LIMITS_MS: [f64; 3] = [1_000.0, 8_000.0, 64_000.0];

/// Values of the page that a step needs.
pub struct StepContext<'a> {
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

impl StepContext<'_> {
    pub(super) fn focus(&mut self, focus: Focus) {
        self.effects.push(Effect::Focus(focus));
    }
}

impl SignIn {
    /// Creates the sign-in to any server. This one is the default.
    pub fn with_any_server(suggested: &str) -> SignIn {
        SignIn {
            notice: None,
            step: SignInStep::Server(None),
            server: suggested.to_owned(),
            user: String::new(),
            fixed_server: None,
            device_id: None,
            requested_server: None,
            request_id: 0,
            refusals: 0,
        }
    }

    /// Creates the sign-in to this server only.
    pub fn with_server(server: ServerInput, page: &mut StepContext) -> SignIn {
        let mut sign_in = SignIn::with_any_server("");
        sign_in.fixed_server = Some(server.clone());
        sign_in.start_discovery(server, page);
        sign_in
    }

    /// Creates the sign-in after a session has ended.
    pub fn resume_session(session: &Session, page: &mut StepContext) -> SignIn {
        let mut sign_in = SignIn::with_server(ServerInput::Url(session.homeserver.clone()), page);
        sign_in.notice = Some(Notice::SessionEnded);
        sign_in.user = session.login.user_id.clone();
        sign_in.device_id = session.login.device_id.clone();
        sign_in
    }

    /// Handles the submitted server, or the URL of its homeserver.
    pub fn server_submitted(&mut self, text: &str, page: &mut StepContext) {
        let trouble = match &self.step {
            SignInStep::Server(_) => match ServerInput::parse(text) {
                Ok(entered) => return self.start_discovery(entered, page),
                Err(ServerInputError::Empty) => SignInError::MissingServer,
                Err(ServerInputError::Invalid) => SignInError::NotAServer,
                Err(ServerInputError::Insecure) => SignInError::Insecure,
            },
            SignInStep::HomeserverUrl(..) => match ServerInput::parse_address(text) {
                Ok(url) => return self.start_discovery(ServerInput::Url(url), page),
                Err(ServerInputError::Empty | ServerInputError::Invalid) => {
                    SignInError::NotAnAddress
                }
                Err(ServerInputError::Insecure) => SignInError::Insecure,
            },
            SignInStep::Discovering(_)
            | SignInStep::Unavailable(_)
            | SignInStep::ChooseMethod(..)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..) => return,
        };
        self.notice = None;
        self.failed(trouble, page);
    }

    pub(super) fn send(&mut self, call: AbsoluteRequest, page: &mut StepContext) {
        *page.numbers += 1;
        self.request_id = *page.numbers;
        page.effects.push(Effect::Send(RequestPurpose::SignIn(self.request_id), call));
    }

    /// Handles the response of the request with this number. Returns the
    /// session after the last request.
    pub fn answered(
        &mut self,
        number: u32,
        answer: &Answer,
        page: &mut StepContext,
    ) -> Option<Session> {
        if number != self.request_id {
            return None;
        }
        match self.step.clone() {
            SignInStep::Discovering(looking) => self.discovery_responded(looking, answer, page),
            SignInStep::ChooseMethod(server, methods, Form::Sending) => {
                let Server { homeserver, api, .. } = &server;
                let trouble = match self.signed_in(
                    SignInAction::Password,
                    (homeserver, *api),
                    answer,
                    page,
                ) {
                    Ok(session) => return Some(session),
                    Err(trouble) => trouble,
                };
                self.step = SignInStep::ChooseMethod(server, methods, Form::Open(Some(trouble)));
                page.focus(Focus::Password);
            }
            SignInStep::LoggingInWithToken(homeserver, api) => {
                let server = (&homeserver, api);
                let trouble = match self.signed_in(SignInAction::Sso, server, answer, page) {
                    Ok(session) => return Some(session),
                    Err(trouble) => trouble,
                };
                self.notice = Some(Notice::Failed(trouble));
                self.start_discovery(ServerInput::Url(homeserver), page);
            }
            SignInStep::Server(_)
            | SignInStep::HomeserverUrl(..)
            | SignInStep::Unavailable(_)
            | SignInStep::ChooseMethod(_, _, Form::Open(_) | Form::ResettingPassword)
            | SignInStep::ManagedElsewhere(..) => {}
        }
        None
    }

    /// Handles the submitted user name and password.
    pub fn password(&mut self, user: &str, password: &SecretText, page: &mut StepContext) {
        let SignInStep::ChooseMethod(server, _, form) = &mut self.step else { return };
        if !matches!(form, Form::Open(_)) || is_limited(form, page.now) {
            return;
        }
        let missing = match (user.trim().is_empty(), password.0.is_empty()) {
            (true, _) => Some((SignInError::MissingUser, Focus::User)),
            (false, true) => Some((SignInError::MissingPassword, Focus::Password)),
            (false, false) => None,
        };
        if let Some((trouble, focus)) = missing {
            *form = Form::Open(Some(trouble));
            return page.focus(focus);
        }
        *form = Form::Sending;
        self.notice = None;
        let who = Identifier::parse(user);
        let device = Device { id: self.device_id.as_deref(), name: Some(page.device_name) };
        let call = login::with_password(&server.homeserver, server.api, &who, password, device);
        self.send(call, page);
    }

    /// Starts single sign-on.
    pub fn provider(&mut self, id: Option<&str>, nonce: String, at: f64, page: &mut StepContext) {
        let SignInStep::ChooseMethod(server, _, Form::Open(_)) = &self.step else { return };
        let back = [page.here, "?nonce=", &nonce].concat();
        let url = login::sso_redirect(&server.homeserver, server.api, id, &back);
        let (homeserver, api) = (server.homeserver.clone(), server.api);
        let leave = SsoRedirect { homeserver, api, nonce, at };
        page.effects.push(Effect::RedirectToSso(leave, url));
    }

    /// Handles the return from single sign-on with a token.
    pub fn login_with_token(&mut self, leave: SsoRedirect, token: &str, page: &mut StepContext) {
        let device = Device { id: self.device_id.as_deref(), name: Some(page.device_name) };
        let call = login::with_token(&leave.homeserver, leave.api, token, device);
        self.step = SignInStep::LoggingInWithToken(leave.homeserver, leave.api);
        self.send(call, page);
    }

    /// Removes the error of a field that the user edits.
    pub fn edited(&mut self, field: Field) {
        match &mut self.step {
            SignInStep::Server(trouble)
            | SignInStep::HomeserverUrl(_, trouble)
            | SignInStep::ChooseMethod(_, _, Form::Open(trouble)) => {
                if trouble.as_ref().is_some_and(|it| it.is_of(field)) {
                    *trouble = None;
                }
            }
            SignInStep::Discovering(_)
            | SignInStep::Unavailable(_)
            | SignInStep::ChooseMethod(_, _, Form::Sending | Form::ResettingPassword)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..) => {}
        }
    }

    /// Handles "Use another server".
    pub fn other_server(&mut self, page: &mut StepContext) {
        if self.fixed_server.is_some() {
            return;
        }
        // What is under way is given up.
        self.request_id = 0;
        self.notice = None;
        self.user.clear();
        self.step = SignInStep::Server(None);
        page.focus(Focus::Server);
    }

    /// Handles "Forgot your password?".
    pub fn forgot_password(&mut self, page: &mut StepContext) {
        let SignInStep::ChooseMethod(_, methods, form @ Form::Open(_)) = &mut self.step else {
            return;
        };
        if methods.password {
            *form = Form::ResettingPassword;
            self.notice = None;
            page.focus(Focus::Screen);
        }
    }

    /// Returns to the form for user name and password: by "Back to sign in", or after
    /// the password was replaced.
    pub fn end_password_reset(&mut self, notice: Option<Notice>, page: &mut StepContext) {
        let SignInStep::ChooseMethod(_, _, form @ Form::ResettingPassword) = &mut self.step else {
            return;
        };
        *form = Form::Open(None);
        self.notice = notice;
        page.focus(Focus::User);
    }

    /// Handles "Try again".
    pub fn try_again(&mut self, page: &mut StepContext) {
        let trouble = match &self.step {
            SignInStep::Server(Some(trouble)) | SignInStep::Unavailable(trouble) => trouble,
            SignInStep::Server(None)
            | SignInStep::HomeserverUrl(..)
            | SignInStep::Discovering(_)
            | SignInStep::ChooseMethod(..)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..) => return,
        };
        if trouble.until().is_some_and(|until| until > page.now) {
            return;
        }
        if let Some(wanted) = self.requested_server.clone() {
            self.start_discovery(wanted, page);
        }
    }

    /// Error of this field.
    pub fn error_at(&self, field: Field) -> Option<&SignInError> {
        self.fail().filter(|it| it.field() == Some(field) && self.has_fields())
    }

    /// Error of the whole form.
    pub fn general_error(&self) -> Option<&SignInError> {
        self.fail().filter(|it| it.field().is_none() || !self.has_fields())
    }

    fn has_fields(&self) -> bool {
        match self.step {
            SignInStep::Server(_)
            | SignInStep::HomeserverUrl(..)
            | SignInStep::ChooseMethod(..) => true,
            SignInStep::Discovering(_)
            | SignInStep::Unavailable(_)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..) => false,
        }
    }

    /// The displayed error.
    pub fn fail(&self) -> Option<&SignInError> {
        match &self.step {
            SignInStep::Server(trouble)
            | SignInStep::HomeserverUrl(_, trouble)
            | SignInStep::ChooseMethod(_, _, Form::Open(trouble)) => trouble.as_ref(),
            SignInStep::Unavailable(trouble) => Some(trouble),
            SignInStep::Discovering(_)
            | SignInStep::ChooseMethod(_, _, Form::Sending | Form::ResettingPassword)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..) => None,
        }
    }

    /// Ends rate limits whose time is over.
    pub fn tick(&mut self, page: &mut StepContext) {
        let over = |trouble: &SignInError| trouble.until().is_some_and(|until| until <= page.now);
        if !self.fail().is_some_and(over) {
            return;
        }
        match &mut self.step {
            SignInStep::Server(trouble)
            | SignInStep::HomeserverUrl(_, trouble)
            | SignInStep::ChooseMethod(_, _, Form::Open(trouble)) => *trouble = None,
            SignInStep::Unavailable(_) => return self.try_again(page),
            SignInStep::Discovering(_)
            | SignInStep::ChooseMethod(_, _, Form::Sending | Form::ResettingPassword)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..) => {}
        }
        self.notice = Some(Notice::LimitOver);
    }

    /// Converts a failure to an error. Consecutive rate limits get longer,
    /// whatever the server says.
    pub(super) fn login_error(
        &mut self,
        doing: SignInAction,
        failure: &RequestError,
        now: f64,
    ) -> SignInError {
        match SignInError::of(doing, failure, now) {
            SignInError::Widget(UserError::RateLimited { retry_after_ms: wait, .. }) => {
                let shortest = MIN_LIMITS_MS[self.refusals.min(MIN_LIMITS_MS.len() - 1)];
                self.refusals += 1;
                // A number that is none loses, either way.
                let wait = wait.max(shortest).min(MAX_LIMIT_MS);
                SignInError::Widget(UserError::RateLimited {
                    retry_at: now + wait,
                    retry_after_ms: wait,
                })
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
        doing: SignInAction,
        (homeserver, api): (&BaseUrl, ApiVersion),
        answer: &Answer,
        page: &StepContext,
    ) -> Result<Session, SignInError> {
        let read = |answer: &Answer| {
            let answer = answer.as_ref().map_err(Clone::clone)?;
            let nothing = RequestError::InvalidResponse { status: answer.status };
            login::read(&answer.json()?).ok_or(nothing)
        };
        match read(answer) {
            Ok(login) if login.is_usable() => {
                Ok(Session { homeserver: homeserver.clone(), api, login })
            }
            Ok(_) => Err(SignInError::BadLogin(homeserver.display_name().to_owned())),
            Err(failure) => Err(self.login_error(doing, &failure, page.now)),
        }
    }
}

fn is_limited(form: &Form, now: f64) -> bool {
    match form {
        Form::Open(trouble) => {
            trouble.as_ref().and_then(SignInError::until).is_some_and(|until| until > now)
        }
        Form::Sending | Form::ResettingPassword => false,
    }
}
