//! A visit to the page, from opening it to signing out. A state machine without
//! I/O: it receives an [`Input`], changes its state, and returns [`Effect`]s.

use super::Word;
use super::config::{Config, Homeserver};
use super::effect::{Effect, Focus, Found, Input, Purpose};
use super::returned::Returned;
use super::session::{Leave, Session};
use super::sign_in::{Notice, Page, SignIn};
use super::tabs::{State, Tell, Verifications};
use super::trouble::Trouble;
use crate::matrix::{Errcode, Failure, logout, profile};

/// Screen of the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// `config.json` has these errors.
    Misconfigured(Vec<String>),
    /// The user is not signed in.
    SignIn(SignIn),
    /// The user is signed in.
    Account(Account),
    /// The tab was opened by the link in an email.
    Returned(Returned),
}

/// Account of the signed-in user.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Session of the user.
    pub session: Session,
    /// Display name, if it is known.
    pub name: Option<String>,
    /// Displayed content.
    pub phase: Phase,
}

/// Displayed content of a signed-in user.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The elements.
    Here,
    /// The question about pending verifications before signing out.
    Leaving {
        /// Pending addresses.
        addresses: Vec<String>,
        /// True if the session has ended before.
        ended: bool,
    },
    /// The session has ended. The elements are still displayed.
    Ended(Box<SignIn>),
}

/// State of the page.
pub struct Visit {
    /// Screen of the page.
    pub place: Place,
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

impl Visit {
    /// Creates the state when the page is opened. `now` is in ms since the
    /// epoch.
    pub fn start(
        config: Result<Config, Vec<String>>,
        found: Found,
        now: f64,
    ) -> (Visit, Vec<Effect>) {
        let mut visit = Visit {
            place: Place::SignIn(SignIn::anywhere("")),
            config: Config::default(),
            here: found.here,
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
                visit.place = Place::Misconfigured(mistakes);
                return (visit, Vec::new());
            }
        }
        let came_back = |leave: &Leave| leave.is_answered_by(found.nonce.as_deref(), now);
        match (found.login_token, found.leave.filter(came_back), found.session, found.sid) {
            (Some(token), Some(leave), ..) => {
                visit.sign_in();
                visit.with_sign_in(|sign_in, page| sign_in.redeem(leave, &token, page));
            }
            (_, _, Some(session), _) => visit.enter(session),
            // Somebody else's token, or one that came too late.
            (Some(_), ..) => {
                visit.sign_in();
                let failed = Notice::Failed(Trouble::SsoFailed);
                visit.with_sign_in(|sign_in, _| sign_in.notice = Some(failed));
            }
            (None, _, None, Some(sid)) => {
                visit.effects.push(Effect::AskTabs(sid.clone()));
                visit.place = Place::Returned(Returned::new(sid, now));
            }
            (None, _, None, None) => visit.sign_in(),
        }
        let effects = std::mem::take(&mut visit.effects);
        (visit, effects.into_iter().filter(|it| !matches!(it, Effect::Focus(_))).collect())
    }

    /// Processes one input and returns its effects.
    pub fn apply(&mut self, now: f64, input: Input) -> Vec<Effect> {
        self.now = now;
        match input {
            Input::Tick => self.tick(),
            Input::Server(text) => self.with_sign_in(|it, page| it.typed(&text, page)),
            Input::Password { user, password } => {
                self.with_sign_in(|it, page| it.password(&user, &password, page));
            }
            Input::Provider { id, nonce, at } => {
                self.with_sign_in(|it, page| it.provider(id.as_deref(), nonce, at, page));
            }
            Input::Edited(field) => self.with_sign_in(|it, _| it.edited(field)),
            Input::OtherServer => self.with_sign_in(SignIn::other_server),
            Input::TryAgain => self.with_sign_in(SignIn::try_again),
            Input::Answer(Purpose::SignIn(number), answer) => {
                let mut session = None;
                self.with_sign_in(|it, page| session = it.answered(number, &answer, page));
                if let Some(session) = session {
                    self.effects.push(Effect::Keep(session.clone()));
                    self.enter(session);
                    self.effects.push(Effect::Focus(Focus::Screen));
                }
            }
            Input::Answer(Purpose::Profile(number), answer) => {
                let Place::Account(account) = &mut self.place else { return Vec::new() };
                if number != self.asked_profile {
                    return Vec::new();
                }
                match answer.and_then(|answer| answer.json()) {
                    Ok(body) => account.name = profile::read(&body),
                    Err(Failure::Server(error)) if error.errcode == Errcode::UnknownToken => {
                        self.session_ended();
                    }
                    // The Matrix ID says it as well.
                    Err(_) => {}
                }
            }
            Input::Answer(Purpose::Logout(number), answer) => {
                let Place::SignIn(sign_in) = &mut self.place else { return Vec::new() };
                if number == self.asked_logout && sign_in.notice == Some(Notice::SigningOut) {
                    sign_in.notice = Some(match answer.and_then(|answer| answer.json()) {
                        // A token that is not known is good for nothing, either.
                        Ok(_) | Err(Failure::Server(_)) => Notice::SignedOut,
                        Err(_) => Notice::SignedOutHere,
                    });
                }
            }
            Input::SignOut(pending) => match &mut self.place {
                Place::Account(account) if !pending.is_empty() => {
                    let ended = matches!(account.phase, Phase::Ended(_));
                    account.phase = Phase::Leaving { addresses: pending, ended };
                }
                Place::Account(_) => self.sign_out(false),
                Place::Misconfigured(_) | Place::SignIn(_) | Place::Returned(_) => {}
            },
            Input::Leave { keep } => self.sign_out(keep),
            Input::Stay => {
                let Place::Account(account) = &mut self.place else { return Vec::new() };
                match account.phase {
                    Phase::Leaving { ended: false, .. } => account.phase = Phase::Here,
                    Phase::Leaving { ended: true, .. } => self.ask_again(),
                    Phase::Here | Phase::Ended(_) => {}
                }
            }
            Input::SessionEnded => self.session_ended(),
            Input::Told { sid, address, state } => {
                if let Place::Returned(returned) = &mut self.place
                    && returned.sid == sid
                {
                    returned.told(address, state, now);
                }
            }
            Input::Asked(sid) => self.asked(&sid),
            Input::Records(account, records) => {
                if let Place::Account(it) = &self.place
                    && it.session.account() == account
                {
                    let news = self.verifications.take_over(&records);
                    news.into_iter().for_each(|news| self.tell(news));
                }
            }
            Input::SignInHere => {
                if matches!(self.place, Place::Returned(_)) {
                    self.effects.push(Effect::TidyAddress);
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
    pub fn is_timed(&self) -> bool {
        match &self.place {
            Place::Returned(returned) => returned.until().is_some(),
            Place::Misconfigured(_) | Place::SignIn(_) | Place::Account(_) => {
                self.sign_in_form().and_then(SignIn::trouble).is_some_and(|it| it.until().is_some())
            }
        }
    }

    /// Displayed form, if there is one.
    pub fn sign_in_form(&self) -> Option<&SignIn> {
        match &self.place {
            Place::SignIn(sign_in) => Some(sign_in),
            Place::Account(Account { phase: Phase::Ended(sign_in), .. }) => Some(sign_in),
            Place::Account(_) | Place::Misconfigured(_) | Place::Returned(_) => None,
        }
    }

    /// Screen, configuration, and the values that a step needs.
    fn split(&mut self) -> (&mut Place, &Config, Page<'_>) {
        let Visit { place, config, here, numbers, now, effects, .. } = self;
        let device_name = config.name.as_deref().unwrap_or(Word::Title.english());
        (place, config, Page { now: *now, device_name, here, effects, numbers })
    }

    fn with_sign_in(&mut self, run: impl FnOnce(&mut SignIn, &mut Page)) {
        let (place, _, mut page) = self.split();
        match place {
            Place::SignIn(sign_in) => run(sign_in, &mut page),
            Place::Account(Account { phase: Phase::Ended(sign_in), .. }) => run(sign_in, &mut page),
            Place::Account(_) | Place::Misconfigured(_) | Place::Returned(_) => {}
        }
    }

    /// Displays the sign-in.
    fn sign_in(&mut self) {
        let (place, config, mut page) = self.split();
        *place = Place::SignIn(match &config.homeserver {
            Homeserver::Any => SignIn::anywhere(""),
            Homeserver::Suggested(server) => SignIn::anywhere(server),
            Homeserver::Fixed(server) => SignIn::at(server.clone(), &mut page),
        });
    }

    fn enter(&mut self, session: Session) {
        let is_same = |it: &Account| it.session.account() == session.account();
        if !matches!(&self.place, Place::Account(account) if is_same(account)) {
            self.verifications = Verifications::default();
        }
        let login = &session.login;
        let call = profile::request(&session.homeserver, &login.access_token, &login.user_id);
        self.numbers += 1;
        self.asked_profile = self.numbers;
        self.effects.push(Effect::Send(Purpose::Profile(self.numbers), call));
        self.effects.push(Effect::AskRecords(session.account()));
        self.place = Place::Account(Account { session, name: None, phase: Phase::Here });
    }

    /// Handles that the session has ended. It may be reported several times.
    fn session_ended(&mut self) {
        let Place::Account(account) = &mut self.place else { return };
        match &mut account.phase {
            Phase::Here => self.ask_again(),
            // They are asked something else just now.
            Phase::Leaving { ended: ended @ false, .. } => *ended = true,
            Phase::Leaving { ended: true, .. } | Phase::Ended(_) => return,
        }
        self.effects.push(Effect::ClearStorage);
    }

    /// Creates the form above the elements, after the session has ended.
    fn ask_again(&mut self) {
        let (place, _, mut page) = self.split();
        let Place::Account(account) = place else { return };
        let sign_in = SignIn::again(&account.session, &mut page);
        account.phase = Phase::Ended(Box::new(sign_in));
    }

    /// Signs out. The stored data is deleted before the request, because the
    /// server may not respond.
    fn sign_out(&mut self, keep_pending: bool) {
        let Place::Account(Account { session, .. }) = &self.place else { return };
        let call = logout::request(&session.homeserver, &session.login.access_token);
        self.effects.push(Effect::Forget { keep_pending });
        self.numbers += 1;
        self.asked_logout = self.numbers;
        self.effects.push(Effect::Send(Purpose::Logout(self.numbers), call));
        self.verifications = Verifications::default();
        self.sign_in();
        if let Place::SignIn(sign_in) = &mut self.place {
            sign_in.notice = Some(Notice::SigningOut);
        }
        self.effects.push(Effect::Focus(Focus::Screen));
    }

    fn tick(&mut self) {
        let now = self.now;
        match &mut self.place {
            Place::Returned(returned) => returned.tick(now),
            Place::SignIn(_) | Place::Account(_) => self.with_sign_in(SignIn::tick),
            Place::Misconfigured(_) => {}
        }
    }

    /// Handles that a new tab asks for a `sid`: informs the element that the
    /// link was opened.
    fn asked(&mut self, sid: &str) {
        let Place::Account(account) = &self.place else { return };
        let whose = account.session.account();
        let over = matches!(account.phase, Phase::Ended(_));
        let Some(mut tell) = self.verifications.asked(sid) else { return };
        if over && tell.state == State::Adding {
            // Not without a session.
            tell.state = State::Password;
        }
        self.tell(tell);
        self.effects.push(Effect::TellOpened { account: whose, sid: sid.to_owned() });
    }

    fn tell(&mut self, tell: Tell) {
        let Tell { sid, address, state } = tell;
        self.effects.push(Effect::TellTab { sid, address, state });
    }
}
