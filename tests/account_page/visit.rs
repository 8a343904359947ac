//! Opening the page, single sign-on, signing out.

use matrix_threepids::account_page::effect::{Effect, Input, StartupState};
use matrix_threepids::account_page::model::{AccountPhase, Screen};
use matrix_threepids::account_page::session::{Session, SsoRedirect};
use matrix_threepids::account_page::sign_in::{Form, Notice, SignInStep};
use matrix_threepids::account_page::sign_in_error::SignInError;
use matrix_threepids::matrix::{ApiVersion, BaseUrl};

use crate::simulator::{LOGIN, NOW, World, away, ok, refused, status};

const BASE: &str = "https://m.example";
const LOGOUT: &str = "https://m.example/_matrix/client/v3/logout";
const PROFILE: &str = "https://m.example/_matrix/client/v3/profile/%40alice%3Aexample.org";

fn base() -> BaseUrl {
    BaseUrl::parse(BASE).expect("a URL")
}

fn leave(at: f64) -> SsoRedirect {
    SsoRedirect { homeserver: base(), api: ApiVersion::V3, nonce: "mine".to_owned(), at }
}

/// The page is opened with this token and this nonce, in a tab that went for
/// one or not.
fn found(token: Option<&str>, nonce: Option<&str>, leave: Option<SsoRedirect>) -> StartupState {
    StartupState {
        page_url: "https://page.example/".to_owned(),
        login_token: token.map(str::to_owned),
        nonce: nonce.map(str::to_owned),
        sso_redirect: leave,
        ..StartupState::default()
    }
}

fn came_back(token: &str) -> World {
    World::open("{}", found(Some(token), Some("mine"), Some(leave(NOW - 60_000.0))))
}

#[test]
fn login_token_requires_matching_recent_nonce() {
    let mut came_back = came_back("once");
    assert_eq!(came_back.step(), &SignInStep::LoggingInWithToken(base(), ApiVersion::V3));
    let call = came_back.answer("https://m.example/_matrix/client/v3/login", ok(LOGIN));
    let body = call.body.unwrap_or_default();
    assert!(body.contains("m.login.token") && body.contains("once"), "{body}");
    assert!(came_back.did(|it| matches!(it, Effect::StoreSession(_))));
    assert_eq!(came_back.account().phase, AccountPhase::SignedIn);

    let minutes = |it: f64| Some(leave(NOW - it * 60_000.0));
    for (nonce, leave) in [
        // A link that somebody has sent: while nobody went, and while somebody did.
        (None, None),
        (Some("mine"), None),
        (None, minutes(1.0)),
        (Some(""), minutes(1.0)),
        (Some("theirs"), minutes(1.0)),
        (Some("mine "), minutes(1.0)),
        // Without a source of randomness, nobody is known again.
        (Some(""), Some(SsoRedirect { nonce: String::new(), ..leave(NOW) })),
        // Too late; and from a time that is still to come.
        (Some("mine"), minutes(15.0)),
        (Some("mine"), minutes(-2.0)),
    ] {
        let what = format!("{nonce:?} {leave:?}");
        let planted = World::open("{}", found(Some("planted"), nonce, leave));
        assert!(planted.effects.is_empty(), "{what}: {:?}", planted.effects);
        assert_eq!(planted.step(), &SignInStep::Server(None), "{what}");
        assert_eq!(planted.form().notice, Some(Notice::Failed(SignInError::SsoFailed)), "{what}");
    }
    // The person came back by the browser's button.
    let gave_up = World::open("{}", found(None, None, minutes(1.0)));
    assert_eq!((gave_up.step(), &gave_up.form().notice), (&SignInStep::Server(None), &None));
}

#[test]
fn planted_login_token_keeps_current_session() {
    let session = World::inside().account().session.clone();
    for leave in [None, Some(leave(NOW))] {
        let found =
            StartupState { session: Some(session.clone()), ..found(Some("x"), Some("y"), leave) };
        let world = World::open("{}", found);
        assert_eq!(world.account().session, session);
    }
}

#[test]
fn malformed_sso_storage_is_ignored_and_nonce_is_not_in_debug() {
    assert_eq!(SsoRedirect::read(&leave(NOW).write()), Some(leave(NOW)));
    for nonsense in [
        "",
        "https://m.example",
        "{}",
        "[]",
        r#"{"homeserver":"http://m.example","nonce":"mine","at":1}"#,
        r#"{"homeserver":"https://m.example","nonce":1,"at":1}"#,
        r#"{"homeserver":"https://m.example","nonce":"mine","at":"now"}"#,
        r#"{"homeserver":"https://m.example","nonce":"mine","at":1e400}"#,
    ] {
        assert_eq!(SsoRedirect::read(nonsense), None, "{nonsense}");
    }
    assert!(!format!("{:?}", leave(NOW)).contains("mine"));
    // The one of an older version of the page.
    let older = r#"{"homeserver":"https://m.example","nonce":"mine","at":1}"#;
    assert_eq!(SsoRedirect::read(older), Some(leave(1.0)));
}

#[test]
fn old_server_receives_every_request_under_its_own_prefix() {
    for (versions, prefix) in [
        (r#"{"versions":["r0.5.0","r0.6.1"]}"#, "r0"),
        (r#"{"versions":["r0.0.1"]}"#, "r0"),
        (
            r#"{"versions":["r0.5.0"],"unstable_features":{"m.separate_add_and_bind":true,
                "m.require_identity_server":false}}"#,
            "unstable",
        ),
        (r#"{"versions":["a0.1"]}"#, "v2_alpha"),
        (r#"{"versions":["r0.6.1","v1.1"]}"#, "v3"),
    ] {
        let at = |path: &str| format!("{BASE}/_matrix/client/{prefix}/{path}");
        let profile = at("profile/%40alice%3Aexample.org");
        let mut world = World::new(r#"{"homeserver":"https://m.example","homeserverFixed":true}"#);
        world.answer("https://m.example/_matrix/client/versions", ok(versions));
        // Those before 1.48 have no CORS here.
        world.answer("https://m.example/_matrix/client/v1/auth_metadata", away());
        let methods = r#"{"flows":[{"type":"m.login.password"},{"type":"m.login.sso"}]}"#;
        world.answer(&at("login"), ok(methods));

        // By single sign-on, in another document.
        world.feed(Input::Provider { id: None, nonce: "mine".to_owned(), at: NOW });
        let gone = world.effects.iter().find_map(|effect| match effect {
            Effect::RedirectToSso(leave, url) => Some((leave.write(), url.clone())),
            _ => None,
        });
        let (leave, url) = gone.expect("a redirect");
        assert!(url.starts_with(&at("login/sso/redirect?")), "{url}");
        let leave = SsoRedirect::read(&leave);
        let mut back = World::open("{}", found(Some("once"), Some("mine"), leave));
        back.answer(&at("login"), ok(LOGIN));
        back.answer(&profile, ok("{}"));

        world.password("alice", "secret");
        world.answer(&at("login"), ok(LOGIN));
        world.answer(&profile, ok("{}"));
        // Reloaded.
        let session = Session::read(&world.account().session.write());
        let found = StartupState { session, ..found(None, None, None) };
        let mut world = World::open("{}", found);
        world.answer(&profile, ok("{}"));
        world.feed(Input::SignOut(Vec::new()));
        world.answer(&at("logout"), ok("{}"));
    }
}

#[test]
fn failed_sso_returns_to_login_methods_of_its_server() {
    let mut world = came_back("old");
    world.answer("https://m.example/_matrix/client/v3/login", refused(403, "M_FORBIDDEN"));
    assert_eq!(world.form().notice, Some(Notice::Failed(SignInError::SsoFailed)));
    world.find(BASE);
    assert!(matches!(world.step(), SignInStep::ChooseMethod(_, _, Form::Open(None))));
    assert_eq!(world.form().notice, Some(Notice::Failed(SignInError::SsoFailed)));
}

#[test]
fn sso_redirect_stores_homeserver_and_nonce() {
    let mut world = World::new("{}");
    world.feed(Input::Server(BASE.to_owned()));
    world.find(BASE);
    let (id, nonce) = (Some("a/b".to_owned()), "mine".to_owned());
    world.feed(Input::Provider { id, nonce, at: NOW });
    let url = "https://m.example/_matrix/client/v3/login/sso/redirect/a%2Fb\
        ?redirectUrl=https%3A%2F%2Fpage.example%2F%3Fnonce%3Dmine";
    let go = Effect::RedirectToSso(leave(NOW), url.to_owned());
    assert!(world.did(|it| *it == go), "{:?}", world.effects);
}

#[test]
fn stored_session_round_trips_and_malformed_one_is_ignored() {
    let session = World::inside().account().session.clone();
    assert_eq!(Session::read(&session.write()), Some(session));
    for nonsense in [
        "",
        "{}",
        "[]",
        r#"{"homeserver":"http://m.example","userId":"@a:b","accessToken":"x"}"#,
        r#"{"homeserver":"https://m.example","userId":"@a:b","accessToken":"a…b"}"#,
        r#"{"homeserver":"https://m.example","userId":"a b","accessToken":"x"}"#,
    ] {
        assert_eq!(Session::read(nonsense), None, "{nonsense}");
    }
}

#[test]
fn sign_out_clears_storage_first_and_reports_server_result() {
    for (answer, notice) in [
        (ok("{}"), Notice::SignedOut),
        (refused(401, "M_UNKNOWN_TOKEN"), Notice::SignedOut),
        (away(), Notice::SignedOutHere),
        (status(502, "<html>"), Notice::SignedOutHere),
    ] {
        let mut world = World::inside();
        world.effects.clear();
        world.feed(Input::SignOut(Vec::new()));
        assert_eq!(world.effects[0], Effect::ClearSession { keep_pending: false });
        assert_eq!(world.form().notice, Some(Notice::SigningOut));
        let call = world.answer(LOGOUT, answer);
        assert_eq!(call.token.as_deref(), Some("token"));
        assert_eq!(world.form().notice, Some(notice));
    }
}

#[test]
fn sign_out_asks_about_pending_verifications() {
    for keep in [true, false] {
        let mut world = World::inside();
        world.effects.clear();
        world.feed(Input::SignOut(vec!["new@example.org".to_owned()]));
        assert_eq!(
            world.account().phase,
            AccountPhase::ConfirmingSignOut {
                addresses: vec!["new@example.org".to_owned()],
                ended: false
            }
        );
        assert!(world.effects.is_empty());
        world.feed(Input::CancelSignOut);
        assert_eq!(world.account().phase, AccountPhase::SignedIn);
        world.feed(Input::SignOut(vec!["new@example.org".to_owned()]));
        world.feed(Input::ConfirmSignOut { keep_pending: keep });
        assert_eq!(world.effects[0], Effect::ClearSession { keep_pending: keep });
        assert!(matches!(world.visit.screen, Screen::SignIn(_)));
    }
}

#[test]
fn user_with_ended_session_can_sign_out_or_stay() {
    let mut world = World::inside();
    world.feed(Input::SessionEnded);
    world.feed(Input::SignOut(vec!["new@example.org".to_owned()]));
    world.feed(Input::CancelSignOut);
    assert!(matches!(world.account().phase, AccountPhase::SessionExpired(_)));
    world.feed(Input::SignOut(vec!["new@example.org".to_owned()]));
    world.feed(Input::ConfirmSignOut { keep_pending: true });
    assert!(world.did(|it| *it == Effect::ClearSession { keep_pending: true }));
}

#[test]
fn repeated_session_end_clears_storage_once() {
    let pending = || Input::SignOut(vec!["new@example.org".to_owned()]);
    let clears = |world: &World| {
        world.effects.iter().filter(|it| matches!(it, Effect::ClearStorage)).count()
    };
    let asks =
        |world: &World| world.effects.iter().filter(|it| matches!(it, Effect::Send(..))).count();
    let mut world = World::inside();
    world.effects.clear();
    // While the person is asked what is to become of pending verifications.
    world.feed(pending());
    for _ in 0..100 {
        world.feed(Input::SessionEnded);
    }
    assert!(matches!(world.account().phase, AccountPhase::ConfirmingSignOut { ended: true, .. }));
    assert_eq!((clears(&world), asks(&world)), (1, 0));
    world.feed(Input::CancelSignOut);
    for _ in 0..100 {
        world.feed(Input::SessionEnded);
    }
    assert!(matches!(world.account().phase, AccountPhase::SessionExpired(_)));
    assert_eq!((clears(&world), asks(&world)), (1, 1));
    world.feed(pending());
    world.feed(Input::SessionEnded);
    world.feed(Input::ConfirmSignOut { keep_pending: false });
    assert!(world.did(|it| *it == Effect::ClearSession { keep_pending: false }));
    let left = (clears(&world), asks(&world));
    for _ in 0..100 {
        world.feed(Input::SessionEnded);
    }
    assert!(matches!(world.visit.screen, Screen::SignIn(_)));
    assert_eq!((clears(&world), asks(&world)), left);
}

#[test]
fn responses_of_previous_session_are_ignored() {
    let mut world = World::inside();
    let (of_alice, _) = world.request();
    world.effects.clear();
    world.feed(Input::SignOut(Vec::new()));
    let (first, _) = world.request();
    world.find(BASE);
    world.password("bob", "secret");
    let login = LOGIN.replace("alice", "bob");
    world.answer("https://m.example/_matrix/client/v3/login", ok(&login));
    world.feed(Input::Response(of_alice, refused(401, "M_UNKNOWN_TOKEN")));
    world.feed(Input::Response(of_alice, ok(r#"{"displayname":"Alice"}"#)));
    assert_eq!((&world.account().phase, &world.account().name), (&AccountPhase::SignedIn, &None));
    world.effects.clear();
    world.feed(Input::SignOut(Vec::new()));
    world.feed(Input::Response(first, ok("{}")));
    assert_eq!(world.form().notice, Some(Notice::SigningOut));
}

#[test]
fn missing_display_name_is_no_error_but_unknown_token_is() {
    for (answer, name) in [
        (ok(r#"{"displayname":" Alice "}"#), Some("Alice")),
        (ok(r#"{"displayname":null}"#), None),
        (refused(404, "M_NOT_FOUND"), None),
        (away(), None),
    ] {
        let mut world = World::inside();
        world.answer(PROFILE, answer);
        assert_eq!(world.account().name.as_deref(), name);
        assert_eq!(world.account().phase, AccountPhase::SignedIn);
        assert_eq!(world.account().session.localpart(), "alice");
    }
    let mut over = World::inside();
    over.answer(PROFILE, refused(401, "M_UNKNOWN_TOKEN"));
    assert!(matches!(over.account().phase, AccountPhase::SessionExpired(_)));
}
