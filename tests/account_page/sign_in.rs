//! From a form to a session, and what servers say instead.

use matrix_threepids::account_page::effect::{Effect, Field, Focus, Input};
use matrix_threepids::account_page::model::AccountPhase;
use matrix_threepids::account_page::sign_in::{Form, Notice, SignInStep};
use matrix_threepids::account_page::sign_in_error::SignInError;
use matrix_threepids::matrix::RequestError;
use matrix_threepids::model::UserError;

use crate::simulator::{LOGIN, VERSIONS, World, away, copy, ok, refused, status};

const BASE: &str = "https://m.example";
const URL: &str = "https://m.example/_matrix/client/v3/login";

fn at_the_door() -> World {
    let mut world = World::new("{}");
    world.feed(Input::Server(BASE.to_owned()));
    world.find(BASE);
    world.effects.clear();
    world
}

#[test]
fn each_login_error_has_its_message() {
    let common = SignInError::Widget;
    let unusable = || SignInError::BadLogin("m.example".to_owned());
    for (answer, trouble) in [
        (refused(403, "M_FORBIDDEN"), SignInError::WrongLogin),
        (refused(400, "M_INVALID_USERNAME"), SignInError::WrongLogin),
        (refused(400, "M_INVALID_PARAM"), SignInError::WrongLogin),
        (status(401, r#"{"errcode":"M_FORBIDDEN","flows":[]}"#), SignInError::WrongLogin),
        (refused(403, "M_USER_DEACTIVATED"), common(UserError::Deactivated)),
        (refused(401, "M_USER_LOCKED"), common(UserError::Locked)),
        (refused(403, "M_USER_SUSPENDED"), common(UserError::Suspended)),
        (refused(500, "M_UNKNOWN"), common(UserError::Unknown("M_UNKNOWN".to_owned()))),
        (refused(418, "ORG.EXAMPLE.TEA"), common(UserError::Unknown("ORG.EXAMPLE.TEA".to_owned()))),
        (status(502, "<html>"), common(UserError::InvalidResponse(502))),
        (ok("{}"), common(UserError::InvalidResponse(200))),
        (ok(r#"{"user_id":"@a:b","access_token":""}"#), common(UserError::InvalidResponse(200))),
        (ok(r#"{"user_id":"@a:b","access_token":"syt_…"}"#), unusable()),
        (ok(r#"{"user_id":"@a:b","access_token":"a\nb"}"#), unusable()),
        (ok(r#"{"user_id":"@a:b","access_token":"a\u0000b"}"#), unusable()),
        (ok(r#"{"user_id":"@a:b","access_token":"token "}"#), unusable()),
        (ok(r#"{"user_id":"alice","access_token":"token"}"#), unusable()),
        (ok(r#"{"user_id":"@alice:exa mple","access_token":"token"}"#), unusable()),
        (away(), common(UserError::Network)),
        (Err(RequestError::Timeout), common(UserError::Timeout)),
        (Err(RequestError::Offline), common(UserError::Network)),
    ] {
        let mut world = at_the_door();
        world.password("alice", "secret");
        assert!(matches!(world.step(), SignInStep::ChooseMethod(_, _, Form::Sending)));
        world.answer(URL, answer);
        assert_eq!(world.form().fail(), Some(&trouble));
        assert!(world.did(|it| *it == Effect::Focus(Focus::Password)));
    }
}

#[test]
fn forgotten_password_is_replaced_in_place_of_the_form() {
    let mut world = at_the_door();
    world.feed(Input::ForgotPassword);
    assert!(matches!(world.step(), SignInStep::ChooseMethod(_, _, Form::ResettingPassword)));
    world.effects.clear();
    world.password("alice", "secret");
    assert!(world.effects.is_empty(), "the form is gone: {:?}", world.effects);
    world.feed(Input::BackToSignIn);
    assert!(matches!(world.step(), SignInStep::ChooseMethod(_, _, Form::Open(None))));
    assert_eq!(world.form().notice, None);
    // Without the element, there is nothing to report.
    world.feed(Input::PasswordReset);
    assert_eq!(world.form().notice, None);
    world.feed(Input::ForgotPassword);
    world.feed(Input::PasswordReset);
    assert!(matches!(world.step(), SignInStep::ChooseMethod(_, _, Form::Open(None))));
    assert_eq!(world.form().notice, Some(Notice::PasswordReset));
    assert!(world.did(|it| *it == Effect::Focus(Focus::User)));
}

#[test]
fn empty_login_field_shows_error_and_sends_no_request() {
    for (user, password, trouble, focus) in [
        (" ", "secret", SignInError::MissingUser, Focus::User),
        ("", "", SignInError::MissingUser, Focus::User),
        ("alice", "", SignInError::MissingPassword, Focus::Password),
    ] {
        let mut world = at_the_door();
        world.password(user, password);
        assert_eq!(world.form().fail(), Some(&trouble));
        assert_eq!(world.effects, [Effect::Focus(focus)]);
    }
}

#[test]
fn error_stays_at_its_field_until_user_edits_it() {
    let all = [Field::Server, Field::User, Field::Password];
    let said = |world: &World| all.map(|it| world.form().error_at(it).is_some());
    let mut world = World::new("{}");
    world.feed(Input::Server("no server".to_owned()));
    assert_eq!(said(&world), [true, false, false]);
    assert_eq!(world.form().general_error(), None);
    world.feed(Input::Edited(Field::Server));
    assert_eq!(world.form().fail(), None);

    for (user, password, answer, shown, corrected) in [
        ("", "secret", None, [false, true, false], &[Field::User][..]),
        ("alice", "", None, [false, false, true], &[Field::Password]),
        (
            "alice",
            "secret",
            Some(refused(403, "M_FORBIDDEN")),
            [false, false, true],
            &[Field::User, Field::Password],
        ),
    ] {
        for field in all {
            let mut world = at_the_door();
            world.password(user, password);
            if let Some(answer) = &answer {
                world.answer(URL, answer.as_ref().map(copy).map_err(Clone::clone));
            }
            assert_eq!(said(&world), shown);
            world.feed(Input::Edited(field));
            assert_eq!(world.form().fail().is_none(), corrected.contains(&field), "{field:?}");
        }
    }
    // It is nobody's fault, and stays until the next try.
    let mut world = at_the_door();
    world.password("alice", "secret");
    world.answer(URL, away());
    all.into_iter().for_each(|field| world.feed(Input::Edited(field)));
    assert_eq!(said(&world), [false; 3]);
    assert_eq!(world.form().general_error(), Some(&SignInError::Widget(UserError::Network)));
    // Where there is no field, it is said all the same.
    let mut world = World::new(r#"{"homeserver":"https://m.example","homeserverFixed":true}"#);
    world.answer("https://m.example/_matrix/client/versions", status(404, "no"));
    assert!(world.form().general_error().is_some());
}

#[test]
fn provider_names_are_truncated_without_bidi_controls() {
    let long = "x".repeat(1_000_000);
    for (name, shown) in [
        ("Looking Glass", "Looking Glass".to_owned()),
        (&*long, "x".repeat(60)),
        ("\u{202e}Glass\u{2066}", "Glass".to_owned()),
        ("\n \u{200b}\t", "glass".to_owned()),
    ] {
        let mut world = World::new("{}");
        world.feed(Input::Server(BASE.to_owned()));
        world.answer("https://m.example/_matrix/client/versions", ok(VERSIONS));
        let metadata = "https://m.example/_matrix/client/v1/auth_metadata";
        world.answer(metadata, refused(404, "M_UNRECOGNIZED"));
        let name = serde_json::to_string(name).expect("a text");
        let provider = format!(r#"{{"id":"glass","name":{name}}}"#);
        let flow = format!(r#"{{"type":"m.login.sso","identity_providers":[{provider}]}}"#);
        world.answer(URL, ok(&format!(r#"{{"flows":[{flow}]}}"#)));
        let SignInStep::ChooseMethod(_, methods, _) = world.step() else {
            panic!("{:?}", world.step())
        };
        assert_eq!(methods.sso.as_ref().expect("single sign-on")[0].name, shown);
    }
}

#[test]
fn repeated_login_rate_limits_back_off() {
    let mut world = at_the_door();
    for (said, wait) in [("0", 1_000.0), ("0.0001", 8_000.0), ("-1", 64_000.0), ("1e300", 3.6e6)] {
        world.password("alice", "secret");
        let limit = format!(r#"{{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":{said}}}"#);
        world.answer(URL, status(429, &limit));
        assert_eq!(world.form().fail().and_then(SignInError::until), Some(world.now + wait));
        world.later(wait);
    }
}

#[test]
fn login_is_not_sent_twice_or_during_rate_limit() {
    let mut world = at_the_door();
    world.password("alice", "secret");
    world.password("alice", "secret");
    let limit = r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":5000}"#;
    world.answer(URL, status(429, limit));
    world.password("alice", "secret");
    world.later(4_999.0);
    assert!(world.visit.needs_ticker());
    world.password("alice", "secret");
    assert!(!world.did(|it| matches!(it, Effect::Send(..))), "{:?}", world.effects);
    world.later(1.0);
    assert_eq!(world.form().notice, Some(Notice::LimitOver));
    assert!(!world.visit.needs_ticker());
    world.password("alice", "secret");
    world.answer(URL, ok(LOGIN));
    assert_eq!(world.account().session.login.user_id, "@alice:example.org");
}

#[test]
fn fixed_homeserver_discovery_repeats_after_rate_limit() {
    let mut world = World::new(r#"{"homeserver":"https://m.example","homeserverFixed":true}"#);
    let limit = status(429, r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":5000}"#);
    world.answer("https://m.example/_matrix/client/versions", limit);
    world.feed(Input::TryAgain);
    world.later(4_999.0);
    assert!(matches!(world.step(), SignInStep::Unavailable(_)));
    world.later(1.0);
    world.find(BASE);
    assert!(matches!(world.step(), SignInStep::ChooseMethod(..)));
}

#[test]
fn password_and_token_are_not_in_url_or_debug_output() {
    let mut world = at_the_door();
    world.password("alice", "wonderland-7");
    let (_, call) = world.request();
    assert!(call.body.as_deref().is_some_and(|body| body.contains("wonderland-7")));
    assert!(!call.url.contains("wonderland-7"));
    assert!(!format!("{call:?} {:?}", world.visit.screen).contains("wonderland-7"));
    let world = World::inside();
    let printed = format!("{:?} {:?}", world.visit.screen, world.effects);
    assert!(!printed.contains("\"token\""), "{printed}");
}

#[test]
fn sign_in_after_session_end_reuses_device_id() {
    let mut world = World::inside();
    world.effects.clear();
    world.feed(Input::SessionEnded);
    world.feed(Input::SessionEnded);
    assert!(matches!(world.account().phase, AccountPhase::SessionExpired(_)));
    assert_eq!(world.form().notice, Some(Notice::SessionEnded));
    world.find(BASE);
    assert_eq!(world.form().user, "@alice:example.org");
    assert_eq!(world.form().notice, Some(Notice::SessionEnded));
    world.password("@alice:example.org", "secret");
    let call = world.answer(URL, ok(&LOGIN.replace("token\":\"token", "token\":\"new")));
    let body = call.body.unwrap_or_default();
    assert!(body.contains(r#""device_id":"D""#), "{body}");
    assert_eq!(world.account().phase, AccountPhase::SignedIn);
    assert_eq!(world.account().session.login.access_token, "new");
    assert!(!world.did(|it| matches!(it, Effect::ClearSession { .. })), "something was forgotten");
}
