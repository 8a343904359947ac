//! The password was right, and only the link is missing: it finishes by itself.

use matrix_threepids::matrix::RequestError;
use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::model::{
    ApiRequest, Effect, HostEvent, HostNotification, Input, Request, SessionState, Status,
    UiEffect, UserError, VerificationPhase,
};

use crate::tab_harness::*;

#[test]
fn polling_starts_after_2_seconds_and_slows_to_15() {
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
fn polling_sends_uia_session_without_password() {
    let (mut tab, _) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    assert_eq!(tab.adds(), [("sid-1", true)]);
    assert!(!format!("{:?}", tab.effects).contains("Password"));
}

#[test]
fn polling_adds_address_after_opened_link() {
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
fn no_polling_while_page_is_hidden() {
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
fn no_polling_while_offline() {
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
fn polling_stops_one_hour_after_email() {
    let (mut tab, id) = Tab::waiting();
    tab.wait(HOUR - 1.0, not_yet);
    assert!(!tab.pending(id).is_expired(tab.now));
    assert!(tab.wait(DAY / 2.0, not_yet).is_empty());
    assert!(tab.pending(id).is_expired(tab.now));
}

#[test]
fn polling_stops_when_server_reports_expired_link() {
    for errcode in ["M_SESSION_EXPIRED", "M_NO_VALID_SESSION"] {
        let (mut tab, id) = Tab::waiting();
        let sent = tab.wait(MINUTE, || Err(refused(400, errcode)));
        assert_eq!(sent, [2_000.0]);
        assert!(tab.pending(id).is_expired(tab.now));
        assert!(matches!(tab.phase(id), VerificationPhase::Polling { .. }));
    }
}

#[test]
fn polling_resumes_after_rate_limit() {
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
fn polling_ignores_transient_errors() {
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
fn lost_poll_response_is_resolved_from_list() {
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
fn polling_stops_without_dialog_on_new_challenge() {
    let (mut tab, id) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    tab.added(id, who_are_you());
    assert_eq!(*tab.phase(id), VerificationPhase::NeedsAuth);
    assert!(!tab.asks_for_the_password() && !tab.says_an_error());
    assert!(tab.wait(HOUR, not_yet).is_empty());
    // "Almost done: confirm it's you": by "Continue".
    tab.feed(Input::Continue(id));
    assert_eq!(tab.adds(), [("sid-1", false)]);
    tab.added(id, who_are_you());
    assert!(tab.asks_for_the_password());
}

#[test]
fn polling_retries_once_without_expired_uia_session() {
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
fn polling_reports_permanent_error_and_stops() {
    let (mut tab, id) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    tab.added(id, Err(refused(400, "M_THREEPID_IN_USE")));
    assert_eq!(tab.pending(id).problem(), Some(&UserError::InUse));
    assert!(tab.wait(HOUR, not_yet).is_empty());
}

#[test]
fn continue_during_poll_reports_its_result_to_user() {
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
fn polling_yields_to_other_tab_but_continue_waits_for_it() {
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
fn link_opened_in_other_tab_polls_at_once() {
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
fn readonly_element_shows_but_does_not_poll() {
    let (mut tab, _) = Tab::waiting();
    tab.feed(Input::ReadOnly(true));
    assert!(tab.wait(MINUTE, not_yet).is_empty());
    tab.feed(Input::TabLinkOpened("sid-1".to_owned()));
    assert_eq!(tab.adds(), []);
    tab.feed(Input::ReadOnly(false));
    assert!(!tab.wait(MINUTE, not_yet).is_empty());
}

#[test]
fn polling_resumes_with_new_token_after_session_ends() {
    let (mut tab, id) = Tab::waiting();
    tab.now += 2.0 * SECOND;
    tab.feed(Input::TimerFired);
    tab.added(id, Err(RequestError::SessionExpired { soft_logout: true }));
    assert!(tab.wait(MINUTE, not_yet).is_empty());
    tab.feed(Input::SessionChanged(SessionState::Active));
    assert_eq!(tab.adds(), [("sid-1", true)]);
}
