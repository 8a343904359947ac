//! Random orders of what a user who has forgotten the password, servers, clocks and other
//! tabs do.

use matrix_threepids::matrix::request_3pid_token_via_email::Response;
use matrix_threepids::matrix::request_password_change_token::hide_unknown_address;
use matrix_threepids::matrix::uia::{EMAIL_IDENTITY, SecretText, StageAnswer};
use matrix_threepids::matrix::{ClientSecret, HttpResponse, Json, RequestError};
use matrix_threepids::model::{
    ApiRequest, EditedField, Effect, HostEvent, HostNotification, Initiator, Input, Model,
    PageState, PasswordForm, Purpose, Request, SessionState, UiEffect, VerificationId,
};
use proptest::prelude::*;

const START: f64 = 1_700_000_000_000.0;
const NEW: &str = "correct horse battery";
const ADDRESSES: [&str; 3] = ["alice@example.org", "bob@example.org", "no address"];
/// Error responses to both requests.
const REFUSALS: [(u16, &str); 9] = [
    (400, r#"{"errcode":"M_THREEPID_NOT_FOUND"}"#),
    (401, r#"{"errcode":"M_UNAUTHORIZED"}"#),
    (401, r#"{"session":"u","flows":[{"stages":["m.login.email.identity"]}]}"#),
    (401, r#"{"session":"u","flows":[{"stages":["m.login.password"]}]}"#),
    (401, r#"{"errcode":"M_MISSING_TOKEN"}"#),
    (403, r#"{"errcode":"M_FORBIDDEN"}"#),
    (429, r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":5000}"#),
    (400, r#"{"errcode":"M_WEAK_PASSWORD"}"#),
    (502, "<html>"),
];

#[derive(Clone, Debug)]
enum Step {
    Enter(usize),
    Resend,
    ChangeAddress,
    CancelChange,
    Submit,
    Edit,
    /// The oldest pending request succeeds.
    Succeed,
    /// The oldest pending request fails.
    Refuse(usize),
    Lose,
    Pass(f64),
    Look {
        visible: bool,
        offline: bool,
    },
    Reload,
    Leave,
    HearTab(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..ADDRESSES.len()).prop_map(Step::Enter),
        2 => Just(Step::Resend),
        1 => Just(Step::ChangeAddress),
        1 => Just(Step::CancelChange),
        4 => Just(Step::Submit),
        1 => Just(Step::Edit),
        5 => Just(Step::Succeed),
        4 => (0..REFUSALS.len()).prop_map(Step::Refuse),
        1 => Just(Step::Lose),
        4 => prop::sample::select(vec![1.0, 2_000.0, 31_000.0, 3_600_000.0, 90_000_000.0])
            .prop_map(Step::Pass),
        2 => (any::<bool>(), any::<bool>())
            .prop_map(|(visible, offline)| Step::Look { visible, offline }),
        1 => Just(Step::Reload),
        1 => Just(Step::Leave),
        1 => any::<bool>().prop_map(Step::HearTab),
    ]
}

/// Pending request of the element.
enum Pending {
    Token(VerificationId, ClientSecret),
    Password,
}

struct World {
    model: Model,
    now: f64,
    pending: Vec<Pending>,
    secrets: u8,
    /// Document of another tab.
    other_tab: Option<Json>,
}

impl World {
    fn new() -> World {
        let model = Model::new_for_reset();
        let mut world =
            World { model, now: START, pending: Vec::new(), secrets: 0, other_tab: None };
        world.begin();
        world
    }

    fn begin(&mut self) {
        self.look(true, false);
        self.feed(Input::SessionChanged(SessionState::Active), false);
    }

    fn look(&mut self, visible: bool, offline: bool) {
        let page = PageState { visible, focused: visible, offline, shown: true };
        self.feed(Input::PageStateChanged(page), false);
    }

    fn secret(&mut self) -> ClientSecret {
        self.secrets = self.secrets.wrapping_add(1);
        ClientSecret::from_random([self.secrets; ClientSecret::BYTES])
    }

    /// `may_reset` is true for the only input that may end the reset.
    fn feed(&mut self, input: Input, may_reset: bool) {
        let effects = self.model.update(self.now, input);
        let mut was_reset = false;
        for effect in effects {
            match effect {
                Effect::Request(request) => self.check_request(request),
                Effect::Ui(UiEffect::Notify(HostNotification::Event(event))) => match event {
                    HostEvent::PasswordReset { .. } => was_reset = true,
                    HostEvent::Error(report) => assert!(!format!("{report:?}").contains(NEW)),
                    event => panic!("{event:?}"),
                },
                Effect::Abort(_) | Effect::Ui(_) | Effect::Tab(_) => {}
                Effect::Host(effect) => panic!("{effect:?}"),
            }
        }
        assert_eq!(was_reset, may_reset);
        self.check_state();
    }

    fn check_request(&mut self, request: Request) {
        match request {
            Request::Api(ApiRequest::RequestToken { id, purpose, secret, .. }) => {
                assert_eq!(purpose, Purpose::Reset);
                self.pending.retain(|it| !matches!(it, Pending::Token(other, _) if *other == id));
                self.pending.push(Pending::Token(id, secret));
            }
            Request::Api(ApiRequest::ChangePassword { new_password, auth, .. }) => {
                assert_eq!(new_password.0, NEW);
                let answer = auth.expect("a validated address").answer;
                let StageAnswer::Threepid { stage, sid, .. } = answer else { panic!("{answer:?}") };
                assert_eq!(stage, EMAIL_IDENTITY);
                let pending = self.model.pending_reset().expect("an email");
                assert!(pending.validations.iter().any(|validation| validation.sid == sid));
                self.pending.retain(|it| !matches!(it, Pending::Password));
                self.pending.push(Pending::Password);
            }
            Request::DiscoverAccountManagement => {}
            request => panic!("{request:?}"),
        }
    }

    fn check_state(&self) {
        let model = &self.model;
        assert!(!format!("{model:?}").contains(NEW));
        assert!(model.verifications.len() <= 1);
        let waits = matches!(
            model.password,
            Some(PasswordForm::Changing(_) | PasswordForm::AwaitingLink(..))
        );
        assert!(!waits || model.pending_reset().is_some());
        assert!(matches!(model.access, SessionState::Active | SessionState::AwaitingToken));
        assert!(model.next_timer().is_none_or(|at| at > self.now));
        if let Some(stored) = model.to_stored_state() {
            assert!(!format!("{stored:?}").contains(NEW));
        }
    }

    fn respond(&mut self, result: Result<(), RequestError>) {
        if self.pending.is_empty() {
            return;
        }
        match self.pending.remove(0) {
            Pending::Token(id, secret) => {
                let sid = format!("s{}", self.secrets);
                let result = result.map(|()| Response { sid, submit_url: None, msisdn: None });
                let result = hide_unknown_address(result, &secret);
                self.feed(Input::TokenResponded { id, result }, false);
            }
            Pending::Password => {
                let is_done = result.is_ok();
                self.feed(Input::PasswordChangeResponded { logout_devices: true, result }, is_done);
            }
        }
    }

    fn step(&mut self, step: &Step) {
        let id = self.model.pending_reset().map(|pending| pending.id);
        match step {
            Step::Enter(nth) => {
                let (address, secret) = (ADDRESSES[*nth].to_owned(), self.secret());
                self.feed(Input::AddEmail { address, secret, initiator: Initiator::User }, false);
            }
            Step::Resend => {
                let secret = self.secret();
                id.into_iter().for_each(|id| self.feed(Input::Resend(id, secret.clone()), false));
            }
            Step::ChangeAddress => {
                id.into_iter().for_each(|id| self.feed(Input::ChangeAddress(id), false));
            }
            Step::CancelChange => {
                let section = matrix_threepids::model::Section::Emails;
                self.feed(Input::CancelChange(section), false);
            }
            Step::Submit => {
                let password = SecretText(NEW.to_owned());
                let input =
                    Input::ChangePassword { password, repeated: None, logout_devices: true };
                self.feed(input, false);
            }
            Step::Edit => self.feed(Input::Edited(EditedField::NewPassword), false),
            Step::Succeed => self.respond(Ok(())),
            Step::Refuse(nth) => {
                let (status, body) = REFUSALS[*nth];
                let response = HttpResponse { status, retry_after: None, body: body.to_owned() };
                let failure = response.json().expect_err("a refusal");
                let failure = match failure.errcode().map(|code| code.as_str()) {
                    Some("M_MISSING_TOKEN") => RequestError::SessionExpired { soft_logout: false },
                    _ => failure,
                };
                self.respond(Err(failure));
            }
            Step::Lose => self.respond(Err(RequestError::Network)),
            Step::Pass(ms) => self.pass(*ms),
            Step::Look { visible, offline } => {
                self.look(*visible, *offline);
                if !offline {
                    self.feed(Input::Online, false);
                }
            }
            Step::Reload => {
                let stored = self.model.to_stored_state();
                self.pending.clear();
                self.model = Model::new_for_reset();
                self.begin();
                if let Some(stored) = stored {
                    self.feed(Input::StorageLoaded(stored), false);
                }
            }
            Step::Leave => {
                self.pending.clear();
                self.feed(Input::Disconnected, false);
                self.begin();
            }
            Step::HearTab(keeps) => {
                if *keeps {
                    self.other_tab = self.model.to_stored_state().or(self.other_tab.take());
                }
                if let Some(records) = self.other_tab.clone() {
                    self.feed(Input::TabRecords(records), false);
                }
            }
        }
    }

    fn pass(&mut self, ms: f64) {
        let end = self.now + ms;
        for _ in 0..50 {
            let Some(at) = self.model.next_timer().filter(|at| *at <= end) else { break };
            self.now = at;
            self.feed(Input::TimerFired, false);
        }
        self.now = end;
        self.feed(Input::TimerFired, false);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn password_reset_sends_only_what_it_may(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::new();
        steps.iter().for_each(|step| world.step(step));
    }
}
