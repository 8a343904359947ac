//! Two tabs of one account, which tell each other what they keep.

use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::matrix::{Json, RequestError};
use matrix_threepids::model::{
    Effect, HostEvent, HostNotification, Input, ListRequest, Request, ResendState, Status,
    TabEffect, UiEffect, VerificationPhase,
};

use crate::harness::*;
use crate::tab_harness::*;

/// Two tabs, and what each told last.
struct Pair {
    tabs: [Tab; 2],
    told: [Option<Json>; 2],
}

impl Pair {
    /// The first is in front.
    fn open() -> Pair {
        let mut tabs = [Tab::open(), Tab::open()];
        tabs[1].secrets = 100;
        tabs[1].feed(Input::PageStateChanged(AWAY));
        Pair { tabs, told: [None, None] }
    }

    fn with(first: Tab) -> Pair {
        let mut pair = Pair::open();
        pair.tabs[1].now = first.now;
        pair.tabs[0] = first;
        pair.talk();
        pair
    }

    /// Each tells what has changed, until there is nothing more to tell.
    fn talk(&mut self) {
        for _ in 0..10 {
            let mut told = false;
            for at in [0, 1] {
                let records = self.tabs[at].model.to_stored_state();
                if records != self.told[at] {
                    told = true;
                    self.told[at] = records.clone();
                    self.tabs[1 - at].feed(Input::TabRecords(records.unwrap_or(Json::Null)));
                }
            }
            if !told {
                return;
            }
        }
        panic!("they tell each other for ever: {:?}", self.told);
    }
}

#[test]
fn verification_appears_in_other_tab() {
    let mut pair = Pair::open();
    let id = pair.tabs[0].mail(DORA, "sid-1");
    pair.talk();
    assert_eq!(pair.tabs[1].addresses(), [DORA]);
    let told = |it: &Effect| {
        matches!(
            it,
            Effect::Ui(UiEffect::Notify(HostNotification::Event(
                HostEvent::VerificationSent { .. }
            )))
        )
    };
    assert!(!pair.tabs[1].effects.iter().any(told), "this tab has sent nothing");
    pair.tabs[0].now += MINUTE;
    pair.tabs[1].now += MINUTE;
    pair.tabs[0].resend(id);
    pair.tabs[0].token(id, Ok(sid("sid-2")));
    pair.talk();
    let [one, other] = &pair.tabs;
    assert_eq!(other.model.verifications[0].attempt, 2);
    assert_eq!(
        other.model.verifications[0].resend,
        ResendState::CoolingDown(one.now),
        "it rests in both"
    );
    assert_eq!(other.model.verifications[0].validations, one.model.verifications[0].validations);
}

#[test]
fn cancel_in_one_tab_ends_verification_in_other_tab() {
    let mut pair = Pair::open();
    let id = pair.tabs[0].mail(DORA, "sid-1");
    pair.talk();
    pair.tabs[0].feed(Input::Cancel(id));
    pair.talk();
    assert_eq!(pair.tabs[1].addresses(), [""; 0]);
    let focused = |it: &Effect| matches!(it, Effect::Ui(UiEffect::Focus(_)));
    assert!(!pair.tabs[1].effects.iter().any(focused), "the focus is not moved");
}

#[test]
fn stale_tab_does_not_revive_cancelled_verification() {
    let mut pair = Pair::open();
    let id = pair.tabs[0].mail(DORA, "sid-1");
    pair.talk();
    let slept = pair.tabs[1].model.to_stored_state().expect("records");
    pair.tabs[0].now += MINUTE;
    pair.tabs[0].feed(Input::Cancel(id));
    pair.tabs[0].feed(Input::TabRecords(slept.clone()));
    assert_eq!(pair.tabs[0].addresses(), [""; 0]);
    // Not after a reload either.
    let mut reloaded = pair.tabs[0].reload();
    reloaded.feed(Input::TabRecords(slept));
    assert_eq!(reloaded.addresses(), [""; 0]);
}

#[test]
fn cancelled_address_can_be_added_again_in_any_tab() {
    let mut pair = Pair::open();
    let id = pair.tabs[0].mail(DORA, "sid-1");
    pair.talk();
    pair.tabs[0].feed(Input::Cancel(id));
    pair.talk();
    for tab in &mut pair.tabs {
        tab.now += 5.0;
    }
    pair.tabs[1].mail(DORA, "sid-2");
    pair.talk();
    for tab in &pair.tabs {
        let sids: Vec<_> =
            tab.model.verifications[0].validations.iter().map(|it| &*it.sid).collect();
        assert_eq!(sids, ["sid-2"]);
    }
}

#[test]
fn address_added_in_one_tab_is_listed_in_other_tab() {
    let (first, id) = Tab::waiting();
    let mut pair = Pair::with(first);
    assert_eq!(pair.tabs[1].addresses(), [DORA]);
    for tab in &mut pair.tabs {
        tab.now += 2.0 * SECOND;
        tab.listed.push(DORA);
    }
    pair.tabs[0].feed(Input::TimerFired);
    pair.tabs[0].added(id, Ok(()));
    assert!(pair.tabs[0].effects.contains(&Effect::Tab(TabEffect::BroadcastListChanged)));
    pair.talk();
    for tab in &pair.tabs {
        assert!(tab.model.list.contains(&Medium::Email, DORA));
        assert_eq!(tab.addresses(), [""; 0]);
    }
    assert!(
        !pair.tabs[1].effects.contains(&Effect::Tab(TabEffect::BroadcastListChanged)),
        "no echo"
    );
}

#[test]
fn add_in_one_tab_closes_auth_dialog_in_other_tab() {
    let (first, id) = Tab::waiting();
    let mut pair = Pair::with(first);
    let other = pair.tabs[1].model.verifications[0].id;
    pair.tabs[1].feed(Input::Continue(other));
    pair.tabs[1].added(other, who_are_you());
    for tab in &mut pair.tabs {
        tab.now += 2.0 * SECOND;
        tab.listed.push(DORA);
    }
    pair.tabs[0].feed(Input::TimerFired);
    pair.tabs[0].added(id, Ok(()));
    pair.talk();
    assert_eq!(pair.tabs[1].model.active_uia(), None, "the dialog is closed");
    assert!(pair.tabs[1].model.list.contains(&Medium::Email, DORA));
}

#[test]
fn add_in_one_tab_is_reported_in_other_tab_once_list_loads() {
    let (first, id) = Tab::waiting();
    let mut pair = Pair::with(first);
    pair.tabs[0].now += 2.0 * SECOND;
    pair.tabs[0].feed(Input::TimerFired);
    pair.tabs[0].listed.push(DORA);
    pair.tabs[0].added(id, Ok(()));
    let heard = Input::TabRecords(pair.tabs[0].model.to_stored_state().expect("records"));
    let model = &mut pair.tabs[1].model;
    let now = pair.tabs[0].now;
    let effects = model.update(now, heard);
    let read = |effects: &[Effect]| match effects.last() {
        Some(Effect::Request(Request::List(ListRequest::ReadList { number }))) => *number,
        _ => panic!("{effects:?}"),
    };
    assert_eq!(model.verifications[0].phase, VerificationPhase::AddedElsewhere);
    let number = read(&effects);
    let effects =
        model.update(now, Input::ListLoaded { number, result: Err(RequestError::Network) });
    // Others may say anything: it is not said again before the list tells.
    assert!(!model.list.contains(&Medium::Email, DORA) && model.status.is_none());
    assert!(!effects.iter().any(|it| matches!(
        it,
        Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::Added { .. })))
    )));
    let number = read(&model.update(now, Input::Refresh));
    let result = Ok(vec![email(ALICE), email(DORA)]);
    model.update(now, Input::ListLoaded { number, result });
    assert!(model.verifications.is_empty() && model.list.contains(&Medium::Email, DORA));
    assert_eq!(model.status, Some(Status::Added(Medium::Email, DORA.to_owned())));
}

#[test]
fn cancel_in_one_tab_during_add_in_other_tab_reloads_list() {
    let mut pair = Pair::open();
    let id = pair.tabs[0].mail(DORA, "sid-1");
    pair.talk();
    let other = pair.tabs[1].model.verifications[0].id;
    pair.tabs[1].confirm(other);
    pair.tabs[0].feed(Input::Cancel(id));
    pair.talk();
    assert_eq!(pair.tabs[1].addresses(), [""; 0]);
    // It may have gone through: the list tells.
    let reads =
        |it: &Effect| matches!(it, Effect::Request(Request::List(ListRequest::ReadList { .. })));
    assert!(pair.tabs[1].effects.iter().any(reads));
}

#[test]
fn simultaneous_restarts_keep_each_sid_with_its_secret() {
    let mut pair = Pair::open();
    pair.tabs[0].mail(DORA, "sid-1");
    pair.talk();
    for tab in &mut pair.tabs {
        tab.now += HOUR;
    }
    let ids = [0, 1].map(|at| pair.tabs[at].model.verifications[0].id);
    pair.tabs[0].resend(ids[0]);
    pair.tabs[1].resend(ids[1]);
    let asked = [0, 1].map(|at| pair.tabs[at].mails()[0].0.clone());
    assert!(asked[0] != asked[1]);
    pair.tabs[1].token(ids[1], Ok(sid("sid-b")));
    pair.talk();
    pair.tabs[0].now += SECOND;
    pair.tabs[1].now += SECOND;
    pair.tabs[0].token(ids[0], Ok(sid("sid-a")));
    pair.talk();
    for tab in &pair.tabs {
        for (name, secret) in [("sid-a", &asked[0]), ("sid-b", &asked[1])] {
            let of = |it: &&matrix_threepids::model::ValidationSession| it.sid == name;
            let kept = tab.model.verifications[0].validations.iter().find(of).expect("kept");
            assert!(kept.secret == *secret, "{name} goes with the secret it was asked with");
        }
    }
}

#[test]
fn simultaneous_resends_count_as_one_attempt() {
    let mut pair = Pair::open();
    pair.tabs[0].mail(DORA, "sid-1");
    pair.talk();
    let ids = [0, 1].map(|at| pair.tabs[at].model.verifications[0].id);
    for tab in &mut pair.tabs {
        tab.now += MINUTE;
    }
    for at in [0, 1] {
        pair.tabs[at].resend(ids[at]);
        assert_eq!(pair.tabs[at].mails()[0].1, 2);
    }
    for at in [0, 1] {
        pair.tabs[at].now += SECOND;
        pair.tabs[at].token(ids[at], Ok(sid("sid-1")));
        pair.talk();
    }
    let attempts = [0, 1].map(|at| pair.tabs[at].model.verifications[0].attempt);
    assert_eq!(attempts, [2, 2], "one mail, whoever asked for it");
}

#[test]
fn removal_in_one_tab_reloads_list_in_other_tab() {
    let mut pair = Pair::open();
    pair.tabs[0].feed(Input::RemoveRequested { medium: Medium::Email, address: ALICE.to_owned() });
    pair.tabs[0].feed(Input::HostDecidedRemove(true));
    pair.tabs[0].feed(Input::RemoveConfirmed);
    pair.tabs.iter_mut().for_each(|tab| tab.listed.clear());
    pair.tabs[0].feed(Input::DeleteResponded(Ok(None)));
    assert!(pair.tabs[0].effects.contains(&Effect::Tab(TabEffect::BroadcastListChanged)));
    pair.tabs[1].feed(Input::TabListChanged);
    assert!(!pair.tabs[1].model.list.contains(&Medium::Email, ALICE));
    assert!(
        !pair.tabs[1].effects.contains(&Effect::Tab(TabEffect::BroadcastListChanged)),
        "no echo"
    );
}

#[test]
fn same_address_added_in_both_tabs_is_one_verification() {
    let mut pair = Pair::open();
    pair.tabs[0].mail(DORA, "sid-a");
    pair.tabs[1].mail(DORA, "sid-b");
    pair.talk();
    for tab in &pair.tabs {
        assert_eq!(tab.addresses(), [DORA]);
        assert_eq!(tab.model.verifications[0].validations.len(), 2, "either link will do");
    }
}

#[test]
fn token_request_in_flight_merges_with_verification_of_other_tab() {
    let mut pair = Pair::open();
    let id = pair.tabs[0].hand_in(DORA);
    pair.tabs[1].mail(DORA, "sid-b");
    pair.talk();
    pair.tabs[0].token(id, Ok(sid("sid-a")));
    pair.talk();
    for tab in &pair.tabs {
        assert_eq!(tab.addresses(), [DORA], "one group for one address");
    }
}

#[test]
fn tab_with_ended_session_still_receives_cancel() {
    let mut pair = Pair::open();
    let id = pair.tabs[0].mail(DORA, "sid-1");
    pair.talk();
    pair.tabs[1].feed(Input::SessionChanged(matrix_threepids::model::SessionState::Expired));
    pair.tabs[1].feed(Input::TabListChanged);
    assert!(pair.tabs[1].effects.is_empty());
    pair.tabs[0].feed(Input::Cancel(id));
    pair.talk();
    assert_eq!(pair.tabs[1].addresses(), [""; 0]);
}

#[test]
fn failed_restart_takes_over_restart_of_other_tab() {
    let mut pair = Pair::open();
    pair.tabs[0].mail(DORA, "sid-1");
    pair.talk();
    pair.tabs.iter_mut().for_each(|tab| tab.now += HOUR);
    let ids = [0, 1].map(|at| pair.tabs[at].model.verifications[0].id);
    pair.tabs[0].resend(ids[0]);
    pair.tabs[1].resend(ids[1]);
    pair.tabs[1].token(ids[1], Ok(sid("sid-b")));
    pair.talk();
    pair.tabs[0].token(ids[0], Err(RequestError::Network));
    pair.talk();
    let [one, other] = &pair.tabs;
    let kept = |tab: &Tab| {
        let it = &tab.model.verifications[0];
        (
            it.attempt,
            it.sent_at,
            it.is_expired(tab.now),
            it.secret == it.validations.last().expect("one").secret,
        )
    };
    assert_eq!(kept(one), kept(other));
}
