//! `<matrix-account-password>`: every answer to a change of the password, and
//! what becomes of it.

use matrix_threepids::flow::{
    Access, Action, Effect, Event, Flow, Focus, Input, Notice, PasswordForm, Policy, Problem,
    Reply, Subject,
};
use matrix_threepids::matrix::Failure;
use matrix_threepids::matrix::capabilities::Capability;
use matrix_threepids::matrix::uia::{Answer, Password};

use crate::rows::*;
use crate::stage::*;
use crate::tab::*;

const NEW: &str = "a new one";
const WRONG: &str = r#"{"session":"s","flows":[{"stages":["m.login.password"]}],"completed":[],"errcode":"M_FORBIDDEN"}"#;

struct Form {
    flow: Flow,
    effects: Vec<Effect>,
}

impl Form {
    /// As it is once the page is loaded: nothing is known yet.
    fn loading() -> Form {
        let mut form = Form { flow: Flow::of_password(), effects: Vec::new() };
        form.feed(Input::Presence(HERE));
        form.feed(Input::Access(Access::Granted));
        form
    }

    fn open() -> Form {
        let mut form = Form::loading();
        form.feed(Input::MayChange(true));
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
        form.feed(Input::PersonAuthenticates(number_of(&form.flow, Subject::Password)));
        form
    }

    /// `account/password` is under way, with the old password.
    fn answered() -> Form {
        let mut form = Form::asked();
        form.answer();
        form
    }

    fn feed(&mut self, input: Input) {
        self.effects = self.flow.apply(NOW, input);
    }

    fn hand_in(&mut self, password: &str, repeated: Option<&str>) {
        let password = Password(password.to_owned());
        let repeated = repeated.map(|it| Password(it.to_owned()));
        self.feed(Input::ChangePassword { password, repeated, logout_devices: true });
    }

    fn answer(&mut self) {
        let password = Password("the old one".to_owned());
        let answer = Reply::With(Answer::Password { user_id: None, password });
        self.feed(Input::Authenticate(Subject::Password, answer));
    }

    fn refused(&mut self, status: u16, body: &str) {
        self.fails(failure(status, body));
    }

    fn fails(&mut self, failure: Failure) {
        self.feed(Input::PasswordChanged { logout_devices: true, result: Err(failure) });
    }

    fn succeeds(&mut self) {
        self.feed(Input::PasswordChanged { logout_devices: true, result: Ok(()) });
    }

    fn form(&self) -> &PasswordForm {
        self.flow.password.as_ref().expect("the form")
    }

    /// What the person reads, in the form or in the dialog.
    fn says(&self) -> Option<&Problem> {
        let dialog = self.flow.in_front().and_then(|(_, uia)| uia.problem());
        self.form().problem().or(dialog)
    }

    /// `new_password` and `logout_devices` of what is sent, and whether with `auth`.
    fn sends(&self) -> Option<(&str, bool, bool)> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::ChangePassword { new_password, logout_devices, auth } => {
                Some((&*new_password.0, *logout_devices, auth.is_some()))
            }
            _ => None,
        })
    }

    fn focuses(&self, focus: &Focus) -> bool {
        self.effects.iter().any(|it| matches!(it, Effect::Focus(to) if to == focus))
    }
}

#[test]
fn is_there_once_it_is_known_that_it_may_be() {
    let mut form = Form::loading();
    assert!(form.flow.is_loading());
    assert!(form.effects.contains(&Effect::ReadCapabilities(Capability::ChangePassword)));
    form.hand_in(NEW, None);
    assert_eq!(form.sends(), None);
    form.feed(Input::MayChange(true));
    assert!(!form.flow.is_loading() && !form.flow.is_readonly());
    assert_eq!(form.form(), &PasswordForm::Editing);
}

#[test]
fn where_it_may_not_be_the_account_page_is_looked_for() {
    let mut form = Form::loading();
    form.feed(Input::MayChange(false));
    assert!(form.effects.contains(&Effect::Discover));
    form.feed(Input::Managed(Some("https://account.example.org/".to_owned())));
    assert_eq!(form.flow.managed(), Some("https://account.example.org/"));
    form.hand_in(NEW, None);
    assert_eq!(form.sends(), None);
}

#[test]
fn is_asked_for_without_auth_then_with_it() {
    let mut form = Form::changing();
    assert_eq!(form.sends(), Some((NEW, true, false)));
    form.refused(401, CHALLENGE);
    let asked = form
        .effects
        .iter()
        .any(|it| matches!(it, Effect::Challenge { action: Action::ChangePassword, of: None, .. }));
    assert!(asked);
    form.feed(Input::PersonAuthenticates(number_of(&form.flow, Subject::Password)));
    form.answer();
    assert_eq!(form.sends(), Some((NEW, true, true)));
    form.succeeds();
    assert_eq!(form.form(), &PasswordForm::Editing);
    assert_eq!(form.flow.notice, Some(Notice::PasswordChanged { logout_devices: true }));
    let told = Effect::Emit(Event::PasswordChanged { logout_devices: true });
    assert!(form.effects.contains(&told));
}

#[test]
fn what_is_wrong_with_it_is_said_before_anything_is_sent() {
    for (password, repeated, problem, focus) in [
        ("", Some(""), Problem::NoPassword, Focus::NewPassword),
        ("", None, Problem::NoPassword, Focus::NewPassword),
        (NEW, Some("a new noe"), Problem::PasswordsDiffer, Focus::RepeatedPassword),
        (NEW, Some(""), Problem::PasswordsDiffer, Focus::RepeatedPassword),
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
fn pressed_twice_it_is_sent_once() {
    let mut form = Form::changing();
    form.hand_in("another", Some("another"));
    assert_eq!(form.sends(), None);
    let mut form = Form::answered();
    form.answer();
    assert_eq!(form.sends(), None);
}

#[test]
fn each_policy_has_words_and_the_field_gets_the_focus() {
    for (errcode, policy) in [
        ("M_WEAK_PASSWORD", Policy::Weak),
        ("M_PASSWORD_TOO_SHORT", Policy::TooShort),
        ("M_PASSWORD_NO_DIGIT", Policy::NoDigit),
        ("M_PASSWORD_NO_UPPERCASE", Policy::NoUppercase),
        ("M_PASSWORD_NO_LOWERCASE", Policy::NoLowercase),
        ("M_PASSWORD_NO_SYMBOL", Policy::NoSymbol),
        ("M_PASSWORD_IN_DICTIONARY", Policy::InDictionary),
    ] {
        for mut form in [Form::changing(), Form::answered()] {
            form.fails(refused(400, errcode));
            assert_eq!(form.form(), &PasswordForm::Wrong(Problem::PasswordRefused(policy)));
            assert!(form.focuses(&Focus::NewPassword), "the dialog is closed");
        }
    }
}

#[test]
fn every_other_answer_has_words_and_a_way_on() {
    let limited = |form: &Form| matches!(form.says(), Some(Problem::RateLimited { .. }));
    for at in [Form::changing, Form::answered] {
        for (failure, problem) in [
            (refused(403, "M_FORBIDDEN"), Problem::ChangesForbidden),
            (refused(500, "M_UNKNOWN"), other("M_UNKNOWN")),
            (refused(400, "M_INVALID_PARAM"), other("M_INVALID_PARAM")),
            (refused(401, "M_USER_LOCKED"), Problem::Locked),
            (refused(403, "M_USER_SUSPENDED"), Problem::Suspended),
            (refused(403, "M_GUEST_ACCESS_FORBIDDEN"), Problem::Guest),
            (failure(502, HTML), Problem::Http(502)),
            (Failure::Network, Problem::Network),
            (Failure::Timeout, Problem::Timeout),
            (Failure::Offline, Problem::Offline),
            (Failure::NoSession { soft_logout: true }, Problem::SessionEnded),
        ] {
            let mut form = at();
            let session = form.flow.in_front().is_some() && failure.is_of_session();
            form.fails(failure.clone());
            if session {
                // The session may be to blame: begun anew, once.
                assert_eq!(form.sends(), Some((NEW, true, false)));
                form.fails(failure);
            }
            assert_eq!(form.says(), Some(&problem));
        }
        let mut form = at();
        form.fails(crate::tab::limited(60_000.0));
        assert!(limited(&form));
        form.hand_in("another", None);
        assert_eq!(form.sends(), None);
        form.effects = form.flow.apply(NOW + 61_000.0, Input::Woke);
        assert_eq!((form.says(), &form.flow.notice), (None, &Some(Notice::LimitOver)));
    }
}

#[test]
fn no_flow_or_a_wrong_password_is_said_in_the_dialog() {
    let mut form = Form::changing();
    form.refused(401, r#"{"session":"s","flows":[],"params":{}}"#);
    assert_eq!(form.says(), Some(&Problem::NoWayToAuthenticate));
    let mut form = Form::answered();
    form.refused(
        401,
        r#"{"session":"s","flows":[{"stages":["m.login.password"]}],"completed":[],"errcode":"M_FORBIDDEN"}"#,
    );
    assert_eq!(form.says(), Some(&Problem::WrongPassword));
    form.answer();
    assert_eq!(form.sends(), Some((NEW, true, true)));
}

#[test]
fn an_answer_that_got_lost_may_have_changed_it() {
    for lost in [Failure::Network, Failure::Timeout, failure(504, HTML), refused(500, "M_UNKNOWN")]
    {
        let mut form = Form::answered();
        form.fails(lost);
        form.answer();
        form.refused(401, WRONG);
        assert_eq!(form.says(), Some(&Problem::PerhapsChanged));
        // That is not forgotten, whatever the person does next.
        form.feed(Input::Authenticate(Subject::Password, Reply::Cancel));
        assert_eq!(form.form(), &PasswordForm::Wrong(Problem::PerhapsChanged));
        form.hand_in(NEW, None);
        assert_eq!(form.sends(), Some((NEW, true, false)));
        form.refused(401, CHALLENGE);
        form.feed(Input::PersonAuthenticates(number_of(&form.flow, Subject::Password)));
        form.answer();
        form.refused(401, WRONG);
        assert_eq!(form.says(), Some(&Problem::PerhapsChanged));
        form.answer();
        form.succeeds();
        form.hand_in(NEW, None);
        form.refused(401, CHALLENGE);
        form.feed(Input::PersonAuthenticates(number_of(&form.flow, Subject::Password)));
        form.answer();
        form.refused(401, WRONG);
        assert_eq!(form.says(), Some(&Problem::WrongPassword), "until it is known");
    }
}

#[test]
fn closing_the_dialog_ends_it_unless_it_may_be_too_late() {
    let mut form = Form::asked();
    form.feed(Input::Authenticate(Subject::Password, Reply::Cancel));
    assert_eq!(form.form(), &PasswordForm::Editing);
    let mut form = Form::answered();
    form.feed(Input::Authenticate(Subject::Password, Reply::Cancel));
    assert_eq!(form.form(), &PasswordForm::Wrong(Problem::PerhapsChanged));
    let mut refused = Form { flow: form.flow.clone(), effects: Vec::new() };
    refused.fails(Failure::Network);
    assert_eq!(refused.form(), &PasswordForm::Wrong(Problem::PerhapsChanged));
    // It was too late.
    form.succeeds();
    assert_eq!(form.form(), &PasswordForm::Editing);
    assert_eq!(form.flow.notice, Some(Notice::PasswordChanged { logout_devices: true }));
}

#[test]
fn what_was_broken_off_goes_on_with_what_is_typed_by_then() {
    for mut form in [Form::changing(), Form::answered()] {
        form.fails(Failure::Offline);
        form.feed(Input::Online);
        assert_eq!((form.sends(), form.says()), (None, None));
        assert!(form.effects.contains(&Effect::SubmitDialog));
    }
    // But not with another token, which may be another person's.
    for mut form in [Form::changing(), Form::answered()] {
        form.fails(Failure::NoSession { soft_logout: false });
        form.feed(Input::Access(Access::Granted));
        assert_eq!((form.sends(), form.says()), (None, None));
        assert!(!form.effects.contains(&Effect::SubmitDialog));
    }
}

#[test]
fn while_the_embedder_authenticates_the_form_waits() {
    let mut form = Form::changing();
    assert!(form.form().is_busy());
    form.refused(401, CHALLENGE);
    let number = number_of(&form.flow, Subject::Password);
    form.feed(Input::HostAuthenticates(number));
    assert!(form.form().is_busy());
    form.hand_in("another", None);
    assert_eq!(form.sends(), None);
    form.feed(Input::HostAnswers(number, Reply::Cancel));
    assert!(!form.form().is_busy());
}

#[test]
fn what_can_be_seen_need_not_be_repeated() {
    let mut form = Form::open();
    form.hand_in(NEW, Some("a new noe"));
    form.feed(Input::PasswordShown);
    assert_eq!(form.says(), None);
    form.hand_in("", None);
    form.feed(Input::PasswordShown);
    assert_eq!(form.says(), Some(&Problem::NoPassword));
}

#[test]
fn a_way_by_an_address_is_looked_for_once_more() {
    let proof = r#"{"session":"s","flows":[{"stages":["m.login.email.identity"]}],"params":{}}"#;
    let mut form = Form::loading();
    let read = |form: &Form| {
        form.effects.iter().find_map(|it| match it {
            Effect::ReadList { number } => Some(*number),
            _ => None,
        })
    };
    let number = read(&form).expect("the list");
    form.feed(Input::ListRead { number, result: Err(Failure::Network) });
    form.feed(Input::MayChange(true));
    form.hand_in(NEW, None);
    form.refused(401, proof);
    assert_eq!(form.says(), Some(&Problem::NoWayToAuthenticate));
    let number = read(&form).expect("the list, again");
    form.feed(Input::ListRead { number, result: Ok(vec![email(ALICE)]) });
    form.feed(Input::Authenticate(Subject::Password, Reply::Anew));
    form.refused(401, proof);
    assert_eq!(form.says(), None);
}

#[test]
fn the_embedder_is_told_nothing_of_the_list() {
    let mut form = Form::loading();
    let number = form.effects.iter().find_map(|it| match it {
        Effect::ReadList { number } => Some(*number),
        _ => None,
    });
    let number = number.expect("the list, for what an authentication may want to know");
    form.feed(Input::ListRead { number, result: Ok(vec![email(ALICE)]) });
    assert!(!form.effects.iter().any(|it| matches!(it, Effect::Emit(_))));
    assert_eq!(form.flow.list.entries().map(<[_]>::len), Some(1));
    let mut form = Form::loading();
    form.feed(Input::ListRead { number, result: Err(Failure::Network) });
    assert_eq!(form.effects, []);
    let mut form = Form::loading();
    form.feed(Input::ListRead { number, result: Err(refused(403, "M_FORBIDDEN")) });
    assert_eq!(form.effects, []);
}

#[test]
fn out_of_the_page_and_back_it_begins_anew() {
    let mut form = Form::asked();
    form.feed(Input::Detached);
    assert_eq!(form.form(), &PasswordForm::Loading);
    form.feed(Input::MayChange(true));
    assert_eq!(form.form(), &PasswordForm::Editing);
    // In the middle of the request, nobody knows.
    let mut form = Form::answered();
    form.feed(Input::Detached);
    form.feed(Input::MayChange(true));
    assert_eq!(form.form(), &PasswordForm::Wrong(Problem::PerhapsChanged));
    form.flow.start_over();
    form.feed(Input::MayChange(true));
    assert_eq!(form.form(), &PasswordForm::Editing, "of another account");
}

#[test]
fn a_password_that_is_too_long_is_not_sent() {
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
        let sent = form.effects.iter().any(|it| matches!(it, Effect::ChangePassword { .. }));
        assert_eq!(sent, fits);
        let said = Problem::PasswordRefused(Policy::TooLong);
        assert_eq!(form.form().problem() == Some(&said), !fits);
        assert_eq!(form.effects.contains(&Effect::Focus(Focus::NewPassword)), !fits);
    }
}

#[test]
fn a_server_that_takes_a_long_password_for_wrong_may_find_it_too_long() {
    for errcode in ["M_BAD_JSON", "M_INVALID_PARAM"] {
        for (password, long) in [("x".repeat(200), true), ("x".repeat(20), false)] {
            let mut form = Form::open();
            form.hand_in(&password, Some(&password));
            form.refused(400, &format!(r#"{{"errcode":"{errcode}"}}"#));
            let want = match long {
                true => Problem::PasswordRefused(Policy::TooLongHere),
                false => Problem::Other(errcode.to_owned()),
            };
            assert_eq!(form.form().problem(), Some(&want));
        }
    }
}
