//! What is kept of pending verifications, and what comes of it later.

use matrix_threepids::matrix::RequestError;
use matrix_threepids::model::{
    FormPhase, Input, ResendState, UserError, Verification, VerificationPhase,
};

use crate::harness::*;
use crate::tab_harness::*;

/// What a group shows, and what it works with.
type Group = (String, u32, f64, bool, bool, Vec<String>, Vec<String>);

fn group(it: &Verification, now: f64) -> Group {
    let sids = it.validations.iter().map(|it| it.sid.clone());
    let secrets = it.validations.iter().map(|it| it.secret.as_str().to_owned());
    let (expired, code) = (it.is_expired(now), it.needs_code());
    let (sids, secrets) = (sids.collect(), secrets.collect());
    (it.address.clone(), it.attempt, it.sent_at, expired, code, sids, secrets)
}

fn groups(tab: &Tab) -> Vec<Group> {
    tab.model.verifications.iter().map(|it| group(it, tab.now)).collect()
}

/// Two addresses; a link that was sent again, an old one, a code.
fn busy() -> Tab {
    let mut tab = Tab::open();
    let dora = tab.mail(DORA, "sid-1");
    tab.now += HOUR;
    tab.resend(dora);
    tab.token(dora, Ok(sid("sid-2")));
    tab.now += MINUTE;
    let bob = tab.hand_in(BOB);
    tab.token(bob, Ok(crate::submit_code::code("sid-3")));
    tab.now += 10.0 * SECOND;
    tab.resend(bob);
    tab.token(bob, Ok(crate::submit_code::code("sid-3")));
    let carol = tab.mail("carol@example.org", "sid-4");
    tab.feed(Input::Continue(carol));
    tab.added(carol, Err(refused(400, "M_SESSION_EXPIRED")));
    tab
}

#[test]
fn page_reload_restores_all_verifications() {
    let tab = busy();
    assert_eq!(tab.model.verifications.len(), 3);
    let again = tab.reload();
    assert_eq!(groups(&again), groups(&tab));
    assert_eq!(groups(&again.reload()), groups(&tab));
}

#[test]
fn verification_survives_page_reload_after_each_step() {
    let mut tab = Tab::open();
    tab.mail(DORA, "sid-1");
    tab = tab.reload();
    let id = tab.model.verifications[0].id;
    tab.added(id, who_are_you());
    tab = tab.reload();
    let id = tab.model.verifications[0].id;
    tab.added(id, not_yet());
    tab = tab.reload();
    let id = tab.model.verifications[0].id;
    tab.resend(id);
    tab = tab.reload();
    let id = tab.model.verifications[0].id;
    // The same number: no second mail.
    tab.now += MINUTE;
    tab.resend(id);
    assert!(matches!(tab.mails().as_slice(), [(_, 2, None)]), "{:?}", tab.mails());
    tab.token(id, Ok(sid("sid-1")));
    tab = tab.reload();
    assert_eq!(tab.adds(), [("sid-1", false)]);
    tab.listed.push(DORA);
    let id = tab.model.verifications[0].id;
    tab.added(id, Ok(()));
    assert_eq!(tab.addresses(), [""; 0]);
    assert!(tab.reload().model.verifications.is_empty());
}

#[test]
fn page_reload_during_add_finds_address_on_list() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.confirm(id);
    tab.listed.push(DORA);
    let tab = tab.reload();
    assert_eq!(tab.addresses(), [""; 0]);
    assert_eq!(tab.adds(), []);
}

#[test]
fn request_in_flight_is_stored() {
    // In whatever phase the page is left, the group is there again.
    let mut tabs = Vec::new();
    let (mut tab, id) = Tab::waiting();
    tabs.push(tab.clone());
    tab.feed(Input::Continue(id));
    tabs.push(tab.clone());
    tab.added(id, Err(refused(403, "M_USER_SUSPENDED")));
    tabs.push(tab.clone());
    tab.feed(Input::Continue(id));
    tab.feed(Input::ChangeAddress(id));
    tabs.push(tab.clone());
    tab.resend(id);
    tabs.push(tab.clone());
    for tab in tabs {
        assert_eq!(tab.reload().addresses(), [DORA]);
    }
}

#[test]
fn verification_ends_one_day_after_email() {
    let mut tab = Tab::open();
    tab.mail(DORA, "sid-1");
    tab.feed(Input::PageStateChanged(AWAY));
    let records = tab.model.to_stored_state();
    assert_eq!(Tab::open_at(tab.now + DAY - 1.0, records.clone()).addresses(), [DORA]);
    assert_eq!(Tab::open_at(tab.now + DAY, records).addresses(), [""; 0]);
    // While the page stays open, too.
    tab.wait(DAY - 1.0, not_yet);
    assert_eq!(tab.addresses(), [DORA]);
    tab.wait(1.0, not_yet);
    assert_eq!(tab.addresses(), [""; 0]);
    assert_eq!(tab.model.to_stored_state(), None);
}

#[test]
fn verification_lifetime_counts_from_last_email() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::PageStateChanged(AWAY));
    tab.wait(DAY / 2.0, not_yet);
    tab.resend(id);
    tab.token(id, Ok(sid("sid-2")));
    tab.wait(DAY * 0.75, not_yet);
    assert_eq!(tab.addresses(), [DORA]);
}

#[test]
fn verification_does_not_end_during_add_request() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.now += DAY - 1.0;
    tab.confirm(id);
    tab.now += MINUTE;
    tab.feed(Input::TimerFired);
    tab.listed.push(DORA);
    tab.added(id, Ok(()));
    assert!(tab.model.status.is_some());
}

#[test]
fn verification_does_not_end_while_its_dialog_is_open() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.now += DAY - 1.0;
    tab.confirm(id);
    tab.added(id, who_are_you());
    tab.now += MINUTE;
    tab.feed(Input::TimerFired);
    assert!(matches!(tab.phase(id), VerificationPhase::Authenticating { .. }));
}

#[test]
fn cancelled_verification_stores_no_secret_and_ends_in_one_day() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::Cancel(id));
    let kept = json_text(&tab);
    assert!(!kept.contains("sid-1") && !kept.contains("secret"), "{kept}");
    tab.now += DAY;
    tab.feed(Input::TimerFired);
    assert_eq!(tab.model.to_stored_state(), None);
}

#[test]
fn storage_is_empty_without_verifications() {
    assert_eq!(Tab::open().model.to_stored_state(), None);
}

#[test]
fn password_and_uia_session_are_not_stored() {
    let (tab, _) = Tab::waiting();
    let kept = json_text(&tab);
    for secret in ["\"s2\"", "session", "password", "\"p\""] {
        assert!(!kept.contains(secret), "{kept}");
    }
}

fn json_text(tab: &Tab) -> String {
    format!("{:?}", tab.model.to_stored_state().expect("records"))
}

#[test]
fn stored_state_round_trips() {
    let tab = busy();
    let kept = tab.model.to_stored_state().expect("records");
    let mut again = tab.clone();
    again.feed(Input::TabRecords(kept.clone()));
    assert_eq!(again.model.to_stored_state(), Some(kept));
    assert_eq!(groups(&again), groups(&tab));
}

#[test]
fn form_rate_limit_survives_page_reload() {
    let mut tab = Tab::open();
    let id = tab.hand_in(DORA);
    tab.token(id, Err(limited(5.0 * MINUTE)));
    tab.now += MINUTE;
    let mut tab = tab.reload();
    let until = tab.now + 4.0 * MINUTE;
    assert_eq!(tab.model.email_form.problem().and_then(UserError::retry_at), Some(until));
    assert!(!tab.model.email_form.is_invalid(), "the address is good");
    tab = tab.reload();
    tab.wait(4.0 * MINUTE, not_yet);
    assert_eq!(tab.model.email_form.phase, FormPhase::default());
    assert_eq!(tab.model.to_stored_state(), None);
}

#[test]
fn verification_rate_limit_survives_page_reload() {
    let mut resend = Tab::open();
    let id = resend.mail(DORA, "sid-1");
    resend.resend(id);
    resend.token(id, Err(limited(5.0 * MINUTE)));

    let mut go_on = Tab::open();
    let id = go_on.mail(DORA, "sid-1");
    go_on.feed(Input::Continue(id));
    go_on.added(id, Err(limited(5.0 * MINUTE)));

    let mut dialog = Tab::open();
    let id = dialog.mail(DORA, "sid-1");
    dialog.confirm(id);
    dialog.added(id, Err(limited(5.0 * MINUTE)));

    for tab in [resend, go_on, dialog] {
        let mut tab = tab.reload();
        let until = |tab: &Tab| tab.model.verifications[0].problem().and_then(UserError::retry_at);
        assert_eq!(until(&tab), Some(tab.now + 5.0 * MINUTE));
        assert_eq!(tab.adds(), [], "a limit is obeyed");
        tab.wait(MINUTE, not_yet);
        tab = tab.reload();
        assert_eq!(until(&tab), Some(tab.now + 4.0 * MINUTE));
        tab.wait(4.0 * MINUTE, not_yet);
        assert_eq!(until(&tab), None);
        assert_eq!(tab.addresses(), [DORA]);
    }
}

#[test]
fn resend_cooldown_survives_page_reload() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.resend(id);
    tab.token(id, Ok(sid("sid-1")));
    tab.now += 10.0 * SECOND;
    let mut tab = tab.reload();
    assert!(matches!(tab.model.verifications[0].resend, ResendState::CoolingDown(_)));
    tab.wait(20.0 * SECOND, not_yet);
    assert_eq!(tab.model.verifications[0].resend, ResendState::Ready);
}

#[test]
fn verification_is_restored_while_offline() {
    let (tab, _) = Tab::waiting();
    let mut tab = tab.reload();
    tab.feed(Input::PageStateChanged(OFFLINE));
    let id = tab.model.verifications[0].id;
    tab.added(id, Err(RequestError::Offline));
    assert_eq!(*tab.phase(id), VerificationPhase::AwaitingUser);
    tab.feed(Input::PageStateChanged(AWAY));
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.adds(), [("sid-1", false)]);
}

#[test]
fn listed_address_ends_stored_verification() {
    let mut tab = Tab::open();
    tab.mail(DORA, "sid-1");
    tab.listed.push("Dora@example.org");
    assert_eq!(tab.reload().addresses(), [""; 0]);
}
