//! A tab in which an element lives through minutes and hours. Its list is
//! answered at once; everything else by the story.

use matrix_threepids::matrix::{ClientSecret, Json, RequestError, request_3pid_token_via_email};
use matrix_threepids::model::{
    ApiRequest, Effect, HostEffect, HostNotification, Initiator, Input, ListRequest, Model,
    PageState, Request, SessionState, UiEffect, UiaTarget, Verification, VerificationId,
    VerificationPhase,
};

use crate::harness::*;
use crate::response_table::*;

pub const SECOND: f64 = 1_000.0;
pub const MINUTE: f64 = 60.0 * SECOND;
pub const HOUR: f64 = 60.0 * MINUTE;
pub const DAY: f64 = 24.0 * HOUR;

pub const HERE: PageState = PageState { visible: true, focused: true, offline: false, shown: true };
pub const SEEN: PageState =
    PageState { visible: true, focused: false, offline: false, shown: true };
pub const AWAY: PageState =
    PageState { visible: false, focused: false, offline: false, shown: true };
pub const OFFLINE: PageState =
    PageState { visible: true, focused: true, offline: true, shown: true };

pub const ALICE: &str = "alice@example.org";
pub const BOB: &str = "bob@example.org";
pub const DORA: &str = "dora@example.org";

/// The server has not seen the link opened.
pub fn not_yet() -> Result<(), RequestError> {
    Err(failure(400, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#))
}

/// The server wants a password.
pub fn who_are_you() -> Result<(), RequestError> {
    Err(failure(401, CHALLENGE))
}

pub fn refused(status: u16, errcode: &str) -> RequestError {
    failure(status, &format!(r#"{{"errcode":"{errcode}"}}"#))
}

pub fn limited(ms: f64) -> RequestError {
    failure(429, &format!(r#"{{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":{ms}}}"#))
}

/// A request for a mail: secret, number, `next_link`.
pub type Mail = (ClientSecret, u32, Option<String>);

#[derive(Clone)]
pub struct Tab {
    pub model: Model,
    pub now: f64,
    /// What the last input led to, with the answers to lists.
    pub effects: Vec<Effect>,
    /// What is on the account.
    pub listed: Vec<&'static str>,
    /// How many secrets were made; other tabs have others.
    pub secrets: u8,
}

impl Tab {
    /// In front of the person, with Alice's address on the account.
    pub fn open() -> Tab {
        Tab::open_at(NOW, None)
    }

    /// With what was kept.
    pub fn open_at(now: f64, kept: Option<Json>) -> Tab {
        let (model, effects) = (Model::default(), Vec::new());
        let mut tab = Tab { model, now, effects, listed: vec![ALICE], secrets: 10 };
        tab.feed(Input::PageStateChanged(HERE));
        tab.load(kept);
        tab
    }

    /// The page is loaded: what is kept is read before the list's answer comes.
    fn load(&mut self, kept: Option<Json>) {
        let mut effects = self.model.update(self.now, Input::SessionChanged(SessionState::Active));
        if let Some(kept) = kept {
            effects.extend(self.model.update(self.now, Input::StorageLoaded(kept)));
        }
        self.effects.clear();
        self.go_on(effects);
    }

    /// The person reloads the page.
    pub fn reload(&self) -> Tab {
        let mut tab = Tab { model: Model::default(), effects: Vec::new(), ..self.clone() };
        tab.feed(Input::PageStateChanged(self.model.page_state));
        tab.load(self.model.to_stored_state());
        tab
    }

    pub fn feed(&mut self, input: Input) {
        self.effects.clear();
        let effects = self.model.update(self.now, input);
        self.go_on(effects);
    }

    fn go_on(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let number = match effect {
                Effect::Request(Request::List(ListRequest::ReadList { number })) => Some(number),
                _ => None,
            };
            self.effects.push(effect);
            if let Some(number) = number {
                let result = Ok(self.listed.iter().map(|address| email(address)).collect());
                let effects = self.model.update(self.now, Input::ListLoaded { number, result });
                self.go_on(effects);
            }
        }
    }

    pub fn fresh_secret(&mut self) -> ClientSecret {
        self.secrets += 1;
        secret(self.secrets)
    }

    /// An address is handed in, and may be added.
    pub fn hand_in(&mut self, address: &str) -> VerificationId {
        let (address, secret) = (address.to_owned(), self.fresh_secret());
        self.feed(Input::AddEmail { address, secret, initiator: Initiator::User });
        self.feed(Input::HostDecidedAdd(matrix_threepids::model::Section::Emails, true));
        let asked = self.effects.iter().find_map(|effect| match effect {
            Effect::Request(Request::Api(ApiRequest::RequestToken { id, .. })) => Some(*id),
            _ => None,
        });
        asked.expect("a request for a mail")
    }

    /// An address is handed in, and its mail goes out.
    pub fn mail(&mut self, address: &str, name: &str) -> VerificationId {
        let id = self.hand_in(address);
        self.token(id, Ok(sid(name)));
        id
    }

    pub fn token(
        &mut self,
        id: VerificationId,
        result: Result<request_3pid_token_via_email::Response, RequestError>,
    ) {
        self.feed(Input::TokenResponded { id, result });
    }

    pub fn resend(&mut self, id: VerificationId) {
        let secret = self.fresh_secret();
        self.feed(Input::Resend(id, secret));
    }

    pub fn added(&mut self, id: VerificationId, result: Result<(), RequestError>) {
        self.feed(Input::AddResponded { id, result });
    }

    /// "Continue", and the right password.
    pub fn confirm(&mut self, id: VerificationId) {
        self.feed(Input::Continue(id));
        self.added(id, who_are_you());
        self.feed(Input::UserReplied(UiaTarget::Verification(id), password()));
    }

    /// Dora's address, of which all is there but the link.
    pub fn waiting() -> (Tab, VerificationId) {
        let mut tab = Tab::open();
        let id = tab.mail(DORA, "sid-1");
        tab.confirm(id);
        tab.added(id, not_yet());
        (tab, id)
    }

    /// So much time goes by; each `add` is answered like this. When they were
    /// sent, in ms from now.
    pub fn wait(&mut self, ms: f64, answer: impl Fn() -> Result<(), RequestError>) -> Vec<f64> {
        let (start, end) = (self.now, self.now + ms);
        let mut sent = Vec::new();
        while let Some(at) = self.model.next_timer().filter(|at| *at <= end) {
            assert!(at > self.now, "a wake in the past");
            self.now = at;
            self.feed(Input::TimerFired);
            while let Some(id) = self.adding() {
                sent.push(self.now - start);
                self.added(id, answer());
            }
        }
        self.now = end;
        self.feed(Input::TimerFired);
        sent
    }

    fn adding(&self) -> Option<VerificationId> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Request(Request::Api(ApiRequest::Add { id, .. })) => Some(*id),
            _ => None,
        })
    }

    pub fn pending(&self, id: VerificationId) -> &Verification {
        self.model.verification(id).expect("it is pending")
    }

    pub fn phase(&self, id: VerificationId) -> &VerificationPhase {
        &self.pending(id).phase
    }

    /// All that is pending, by its address.
    pub fn addresses(&self) -> Vec<&str> {
        self.model.verifications.iter().map(|it| &*it.address).collect()
    }

    /// The `add`s that were just sent: `sid`, and whether with a session.
    pub fn adds(&self) -> Vec<(&str, bool)> {
        let adds = self.effects.iter().filter_map(|effect| match effect {
            Effect::Request(Request::Api(ApiRequest::Add { sid, auth, .. })) => {
                Some((&**sid, auth.is_some()))
            }
            _ => None,
        });
        adds.collect()
    }

    /// The mails that were just asked for.
    pub fn mails(&self) -> Vec<Mail> {
        let mails = self.effects.iter().filter_map(|effect| match effect {
            Effect::Request(Request::Api(ApiRequest::RequestToken {
                secret,
                attempt,
                next_link,
                ..
            })) => Some((secret.clone(), *attempt, next_link.clone())),
            _ => None,
        });
        mails.collect()
    }

    pub fn asks_for_the_password(&self) -> bool {
        self.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Host(HostEffect::OfferChallenge { .. })))
    }

    pub fn says_an_error(&self) -> bool {
        use matrix_threepids::model::HostEvent;
        let error = |effect: &Effect| {
            matches!(
                effect,
                Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::Error(_))))
            )
        };
        self.effects.iter().any(error)
    }
}
