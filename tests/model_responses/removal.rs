//! Taking addresses off the account.

use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::model::{Effect, FocusTarget, Input, RemovalPhase, Section, UiEffect};

use crate::harness::*;
use crate::response_table::*;
use crate::tab_harness::*;

#[test]
fn nested_before_remove_decisions_apply_to_their_own_removal() {
    let ask = |address: &str| Input::RemoveRequested {
        medium: Medium::Email,
        address: address.to_owned(),
    };
    let mut stage = Stage::set(Waits::List);
    stage.feed(ask("alice@example.org"));
    stage.feed(ask("bob@example.org"));
    // The inner question is answered first.
    stage.feed(Input::HostDecidedRemove(true));
    stage.feed(Input::HostDecidedRemove(false));
    let left: Vec<_> = stage.model.removals.iter().map(|it| it.address.as_str()).collect();
    assert_eq!(left, ["bob@example.org"]);
}

#[test]
fn focus_moves_to_next_entry_then_last_then_field() {
    let mut stage = Stage::set(Waits::FirstList);
    let mut left = vec!["a@example.org", "b@example.org", "c@example.org"];
    stage.list(&left);
    for (address, focus) in [
        ("b@example.org", FocusTarget::RemoveButton(Section::Emails, 1)),
        ("c@example.org", FocusTarget::RemoveButton(Section::Emails, 0)),
        ("a@example.org", FocusTarget::Field(Section::Emails)),
    ] {
        let asked = address.to_owned();
        stage.feed(Input::RemoveRequested { medium: Medium::Email, address: asked });
        stage.feed(Input::HostDecidedRemove(true));
        assert_eq!(stage.model.removals[0].is_last_email, left.len() == 1);
        stage.feed(Input::RemoveConfirmed);
        stage.feed(Input::DeleteResponded(Ok(None)));
        left.retain(|it| *it != address);
        stage.list(&left);
        assert!(stage.effects.contains(&Effect::Ui(UiEffect::Focus(focus))), "{address}");
    }
}

#[test]
fn removal_in_two_tabs_at_once_shows_no_error() {
    let mut tab = Tab::open();
    tab.feed(Input::RemoveRequested { medium: Medium::Email, address: ALICE.to_owned() });
    tab.feed(Input::HostDecidedRemove(true));
    tab.feed(Input::RemoveConfirmed);
    tab.listed.clear();
    tab.feed(Input::TabListChanged);
    assert_eq!(tab.model.removals[0].phase, RemovalPhase::Deleting);
    tab.feed(Input::DeleteResponded(Err(refused(404, "M_NOT_FOUND"))));
    assert!(tab.model.removals.is_empty() && !tab.says_an_error());
}
