//! `<matrix-password-reset>`: an address, an email, and a new password without an
//! access token.

use matrix_threepids::matrix::request_3pid_token_via_email::Response;
use matrix_threepids::matrix::request_password_change_token::hide_unknown_address;
use matrix_threepids::matrix::uia::{AuthData, SecretText, StageAnswer};
use matrix_threepids::matrix::{Json, RequestError};
use matrix_threepids::model::{
    ApiRequest, Effect, HostEvent, HostNotification, Initiator, Input, Model, PageState,
    PasswordForm, PolicyViolation, Purpose, Request, RequestKey, ResendState, SessionState, Status,
    UiEffect, UserError, VerificationId,
};

use crate::harness::*;
use crate::response_table::*;
use crate::tab_harness::*;

const NEW: &str = "a new one";
const CHALLENGED: &str = r#"{"session":"u","flows":[{"stages":["m.login.email.identity"]}]}"#;
const UNAUTHORIZED: &str =
    r#"{"errcode":"M_UNAUTHORIZED","error":"Unable to get validated threepid"}"#;

/// An element in a tab.
struct Reset {
    model: Model,
    now: f64,
    /// Effects since the last [`Reset::clear`].
    effects: Vec<Effect>,
}

impl Reset {
    /// The form for the address.
    fn open() -> Reset {
        let mut reset = Reset { model: Model::new_for_reset(), now: NOW, effects: Vec::new() };
        reset.feed(Input::PageStateChanged(HERE));
        reset.feed(Input::SessionChanged(SessionState::Active));
        reset
    }

    /// The email was sent.
    fn sent() -> Reset {
        let mut reset = Reset::open();
        reset.enter(ALICE);
        reset.token_responds(Ok(sid("s1")));
        reset
    }

    /// The request with the new password is pending.
    fn submitted() -> Reset {
        let mut reset = Reset::sent();
        reset.submit();
        reset
    }

    /// The link was not opened when the new password was submitted.
    fn waiting() -> Reset {
        let mut reset = Reset::submitted();
        reset.refused(401, UNAUTHORIZED);
        reset
    }

    fn feed(&mut self, input: Input) {
        self.effects = self.model.update(self.now, input);
    }

    /// Lets time pass, as long as it takes, and returns the requests that were sent.
    fn pass(&mut self, ms: f64) -> usize {
        let end = self.now + ms;
        let mut sent = 0;
        while let Some(at) = self.model.next_timer().filter(|at| *at <= end) {
            self.now = at;
            self.feed(Input::TimerFired);
            sent += usize::from(self.sends().is_some());
            if self.sends().is_some() {
                self.refused(401, UNAUTHORIZED);
            }
        }
        self.now = end;
        sent
    }

    fn enter(&mut self, address: &str) {
        let (address, secret) = (address.to_owned(), secret(7));
        self.feed(Input::AddEmail { address, secret, initiator: Initiator::User });
    }

    fn token_responds(&mut self, result: Result<Response, RequestError>) {
        let (id, secret) = match &self.model.email_form.phase {
            matrix_threepids::model::FormPhase::Sending(draft) => (draft.id, draft.secret.clone()),
            _ => {
                let pending = self.pending();
                let ResendState::Sending { secret, .. } = &pending.resend else {
                    panic!("no request is pending")
                };
                (pending.id, secret.clone())
            }
        };
        let result = hide_unknown_address(result, &secret);
        self.feed(Input::TokenResponded { id, result });
    }

    /// "Resend email", and another email is sent.
    fn resend(&mut self) {
        self.feed(Input::Resend(self.id(), secret(9)));
        self.token_responds(Ok(sid("s9")));
    }

    fn submit(&mut self) {
        let password = SecretText(NEW.to_owned());
        self.feed(Input::ChangePassword { password, repeated: None, logout_devices: true });
    }

    fn refused(&mut self, status: u16, body: &str) {
        self.fails(failure(status, body));
    }

    fn fails(&mut self, failure: RequestError) {
        self.feed(Input::PasswordChangeResponded { logout_devices: true, result: Err(failure) });
    }

    fn succeeds(&mut self) {
        self.feed(Input::PasswordChangeResponded { logout_devices: true, result: Ok(()) });
    }

    fn form(&self) -> &PasswordForm {
        self.model.password.as_ref().expect("the form")
    }

    fn pending(&self) -> &matrix_threepids::model::Verification {
        self.model.pending_reset().expect("an email")
    }

    fn id(&self) -> VerificationId {
        self.pending().id
    }

    /// `auth` of the request with the new password, if one is sent.
    fn sends(&self) -> Option<AuthData> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Request(Request::Api(ApiRequest::ChangePassword {
                new_password,
                auth,
                ..
            })) => {
                assert_eq!(new_password.0, NEW);
                Some(auth.clone().expect("the validated address"))
            }
            _ => None,
        })
    }

    /// `sid` and UIA session of that request.
    fn sends_sid(&self) -> Option<(String, Option<String>)> {
        let auth = self.sends()?;
        let StageAnswer::Threepid { stage: "m.login.email.identity", sid, .. } = auth.answer else {
            panic!("another stage")
        };
        Some((sid, auth.session))
    }

    fn events(&self) -> Vec<&HostEvent> {
        let event = |effect| match effect {
            &Effect::Ui(UiEffect::Notify(HostNotification::Event(ref event))) => Some(event),
            _ => None,
        };
        self.effects.iter().filter_map(event).collect()
    }

    fn waits(&self) -> bool {
        self.model.awaits_reset_link()
    }
}

#[test]
fn reset_needs_neither_list_nor_capabilities() {
    let reset = Reset::open();
    assert_eq!(reset.effects, []);
    assert!(!reset.model.is_loading() && reset.model.asks_for_address());
}

#[test]
fn request_of_an_email_has_the_purpose_reset() {
    let mut reset = Reset::open();
    reset.enter(ALICE);
    let request = reset.effects.iter().find_map(|effect| match effect {
        Effect::Request(Request::Api(ApiRequest::RequestToken {
            purpose,
            address,
            attempt,
            ..
        })) => Some((*purpose, &**address, *attempt)),
        _ => None,
    });
    assert_eq!(request, Some((Purpose::Reset, ALICE, 1)));
    assert!(!reset.effects.iter().any(|effect| matches!(effect, Effect::Host(_))));
}

#[test]
fn address_of_no_account_leads_to_the_same_state_and_events() {
    let states = [
        Ok(sid("s1")),
        Err(refused(400, "M_THREEPID_NOT_FOUND")),
        Err(refused(404, "M_THREEPID_NOT_FOUND")),
    ]
    .map(|result| {
        let mut reset = Reset::open();
        reset.enter(ALICE);
        reset.token_responds(result);
        let mut effects = vec![reset.effects.clone()];
        reset.submit();
        assert!(reset.sends().is_some());
        reset.refused(401, UNAUTHORIZED);
        effects.push(reset.effects.clone());
        reset.pass(10.0 * SECOND);
        reset.feed(Input::Resend(reset.id(), secret(8)));
        reset.token_responds(Ok(sid("s1")));
        effects.push(reset.effects.clone());
        (effects, reset.waits(), reset.pending().attempt, reset.pending().expired)
    });
    assert_eq!(states[0], states[1]);
    assert_eq!(states[0], states[2]);
    assert!(states[0].1);
}

#[test]
fn new_password_replaces_the_forgotten_one() {
    let mut reset = Reset::submitted();
    assert_eq!(reset.sends_sid(), Some(("s1".to_owned(), None)));
    reset.succeeds();
    assert_eq!(reset.events(), [&HostEvent::PasswordReset { logout_devices: true }]);
    assert_eq!(reset.model.status, Some(Status::PasswordChanged { logout_devices: true }));
    assert!(reset.model.asks_for_address());
    assert_eq!(reset.form(), &PasswordForm::Editing);
}

#[test]
fn challenge_is_answered_with_its_session_once() {
    let mut reset = Reset::submitted();
    reset.refused(401, CHALLENGED);
    assert_eq!(reset.sends_sid(), Some(("s1".to_owned(), Some("u".to_owned()))));
    reset.refused(401, CHALLENGED);
    assert_eq!(reset.sends(), None);
    assert!(reset.waits());
}

#[test]
fn link_that_is_not_opened_is_awaited_by_every_word_for_it() {
    for (status, errcode) in [
        (401, "M_UNAUTHORIZED"),
        (400, "M_THREEPID_AUTH_FAILED"),
        (400, "M_SESSION_NOT_VALIDATED"),
        (400, "M_SESSION_EXPIRED"),
        (404, "M_NO_VALID_SESSION"),
        (404, "M_NOT_FOUND"),
        (404, "M_THREEPID_NOT_FOUND"),
    ] {
        let mut reset = Reset::submitted();
        reset.fails(refused(status, errcode));
        assert!(reset.waits(), "{errcode}");
        assert_eq!(reset.events(), Vec::<&HostEvent>::new(), "{errcode}");
        assert!(!reset.pending().expired, "{errcode}: that would say what the server knows");
    }
}

#[test]
fn opened_link_finishes_by_itself() {
    let mut reset = Reset::waiting();
    assert_eq!(reset.sends(), None);
    assert!(reset.pass(20.0 * SECOND) >= 3);
    reset.feed(Input::PageStateChanged(AWAY));
    assert_eq!(reset.pass(MINUTE), 0, "nobody looks");
    reset.feed(Input::PageStateChanged(HERE));
    assert!(reset.sends().is_some(), "the user returns");
    reset.succeeds();
    assert_eq!(reset.events(), [&HostEvent::PasswordReset { logout_devices: true }]);
}

#[test]
fn polls_are_few_in_an_hour_and_end_with_the_link() {
    let mut reset = Reset::waiting();
    let sent = reset.pass(HOUR);
    assert!((50..=300).contains(&sent), "{sent}");
    assert!(!reset.waits());
    assert_eq!(reset.pass(HOUR), 0);
}

#[test]
fn edited_password_is_no_longer_sent() {
    let mut reset = Reset::waiting();
    reset.feed(Input::Edited(matrix_threepids::model::EditedField::NewPassword));
    assert!(!reset.waits());
    assert_eq!(reset.pass(MINUTE), 0);
}

#[test]
fn each_email_has_a_session_and_the_newest_is_tried_first() {
    let mut reset = Reset::sent();
    reset.feed(Input::Resend(reset.id(), secret(8)));
    reset.token_responds(Ok(sid("s2")));
    assert_eq!(reset.pending().attempt, 2);
    assert!(matches!(reset.pending().resend, ResendState::Sent(_)));
    reset.submit();
    assert_eq!(reset.sends_sid(), Some(("s2".to_owned(), None)));
    reset.refused(401, UNAUTHORIZED);
    assert_eq!(reset.sends_sid(), Some(("s1".to_owned(), None)));
    reset.succeeds();
    assert!(reset.model.asks_for_address());
}

#[test]
fn policy_of_the_server_is_said_and_keeps_the_email() {
    for (errcode, policy) in [
        ("M_WEAK_PASSWORD", PolicyViolation::Weak),
        ("M_PASSWORD_TOO_SHORT", PolicyViolation::TooShort),
        ("M_PASSWORD_NO_DIGIT", PolicyViolation::NoDigit),
    ] {
        let mut reset = Reset::submitted();
        reset.fails(refused(400, errcode));
        assert_eq!(reset.form(), &PasswordForm::Invalid(UserError::PasswordPolicy(policy)));
        reset.submit();
        assert_eq!(reset.sends_sid(), Some(("s1".to_owned(), None)));
    }
}

#[test]
fn server_that_cannot_reset_is_said_without_the_end_of_a_session() {
    let unsupported = [
        (400, "M_THREEPID_MEDIUM_NOT_SUPPORTED"),
        (400, "M_UNKNOWN"),
        (403, "M_FORBIDDEN"),
        (404, "M_UNRECOGNIZED"),
        (401, "M_MISSING_TOKEN"),
        (400, "M_SERVER_NOT_TRUSTED"),
    ];
    for (status, errcode) in unsupported {
        let mut reset = Reset::open();
        reset.enter(ALICE);
        reset.token_responds(Err(refused(status, errcode)));
        let problem = reset.model.email_form.problem();
        assert_eq!(problem, Some(&UserError::PasswordResetUnsupported), "{errcode}");
        assert_eq!(reset.model.access, SessionState::Active, "{errcode}");
        let events = reset.events();
        assert!(matches!(events[..], [HostEvent::Error(_)]), "{errcode}: {events:?}");
    }
    for (failure, said) in [
        (refused(401, "M_MISSING_TOKEN"), UserError::PasswordResetUnsupported),
        (refused(404, "M_UNRECOGNIZED"), UserError::PasswordResetUnsupported),
        (failure(401, CHALLENGE), UserError::PasswordResetUnsupported),
        (refused(403, "M_FORBIDDEN"), UserError::PasswordChangesForbidden),
    ] {
        let mut reset = Reset::submitted();
        reset.fails(failure);
        assert_eq!(reset.form(), &PasswordForm::Invalid(said));
        assert_eq!(reset.model.access, SessionState::Active);
    }
}

#[test]
fn rate_limits_end_by_themselves() {
    let mut reset = Reset::open();
    reset.enter(ALICE);
    reset.token_responds(Err(limited(5.0 * SECOND)));
    reset.enter(ALICE);
    assert_eq!(reset.effects, []);
    reset.pass(6.0 * SECOND);
    assert_eq!(reset.model.email_form.problem(), None);

    let mut reset = Reset::submitted();
    reset.fails(limited(5.0 * SECOND));
    reset.submit();
    assert_eq!(reset.sends(), None);
    reset.pass(6.0 * SECOND);
    assert_eq!(reset.form(), &PasswordForm::Editing);
}

#[test]
fn lost_response_may_have_replaced_the_password() {
    let mut reset = Reset::submitted();
    reset.fails(RequestError::Timeout);
    assert_eq!(reset.form(), &PasswordForm::Invalid(UserError::Timeout));
    reset.submit();
    reset.refused(401, UNAUTHORIZED);
    // It waits all the same, and says both.
    assert!(reset.waits() && reset.model.may_have_been_reset());
    // A new email is a new attempt.
    reset.pass(MINUTE);
    reset.resend();
    assert!(reset.waits() && !reset.model.may_have_been_reset());
}

#[test]
fn lost_poll_does_not_end_the_waiting() {
    let mut reset = Reset::waiting();
    for failure in [RequestError::Network, RequestError::Timeout] {
        while reset.sends().is_none() {
            reset.now = reset.model.next_timer().expect("a poll");
            reset.feed(Input::TimerFired);
        }
        reset.fails(failure);
        assert!(reset.waits());
    }
    reset.now += MINUTE;
    reset.feed(Input::TimerFired);
    reset.succeeds();
    assert!(!reset.waits());
}

#[test]
fn rate_limit_of_a_poll_does_not_end_the_waiting() {
    let mut reset = Reset::waiting();
    while reset.sends().is_none() {
        reset.now = reset.model.next_timer().expect("a poll");
        reset.feed(Input::TimerFired);
    }
    reset.refused(429, r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":30000}"#);
    assert!(reset.waits());
    let limited_until = reset.now + 30.0 * SECOND;
    while reset.sends().is_none() {
        reset.now = reset.model.next_timer().expect("a poll");
        reset.feed(Input::TimerFired);
    }
    assert!(reset.now >= limited_until);
}

#[test]
fn delayed_poll_is_not_sent_with_a_password_that_is_edited() {
    let mut reset = Reset::waiting();
    // More requests than a minute may have.
    while !reset.model.delayed_keys().any(|key| key == RequestKey::Password) {
        reset.now = reset.model.next_timer().expect("a poll");
        reset.feed(Input::TimerFired);
        while reset.sends().is_some() {
            reset.refused(401, CHALLENGED);
        }
    }
    reset.feed(Input::Edited(matrix_threepids::model::EditedField::NewPassword));
    assert_eq!(reset.sends(), None);
    assert_eq!(reset.pass(2.0 * MINUTE), 0);
}

#[test]
fn password_for_one_address_is_not_sent_for_another() {
    let mut other = Reset::open();
    other.now += SECOND;
    other.enter(BOB);
    other.token_responds(Ok(sid("s2")));
    for mut reset in [Reset::waiting(), Reset::submitted()] {
        reset.now = other.now + SECOND;
        reset.feed(Input::TabRecords(stored(&other)));
        assert_eq!(reset.form(), &PasswordForm::Editing);
        assert_eq!(reset.pass(MINUTE), 0);
    }
}

#[test]
fn address_that_is_changed_is_not_polled() {
    let mut reset = Reset::waiting();
    let id = reset.pending().id;
    reset.feed(Input::ChangeAddress(id));
    assert_eq!(reset.pass(MINUTE), 0);
}

/// The stored document; it must hold no password.
fn stored(reset: &Reset) -> Json {
    let stored = reset.model.to_stored_state().expect("something to store");
    assert!(!format!("{stored:?}").contains(NEW));
    stored
}

#[test]
fn pending_reset_survives_a_reload_without_the_password() {
    let before = Reset::waiting();
    let mut after = Reset::open();
    after.feed(Input::StorageLoaded(stored(&before)));
    assert_eq!(after.pending().address, ALICE);
    assert!(!after.model.asks_for_address() && !after.waits());
    after.submit();
    assert_eq!(after.sends_sid(), Some(("s1".to_owned(), None)));
}

#[test]
fn other_tab_forgets_what_is_done_and_follows_a_newer_email() {
    let mut done = Reset::submitted();
    let mut other = Reset::open();
    other.feed(Input::TabRecords(stored(&done)));
    other.submit();
    other.refused(401, UNAUTHORIZED);
    assert!(other.waits());
    done.now += SECOND;
    done.succeeds();
    other.now += SECOND;
    other.feed(Input::TabRecords(stored(&done)));
    assert!(other.model.asks_for_address() && !other.waits());
    assert_eq!(other.pass(MINUTE), 0);

    let old = Reset::sent();
    let mut newer = Reset::open();
    newer.now += SECOND;
    newer.enter(BOB);
    newer.token_responds(Ok(sid("s9")));
    newer.feed(Input::TabRecords(stored(&old)));
    assert_eq!(newer.pending().address, BOB);
    assert_eq!(newer.model.verifications.len(), 1);
}

#[test]
fn address_can_be_changed_until_the_next_email_is_sent() {
    let mut reset = Reset::sent();
    reset.feed(Input::ChangeAddress(reset.id()));
    assert!(reset.model.asks_for_address());
    reset.enter(BOB);
    reset.now += SECOND;
    reset.token_responds(Ok(sid("s2")));
    assert_eq!(reset.pending().address, BOB);
    assert!(!reset.model.asks_for_address());
}

#[test]
fn element_that_leaves_the_page_keeps_the_email_and_forgets_the_password() {
    let mut reset = Reset::waiting();
    reset.feed(Input::Disconnected);
    assert_eq!(reset.model.next_timer().filter(|at| *at < NOW + MINUTE), None);
    reset.feed(Input::SessionChanged(SessionState::Active));
    assert_eq!(reset.form(), &PasswordForm::Editing);
    assert_eq!(reset.pending().address, ALICE);
}

#[test]
fn offline_page_polls_again_when_it_is_online() {
    let mut reset = Reset::waiting();
    reset.feed(Input::PageStateChanged(PageState { offline: true, ..HERE }));
    assert_eq!(reset.pass(MINUTE), 0);
    reset.feed(Input::PageStateChanged(HERE));
    reset.feed(Input::Online);
    assert!(reset.sends().is_some());
}
