//! Taking addresses off the account.

use matrix_threepids::flow::{Effect, Focus, Input, RemovalPhase, Section};
use matrix_threepids::matrix::threepids::Medium;

use crate::rows::*;
use crate::stage::*;
use crate::tab::*;

#[test]
fn a_listener_that_asks_for_another_removal_is_answered_for_each() {
    let ask =
        |address: &str| Input::AskRemove { medium: Medium::Email, address: address.to_owned() };
    let mut stage = Stage::set(Waits::List);
    stage.feed(ask("alice@example.org"));
    stage.feed(ask("bob@example.org"));
    // The inner question is answered first.
    stage.feed(Input::MayRemove(true));
    stage.feed(Input::MayRemove(false));
    let left: Vec<_> = stage.flow.removals.iter().map(|it| it.address.as_str()).collect();
    assert_eq!(left, ["bob@example.org"]);
}

#[test]
fn the_focus_goes_to_the_next_entry_then_to_the_last_then_to_the_field() {
    let mut stage = Stage::set(Waits::FirstList);
    let mut left = vec!["a@example.org", "b@example.org", "c@example.org"];
    stage.list(&left);
    for (address, focus) in [
        ("b@example.org", Focus::RemoveButton(Section::Emails, 1)),
        ("c@example.org", Focus::RemoveButton(Section::Emails, 0)),
        ("a@example.org", Focus::Field(Section::Emails)),
    ] {
        let asked = address.to_owned();
        stage.feed(Input::AskRemove { medium: Medium::Email, address: asked });
        stage.feed(Input::MayRemove(true));
        assert_eq!(stage.flow.removals[0].last, left.len() == 1);
        stage.feed(Input::ConfirmRemove);
        stage.feed(Input::Deleted(Ok(None)));
        left.retain(|it| *it != address);
        stage.list(&left);
        assert!(stage.effects.contains(&Effect::Focus(focus)), "{address}");
    }
}

#[test]
fn removed_in_both_at_once() {
    let mut tab = Tab::open();
    tab.feed(Input::AskRemove { medium: Medium::Email, address: ALICE.to_owned() });
    tab.feed(Input::MayRemove(true));
    tab.feed(Input::ConfirmRemove);
    tab.listed.clear();
    tab.feed(Input::HeardChanged);
    assert_eq!(tab.flow.removals[0].phase, RemovalPhase::Deleting);
    tab.feed(Input::Deleted(Err(refused(404, "M_NOT_FOUND"))));
    assert!(tab.flow.removals.is_empty() && !tab.says_an_error());
}
