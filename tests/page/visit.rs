//! Opening the page, single sign-on, signing out.

use matrix_threepids::matrix::BaseUrl;
use matrix_threepids::page::effect::{Effect, Found, Input};
use matrix_threepids::page::session::{Leave, Session};
use matrix_threepids::page::sign_in::{Form, Notice, Step};
use matrix_threepids::page::trouble::Trouble;
use matrix_threepids::page::visit::{Phase, Place};

use crate::world::{LOGIN, World, away, ok, refused, status};

const BASE: &str = "https://m.example";
const LOGOUT: &str = "https://m.example/_matrix/client/v3/logout";
const PROFILE: &str = "https://m.example/_matrix/client/v3/profile/%40alice%3Aexample.org";

fn base() -> BaseUrl {
    BaseUrl::parse(BASE).expect("a URL")
}

fn found(token: Option<&str>, leave: bool) -> Found {
    Found {
        here: "https://page.example/".to_owned(),
        login_token: token.map(str::to_owned),
        leave: leave.then(|| Leave { homeserver: base() }),
        ..Found::default()
    }
}

#[test]
fn a_token_is_taken_only_by_who_went_for_it() {
    let mut came_back = World::open("{}", found(Some("once"), true));
    assert_eq!(came_back.step(), &Step::Redeeming(base()));
    let call = came_back.answer("https://m.example/_matrix/client/v3/login", ok(LOGIN));
    let body = call.body.unwrap_or_default();
    assert!(body.contains("m.login.token") && body.contains("once"), "{body}");
    assert!(came_back.did(|it| matches!(it, Effect::Keep(_))));
    assert_eq!(came_back.account().phase, Phase::Here);

    // A link that somebody has sent.
    let planted = World::open("{}", found(Some("planted"), false));
    assert!(planted.effects.is_empty(), "{:?}", planted.effects);
    assert_eq!(planted.step(), &Step::Server(None));
    // The person came back by the browser's button.
    let gave_up = World::open("{}", found(None, true));
    assert_eq!(gave_up.step(), &Step::Server(None));
}

#[test]
fn single_sign_on_that_fails_leads_back_to_its_server() {
    let mut world = World::open("{}", found(Some("old"), true));
    world.answer("https://m.example/_matrix/client/v3/login", refused(403, "M_FORBIDDEN"));
    assert_eq!(world.form().notice, Some(Notice::Failed(Trouble::SsoFailed)));
    world.find(BASE);
    assert!(matches!(world.step(), Step::Methods(_, _, Form::Open(None))));
    assert_eq!(world.form().notice, Some(Notice::Failed(Trouble::SsoFailed)));
}

#[test]
fn a_provider_is_gone_to_and_remembered() {
    let mut world = World::new("{}");
    world.feed(Input::Server(BASE.to_owned()));
    world.find(BASE);
    world.feed(Input::Provider(Some("a/b".to_owned())));
    let url = "https://m.example/_matrix/client/v3/login/sso/redirect/a%2Fb\
        ?redirectUrl=https%3A%2F%2Fpage.example%2F";
    let go = Effect::Go(Leave { homeserver: base() }, url.to_owned());
    assert!(world.did(|it| *it == go), "{:?}", world.effects);
}

#[test]
fn a_session_is_kept_as_it_was() {
    let session = World::inside().account().session.clone();
    assert_eq!(Session::read(&session.write()), Some(session));
    for nonsense in
        ["", "{}", "[]", r#"{"homeserver":"http://m.example","userId":"@a:b","accessToken":"x"}"#]
    {
        assert_eq!(Session::read(nonsense), None, "{nonsense}");
    }
}

#[test]
fn signing_out_wipes_first_and_says_what_the_server_knows() {
    for (answer, notice) in [
        (ok("{}"), Notice::SignedOut),
        (refused(401, "M_UNKNOWN_TOKEN"), Notice::SignedOut),
        (away(), Notice::SignedOutHere),
        (status(502, "<html>"), Notice::SignedOutHere),
    ] {
        let mut world = World::inside();
        world.effects.clear();
        world.feed(Input::SignOut(Vec::new()));
        assert_eq!(world.effects[0], Effect::Forget { keep_pending: false });
        assert_eq!(world.form().notice, Some(Notice::SigningOut));
        let call = world.answer(LOGOUT, answer);
        assert_eq!(call.token.as_deref(), Some("token"));
        assert_eq!(world.form().notice, Some(notice));
    }
}

#[test]
fn pending_verifications_are_asked_about() {
    for keep in [true, false] {
        let mut world = World::inside();
        world.effects.clear();
        world.feed(Input::SignOut(vec!["new@example.org".to_owned()]));
        assert_eq!(
            world.account().phase,
            Phase::Leaving { addresses: vec!["new@example.org".to_owned()], ended: false }
        );
        assert!(world.effects.is_empty());
        world.feed(Input::Stay);
        assert_eq!(world.account().phase, Phase::Here);
        world.feed(Input::SignOut(vec!["new@example.org".to_owned()]));
        world.feed(Input::Leave { keep });
        assert_eq!(world.effects[0], Effect::Forget { keep_pending: keep });
        assert!(matches!(world.visit.place, Place::SignIn(_)));
    }
}

#[test]
fn a_person_whose_session_has_ended_can_leave_or_stay() {
    let mut world = World::inside();
    world.feed(Input::SessionEnded);
    world.feed(Input::SignOut(vec!["new@example.org".to_owned()]));
    world.feed(Input::Stay);
    assert!(matches!(world.account().phase, Phase::Ended(_)));
    world.feed(Input::SignOut(vec!["new@example.org".to_owned()]));
    world.feed(Input::Leave { keep: true });
    assert!(world.did(|it| *it == Effect::Forget { keep_pending: true }));
}

#[test]
fn a_name_that_is_not_to_be_had_is_done_without() {
    for (answer, name) in [
        (ok(r#"{"displayname":" Alice "}"#), Some("Alice")),
        (ok(r#"{"displayname":null}"#), None),
        (refused(404, "M_NOT_FOUND"), None),
        (away(), None),
    ] {
        let mut world = World::inside();
        world.answer(PROFILE, answer);
        assert_eq!(world.account().name.as_deref(), name);
        assert_eq!(world.account().phase, Phase::Here);
        assert_eq!(world.account().session.localpart(), "alice");
    }
    let mut over = World::inside();
    over.answer(PROFILE, refused(401, "M_UNKNOWN_TOKEN"));
    assert!(matches!(over.account().phase, Phase::Ended(_)));
}
