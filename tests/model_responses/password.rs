//! `<matrix-account-password>`: every answer to a change of the password, and
//! what becomes of it.

use matrix_threepids::matrix::capabilities::Capability;
use matrix_threepids::matrix::uia::{SecretText, StageAnswer};
use matrix_threepids::matrix::{Errcode, RequestError};
use matrix_threepids::model::{
    Action, ApiRequest, Effect, FocusTarget, HostEffect, HostEvent, HostNotification, Input,
    ListRequest, Model, PasswordForm, PolicyViolation, Request, SessionState, Status, UiEffect,
    UiaReply, UiaTarget, UserError,
};

use crate::harness::*;
use crate::response_table::*;
use crate::tab_harness::*;

const NEW: &str = "a new one";
const WRONG: &str = r#"{"session":"s","flows":[{"stages":["m.login.password"]}],"completed":[],"errcode":"M_FORBIDDEN"}"#;

struct Form {
    model: Model,
    effects: Vec<Effect>,
}

impl Form {
    /// As it is once the page is loaded: nothing is known yet.
    fn loading() -> Form {
        let mut form = Form { model: Model::new_for_password(), effects: Vec::new() };
        form.feed(Input::PageStateChanged(HERE));
        form.feed(Input::SessionChanged(SessionState::Active));
        form
    }

    fn open() -> Form {
        let mut form = Form::loading();
        form.feed(Input::CapabilityLoaded(true));
        form
    }

    /// `account/password` is under way, without `auth`.
    fn changing() -> Form {
        let mut form = Form::open();
        form.hand_in(NEW, Some(NEW));
        form
    }

    /// The person is asked.
    fn asked() -> Form {
        let mut form = Form::changing();
        form.refused(401, CHALLENGE);
        form.feed(Input::UserWillAuthenticate(number_of(&form.model, UiaTarget::Password)));
        form
    }

    /// `account/password` is under way, with the old password.
    fn answered() -> Form {
        let mut form = Form::asked();
        form.answer();
        form
    }

    fn feed(&mut self, input: Input) {
        self.effects = self.model.update(NOW, input);
    }

    fn hand_in(&mut self, password: &str, repeated: Option<&str>) {
        let password = SecretText(password.to_owned());
        let repeated = repeated.map(|it| SecretText(it.to_owned()));
        self.feed(Input::ChangePassword { password, repeated, logout_devices: true });
    }

    fn answer(&mut self) {
        let password = SecretText("the old one".to_owned());
        let answer = UiaReply::Auth(StageAnswer::Password { user_id: None, password });
        self.feed(Input::UserReplied(UiaTarget::Password, answer));
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

    /// What the person reads, in the form or in the dialog.
    fn says(&self) -> Option<&UserError> {
        let dialog = self.model.active_uia().and_then(|(_, uia)| uia.problem());
        self.form().problem().or(dialog)
    }

    /// `new_password` and `logout_devices` of what is sent, and whether with `auth`.
    fn sends(&self) -> Option<(&str, bool, bool)> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Request(Request::Api(ApiRequest::ChangePassword {
                new_password,
                logout_devices,
                auth,
            })) => Some((&*new_password.0, *logout_devices, auth.is_some())),
            _ => None,
        })
    }

    fn focuses(&self, focus: &FocusTarget) -> bool {
        self.effects.iter().any(|it| matches!(it, Effect::Ui(UiEffect::Focus(to)) if to == focus))
    }
}

#[test]
fn password_form_loads_until_capabilities_arrive() {
    let mut form = Form::loading();
    assert!(form.model.is_loading());
    assert!(form.effects.contains(&Effect::Request(Request::List(ListRequest::ReadCapabilities(
        Capability::ChangePassword
    )))));
    form.hand_in(NEW, None);
    assert_eq!(form.sends(), None);
    form.feed(Input::CapabilityLoaded(true));
    assert!(!form.model.is_loading() && !form.model.is_readonly());
    assert_eq!(form.form(), &PasswordForm::Editing);
}

#[test]
fn forbidden_password_change_discovers_management_url() {
    let mut form = Form::loading();
    form.feed(Input::CapabilityLoaded(false));
    assert!(form.effects.contains(&Effect::Request(Request::DiscoverAccountManagement)));
    form.feed(Input::ManagementUrlLoaded(Some("https://account.example.org/".to_owned())));
    assert_eq!(form.model.management_url(), Some("https://account.example.org/"));
    form.hand_in(NEW, None);
    assert_eq!(form.sends(), None);
}

#[test]
fn password_change_is_sent_without_auth_then_with_auth() {
    let mut form = Form::changing();
    assert_eq!(form.sends(), Some((NEW, true, false)));
    form.refused(401, CHALLENGE);
    let asked = form.effects.iter().any(|it| {
        matches!(
            it,
            Effect::Host(HostEffect::OfferChallenge {
                action: Action::ChangePassword,
                threepid: None,
                ..
            })
        )
    });
    assert!(asked);
    form.feed(Input::UserWillAuthenticate(number_of(&form.model, UiaTarget::Password)));
    form.answer();
    assert_eq!(form.sends(), Some((NEW, true, true)));
    form.succeeds();
    assert_eq!(form.form(), &PasswordForm::Editing);
    assert_eq!(form.model.status, Some(Status::PasswordChanged { logout_devices: true }));
    let told = Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::PasswordChanged {
        logout_devices: true,
    })));
    assert!(form.effects.contains(&told));
}

#[test]
fn invalid_new_password_shows_error_and_sends_no_request() {
    for (password, repeated, problem, focus) in [
        ("", Some(""), UserError::MissingPassword, FocusTarget::NewPassword),
        ("", None, UserError::MissingPassword, FocusTarget::NewPassword),
        (NEW, Some("a new noe"), UserError::PasswordsDiffer, FocusTarget::RepeatedPassword),
        (NEW, Some(""), UserError::PasswordsDiffer, FocusTarget::RepeatedPassword),
    ] {
        let mut form = Form::open();
        form.hand_in(password, repeated);
        assert_eq!(form.says(), Some(&problem));
        assert!(form.focuses(&focus));
        assert_eq!(form.sends(), None);
        form.hand_in(NEW, None);
        assert_eq!(form.sends(), Some((NEW, true, false)), "once it is corrected");
    }
}

#[test]
fn double_submit_sends_one_request() {
    let mut form = Form::changing();
    form.hand_in("another", Some("another"));
    assert_eq!(form.sends(), None);
    let mut form = Form::answered();
    form.answer();
    assert_eq!(form.sends(), None);
}

#[test]
fn each_password_policy_error_has_message_and_focuses_field() {
    for (errcode, policy) in [
        ("M_WEAK_PASSWORD", PolicyViolation::Weak),
        ("M_PASSWORD_TOO_SHORT", PolicyViolation::TooShort),
        ("M_PASSWORD_NO_DIGIT", PolicyViolation::NoDigit),
        ("M_PASSWORD_NO_UPPERCASE", PolicyViolation::NoUppercase),
        ("M_PASSWORD_NO_LOWERCASE", PolicyViolation::NoLowercase),
        ("M_PASSWORD_NO_SYMBOL", PolicyViolation::NoSymbol),
        ("M_PASSWORD_IN_DICTIONARY", PolicyViolation::InDictionary),
    ] {
        for mut form in [Form::changing(), Form::answered()] {
            form.fails(refused(400, errcode));
            assert_eq!(form.form(), &PasswordForm::Invalid(UserError::PasswordPolicy(policy)));
            assert!(form.focuses(&FocusTarget::NewPassword), "the dialog is closed");
        }
    }
}

#[test]
fn each_other_error_has_message_and_rate_limit_ends() {
    let limited = |form: &Form| matches!(form.says(), Some(UserError::RateLimited { .. }));
    for at in [Form::changing, Form::answered] {
        for (failure, problem) in [
            (refused(403, "M_FORBIDDEN"), UserError::PasswordChangesForbidden),
            (refused(500, "M_UNKNOWN"), other("M_UNKNOWN")),
            (refused(400, "M_INVALID_PARAM"), other("M_INVALID_PARAM")),
            (refused(401, "M_USER_LOCKED"), UserError::Locked),
            (refused(403, "M_USER_SUSPENDED"), UserError::Suspended),
            (refused(403, "M_GUEST_ACCESS_FORBIDDEN"), UserError::Guest),
            (failure(502, HTML), UserError::InvalidResponse(502)),
            (RequestError::Network, UserError::Network),
            (RequestError::Timeout, UserError::Timeout),
            (RequestError::Offline, UserError::Offline),
            (RequestError::SessionExpired { soft_logout: true }, UserError::SessionExpired),
        ] {
            let mut form = at();
            let session = form.model.active_uia().is_some() && failure.may_be_unknown_uia_session();
            form.fails(failure.clone());
            if session {
                // The session may be to blame: it restarts, once. Before that, a
                // server that says the same of a password is asked without one.
                let checked = failure.errcode() == Some(&Errcode::Forbidden);
                if checked {
                    assert_eq!(form.sends(), Some((NEW, true, true)));
                    form.fails(failure.clone());
                }
                assert_eq!(form.sends(), Some((NEW, true, false)));
                form.fails(failure);
            }
            assert_eq!(form.says(), Some(&problem));
        }
        let mut form = at();
        form.fails(crate::tab_harness::limited(60_000.0));
        assert!(limited(&form));
        form.hand_in("another", None);
        assert_eq!(form.sends(), None);
        form.effects = form.model.update(NOW + 61_000.0, Input::TimerFired);
        assert_eq!((form.says(), &form.model.status), (None, &Some(Status::RateLimitExpired)));
    }
}

#[test]
fn missing_flow_or_wrong_password_shows_error_in_dialog() {
    let mut form = Form::changing();
    form.refused(401, r#"{"session":"s","flows":[],"params":{}}"#);
    assert_eq!(form.says(), Some(&UserError::NoSupportedAuthFlow));
    let mut form = Form::answered();
    form.refused(
        401,
        r#"{"session":"s","flows":[{"stages":["m.login.password"]}],"completed":[],"errcode":"M_FORBIDDEN"}"#,
    );
    assert_eq!(form.says(), Some(&UserError::WrongPassword));
    form.answer();
    assert_eq!(form.sends(), Some((NEW, true, true)));
}

#[test]
fn lost_response_reports_perhaps_changed_until_known() {
    for lost in [
        RequestError::Network,
        RequestError::Timeout,
        failure(504, HTML),
        refused(500, "M_UNKNOWN"),
    ] {
        let mut form = Form::answered();
        form.fails(lost);
        form.answer();
        form.refused(401, WRONG);
        assert_eq!(form.says(), Some(&UserError::PasswordMayHaveChanged));
        // That is not forgotten, whatever the person does next.
        form.feed(Input::UserReplied(UiaTarget::Password, UiaReply::Cancel));
        assert_eq!(form.form(), &PasswordForm::Invalid(UserError::PasswordMayHaveChanged));
        form.hand_in(NEW, None);
        assert_eq!(form.sends(), Some((NEW, true, false)));
        form.refused(401, CHALLENGE);
        form.feed(Input::UserWillAuthenticate(number_of(&form.model, UiaTarget::Password)));
        form.answer();
        form.refused(401, WRONG);
        assert_eq!(form.says(), Some(&UserError::PasswordMayHaveChanged));
        form.answer();
        form.succeeds();
        form.hand_in(NEW, None);
        form.refused(401, CHALLENGE);
        form.feed(Input::UserWillAuthenticate(number_of(&form.model, UiaTarget::Password)));
        form.answer();
        form.refused(401, WRONG);
        assert_eq!(form.says(), Some(&UserError::WrongPassword), "until it is known");
    }
}

#[test]
fn closed_dialog_ends_change_or_reports_perhaps_changed() {
    let mut form = Form::asked();
    form.feed(Input::UserReplied(UiaTarget::Password, UiaReply::Cancel));
    assert_eq!(form.form(), &PasswordForm::Editing);
    let mut form = Form::answered();
    form.feed(Input::UserReplied(UiaTarget::Password, UiaReply::Cancel));
    assert_eq!(form.form(), &PasswordForm::Invalid(UserError::PasswordMayHaveChanged));
    let mut refused = Form { model: form.model.clone(), effects: Vec::new() };
    refused.fails(RequestError::Network);
    assert_eq!(refused.form(), &PasswordForm::Invalid(UserError::PasswordMayHaveChanged));
    // It was too late.
    form.succeeds();
    assert_eq!(form.form(), &PasswordForm::Editing);
    assert_eq!(form.model.status, Some(Status::PasswordChanged { logout_devices: true }));
}

#[test]
fn change_resumes_when_online_but_not_with_new_token() {
    for mut form in [Form::changing(), Form::answered()] {
        form.fails(RequestError::Offline);
        form.feed(Input::Online);
        assert_eq!((form.sends(), form.says()), (None, None));
        assert!(form.effects.contains(&Effect::Ui(UiEffect::SubmitDialog)));
    }
    // But not with another token, which may be another person's.
    for mut form in [Form::changing(), Form::answered()] {
        form.fails(RequestError::SessionExpired { soft_logout: false });
        form.feed(Input::SessionChanged(SessionState::Active));
        assert_eq!((form.sends(), form.says()), (None, None));
        assert!(!form.effects.contains(&Effect::Ui(UiEffect::SubmitDialog)));
    }
}

#[test]
fn form_is_busy_while_host_authenticates() {
    let mut form = Form::changing();
    assert!(form.form().is_busy());
    form.refused(401, CHALLENGE);
    let number = number_of(&form.model, UiaTarget::Password);
    form.feed(Input::HostWillAuthenticate(number));
    assert!(form.form().is_busy());
    form.hand_in("another", None);
    assert_eq!(form.sends(), None);
    form.feed(Input::HostReplied(number, UiaReply::Cancel));
    assert!(!form.form().is_busy());
}

#[test]
fn revealed_password_need_not_be_repeated() {
    let mut form = Form::open();
    form.hand_in(NEW, Some("a new noe"));
    form.feed(Input::PasswordRevealed);
    assert_eq!(form.says(), None);
    form.hand_in("", None);
    form.feed(Input::PasswordRevealed);
    assert_eq!(form.says(), Some(&UserError::MissingPassword));
}

#[test]
fn email_stage_without_list_reloads_list_and_retry_succeeds() {
    let proof = r#"{"session":"s","flows":[{"stages":["m.login.email.identity"]}],"params":{}}"#;
    let mut form = Form::loading();
    let read = |form: &Form| {
        form.effects.iter().find_map(|it| match it {
            Effect::Request(Request::List(ListRequest::ReadList { number })) => Some(*number),
            _ => None,
        })
    };
    let number = read(&form).expect("the list");
    form.feed(Input::ListLoaded { number, result: Err(RequestError::Network) });
    form.feed(Input::CapabilityLoaded(true));
    form.hand_in(NEW, None);
    form.refused(401, proof);
    assert_eq!(form.says(), Some(&UserError::NoSupportedAuthFlow));
    let number = read(&form).expect("the list, again");
    form.feed(Input::ListLoaded { number, result: Ok(vec![email(ALICE)]) });
    form.feed(Input::UserReplied(UiaTarget::Password, UiaReply::Restart));
    form.refused(401, proof);
    assert_eq!(form.says(), None);
}

#[test]
fn password_element_emits_no_list_events() {
    let mut form = Form::loading();
    let number = form.effects.iter().find_map(|it| match it {
        Effect::Request(Request::List(ListRequest::ReadList { number })) => Some(*number),
        _ => None,
    });
    let number = number.expect("the list, for what an authentication may want to know");
    form.feed(Input::ListLoaded { number, result: Ok(vec![email(ALICE)]) });
    assert!(
        !form
            .effects
            .iter()
            .any(|it| matches!(it, Effect::Ui(UiEffect::Notify(HostNotification::Event(_)))))
    );
    assert_eq!(form.model.list.entries().map(<[_]>::len), Some(1));
    let mut form = Form::loading();
    form.feed(Input::ListLoaded { number, result: Err(RequestError::Network) });
    assert_eq!(form.effects, []);
    let mut form = Form::loading();
    form.feed(Input::ListLoaded { number, result: Err(refused(403, "M_FORBIDDEN")) });
    assert_eq!(form.effects, []);
}

#[test]
fn reattached_password_form_restarts() {
    let mut form = Form::asked();
    form.feed(Input::Disconnected);
    assert_eq!(form.form(), &PasswordForm::Loading);
    form.feed(Input::CapabilityLoaded(true));
    assert_eq!(form.form(), &PasswordForm::Editing);
    // In the middle of the request, nobody knows.
    let mut form = Form::answered();
    form.feed(Input::Disconnected);
    form.feed(Input::CapabilityLoaded(true));
    assert_eq!(form.form(), &PasswordForm::Invalid(UserError::PasswordMayHaveChanged));
    form.model.reset();
    form.feed(Input::CapabilityLoaded(true));
    assert_eq!(form.form(), &PasswordForm::Editing, "of another account");
}

#[test]
fn password_over_512_characters_is_not_sent() {
    for (password, fits) in [
        ("x".repeat(512), true),
        ("x".repeat(513), false),
        // Characters, not bytes.
        ("é".repeat(512), true),
        ("💡".repeat(512), true),
        ("💡".repeat(513), false),
    ] {
        let mut form = Form::open();
        form.hand_in(&password, Some(&password));
        let sent = form.effects.iter().any(|it| {
            matches!(it, Effect::Request(Request::Api(ApiRequest::ChangePassword { .. })))
        });
        assert_eq!(sent, fits);
        let said = UserError::PasswordPolicy(PolicyViolation::TooLong);
        assert_eq!(form.form().problem() == Some(&said), !fits);
        assert_eq!(
            form.effects.contains(&Effect::Ui(UiEffect::Focus(FocusTarget::NewPassword))),
            !fits
        );
    }
}

#[test]
fn bad_request_for_long_password_reports_too_long() {
    for errcode in ["M_BAD_JSON", "M_INVALID_PARAM"] {
        for (password, long) in [("x".repeat(200), true), ("x".repeat(20), false)] {
            let mut form = Form::open();
            form.hand_in(&password, Some(&password));
            form.refused(400, &format!(r#"{{"errcode":"{errcode}"}}"#));
            let want = match long {
                true => UserError::PasswordPolicy(PolicyViolation::TooLongForServer),
                false => UserError::Unknown(errcode.to_owned()),
            };
            assert_eq!(form.form().problem(), Some(&want));
        }
    }
}
