//! The person comes back by the mail's link itself, with `next-link`.

use matrix_threepids::matrix::Json;
use matrix_threepids::model::{Effect, Input, TabEffect};

use crate::harness::*;
use crate::page_return::left;
use crate::tab_harness::*;

fn has(tab: &Tab, effect: &Effect) -> bool {
    tab.effects.contains(effect)
}

fn tidied() -> Effect {
    Effect::Tab(TabEffect::RemoveSidFromUrl("sid-1".to_owned()))
}

fn told() -> Effect {
    Effect::Tab(TabEffect::BroadcastLinkOpened("sid-1".to_owned()))
}

#[test]
fn next_link_in_same_tab_removes_sid_and_sends_add() {
    let (tab, _) = left();
    let mut tab = tab.reload();
    tab.feed(Input::ReturnedFromLink("sid-1".to_owned()));
    assert!(has(&tab, &tidied()) && has(&tab, &told()));
    // Even where the browser does not say that the page has the focus.
    assert_eq!(tab.adds(), [("sid-1", false)]);
    let mut again = tab.clone();
    again.feed(Input::ReturnedFromLink("sid-1".to_owned()));
    assert!(again.adds().is_empty(), "one at a time");
    // The link was opened, that is known: where they see it, they are asked.
    tab.feed(Input::PageStateChanged(HERE));
    let id = tab.model.verifications[0].id;
    tab.added(id, who_are_you());
    assert!(tab.asks_for_the_password());
}

#[test]
fn next_link_in_new_tab_waits_500_ms_for_other_tabs() {
    let (other, _) = left();
    for (after, known) in [(499.0, true), (500.0, false)] {
        let mut tab = Tab::open();
        tab.feed(Input::ReturnedFromLink("sid-1".to_owned()));
        assert!(!has(&tab, &tidied()));
        assert_eq!(tab.model.next_timer(), Some(tab.now + 500.0));
        tab.now += after;
        tab.feed(Input::TabRecords(other.model.to_stored_state().expect("records")));
        assert_eq!(tab.addresses(), [DORA]);
        assert_eq!(has(&tab, &tidied()), known, "after {after} ms");
        assert_eq!(has(&tab, &told()), known);
        assert_eq!(tab.adds().len(), usize::from(known));
    }
}

#[test]
fn next_link_with_unknown_sid_is_ignored() {
    let (tab, _) = left();
    let mut tab = tab.reload();
    tab.feed(Input::ReturnedFromLink("sid-9".to_owned()));
    tab.wait(SECOND, not_yet);
    tab.feed(Input::TabRecords(tab.model.to_stored_state().expect("records")));
    let tidies = |effect: &Effect| {
        matches!(
            effect,
            Effect::Tab(TabEffect::RemoveSidFromUrl(_))
                | Effect::Tab(TabEffect::BroadcastLinkOpened(_))
        )
    };
    assert!(!tab.effects.iter().any(tidies));
    assert_eq!(tab.model.next_timer(), Some(tab.model.verifications[0].sent_at + MINUTE));
}

#[test]
fn next_link_of_older_email_tries_newest_sid_first() {
    let (mut tab, id) = left();
    tab.resend(id);
    tab.token(id, Ok(sid("sid-2")));
    tab.feed(Input::ReturnedFromLink("sid-1".to_owned()));
    assert!(has(&tab, &tidied()));
    assert_eq!(tab.adds(), [("sid-2", false)]);
    tab.added(id, not_yet());
    assert_eq!(tab.adds(), [("sid-1", false)]);
}

#[test]
fn next_link_in_new_tab_lets_polling_tab_send_add() {
    let (mut first, _) = Tab::waiting();
    first.feed(Input::PageStateChanged(AWAY));
    let mut second = Tab::open();
    second.feed(Input::ReturnedFromLink("sid-1".to_owned()));
    second.feed(Input::TabRecords(first.model.to_stored_state().expect("records")));
    assert!(has(&second, &tidied()) && has(&second, &told()));
    assert_eq!(second.adds(), [], "the other has what it takes");
    first.feed(Input::TabLinkOpened("sid-1".to_owned()));
    assert_eq!(first.adds(), [("sid-1", true)]);
}

#[test]
fn next_link_in_new_tab_lets_polling_tab_send_add_if_storage_opens_after_list() {
    let (mut first, _) = Tab::waiting();
    first.feed(Input::PageStateChanged(AWAY));
    let records = first.model.to_stored_state().expect("records");
    let mut second = Tab::open();
    second.feed(Input::StorageLoaded(Json::Null));
    second.feed(Input::ReturnedFromLink("sid-1".to_owned()));
    second.feed(Input::TabRecords(records.clone()));
    assert!(has(&second, &tidied()) && has(&second, &told()));
    assert_eq!(second.adds(), [], "the other has what it takes");
    // It says so again, when it hears of the link.
    second.feed(Input::TabRecords(records));
    assert_eq!(second.adds(), [], "the other has what it takes");
    first.feed(Input::TabLinkOpened("sid-1".to_owned()));
    assert_eq!(first.adds(), [("sid-1", true)]);
}
