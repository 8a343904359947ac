//! The tab that a mail's link opens, and the tab where it was asked for.

use matrix_threepids::matrix::{Json, json};
use matrix_threepids::page::effect::{Effect, Found, Input};
use matrix_threepids::page::returned::Phase;
use matrix_threepids::page::tabs::State;
use matrix_threepids::page::visit::Place;

use crate::world::World;

const ACCOUNT: &str = "https://m.example @alice:example.org";

fn opened_by_link() -> World {
    World::open("{}", Found { sid: Some("s1".to_owned()), ..Found::default() })
}

#[track_caller]
fn phase(world: &World) -> &Phase {
    match &world.visit.place {
        Place::Returned(returned) => &returned.phase,
        other => panic!("not in a tab that a link has opened: {other:?}"),
    }
}

fn told(sid: &str, state: State) -> Input {
    Input::Told { sid: sid.to_owned(), address: "a@example.org".to_owned(), state }
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
fn nobody_answers_within_a_second() {
    let mut world = opened_by_link();
    assert_eq!(world.effects, [Effect::AskTabs("s1".to_owned())]);
    world.later(999.0);
    assert!(matches!(phase(&world), Phase::Asking { .. }));
    world.later(1.0);
    assert_eq!(phase(&world), &Phase::Nobody);
    // A tab that was asleep.
    world.feed(told("s1", State::Added));
    assert!(matches!(phase(&world), Phase::Added { address } if address == "a@example.org"));
    world.feed(Input::SignInHere);
    assert!(world.did(|it| *it == Effect::TidyAddress));
    assert!(matches!(world.visit.place, Place::SignIn(_)));
}

#[test]
fn another_tab_says_how_far_it_is() {
    let mut world = opened_by_link();
    world.feed(told("another", State::Added));
    assert!(matches!(phase(&world), Phase::Asking { .. }));
    world.feed(told("s1", State::Password));
    assert_eq!(phase(&world), &Phase::Password);
    world.feed(told("s1", State::Adding));
    assert!(matches!(phase(&world), Phase::Adding { .. }));
    // It takes too long: the person has to look.
    world.later(10_000.0);
    assert_eq!(phase(&world), &Phase::Password);
    world.feed(told("s1", State::Added));
    world.feed(told("s1", State::Password));
    assert!(matches!(phase(&world), Phase::Added { .. }));
}

#[test]
fn a_tab_that_knows_finishes_and_tells() {
    let tell = |state| Effect::TellTab {
        sid: "s1".to_owned(),
        address: "a@example.org".to_owned(),
        state,
    };
    for (waiting, state) in [(true, State::Adding), (false, State::Password)] {
        let mut world = World::inside();
        world.feed(Input::Records(ACCOUNT.to_owned(), pending(waiting)));
        world.effects.clear();
        world.feed(Input::Asked("unknown".to_owned()));
        assert!(world.effects.is_empty());
        world.feed(Input::Asked("s1".to_owned()));
        let opened = Effect::TellOpened { account: ACCOUNT.to_owned(), sid: "s1".to_owned() };
        assert_eq!(world.effects, [tell(state), opened]);
        world.effects.clear();
        // The same again is no news; other people's records are none, either.
        world.feed(Input::Records(ACCOUNT.to_owned(), pending(waiting)));
        let done = r#"{"pending":[{"address":"a@example.org","at":2,"added":true}]}"#;
        world.feed(Input::Records("https://m.example @bob:example.org".to_owned(), records(done)));
        assert!(world.effects.is_empty(), "{:?}", world.effects);
        world.feed(Input::Records(ACCOUNT.to_owned(), records(done)));
        assert_eq!(world.effects, [tell(State::Added)]);
        // Asked too late, it still knows.
        world.effects.clear();
        world.feed(Input::Asked("s0".to_owned()));
        assert!(world.did(|it| matches!(it, Effect::TellTab { state: State::Added, .. })));
    }
}

#[test]
fn without_a_session_nothing_is_promised() {
    let mut world = World::inside();
    world.feed(Input::Records(ACCOUNT.to_owned(), pending(true)));
    world.feed(Input::SessionEnded);
    world.feed(Input::Asked("s1".to_owned()));
    assert!(world.did(|it| matches!(it, Effect::TellTab { state: State::Password, .. })));
    let mut nobody = World::new("{}");
    nobody.feed(Input::Asked("s1".to_owned()));
    assert!(nobody.effects.is_empty());
}

#[test]
fn what_is_told_reads_as_it_was_written() {
    for state in [State::Adding, State::Password, State::Added, State::GivenUp] {
        assert_eq!(State::parse(state.as_str()), Some(state));
    }
    assert_eq!(State::parse("else"), None);
}
