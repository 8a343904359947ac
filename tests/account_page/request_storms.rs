//! A simulated hour, in which every request is answered by one and the same
//! fault: nothing is sent again and again that the person did not ask for.

use matrix_threepids::account_page::effect::{Answer, Effect, Input, StartupState};
use matrix_threepids::account_page::session::{Session, SsoRedirect};
use matrix_threepids::matrix::RequestError;

use crate::simulator::{NOW, World, copy, ok, refused, status};

const FIXED: &str = r#"{"homeserver":"m.example","homeserverFixed":true}"#;
/// The most requests in any minute that nobody asked for.
const MOST: usize = 10;

fn faults() -> Vec<(&'static str, Answer)> {
    let limited = |ms: &str| {
        status(429, &format!(r#"{{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":{ms}}}"#))
    };
    vec![
        ("offline", Err(RequestError::Offline)),
        ("network", Err(RequestError::Network)),
        ("timeout", Err(RequestError::Timeout)),
        ("no session", Err(RequestError::SessionExpired { soft_logout: true })),
        ("an empty object", ok("{}")),
        ("no JSON", ok("<html>")),
        ("a challenge", status(401, r#"{"flows":[{"stages":[]}]}"#)),
        ("an unknown token", refused(401, "M_UNKNOWN_TOKEN")),
        ("a missing token", refused(401, "M_MISSING_TOKEN")),
        ("forbidden", refused(403, "M_FORBIDDEN")),
        ("locked", refused(401, "M_USER_LOCKED")),
        ("unknown", refused(500, "M_UNKNOWN")),
        ("a page", status(503, "<html>")),
        ("a limit without a time", refused(429, "M_LIMIT_EXCEEDED")),
        ("a limit of nothing", limited("0")),
        ("a limit of next to nothing", limited("0.0001")),
        ("a limit before now", limited("-1")),
        ("a limit of a second", limited("1000")),
        ("a limit for ever", limited("1e300")),
        ("a proxy's limit", status(429, "")),
    ]
}

/// The ways to be there: as a person finds the page.
fn visits() -> Vec<(&'static str, World)> {
    let session = || {
        let text = r#"{"homeserver":"https://m.example","userId":"@a:b","accessToken":"x"}"#;
        Session::read(text).expect("a session")
    };
    let leave = || {
        let text = format!(r#"{{"homeserver":"https://m.example","nonce":"n","at":{NOW}}}"#);
        SsoRedirect::read(&text).expect("where single sign-on went")
    };
    let text = |text: &str| Some(text.to_owned());
    vec![
        ("before a server by name", World::new(FIXED)),
        (
            "in a session",
            World::open("{}", StartupState { session: Some(session()), ..StartupState::default() }),
        ),
        (
            "back from single sign-on",
            World::open(
                FIXED,
                StartupState {
                    login_token: text("t"),
                    nonce: text("n"),
                    sso_redirect: Some(leave()),
                    ..StartupState::default()
                },
            ),
        ),
        (
            "by a mail's link",
            World::open(FIXED, StartupState { sid: text("s"), ..StartupState::default() }),
        ),
    ]
}

/// Answers whatever is sent by `answers`, in turn, for an hour; how many
/// requests there were in each minute.
fn hour(world: &mut World, answers: &[&Answer]) -> Vec<usize> {
    let mut next = 0;
    let mut minutes = vec![0; 60];
    for minute in &mut minutes {
        for _ in 0..240 {
            while world.did(|it| matches!(it, Effect::Send(..))) {
                let (purpose, _) = world.request();
                *minute += 1;
                assert!(*minute < 1_000, "a request follows the other without end");
                let answer = answers[next % answers.len()];
                next += 1;
                let answer = answer.as_ref().map(copy).map_err(Clone::clone);
                world.feed(Input::Response(purpose, answer));
            }
            // The widget may say it as often as it likes.
            world.feed(Input::SessionEnded);
            world.later(250.0);
        }
    }
    minutes
}

#[test]
fn no_fault_causes_request_storm_on_account_page() {
    let right = [status(404, ""), ok(r#"{"versions":["v1.11"]}"#), refused(404, "M_UNRECOGNIZED")];
    for (fault, answer) in faults() {
        // At once, and after each answer that was right.
        for right_ones in 0..=right.len() {
            for (visit, mut world) in visits() {
                let mut answers: Vec<_> = right[..right_ones].iter().collect();
                answers.push(&answer);
                let minutes = hour(&mut world, &answers);
                let most = minutes.iter().max().expect("minutes");
                let about = format!("{visit}, {right_ones} right answers, then {fault}");
                assert!(*most <= MOST + 4, "{about}: {minutes:?}");
                assert!(minutes[1..].iter().all(|it| *it <= MOST), "{about}: {minutes:?}");
            }
        }
    }
}
