//! The password was right, and only the link is missing: it finishes by itself.

use matrix_threepids::matrix::RequestError;
use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::model::{
    ApiRequest, Effect, HostEffect, HostEvent, HostNotification, Input, Request, SessionState,
    Status, UserError, VerificationPhase,
};

use crate::tab::*;

#[test]
fn it_asks_after_2_seconds_then_ever_more_slowly_down_to_every_15() {
    let (mut tab, id) = Tab::waiting();
    let sent = tab.wait(MINUTE, not_yet);
    let waits: Vec<_> =
        sent.iter().scan(0.0, |at, it| Some(it - std::mem::replace(at, *it))).collect();
    assert_eq!(waits[0], 2_000.0);
    assert!(waits.windows(2).all(|pair| pair[1] > pair[0] || pair[0] == 15_000.0), "{waits:?}");
    assert_eq!(waits.last(), Some(&15_000.0));
    assert!(matches!(tab.phase(id), VerificationPhase::Polling { .. }));
}

#[test]
fn each_try_has_the_session_and_no_password() {
    let (mut tab, _) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    assert_eq!(tab.adds(), [("sid-1", true)]);
    assert!(!format!("{:?}", tab.effects).contains("Password"));
}

#[test]
fn the_link_is_opened_and_the_address_is_on_the_list() {
    let (mut tab, id) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    tab.listed.push(DORA);
    tab.added(id, Ok(()));
    let added = HostEvent::Added { medium: Medium::Email, address: DORA.to_owned() };
    assert!(tab.effects.contains(&Effect::Ui(UiEffect::Notify(HostNotification::Event(added)))));
    assert_eq!(tab.model.status, Some(Status::Added(Medium::Email, DORA.to_owned())));
    assert_eq!(tab.addresses(), [""; 0]);
}

#[test]
fn nothing_is_asked_while_nobody_looks() {
    let (mut tab, id) = Tab::waiting();
    tab.feed(Input::PageStateChanged(AWAY));
    assert!(tab.wait(HOUR / 2.0, not_yet).is_empty());
    // Seen again, it asks at once.
    tab.feed(Input::PageStateChanged(SEEN));
    assert_eq!(tab.adds(), [("sid-1", true)]);
    tab.added(id, not_yet());
    assert!(!tab.wait(20.0 * SECOND, not_yet).is_empty());
}

#[test]
fn nothing_is_asked_while_offline() {
    let (mut tab, id) = Tab::waiting();
    tab.feed(Input::PageStateChanged(OFFLINE));
    assert!(tab.wait(HOUR / 2.0, not_yet).is_empty());
    tab.feed(Input::PageStateChanged(HERE));
    tab.feed(Input::Online);
    assert_eq!(tab.adds(), [("sid-1", true)]);
    tab.added(id, not_yet());
    assert!(!tab.wait(20.0 * SECOND, not_yet).is_empty());
}

#[test]
fn nothing_is_asked_any_more_an_hour_after_the_mail() {
    let (mut tab, id) = Tab::waiting();
    tab.wait(HOUR - 1.0, not_yet);
    assert!(!tab.pending(id).is_expired(tab.now));
    assert!(tab.wait(DAY / 2.0, not_yet).is_empty());
    assert!(tab.pending(id).is_expired(tab.now));
}

#[test]
fn nothing_is_asked_any_more_once_the_server_says_that_the_link_is_too_old() {
    for errcode in ["M_SESSION_EXPIRED", "M_NO_VALID_SESSION"] {
        let (mut tab, id) = Tab::waiting();
        let sent = tab.wait(MINUTE, || Err(refused(400, errcode)));
        assert_eq!(sent, [2_000.0]);
        assert!(tab.pending(id).is_expired(tab.now));
        assert!(matches!(tab.phase(id), VerificationPhase::Polling { .. }));
    }
}

#[test]
fn a_limit_is_obeyed_and_it_goes_on_afterwards() {
    let (mut tab, id) = Tab::waiting();
    let sent = tab.wait(60.0 * SECOND, || Err(limited(90.0 * SECOND)));
    assert_eq!(sent, [2_000.0]);
    assert!(matches!(
        tab.phase(id),
        VerificationPhase::Failed { problem: UserError::RateLimited { .. }, .. }
    ));
    let sent = tab.wait(60.0 * SECOND, not_yet);
    assert!(sent[0] >= 32.0 * SECOND, "{sent:?}");
    assert!(matches!(tab.phase(id), VerificationPhase::Polling { session: Some(_), .. }));
}

#[test]
fn what_may_pass_is_not_worth_a_word() {
    for failure in [
        || RequestError::Network,
        || RequestError::Timeout,
        || RequestError::Offline,
        || RequestError::InvalidResponse { status: 502 },
        || RequestError::InvalidResponse { status: 200 },
        || refused(500, "M_UNKNOWN"),
        || refused(503, "M_UNKNOWN"),
    ] {
        let (mut tab, id) = Tab::waiting();
        tab.now += 2.0 * SECOND;
        tab.feed(Input::TimerFired);
        tab.added(id, Err(failure()));
        assert!(!tab.says_an_error(), "{:?}", failure());
        assert!(matches!(tab.phase(id), VerificationPhase::Polling { session: Some(_), .. }));
        assert!(tab.model.list.problem().is_none());
        assert_eq!(tab.wait(4.0 * SECOND, not_yet), [3_000.0]);
    }
}

#[test]
fn an_answer_that_got_lost_is_found_on_the_list() {
    let (mut tab, id) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    tab.listed.push(DORA);
    tab.added(id, Err(RequestError::Timeout));
    assert!(!tab.says_an_error());
    assert_eq!(tab.model.status, Some(Status::Added(Medium::Email, DORA.to_owned())));
    assert_eq!(tab.addresses(), [""; 0]);
}

#[test]
fn a_server_that_asks_again_who_they_are_ends_it_without_a_dialog() {
    let (mut tab, id) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    tab.added(id, who_are_you());
    assert_eq!(*tab.phase(id), VerificationPhase::NeedsAuth);
    assert!(!tab.asks_for_the_password() && !tab.says_an_error());
    assert!(tab.wait(HOUR, not_yet).is_empty());
    // "Confirm it's you to finish": by "Continue".
    tab.feed(Input::Continue(id));
    assert_eq!(tab.adds(), [("sid-1", false)]);
    tab.added(id, who_are_you());
    assert!(tab.asks_for_the_password());
}

#[test]
fn a_server_that_has_forgotten_the_session_is_asked_once_without_it() {
    let (mut tab, id) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    tab.added(id, Err(refused(400, "M_UNKNOWN")));
    assert_eq!(tab.adds(), [("sid-1", false)]);
    tab.added(id, who_are_you());
    assert_eq!(*tab.phase(id), VerificationPhase::NeedsAuth);
    assert!(!tab.asks_for_the_password());
}

#[test]
fn what_will_not_pass_is_said() {
    let (mut tab, id) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    tab.added(id, Err(refused(400, "M_THREEPID_IN_USE")));
    assert_eq!(tab.pending(id).problem(), Some(&UserError::InUse));
    assert!(tab.wait(HOUR, not_yet).is_empty());
}

#[test]
fn continue_pressed_while_it_asks_is_answered_to_the_person() {
    let (mut tab, id) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    assert!(!tab.pending(id).is_busy());
    tab.feed(Input::Continue(id));
    assert!(tab.pending(id).is_busy() && tab.adds().is_empty(), "one request at a time");
    tab.added(id, Err(RequestError::Network));
    assert!(tab.says_an_error());
}

#[test]
fn another_tab_that_adds_the_same_is_let_be() {
    let (mut tab, id) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    let patient = |tab: &Tab| match tab.effects.as_slice() {
        [Effect::Request(Request::Api(ApiRequest::Add { wait_for_lock: patient, .. }))] => *patient,
        other => panic!("{other:?}"),
    };
    assert!(!patient(&tab));
    tab.feed(Input::AddLockUnavailable(id));
    assert!(matches!(tab.phase(id), VerificationPhase::Polling { session: Some(_), .. }));
    assert_eq!(tab.wait(4.0 * SECOND, not_yet), [3_000.0]);
    // The person's own wish waits for the other tab.
    tab.feed(Input::Continue(id));
    assert!(patient(&tab));
    tab.added(id, not_yet());
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    tab.feed(Input::Continue(id));
    tab.feed(Input::AddLockUnavailable(id));
    assert!(patient(&tab));
}

#[test]
fn another_tab_says_that_the_link_was_opened() {
    for presence in [HERE, AWAY] {
        let (mut tab, _) = Tab::waiting();
        tab.feed(Input::PageStateChanged(presence));
        tab.feed(Input::TabLinkOpened("sid-7".to_owned()));
        assert_eq!(tab.adds(), []);
        tab.feed(Input::TabLinkOpened("sid-1".to_owned()));
        assert_eq!(tab.adds(), [("sid-1", true)]);
    }
    // Where the person is asked anyway, nothing happens by itself.
    let mut tab = Tab::open();
    tab.mail(DORA, "sid-1");
    tab.feed(Input::TabLinkOpened("sid-1".to_owned()));
    assert_eq!(tab.adds(), []);
}

#[test]
fn a_reader_only_sees_it() {
    let (mut tab, _) = Tab::waiting();
    tab.feed(Input::ReadOnly(true));
    assert!(tab.wait(MINUTE, not_yet).is_empty());
    tab.feed(Input::TabLinkOpened("sid-1".to_owned()));
    assert_eq!(tab.adds(), []);
    tab.feed(Input::ReadOnly(false));
    assert!(!tab.wait(MINUTE, not_yet).is_empty());
}

#[test]
fn the_session_of_the_account_ends_while_it_waits() {
    let (mut tab, id) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    tab.added(id, Err(RequestError::SessionExpired { soft_logout: true }));
    assert!(tab.wait(MINUTE, not_yet).is_empty());
    tab.feed(Input::SessionChanged(SessionState::Active));
    assert_eq!(tab.adds(), [("sid-1", true)]);
}
