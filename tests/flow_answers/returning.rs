//! The person leaves and comes back: to the page, or by the mail's link.

use matrix_threepids::matrix::RequestError;
use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::model::{
    ApiRequest, Effect, Initiator, Input, Request, Status, UiaReply, UiaTarget, VerificationId,
    VerificationPhase,
};

use crate::stage::*;
use crate::tab::*;

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
fn who_comes_back_after_opening_the_link_finds_the_address_added() {
    let (mut tab, id) = left();
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.adds(), [("sid-1", false)]);
    assert!(!tab.pending(id).is_busy(), "nobody has asked");
    tab.listed.push(DORA);
    tab.added(id, Ok(()));
    assert_eq!(tab.model.status, Some(Status::Added(Medium::Email, DORA.to_owned())));
}

#[test]
fn who_only_sees_the_page_is_not_asked() {
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
fn who_comes_back_is_asked_for_the_password_once() {
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
fn a_dialog_closed_after_continue_does_not_open_by_itself() {
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
fn after_a_reload_a_confirmation_is_what_remains() {
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
fn the_dialog_opens_by_itself_once_for_a_verification_however_often_it_is_reloaded() {
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
fn who_clicks_into_the_page_without_having_left_it_is_not_asked() {
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
fn a_mail_that_went_out_since_the_page_was_hidden_was_not_opened_meanwhile() {
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
fn another_tab_says_that_the_link_was_opened_and_the_person_comes_here() {
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
fn a_page_that_was_hidden_for_a_moment_asks_for_none_whose_mail_went_out_later() {
    let mut tab = Tab::open();
    come_back(&mut tab);
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::PageStateChanged(SEEN));
    tab.feed(Input::PageStateChanged(HERE));
    tab.added(id, who_are_you());
    assert!(!tab.asks_for_the_password());
}

#[test]
fn who_has_left_again_meanwhile_is_not_asked_until_the_next_time() {
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
fn the_dialog_does_not_open_in_the_way_of_a_removal() {
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
fn the_dialog_does_not_open_in_the_way_of_another_address_s() {
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
fn the_newest_is_tried_first_and_one_at_a_time() {
    let (mut tab, dora, bob) = left_with_two();
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.adds(), [("sid-2", false)]);
    tab.added(bob, not_yet());
    assert_eq!(tab.adds(), [("sid-1", false)]);
    tab.added(dora, not_yet());
    assert_eq!(tab.adds(), []);
}

#[test]
fn one_dialog_is_enough_for_one_return() {
    let (mut tab, dora, bob) = left_with_two();
    tab.feed(Input::PageStateChanged(HERE));
    tab.added(bob, who_are_you());
    assert!(tab.asks_for_the_password());
    close_the_dialog(&mut tab, bob);
    assert_eq!(tab.adds(), []);
    assert_eq!(*tab.phase(dora), VerificationPhase::AwaitingUser);
}

#[test]
fn both_links_were_opened_and_both_addresses_are_added() {
    let (mut tab, _, bob) = left_with_two();
    tab.feed(Input::PageStateChanged(HERE));
    tab.listed.push(BOB);
    tab.added(bob, Ok(()));
    assert_eq!(tab.adds(), [("sid-1", false)]);
}

#[test]
fn what_another_tab_is_adding_does_not_keep_the_next_from_being_tried() {
    let (mut tab, _, bob) = left_with_two();
    tab.feed(Input::PageStateChanged(HERE));
    tab.feed(Input::AddLockUnavailable(bob));
    assert_eq!(tab.adds(), [("sid-1", false)]);
}

#[test]
fn what_may_pass_is_not_worth_a_word_to_who_comes_back() {
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
fn who_comes_back_sees_what_another_device_has_done() {
    let (mut tab, id) = left();
    tab.listed.extend([BOB, DORA]);
    tab.feed(Input::PageStateChanged(SEEN));
    assert!(tab.model.list.contains(&Medium::Email, BOB));
    assert!(tab.model.verification(id).is_none(), "it was added elsewhere");
    assert_eq!(tab.adds(), []);
}

#[test]
fn out_of_the_back_forward_cache_all_is_read_again() {
    let (mut tab, id) = left();
    tab.feed(Input::PageStateChanged(HERE));
    tab.added(id, not_yet());
    tab.listed.push(BOB);
    tab.feed(Input::RestoredFromBfcache);
    assert!(tab.model.list.contains(&Medium::Email, BOB));
    assert!(matches!(tab.effects[0], Effect::Request(Request::Api(ApiRequest::ReadList { .. }))));
}

#[test]
fn what_was_added_and_removed_meanwhile_is_not_added_again() {
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
fn the_tab_that_waited_was_closed_and_the_person_comes_back_to_another() {
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
fn an_address_is_added_by_a_method_while_nobody_looks() {
    let mut tab = Tab::open();
    tab.feed(Input::PageStateChanged(AWAY));
    let (address, secret) = (DORA.to_owned(), secret(9));
    tab.feed(Input::AddEmail { address, secret, initiator: Initiator::HostMethod });
    tab.feed(Input::HostDecidedAdd(matrix_threepids::model::Section::Emails, true));
    assert_eq!(tab.mails().len(), 1);
}
