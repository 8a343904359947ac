//! A visit to the page, from opening it to signing out. A state machine without
//! I/O: it receives an [`Input`], changes its state, and returns [`Effect`]s.

use super::Message;
use super::config::{Config, Homeserver};
use super::effect::{Effect, Focus, Input, RequestPurpose, StartupState};
use super::link_tab::LinkTab;
use super::session::{Session, SsoRedirect};
use super::sign_in::{Notice, SignIn, StepContext};
use super::sign_in_error::SignInError;
use super::tab_messages::{TabMessage, VerificationStatus, Verifications};
use crate::matrix::{Errcode, RequestError, logout, profile};

/// Screen of the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Screen {
    /// `config.json` has these errors.
    Misconfigured(Vec<String>),
    /// The user is not signed in.
    SignIn(SignIn),
    /// The user is signed in.
    Account(Account),
    /// The tab was opened by the link in an email.
    Returned(LinkTab),
}

/// Account of the signed-in user.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Session of the user.
    pub session: Session,
    /// Display name, if it is known.
    pub name: Option<String>,
    /// Displayed content.
    pub phase: AccountPhase,
}

/// Displayed content of a signed-in user.
#[derive(Clone, Debug, PartialEq)]
pub enum AccountPhase {
    /// The elements.
    SignedIn,
    /// The question about pending verifications before signing out.
    ConfirmingSignOut {
        /// Pending addresses.
        addresses: Vec<String>,
        /// True if the session has ended before.
        ended: bool,
    },
    /// The session has ended. The elements are still displayed.
    SessionExpired(Box<SignIn>),
}

/// State of the page.
pub struct PageModel {
    /// Screen of the page.
    pub screen: Screen,
    config: Config,
    here: String,
    verifications: Verifications,
    numbers: u32,
    /// Numbers of the newest requests for the display name and for signing out.
    asked_profile: u32,
    asked_logout: u32,
    now: f64,
    effects: Vec<Effect>,
}

impl PageModel {
    /// Creates the state when the page is opened. `now` is in ms since the
    /// epoch.
    pub fn start(
        config: Result<Config, Vec<String>>,
        found: StartupState,
        now: f64,
    ) -> (PageModel, Vec<Effect>) {
        let mut visit = PageModel {
            screen: Screen::SignIn(SignIn::with_any_server("")),
            config: Config::default(),
            here: found.page_url,
            verifications: Verifications::default(),
            numbers: 0,
            asked_profile: 0,
            asked_logout: 0,
            now,
            effects: Vec::new(),
        };
        match config {
            Ok(config) => visit.config = config,
            Err(mistakes) => {
                visit.screen = Screen::Misconfigured(mistakes);
                return (visit, Vec::new());
            }
        }
        let came_back = |leave: &SsoRedirect| leave.is_answered_by(found.nonce.as_deref(), now);
        match (found.login_token, found.sso_redirect.filter(came_back), found.session, found.sid) {
            (Some(token), Some(leave), ..) => {
                visit.sign_in();
                visit.with_sign_in(|sign_in, page| sign_in.login_with_token(leave, &token, page));
            }
            (_, _, Some(session), _) => visit.on_signed_in(session),
            // Somebody else's token, or one that came too late.
            (Some(_), ..) => {
                visit.sign_in();
                let failed = Notice::Failed(SignInError::SsoFailed);
                visit.with_sign_in(|sign_in, _| sign_in.notice = Some(failed));
            }
            (None, _, None, Some(sid)) => {
                visit.effects.push(Effect::QueryTabs(sid.clone()));
                visit.screen = Screen::Returned(LinkTab::new(sid, now));
            }
            (None, _, None, None) => visit.sign_in(),
        }
        let effects = std::mem::take(&mut visit.effects);
        (visit, effects.into_iter().filter(|it| !matches!(it, Effect::Focus(_))).collect())
    }

    /// Processes one input and returns its effects.
    pub fn update(&mut self, now: f64, input: Input) -> Vec<Effect> {
        self.now = now;
        match input {
            Input::Tick => self.tick(),
            Input::Server(text) => self.with_sign_in(|it, page| it.server_submitted(&text, page)),
            Input::Password { user, password } => {
                self.with_sign_in(|it, page| it.password(&user, &password, page));
            }
            Input::Provider { id, nonce, at } => {
                self.with_sign_in(|it, page| it.provider(id.as_deref(), nonce, at, page));
            }
            Input::Edited(field) => self.with_sign_in(|it, _| it.edited(field)),
            Input::ForgotPassword => self.with_sign_in(SignIn::forgot_password),
            Input::BackToSignIn => self.with_sign_in(|it, page| it.end_password_reset(None, page)),
            Input::PasswordReset => {
                let notice = Some(Notice::PasswordReset);
                self.with_sign_in(|it, page| it.end_password_reset(notice, page));
            }
            Input::OtherServer => self.with_sign_in(SignIn::other_server),
            Input::TryAgain => self.with_sign_in(SignIn::try_again),
            Input::Response(RequestPurpose::SignIn(number), answer) => {
                let mut session = None;
                self.with_sign_in(|it, page| session = it.answered(number, &answer, page));
                if let Some(session) = session {
                    self.effects.push(Effect::StoreSession(session.clone()));
                    self.on_signed_in(session);
                    self.effects.push(Effect::Focus(Focus::Screen));
                }
            }
            Input::Response(RequestPurpose::Profile(number), answer) => {
                let Screen::Account(account) = &mut self.screen else { return Vec::new() };
                if number != self.asked_profile {
                    return Vec::new();
                }
                match answer.and_then(|answer| answer.json()) {
                    Ok(body) => account.name = profile::read(&body),
                    Err(RequestError::Server(error)) if error.errcode == Errcode::UnknownToken => {
                        self.session_ended();
                    }
                    // The Matrix ID says it as well.
                    Err(_) => {}
                }
            }
            Input::Response(RequestPurpose::Logout(number), answer) => {
                let Screen::SignIn(sign_in) = &mut self.screen else { return Vec::new() };
                if number == self.asked_logout && sign_in.notice == Some(Notice::SigningOut) {
                    sign_in.notice = Some(match answer.and_then(|answer| answer.json()) {
                        // A token that is not known is good for nothing, either.
                        Ok(_) | Err(RequestError::Server(_)) => Notice::SignedOut,
                        Err(_) => Notice::SignedOutHere,
                    });
                }
            }
            Input::SignOut(pending) => match &mut self.screen {
                Screen::Account(account) if !pending.is_empty() => {
                    let ended = matches!(account.phase, AccountPhase::SessionExpired(_));
                    account.phase = AccountPhase::ConfirmingSignOut { addresses: pending, ended };
                }
                Screen::Account(_) => self.sign_out(false),
                Screen::Misconfigured(_) | Screen::SignIn(_) | Screen::Returned(_) => {}
            },
            Input::ConfirmSignOut { keep_pending: keep } => self.sign_out(keep),
            Input::CancelSignOut => {
                let Screen::Account(account) = &mut self.screen else { return Vec::new() };
                match account.phase {
                    AccountPhase::ConfirmingSignOut { ended: false, .. } => {
                        account.phase = AccountPhase::SignedIn
                    }
                    AccountPhase::ConfirmingSignOut { ended: true, .. } => self.ask_again(),
                    AccountPhase::SignedIn | AccountPhase::SessionExpired(_) => {}
                }
            }
            Input::SessionEnded => self.session_ended(),
            Input::TabStatus { sid, address, state } => {
                if let Screen::Returned(returned) = &mut self.screen
                    && returned.sid == sid
                {
                    returned.told(address, state, now);
                }
            }
            Input::TabQuery(sid) => self.on_tab_query(&sid),
            Input::StoredVerifications(account, records) => {
                if let Screen::Account(it) = &self.screen
                    && it.session.account() == account
                {
                    let news = self.verifications.take_over(&records);
                    news.into_iter().for_each(|news| self.send_tab_status(news));
                }
            }
            Input::SignInHere => {
                if matches!(self.screen, Screen::Returned(_)) {
                    self.effects.push(Effect::ClearQuery);
                    self.sign_in();
                    self.effects.push(Effect::Focus(Focus::Screen));
                }
            }
        }
        std::mem::take(&mut self.effects)
    }

    /// Name of the page for devices and the title, if it is configured.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Time of the last input, in ms since the epoch.
    pub fn now(&self) -> f64 {
        self.now
    }

    /// True while the state depends on the time.
    pub fn needs_ticker(&self) -> bool {
        match &self.screen {
            Screen::Returned(returned) => returned.until().is_some(),
            Screen::Misconfigured(_) | Screen::SignIn(_) | Screen::Account(_) => {
                self.sign_in_form().and_then(SignIn::fail).is_some_and(|it| it.until().is_some())
            }
        }
    }

    /// Displayed form, if there is one.
    pub fn sign_in_form(&self) -> Option<&SignIn> {
        match &self.screen {
            Screen::SignIn(sign_in) => Some(sign_in),
            Screen::Account(Account { phase: AccountPhase::SessionExpired(sign_in), .. }) => {
                Some(sign_in)
            }
            Screen::Account(_) | Screen::Misconfigured(_) | Screen::Returned(_) => None,
        }
    }

    /// Screen, configuration, and the values that a step needs.
    fn split(&mut self) -> (&mut Screen, &Config, StepContext<'_>) {
        let PageModel { screen: place, config, here, numbers, now, effects, .. } = self;
        let device_name = config.name.as_deref().unwrap_or(Message::Title.english());
        (place, config, StepContext { now: *now, device_name, here, effects, numbers })
    }

    fn with_sign_in(&mut self, run: impl FnOnce(&mut SignIn, &mut StepContext)) {
        let (place, _, mut page) = self.split();
        match place {
            Screen::SignIn(sign_in) => run(sign_in, &mut page),
            Screen::Account(Account { phase: AccountPhase::SessionExpired(sign_in), .. }) => {
                run(sign_in, &mut page)
            }
            Screen::Account(_) | Screen::Misconfigured(_) | Screen::Returned(_) => {}
        }
    }

    /// Displays the sign-in.
    fn sign_in(&mut self) {
        let (place, config, mut page) = self.split();
        *place = Screen::SignIn(match &config.homeserver {
            Homeserver::Any => SignIn::with_any_server(""),
            Homeserver::Suggested(server) => SignIn::with_any_server(server),
            Homeserver::Fixed(server) => SignIn::with_server(server.clone(), &mut page),
        });
    }

    fn on_signed_in(&mut self, session: Session) {
        let is_same = |it: &Account| it.session.account() == session.account();
        if !matches!(&self.screen, Screen::Account(account) if is_same(account)) {
            self.verifications = Verifications::default();
        }
        let login = &session.login;
        let call =
            profile::request(&session.homeserver, session.api, &login.access_token, &login.user_id);
        self.numbers += 1;
        self.asked_profile = self.numbers;
        self.effects.push(Effect::Send(RequestPurpose::Profile(self.numbers), call));
        self.effects.push(Effect::ReadStoredVerifications(session.account()));
        self.screen =
            Screen::Account(Account { session, name: None, phase: AccountPhase::SignedIn });
    }

    /// Handles that the session has ended. It may be reported several times.
    fn session_ended(&mut self) {
        let Screen::Account(account) = &mut self.screen else { return };
        match &mut account.phase {
            AccountPhase::SignedIn => self.ask_again(),
            // They are asked something else just now.
            AccountPhase::ConfirmingSignOut { ended: ended @ false, .. } => *ended = true,
            AccountPhase::ConfirmingSignOut { ended: true, .. }
            | AccountPhase::SessionExpired(_) => return,
        }
        self.effects.push(Effect::ClearStorage);
    }

    /// Creates the form above the elements, after the session has ended.
    fn ask_again(&mut self) {
        let (place, _, mut page) = self.split();
        let Screen::Account(account) = place else { return };
        let sign_in = SignIn::resume_session(&account.session, &mut page);
        account.phase = AccountPhase::SessionExpired(Box::new(sign_in));
    }

    /// Signs out. The stored data is deleted before the request, because the
    /// server may not respond.
    fn sign_out(&mut self, keep_pending: bool) {
        let Screen::Account(Account { session, .. }) = &self.screen else { return };
        let call = logout::request(&session.homeserver, session.api, &session.login.access_token);
        self.effects.push(Effect::ClearSession { keep_pending });
        self.numbers += 1;
        self.asked_logout = self.numbers;
        self.effects.push(Effect::Send(RequestPurpose::Logout(self.numbers), call));
        self.verifications = Verifications::default();
        self.sign_in();
        if let Screen::SignIn(sign_in) = &mut self.screen {
            sign_in.notice = Some(Notice::SigningOut);
        }
        self.effects.push(Effect::Focus(Focus::Screen));
    }

    fn tick(&mut self) {
        let now = self.now;
        match &mut self.screen {
            Screen::Returned(returned) => returned.tick(now),
            Screen::SignIn(_) | Screen::Account(_) => self.with_sign_in(SignIn::tick),
            Screen::Misconfigured(_) => {}
        }
    }

    /// Handles that a new tab asks for a `sid`: informs the element that the
    /// link was opened.
    fn on_tab_query(&mut self, sid: &str) {
        let Screen::Account(account) = &self.screen else { return };
        let whose = account.session.account();
        let over = matches!(account.phase, AccountPhase::SessionExpired(_));
        let Some(mut tell) = self.verifications.asked(sid) else { return };
        if over && tell.state == VerificationStatus::Adding {
            // Not without a session.
            tell.state = VerificationStatus::Password;
        }
        self.send_tab_status(tell);
        self.effects.push(Effect::BroadcastLinkOpened { account: whose, sid: sid.to_owned() });
    }

    fn send_tab_status(&mut self, tell: TabMessage) {
        let TabMessage { sid, address, state } = tell;
        self.effects.push(Effect::SendTabStatus { sid, address, state });
    }
}
