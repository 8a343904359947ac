//! The person leaves and comes back: to the page, or by the mail's link.

use matrix_threepids::matrix::RequestError;
use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::model::{
    Effect, Initiator, Input, ListRequest, Request, Status, UiaReply, UiaTarget, VerificationId,
    VerificationPhase,
};

use crate::harness::*;
use crate::tab_harness::*;

/// A tab in the background, in which Dora's mail and then Bob's went out.
fn left_with_two() -> (Tab, VerificationId, VerificationId) {
    let mut tab = Tab::open();
    let dora = tab.mail(DORA, "sid-1");
    let bob = tab.mail(BOB, "sid-2");
    tab.feed(Input::PageStateChanged(AWAY));
    (tab, dora, bob)
}

/// A tab in the background, in which Dora's mail went out.
pub fn left() -> (Tab, VerificationId) {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::PageStateChanged(AWAY));
    (tab, id)
}

fn come_back(tab: &mut Tab) {
    tab.feed(Input::PageStateChanged(AWAY));
    tab.feed(Input::PageStateChanged(HERE));
}

fn close_the_dialog(tab: &mut Tab, id: VerificationId) {
    tab.feed(Input::UserReplied(UiaTarget::Verification(id), UiaReply::Cancel));
}

#[test]
fn page_return_after_opened_link_adds_address() {
    let (mut tab, id) = left();
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.adds(), [("sid-1", false)]);
    assert!(!tab.pending(id).is_busy(), "nobody has asked");
    tab.listed.push(DORA);
    tab.added(id, Ok(()));
    assert_eq!(tab.model.status, Some(Status::Added(Medium::Email, DORA.to_owned())));
}

#[test]
fn visible_page_without_focus_sends_no_add() {
    let (mut tab, id) = left();
    tab.feed(Input::PageStateChanged(SEEN));
    assert_eq!(tab.adds(), []);
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.adds(), [("sid-1", false)]);
    tab.added(id, not_yet());
    // Clicking about is no coming back.
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.adds(), []);
}

#[test]
fn page_return_opens_auth_dialog_once() {
    let (mut tab, id) = left();
    tab.feed(Input::PageStateChanged(HERE));
    tab.added(id, who_are_you());
    assert!(tab.asks_for_the_password());
    close_the_dialog(&mut tab, id);
    for _ in 0..3 {
        come_back(&mut tab);
        if !tab.adds().is_empty() {
            tab.added(id, who_are_you());
        }
        assert!(!tab.asks_for_the_password());
    }
    assert_eq!(*tab.phase(id), VerificationPhase::NeedsAuth);
    // Closed, it comes back only by "Continue".
    tab.feed(Input::Continue(id));
    tab.added(id, who_are_you());
    assert!(tab.asks_for_the_password());
}

#[test]
fn dialog_closed_after_continue_does_not_reopen_on_page_return() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::Continue(id));
    tab.added(id, who_are_you());
    close_the_dialog(&mut tab, id);
    come_back(&mut tab);
    tab.added(id, who_are_you());
    assert!(!tab.asks_for_the_password());
}

#[test]
fn page_reload_opens_no_auth_dialog_until_page_return() {
    let mut tab = Tab::open();
    tab.mail(DORA, "sid-1");
    let mut tab = tab.reload();
    let id = tab.model.verifications[0].id;
    assert_eq!(tab.adds(), [("sid-1", false)]);
    tab.added(id, who_are_you());
    assert!(!tab.asks_for_the_password(), "nobody has opened the link");
    assert_eq!(*tab.phase(id), VerificationPhase::NeedsAuth);
    // Nor does a click into another window and back.
    tab.feed(Input::PageStateChanged(SEEN));
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.adds(), []);
    // One press away.
    let mut pressed = tab.clone();
    pressed.feed(Input::Continue(id));
    pressed.added(id, who_are_you());
    assert!(pressed.asks_for_the_password());
    // The page was hidden: they may have opened it.
    come_back(&mut tab);
    tab.added(id, who_are_you());
    assert!(tab.asks_for_the_password());
}

#[test]
fn auth_dialog_opens_once_per_verification_across_page_reloads() {
    let (mut tab, id) = left();
    tab.feed(Input::PageStateChanged(HERE));
    tab.added(id, who_are_you());
    assert!(tab.asks_for_the_password());
    let mut other = Tab::open();
    other.feed(Input::TabRecords(tab.model.to_stored_state().expect("records")));
    close_the_dialog(&mut tab, id);
    for mut tab in [tab.reload(), tab.reload().reload(), other] {
        let id = tab.model.verifications[0].id;
        for _ in 0..3 {
            if !tab.adds().is_empty() {
                tab.added(id, who_are_you());
            }
            assert!(!tab.asks_for_the_password());
            come_back(&mut tab);
        }
        tab.feed(Input::Continue(id));
        tab.added(id, who_are_you());
        assert!(tab.asks_for_the_password());
    }
}

#[test]
fn focus_without_page_return_opens_no_auth_dialog() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::PageStateChanged(SEEN));
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.adds(), [("sid-1", false)]);
    tab.added(id, who_are_you());
    assert!(!tab.asks_for_the_password());
    assert_eq!(*tab.phase(id), VerificationPhase::NeedsAuth);
}

#[test]
fn email_sent_after_page_was_hidden_opens_no_auth_dialog() {
    let (mut tab, id) = left();
    tab.feed(Input::PageStateChanged(SEEN));
    tab.resend(id);
    tab.token(id, Ok(sid("sid-2")));
    tab.feed(Input::PageStateChanged(HERE));
    tab.added(id, not_yet());
    tab.added(id, who_are_you());
    assert!(!tab.asks_for_the_password());
}

#[test]
fn link_opened_in_other_tab_opens_auth_dialog_on_focus() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::PageStateChanged(SEEN));
    tab.feed(Input::TabLinkOpened("sid-1".to_owned()));
    assert_eq!(tab.adds(), []);
    tab.feed(Input::PageStateChanged(HERE));
    tab.added(id, who_are_you());
    assert!(tab.asks_for_the_password());
}

#[test]
fn page_hidden_only_before_email_opens_no_auth_dialog() {
    let mut tab = Tab::open();
    come_back(&mut tab);
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::PageStateChanged(SEEN));
    tab.feed(Input::PageStateChanged(HERE));
    tab.added(id, who_are_you());
    assert!(!tab.asks_for_the_password());
}

#[test]
fn auth_dialog_waits_for_next_focus_if_user_left() {
    for gone in [AWAY, SEEN] {
        let (mut tab, id) = left();
        tab.feed(Input::PageStateChanged(HERE));
        tab.feed(Input::PageStateChanged(gone));
        tab.added(id, who_are_you());
        assert!(!tab.asks_for_the_password());
        assert_eq!(*tab.phase(id), VerificationPhase::NeedsAuth);
        tab.feed(Input::PageStateChanged(HERE));
        tab.added(id, who_are_you());
        assert!(tab.asks_for_the_password());
    }
}

#[test]
fn auth_dialog_does_not_open_over_removal_dialog() {
    let (mut tab, id) = left();
    let address = ALICE.to_owned();
    tab.feed(Input::RemoveRequested { medium: Medium::Email, address });
    tab.feed(Input::HostDecidedRemove(true));
    tab.feed(Input::PageStateChanged(HERE));
    tab.added(id, who_are_you());
    assert!(!tab.asks_for_the_password());
    assert_eq!(*tab.phase(id), VerificationPhase::NeedsAuth);
}

#[test]
fn auth_dialog_does_not_open_over_other_auth_dialog() {
    let (mut tab, dora, bob) = left_with_two();
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.adds(), [("sid-2", false)]);
    tab.feed(Input::Continue(dora));
    tab.added(dora, who_are_you());
    assert!(tab.asks_for_the_password());
    tab.added(bob, who_are_you());
    assert!(!tab.asks_for_the_password());
    assert_eq!(*tab.phase(bob), VerificationPhase::NeedsAuth);
}

#[test]
fn page_return_tries_newest_verification_first_one_at_a_time() {
    let (mut tab, dora, bob) = left_with_two();
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.adds(), [("sid-2", false)]);
    tab.added(bob, not_yet());
    assert_eq!(tab.adds(), [("sid-1", false)]);
    tab.added(dora, not_yet());
    assert_eq!(tab.adds(), []);
}

#[test]
fn page_return_opens_at_most_one_auth_dialog() {
    let (mut tab, dora, bob) = left_with_two();
    tab.feed(Input::PageStateChanged(HERE));
    tab.added(bob, who_are_you());
    assert!(tab.asks_for_the_password());
    close_the_dialog(&mut tab, bob);
    assert_eq!(tab.adds(), []);
    assert_eq!(*tab.phase(dora), VerificationPhase::AwaitingUser);
}

#[test]
fn page_return_after_two_opened_links_adds_both_addresses() {
    let (mut tab, _, bob) = left_with_two();
    tab.feed(Input::PageStateChanged(HERE));
    tab.listed.push(BOB);
    tab.added(bob, Ok(()));
    assert_eq!(tab.adds(), [("sid-1", false)]);
}

#[test]
fn add_skipped_for_other_tab_continues_with_next_verification() {
    let (mut tab, _, bob) = left_with_two();
    tab.feed(Input::PageStateChanged(HERE));
    tab.feed(Input::AddLockUnavailable(bob));
    assert_eq!(tab.adds(), [("sid-1", false)]);
}

#[test]
fn page_return_ignores_transient_errors() {
    for failure in
        [|| RequestError::Network, || RequestError::Timeout, || refused(500, "M_UNKNOWN")]
    {
        let (mut tab, id) = left();
        tab.feed(Input::PageStateChanged(HERE));
        tab.added(id, Err(failure()));
        assert!(!tab.says_an_error());
        assert_eq!(*tab.phase(id), VerificationPhase::AwaitingUser);
    }
}

#[test]
fn page_return_shows_changes_of_other_devices() {
    let (mut tab, id) = left();
    tab.listed.extend([BOB, DORA]);
    tab.feed(Input::PageStateChanged(SEEN));
    assert!(tab.model.list.contains(&Medium::Email, BOB));
    assert!(tab.model.verification(id).is_none(), "it was added elsewhere");
    assert_eq!(tab.adds(), []);
}

#[test]
fn bfcache_restore_reloads_list() {
    let (mut tab, id) = left();
    tab.feed(Input::PageStateChanged(HERE));
    tab.added(id, not_yet());
    tab.listed.push(BOB);
    tab.feed(Input::RestoredFromBfcache);
    assert!(tab.model.list.contains(&Medium::Email, BOB));
    assert!(matches!(tab.effects[0], Effect::Request(Request::List(ListRequest::ReadList { .. }))));
}

#[test]
fn page_return_does_not_add_address_added_in_other_tab() {
    let (mut slept, _) = Tab::waiting();
    let mut other = slept.clone();
    slept.feed(Input::PageStateChanged(AWAY));
    other.now += 3.0 * SECOND;
    other.feed(Input::TimerFired);
    let id = other.model.verifications[0].id;
    other.listed.push(DORA);
    other.added(id, Ok(()));
    slept.now = other.now + HOUR / 2.0;
    slept.feed(Input::TabRecords(other.model.to_stored_state().expect("a trace")));
    assert_eq!(slept.addresses(), [""; 0]);
    slept.feed(Input::PageStateChanged(HERE));
    assert!(slept.adds().is_empty() && slept.wait(MINUTE, not_yet).is_empty());
    assert_eq!(slept.model.status, None, "it is not there");
}

#[test]
fn page_return_takes_over_polling_of_closed_tab() {
    let (first, _) = Tab::waiting();
    let mut second = Tab::open();
    second.feed(Input::TabRecords(first.model.to_stored_state().expect("records")));
    drop(first);
    // Nobody answers any more.
    let mut tried = 0;
    for _ in 0..5 {
        come_back(&mut second);
        tried += second.adds().len() + second.wait(MINUTE, not_yet).len();
    }
    assert!(tried > 0, "nobody tries any more");
}

#[test]
fn add_method_requests_token_while_page_is_hidden() {
    let mut tab = Tab::open();
    tab.feed(Input::PageStateChanged(AWAY));
    let (address, secret) = (DORA.to_owned(), secret(9));
    tab.feed(Input::AddEmail { address, secret, initiator: Initiator::HostMethod });
    tab.feed(Input::HostDecidedAdd(matrix_threepids::model::Section::Emails, true));
    assert_eq!(tab.mails().len(), 1);
}
