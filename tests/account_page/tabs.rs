//! The tab that a mail's link opens, and the tab where it was asked for.

use matrix_threepids::account_page::effect::{Effect, Input, StartupState};
use matrix_threepids::account_page::link_tab::LinkTabPhase;
use matrix_threepids::account_page::model::Screen;
use matrix_threepids::account_page::tab_messages::VerificationStatus;
use matrix_threepids::matrix::{Json, json};

use crate::simulator::World;

const ACCOUNT: &str = "https://m.example @alice:example.org";

fn opened_by_link() -> World {
    World::open("{}", StartupState { sid: Some("s1".to_owned()), ..StartupState::default() })
}

#[track_caller]
fn phase(world: &World) -> &LinkTabPhase {
    match &world.visit.screen {
        Screen::Returned(returned) => &returned.phase,
        other => panic!("not in a tab that a link has opened: {other:?}"),
    }
}

fn told(sid: &str, state: VerificationStatus) -> Input {
    Input::TabStatus { sid: sid.to_owned(), address: "a@example.org".to_owned(), state }
}

fn records(text: &str) -> Json {
    json::parse(text).expect("JSON")
}

fn pending(waiting: bool) -> Json {
    records(&format!(
        r#"{{"pending":[{{"address":"a@example.org","at":1,"waiting":{waiting},
        "validations":[{{"sid":"s0","secret":"x"}},{{"sid":"s1","secret":"y"}}]}}]}}"#
    ))
}

#[test]
fn link_tab_stops_waiting_for_other_tabs_after_one_second() {
    let mut world = opened_by_link();
    assert_eq!(world.effects, [Effect::QueryTabs("s1".to_owned())]);
    world.later(999.0);
    assert!(matches!(phase(&world), LinkTabPhase::QueryingTabs { .. }));
    world.later(1.0);
    assert_eq!(phase(&world), &LinkTabPhase::NoTabAnswered);
    // A tab that was asleep.
    world.feed(told("s1", VerificationStatus::Added));
    assert!(matches!(phase(&world), LinkTabPhase::Added { address } if address == "a@example.org"));
    world.feed(Input::SignInHere);
    assert!(world.did(|it| *it == Effect::ClearQuery));
    assert!(matches!(world.visit.screen, Screen::SignIn(_)));
}

#[test]
fn link_tab_shows_progress_of_other_tab() {
    let mut world = opened_by_link();
    world.feed(told("another", VerificationStatus::Added));
    assert!(matches!(phase(&world), LinkTabPhase::QueryingTabs { .. }));
    world.feed(told("s1", VerificationStatus::Password));
    assert_eq!(phase(&world), &LinkTabPhase::NeedsPassword);
    world.feed(told("s1", VerificationStatus::Adding));
    assert!(matches!(phase(&world), LinkTabPhase::Adding { .. }));
    // It takes too long: the person has to look.
    world.later(10_000.0);
    assert_eq!(phase(&world), &LinkTabPhase::NeedsPassword);
    world.feed(told("s1", VerificationStatus::Added));
    world.feed(told("s1", VerificationStatus::Password));
    assert!(matches!(phase(&world), LinkTabPhase::Added { .. }));
}

#[test]
fn tab_with_matching_sid_reports_state_to_link_tab() {
    let tell = |state| Effect::SendTabStatus {
        sid: "s1".to_owned(),
        address: "a@example.org".to_owned(),
        state,
    };
    for (waiting, state) in
        [(true, VerificationStatus::Adding), (false, VerificationStatus::Password)]
    {
        let mut world = World::inside();
        world.feed(Input::StoredVerifications(ACCOUNT.to_owned(), pending(waiting)));
        world.effects.clear();
        world.feed(Input::TabQuery("unknown".to_owned()));
        assert!(world.effects.is_empty());
        world.feed(Input::TabQuery("s1".to_owned()));
        let opened =
            Effect::BroadcastLinkOpened { account: ACCOUNT.to_owned(), sid: "s1".to_owned() };
        assert_eq!(world.effects, [tell(state), opened]);
        world.effects.clear();
        // The same again is no news; other people's records are none, either.
        world.feed(Input::StoredVerifications(ACCOUNT.to_owned(), pending(waiting)));
        let done = r#"{"pending":[{"address":"a@example.org","at":2,"added":true}]}"#;
        world.feed(Input::StoredVerifications(
            "https://m.example @bob:example.org".to_owned(),
            records(done),
        ));
        assert!(world.effects.is_empty(), "{:?}", world.effects);
        world.feed(Input::StoredVerifications(ACCOUNT.to_owned(), records(done)));
        assert_eq!(world.effects, [tell(VerificationStatus::Added)]);
        // Asked too late, it still knows.
        world.effects.clear();
        world.feed(Input::TabQuery("s0".to_owned()));
        assert!(world.did(|it| matches!(
            it,
            Effect::SendTabStatus { state: VerificationStatus::Added, .. }
        )));
    }
}

#[test]
fn tab_without_session_does_not_promise_to_add() {
    let mut world = World::inside();
    world.feed(Input::StoredVerifications(ACCOUNT.to_owned(), pending(true)));
    world.feed(Input::SessionEnded);
    world.feed(Input::TabQuery("s1".to_owned()));
    assert!(
        world.did(|it| matches!(
            it,
            Effect::SendTabStatus { state: VerificationStatus::Password, .. }
        ))
    );
    let mut nobody = World::new("{}");
    nobody.feed(Input::TabQuery("s1".to_owned()));
    assert!(nobody.effects.is_empty());
}

#[test]
fn tab_message_state_round_trips() {
    for state in [
        VerificationStatus::Adding,
        VerificationStatus::Password,
        VerificationStatus::Added,
        VerificationStatus::Cancelled,
    ] {
        assert_eq!(VerificationStatus::parse(state.as_str()), Some(state));
    }
    assert_eq!(VerificationStatus::parse("else"), None);
}
