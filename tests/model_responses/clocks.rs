//! The clock is set, or the machine sleeps: durations know nothing of it, and
//! what is kept is believed only as far as it can be.

use matrix_threepids::matrix::{Json, json};
use matrix_threepids::model::{
    ApiRequest, Effect, Input, ListRequest, Request, UserError, VerificationPhase,
};

use crate::response_table::NOW;
use crate::tab_harness::*;

/// One whose form is limited for so long.
fn limited_tab(ms: f64) -> Tab {
    let mut tab = Tab::open();
    let id = tab.hand_in(DORA);
    tab.token(id, Err(limited(ms)));
    assert!(is_limited(&tab));
    tab
}

fn is_limited(tab: &Tab) -> bool {
    matches!(tab.model.email_form.problem(), Some(UserError::RateLimited { .. }))
}

fn wake(tab: &mut Tab, later: f64) {
    tab.now += later;
    tab.feed(Input::TimerFired);
}

/// One for whose address all but the link is there.
fn waiting_tab() -> Tab {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::Continue(id));
    tab.added(id, who_are_you());
    tab.feed(Input::UserReplied(
        matrix_threepids::model::UiaTarget::Verification(id),
        crate::harness::password(),
    ));
    tab.added(id, not_yet());
    assert!(matches!(tab.model.verifications[0].phase, VerificationPhase::Polling { .. }));
    tab
}

fn tries(tab: &Tab) -> usize {
    tab.effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Request(Request::Api(ApiRequest::Add { .. }))))
        .count()
}

/// The page is loaded again, when its clock shows this.
fn reload_at(tab: &Tab, clock: f64) -> Tab {
    Tab::open_at(clock, tab.model.to_stored_state())
}

#[test]
fn rate_limit_ends_on_time_after_clock_moves_back() {
    let mut tab = limited_tab(4.0 * SECOND);
    tab.feed(Input::ClockChanged { clock_offset: -HOUR });
    wake(&mut tab, 3.0 * SECOND);
    assert!(is_limited(&tab));
    // The page is loaded again meanwhile.
    let mut again = reload_at(&tab, tab.now - HOUR);
    assert!(is_limited(&again));
    wake(&mut again, 1.0 * SECOND);
    assert!(!is_limited(&again));
    wake(&mut tab, 1.0 * SECOND);
    assert!(!is_limited(&tab));
}

#[test]
fn stored_rate_limit_does_not_grow_when_clock_moves_back() {
    for back in [10.0 * MINUTE, 59.0 * MINUTE, HOUR, 2.0 * HOUR, DAY] {
        let mut again = reload_at(&limited_tab(4.0 * SECOND), NOW - back);
        wake(&mut again, 4.0 * SECOND);
        assert!(!is_limited(&again), "set back by {back} ms");
    }
}

#[test]
fn stored_rate_limit_beyond_one_hour_is_ignored() {
    let kept = |until: f64| {
        json::parse(&format!(r#"{{"pending":[],"limitedUntil":{until}}}"#)).expect("JSON")
    };
    for (until, holds) in
        [(NOW + HOUR, true), (NOW + HOUR + 1.0, false), (NOW + DAY, false), (NOW, false)]
    {
        assert_eq!(is_limited(&Tab::open_at(NOW, Some(kept(until)))), holds, "{until}");
    }
    let odd = kept(NOW + MINUTE);
    let Json::Object(mut members) = odd else { panic!() };
    members.push(("limitedFor".to_owned(), Json::Number(-5.0)));
    assert!(!is_limited(&Tab::open_at(NOW, Some(Json::Object(members)))));
}

#[test]
fn polling_continues_after_clock_moves_back() {
    let mut tab = waiting_tab();
    tab.feed(Input::ClockChanged { clock_offset: -DAY });
    assert_eq!(tries(&tab), 0);
    tab.now = tab.model.next_timer().expect("a wake");
    assert!(tab.now <= NOW + 2.0 * SECOND);
    tab.feed(Input::TimerFired);
    assert_eq!(tries(&tab), 1);
}

#[test]
fn link_expires_after_one_hour_despite_clock_changes() {
    for ahead in [-DAY, -HOUR, 2.0 * HOUR, 2.0 * DAY] {
        let mut tab = Tab::open();
        tab.mail(DORA, "sid-1");
        tab.feed(Input::ClockChanged { clock_offset: ahead });
        wake(&mut tab, 59.0 * MINUTE);
        assert!(!tab.model.verifications[0].is_expired(tab.now), "{ahead}");
        wake(&mut tab, 1.0 * MINUTE);
        assert!(tab.model.verifications[0].is_expired(tab.now), "{ahead}");
        // Loaded again, by the clock as it is now.
        let again = reload_at(&tab, tab.now + ahead);
        let age = again.now - again.model.verifications[0].sent_at;
        assert_eq!(age, HOUR, "{ahead}");
    }
}

#[test]
fn wake_from_sleep_reloads_list_and_polls_once_visible() {
    let mut tab = waiting_tab();
    let id = tab.hand_in(BOB);
    tab.token(id, Err(limited(HOUR)));
    // Set right by a little, nothing follows.
    tab.feed(Input::ClockChanged { clock_offset: 5.0 * SECOND });
    assert!(tab.effects.is_empty() && is_limited(&tab));
    tab.feed(Input::ClockChanged { clock_offset: 3.0 * HOUR });
    assert!(!is_limited(&tab), "asked again, the server tells");
    assert!(tab.effects.iter().any(|effect| matches!(
        effect,
        Effect::Request(Request::List(ListRequest::ReadList { .. }))
    )));
    assert_eq!(tries(&tab), 1);
    assert!(!tab.model.verifications[0].is_expired(tab.now));

    // Where nobody looks, that waits.
    let mut tab = waiting_tab();
    tab.feed(Input::PageStateChanged(AWAY));
    tab.feed(Input::ClockChanged { clock_offset: 3.0 * HOUR });
    assert!(tab.effects.is_empty());
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tries(&tab), 1);
}

#[test]
fn tabs_agree_on_sent_time_across_clock_change() {
    let mut before = Tab::open();
    before.mail(DORA, "sid-1");
    wake(&mut before, 10.0 * MINUTE);
    before.feed(Input::ClockChanged { clock_offset: -HOUR });
    let mut after = Tab::open_at(before.now - HOUR, None);
    let told = before.model.to_stored_state().expect("something pending");
    after.feed(Input::TabRecords(told.clone()));
    assert_eq!(after.now - after.model.verifications[0].sent_at, 10.0 * MINUTE);
    assert_eq!(after.model.to_stored_state(), Some(told), "they would tell each other for ever");
    // A newer mail is the newer one to both.
    wake(&mut after, MINUTE);
    let id = after.model.verifications[0].id;
    let secret = after.fresh_secret();
    after.feed(Input::Resend(id, secret));
    after.token(id, Ok(crate::harness::sid("sid-2")));
    before.now += MINUTE;
    before.feed(Input::TabRecords(after.model.to_stored_state().expect("something pending")));
    assert_eq!(before.model.verifications[0].attempt, 2);
    assert_eq!(before.model.verifications[0].sent_at, before.now);
}

#[test]
fn reported_time_follows_system_clock() {
    let mut tab = Tab::open();
    tab.mail(DORA, "sid-1");
    tab.feed(Input::ClockChanged { clock_offset: -HOUR });
    assert_eq!(tab.model.to_system_time(tab.model.verifications[0].sent_at), NOW - HOUR);
}
