//! The spec's rules, one by one.

use matrix_threepids::account_page::effect::Input;
use matrix_threepids::account_page::sign_in::{Form, SignInStep};
use matrix_threepids::account_page::sign_in_error::SignInError;
use matrix_threepids::matrix::discovery::{WellKnown, account_management, read_well_known};
use matrix_threepids::matrix::{BaseUrl, HttpResponse, json};

use crate::simulator::{World, away, copy, ok, refused, status};

fn read(http: u16, body: &str) -> WellKnown {
    read_well_known(&HttpResponse { status: http, retry_after: None, body: body.to_owned() })
}

#[test]
fn well_known_responses_map_to_discovery_results() {
    let there = || WellKnown::BaseUrl(BaseUrl::parse("https://m.example").expect("a URL"));
    for (http, body, means) in [
        (200, r#"{"m.homeserver":{"base_url":"https://m.example/"}}"#, there()),
        (
            200,
            r#"{"m.homeserver":{"base_url":"https://m.example"},"m.identity_server":{"base_url":"https://i.example"},"x":[]}"#,
            there(),
        ),
        (404, "", WellKnown::Ignore),
        (404, r#"{"m.homeserver":{"base_url":"https://m.example"}}"#, WellKnown::Ignore),
        (500, "", WellKnown::FailPrompt),
        (403, "{}", WellKnown::FailPrompt),
        (200, "", WellKnown::FailPrompt),
        (200, "<html>", WellKnown::FailPrompt),
        (200, "[]", WellKnown::FailPrompt),
        (200, "{}", WellKnown::FailPrompt),
        (200, r#"{"m.homeserver":"https://m.example"}"#, WellKnown::FailPrompt),
        (200, r#"{"m.homeserver":{"base_url":1}}"#, WellKnown::FailPrompt),
        (200, r#"{"m.homeserver":{"base_url":""}}"#, WellKnown::FailError),
        (200, r#"{"m.homeserver":{"base_url":"m.example"}}"#, WellKnown::FailError),
        (200, r#"{"m.homeserver":{"base_url":"http://m.example"}}"#, WellKnown::FailError),
        (
            200,
            r#"{"m.homeserver":{"base_url":"https://m.example"},"m.identity_server":{}}"#,
            WellKnown::FailError,
        ),
        (
            200,
            r#"{"m.homeserver":{"base_url":"https://m.example"},"m.identity_server":{"base_url":"nowhere"}}"#,
            WellKnown::FailError,
        ),
    ] {
        assert_eq!(read(http, body), means, "{http} {body}");
    }
}

#[test]
fn management_url_has_profile_action_and_requires_https() {
    for (uri, page) in [
        ("https://a.example/", Some("https://a.example/?action=org.matrix.profile")),
        ("https://a.example/?x=1#y", Some("https://a.example/?x=1&action=org.matrix.profile#y")),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("http://a.example/", None),
    ] {
        let body = json::object().string("account_management_uri", uri).build();
        assert_eq!(account_management(&body).as_deref(), page, "{uri}");
    }
}

#[test]
fn failed_versions_request_has_error_by_discovery_source() {
    let typed = |text: &str| {
        let mut world = World::new("{}");
        world.feed(Input::Server(text.to_owned()));
        world
    };
    let versions = "https://m.example/_matrix/client/versions";
    let well_known = "https://m.example/.well-known/matrix/client";
    let name = || "m.example".to_owned();
    for (answer, guessed, told) in [
        (away(), SignInError::NoSuchServer(name()), SignInError::BadWellKnown(name())),
        (ok("<html>"), SignInError::NotMatrix(name()), SignInError::BadWellKnown(name())),
        (
            ok(r#"{"versions":[]}"#),
            SignInError::NotMatrix(name()),
            SignInError::BadWellKnown(name()),
        ),
        (status(404, "no"), SignInError::NotMatrix(name()), SignInError::BadWellKnown(name())),
        (
            refused(404, "M_UNRECOGNIZED"),
            SignInError::NotMatrix(name()),
            SignInError::BadWellKnown(name()),
        ),
    ] {
        let mut by_url = typed("https://m.example/");
        by_url.answer(versions, answer.as_ref().map(copy).map_err(Clone::clone));
        assert_eq!(by_url.form().fail(), Some(&guessed));
        for silence in [away(), status(404, "")] {
            let mut by_name = typed("m.example");
            by_name.answer(well_known, silence);
            by_name.answer(versions, answer.as_ref().map(copy).map_err(Clone::clone));
            assert_eq!(by_name.form().fail(), Some(&guessed));
        }
        let mut by_word = typed("m.example");
        by_word.answer(well_known, ok(r#"{"m.homeserver":{"base_url":"https://m.example"}}"#));
        by_word.answer(versions, answer);
        assert_eq!(by_word.form().fail(), Some(&told));
        assert!(matches!(by_word.step(), SignInStep::Server(Some(_))));
        // What was typed is still there.
        assert_eq!(by_word.form().server, "m.example");
    }
}

#[test]
fn unusable_well_known_asks_user_for_base_url() {
    let mut world = World::new("{}");
    world.feed(Input::Server("@alice:example.org".to_owned()));
    world.answer("https://example.org/.well-known/matrix/client", ok("{}"));
    assert!(
        matches!(world.step(), SignInStep::HomeserverUrl(name, None) if name.as_str() == "example.org")
    );
    for (text, trouble) in [
        ("", SignInError::NotAnAddress),
        ("no address", SignInError::NotAnAddress),
        ("http://m.example", SignInError::Insecure),
    ] {
        world.feed(Input::Server(text.to_owned()));
        assert_eq!(world.form().fail(), Some(&trouble), "{text}");
    }
    world.feed(Input::Server("m.example".to_owned()));
    world.find("https://m.example");
    assert!(matches!(world.step(), SignInStep::ChooseMethod(_, _, Form::Open(None))));
    assert_eq!(world.form().user, "@alice:example.org");
}

#[test]
fn fixed_homeserver_failure_offers_only_retry() {
    let mut world = World::new(r#"{"homeserver":"example.org","homeserverFixed":true}"#);
    world.answer("https://example.org/.well-known/matrix/client", ok("{}"));
    let trouble = SignInError::BadWellKnown("example.org".to_owned());
    assert_eq!(world.step(), &SignInStep::Unavailable(trouble));
    world.feed(Input::OtherServer);
    world.feed(Input::Server("example.com".to_owned()));
    assert!(matches!(world.step(), SignInStep::Unavailable(_)));
    world.feed(Input::TryAgain);
    world.answer("https://example.org/.well-known/matrix/client", status(404, ""));
    world.find("https://example.org");
    assert!(matches!(world.step(), SignInStep::ChooseMethod(..)));
}

#[test]
fn late_discovery_response_is_ignored_after_server_change() {
    let mut world = World::new("{}");
    world.feed(Input::Server("https://m.example".to_owned()));
    let (purpose, _) = world.request();
    world.feed(Input::OtherServer);
    world.feed(Input::Server("https://other.example".to_owned()));
    world.feed(Input::Response(purpose, away()));
    assert!(matches!(world.step(), SignInStep::Discovering(_)));
    world.find("https://other.example");
    assert!(
        matches!(world.step(), SignInStep::ChooseMethod(server, ..) if server.name == "other.example")
    );
}
