//! The message under a heading: how long it stays, and the way back from
//! "Change address".

use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::model::{
    Effect, FocusTarget, Input, Section, SharingResult, Status, UiEffect,
};

use crate::tab_harness::*;

fn cancelled() -> Tab {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::Cancel(id));
    tab
}

fn notice() -> Option<Status> {
    Some(Status::Canceled(Medium::Email, DORA.to_owned()))
}

#[test]
fn cancelled_verification_is_named_for_ten_seconds() {
    let mut tab = cancelled();
    assert_eq!(tab.model.status, notice());
    assert_eq!(tab.model.next_timer(), Some(tab.now + 10.0 * SECOND));
    tab.wait(10.0 * SECOND - 1.0, not_yet);
    assert_eq!(tab.model.status, notice());
    tab.wait(1.0, not_yet);
    assert_eq!(tab.model.status, None);
    assert_eq!(tab.model.next_timer(), None);
}

#[test]
fn notice_stays_while_the_pointer_is_on_it() {
    let mut tab = cancelled();
    tab.wait(9.0 * SECOND, not_yet);
    tab.feed(Input::StatusHeld(true));
    tab.wait(HOUR, not_yet);
    assert_eq!(tab.model.status, notice());
    tab.feed(Input::StatusHeld(false));
    tab.wait(9.0 * SECOND, not_yet);
    assert_eq!(tab.model.status, notice());
    tab.wait(SECOND, not_yet);
    assert_eq!(tab.model.status, None);
}

#[test]
fn notice_waits_for_a_user_who_is_elsewhere() {
    let mut tab = cancelled();
    tab.feed(Input::PageStateChanged(AWAY));
    tab.wait(HOUR, not_yet);
    assert_eq!(tab.model.status, notice());
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.model.status, notice());
    tab.wait(10.0 * SECOND, not_yet);
    assert_eq!(tab.model.status, None);
}

#[test]
fn only_unconfirmed_results_are_warnings() {
    for (sharing, warns) in [
        (SharingResult::Shared, false),
        (SharingResult::Unshared, false),
        (SharingResult::UnshareUnconfirmed, true),
        (SharingResult::RemovedAndUnshared, false),
        (SharingResult::RemovedUnshareUnconfirmed, true),
    ] {
        let status = Status::SharingChanged(sharing, Medium::Email, DORA.to_owned());
        assert_eq!(status.is_warning(), warns, "{sharing:?}");
    }
}

#[test]
fn warning_stays() {
    let mut tab = Tab::open();
    tab.model.status = Some(Status::SharingChanged(
        SharingResult::UnshareUnconfirmed,
        Medium::Email,
        DORA.to_owned(),
    ));
    tab.wait(HOUR, not_yet);
    assert!(tab.model.status.is_some());
}

#[test]
fn change_of_address_can_be_cancelled() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    let replacing = |tab: &Tab| tab.model.email_form.replacing();
    tab.feed(Input::ChangeAddress(id));
    assert_eq!(replacing(&tab), Some(id));
    tab.feed(Input::CancelChange(Section::Phones));
    assert_eq!(replacing(&tab), Some(id));
    tab.feed(Input::CancelChange(Section::Emails));
    assert_eq!(replacing(&tab), None);
    let emptied = UiEffect::SetFieldValue(Section::Emails, String::new());
    assert!(tab.effects.contains(&Effect::Ui(emptied)));
    assert!(tab.effects.contains(&Effect::Ui(UiEffect::Focus(FocusTarget::Verification(id)))));
    assert_eq!(tab.pending(id).address, DORA);
}

#[test]
fn change_of_address_ends_with_its_error() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::ChangeAddress(id));
    let other = tab.hand_in(BOB);
    // While it is sent, there is no way back.
    tab.feed(Input::CancelChange(Section::Emails));
    assert_eq!(tab.model.email_form.replacing(), Some(id));
    tab.token(other, Err(refused(500, "M_UNKNOWN")));
    assert!(tab.model.email_form.problem().is_some());
    tab.feed(Input::CancelChange(Section::Emails));
    assert_eq!(tab.model.email_form.problem(), None);
    // What is sent next replaces nothing.
    tab.mail(BOB, "sid-2");
    assert_eq!(tab.model.verifications.len(), 2);
}
