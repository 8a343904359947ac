//! What is drawn, named, sent and reported is the very entry of the list; and
//! what is said of a change is what the list says.

use matrix_threepids::matrix::get_3pids::{Medium, Threepid};
use matrix_threepids::matrix::{Json, RequestError, json};
use matrix_threepids::model::{
    ApiRequest, Effect, FocusTarget, FormPhase, HostEvent, HostNotification, Input, ListRequest,
    MethodCall, Request, Section, Status, UiEffect, UserError,
};

use crate::harness::*;
use crate::response_table::NOW;
use crate::tab_harness::*;

const UPPER: &str = "Alice@Example.org";

/// A tab with these on the list.
fn with(listed: &[&'static str]) -> Tab {
    let mut tab = Tab::open();
    tab.listed = listed.to_vec();
    tab.feed(Input::Refresh);
    tab
}

fn ask(tab: &mut Tab, address: &str) {
    tab.feed(Input::RemoveRequested { medium: Medium::Email, address: address.to_owned() });
    tab.feed(Input::HostDecidedRemove(true));
}

/// The address that a `delete` names.
fn confirm(tab: &mut Tab) -> String {
    tab.feed(Input::RemoveConfirmed);
    let named = tab.effects.iter().find_map(|it| match it {
        Effect::Request(Request::Api(ApiRequest::Delete { address, .. })) => Some(address.clone()),
        _ => None,
    });
    named.expect("a delete")
}

fn shown(tab: &Tab) -> Vec<String> {
    tab.model.visible_threepids().into_iter().map(|it| it.address).collect()
}

/// The addresses that the embedder was told of as added.
fn told_added(effects: &[Effect]) -> Vec<&str> {
    let added = effects.iter().filter_map(|it| match it {
        Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::Added {
            address, ..
        }))) => Some(&**address),
        _ => None,
    });
    added.collect()
}

fn told_removed(effects: &[Effect]) -> Vec<&str> {
    let removed = effects.iter().filter_map(|it| match it {
        Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::Removed {
            address,
            ..
        }))) => Some(&**address),
        _ => None,
    });
    removed.collect()
}

#[test]
fn removal_of_one_of_two_spellings_keeps_the_other() {
    for (meant, other) in [(ALICE, UPPER), (UPPER, ALICE)] {
        let mut tab = with(&[UPPER, ALICE]);
        ask(&mut tab, meant);
        assert_eq!(tab.model.removals[0].address, meant, "the dialog names it");
        assert!(!tab.model.removals[0].is_last_email);
        assert_eq!(confirm(&mut tab), meant);
        tab.listed.retain(|it| *it != meant);
        tab.feed(Input::DeleteResponded(Ok(None)));
        assert_eq!(shown(&tab), [other]);
        assert_eq!(told_removed(&tab.effects), [meant]);
        assert_eq!(tab.model.status, Some(Status::Removed(Medium::Email, meant.to_owned())));
        assert!(
            tab.effects.contains(&Effect::Ui(UiEffect::Focus(FocusTarget::RemoveButton(
                Section::Emails,
                0
            ))))
        );
    }
}

#[test]
fn removals_of_two_spellings_queue_separately() {
    let mut tab = with(&[UPPER, ALICE]);
    ask(&mut tab, ALICE);
    ask(&mut tab, UPPER);
    let asked: Vec<_> = tab.model.removals.iter().map(|it| &*it.address).collect();
    assert_eq!(asked, [ALICE, UPPER]);
    tab.feed(Input::RemoveCanceled);
    let cancelled = MethodCall::Remove(Medium::Email, ALICE.to_owned());
    let settled = tab.effects.iter().find_map(|it| match it {
        Effect::Ui(UiEffect::Notify(HostNotification::MethodResult(operation, _))) => {
            Some(operation.clone())
        }
        _ => None,
    });
    assert_eq!(settled, Some(cancelled), "the other one waits");
}

#[test]
fn removal_event_follows_list_when_server_merges_spellings() {
    // It has removed the other one, or both.
    for (left, gone) in [(vec![UPPER], ALICE), (vec![], UPPER)] {
        let mut tab = with(&[UPPER, ALICE]);
        ask(&mut tab, UPPER);
        confirm(&mut tab);
        tab.listed = left.clone();
        tab.feed(Input::DeleteResponded(Ok(None)));
        assert_eq!(shown(&tab), left);
        assert_eq!(told_removed(&tab.effects), [gone]);
        assert_eq!(tab.model.status, Some(Status::Removed(Medium::Email, gone.to_owned())));
    }
}

#[test]
fn removal_drops_only_one_entry_when_list_request_fails() {
    for listed in [[UPPER, ALICE], [ALICE, ALICE]] {
        let mut tab = with(&listed);
        ask(&mut tab, ALICE);
        confirm(&mut tab);
        let effects = tab.model.update(tab.now, Input::DeleteResponded(Ok(None)));
        let Some(Effect::Request(Request::List(ListRequest::ReadList { number }))) = effects.last()
        else {
            panic!("{effects:?}")
        };
        let result = Err(RequestError::Network);
        tab.model.update(tab.now, Input::ListLoaded { number: *number, result });
        assert_eq!(shown(&tab), [listed[0]]);
    }
}

#[test]
fn lost_delete_response_is_resolved_from_list() {
    // Of two equal entries one is left: that is what was wanted.
    for (before, after, done) in [
        (vec![ALICE, ALICE], vec![ALICE], true),
        (vec![UPPER, ALICE], vec![UPPER], true),
        (vec![UPPER, ALICE], vec![ALICE], false),
        (vec![UPPER, ALICE], vec![UPPER, ALICE], false),
    ] {
        let mut tab = with(&before);
        ask(&mut tab, ALICE);
        confirm(&mut tab);
        tab.listed = after.clone();
        tab.feed(Input::DeleteResponded(Err(RequestError::Timeout)));
        assert_eq!(tab.model.removals.is_empty(), done, "{before:?} {after:?}");
        assert_eq!(shown(&tab), after);
    }
}

#[test]
fn remove_method_matches_exact_then_unique_equivalent_address() {
    let mut tab = with(&[UPPER, BOB]);
    for (address, meant) in [(UPPER, UPPER), (ALICE, UPPER), ("BOB@example.ORG", BOB), (DORA, DORA)]
    {
        ask(&mut tab, address);
        assert_eq!(tab.model.removals[0].address, meant);
        tab.feed(Input::RemoveCanceled);
    }
    let mut tab = with(&[UPPER, ALICE]);
    let either = "ALICE@EXAMPLE.ORG".to_owned();
    tab.feed(Input::RemoveRequested { medium: Medium::Email, address: either.clone() });
    assert!(tab.model.removals.is_empty(), "it could be either");
    let refused = tab.effects.iter().any(|it| match it {
        Effect::Ui(UiEffect::Notify(HostNotification::MethodResult(operation, Err(report)))) => {
            *operation == MethodCall::Remove(Medium::Email, either.clone())
                && report.code == "invalid-address"
        }
        _ => false,
    });
    assert!(refused);
}

#[test]
fn list_and_events_use_server_spelling_of_added_address() {
    for (typed, listed) in [
        ("straße@example.org", "strasse@example.org"),
        ("STRASSE@example.org", "strasse@example.org"),
        ("ΟΔΟΣ@example.org", "οδοσ@example.org"),
        ("idn@bücher.example", "idn@xn--bcher-kva.example"),
        ("idn@xn--bcher-kva.example", "idn@bücher.example"),
        // However it writes them.
        ("d.o.r.a@example.org", "dora@example.org"),
    ] {
        let mut tab = Tab::open();
        let id = tab.mail(typed, "sid-1");
        tab.confirm(id);
        tab.listed.push(listed);
        tab.added(id, Ok(()));
        assert_eq!(shown(&tab), [ALICE, listed]);
        assert_eq!(told_added(&tab.effects), [listed]);
        assert_eq!(tab.model.status, Some(Status::Added(Medium::Email, listed.to_owned())));
        // It is a duplicate from now on.
        if typed != "d.o.r.a@example.org" {
            let (address, secret) = (typed.to_owned(), secret(3));
            let by = matrix_threepids::model::Initiator::User;
            tab.feed(Input::AddEmail { address, secret, initiator: by });
            assert_eq!(tab.model.email_form.problem(), Some(&UserError::AlreadyAdded));
        }
    }
}

#[test]
fn internationalized_domain_is_sent_as_punycode() {
    let mut tab = Tab::open();
    tab.mail("idn@bücher.example", "sid-1");
    assert_eq!(tab.addresses(), ["idn@xn--bcher-kva.example"]);
    // What the browser's own field makes of it is the same.
    let (address, secret) = ("idn@xn--bcher-kva.example".to_owned(), secret(3));
    tab.feed(Input::AddEmail {
        address,
        secret,
        initiator: matrix_threepids::model::Initiator::User,
    });
    assert!(tab.mails().is_empty());
    assert_eq!(tab.model.verifications.len(), 1);
}

/// What somebody may have written into the storage, or say on the channel.
fn forged(address: &str) -> Json {
    let text = format!(
        r#"{{"pending":[{{"medium":"email","address":"{address}","at":{},"attempt":1,
        "validations":[{{"sid":"s","secret":"abc"}}]}}]}}"#,
        NOW - MINUTE
    );
    json::parse(&text).expect("JSON")
}

#[test]
fn added_event_follows_list_despite_forged_verification() {
    // The server adds the address that the session is for.
    for (recorded, added, said) in [
        (DORA, Some(BOB), vec![BOB]),
        // One that is on the list already is no news.
        (ALICE, Some(BOB), vec![BOB]),
        (DORA, Some("DORA@example.org"), vec!["DORA@example.org"]),
        // Nothing is new there.
        (DORA, None, vec![]),
    ] {
        let mut tab = Tab::open();
        tab.feed(Input::TabRecords(forged(recorded)));
        let id = tab.model.verifications[0].id;
        tab.confirm(id);
        tab.listed.extend(added);
        tab.added(id, Ok(()));
        assert_eq!(told_added(&tab.effects), said, "{recorded}");
        let notice = said.first().map(|it| Status::Added(Medium::Email, (*it).to_owned()));
        assert_eq!(tab.model.status, notice);
        assert_eq!(shown(&tab).len(), tab.listed.len(), "no entry of our own");
        assert_eq!(tab.addresses(), [""; 0]);
    }
}

#[test]
fn forged_verification_emits_no_added_event_until_list_loads() {
    let mut tab = Tab::open();
    tab.feed(Input::TabRecords(forged(DORA)));
    let id = tab.model.verifications[0].id;
    tab.confirm(id);
    let effects = tab.model.update(tab.now, Input::AddResponded { id, result: Ok(()) });
    let Some(Effect::Request(Request::List(ListRequest::ReadList { number }))) = effects.last()
    else {
        panic!("{effects:?}")
    };
    let read = Input::ListLoaded { number: *number, result: Err(RequestError::Network) };
    let effects = tab.model.update(tab.now, read);
    assert!(told_added(&effects).is_empty() && tab.model.status.is_none());
    assert_eq!(shown(&tab), [ALICE]);
    assert!(tab.model.list.problem().is_some(), "they can try again");
    tab.listed.push(BOB);
    tab.feed(Input::Refresh);
    assert_eq!(told_added(&tab.effects), [BOB]);
    assert_eq!(tab.addresses(), [""; 0]);
}

#[test]
fn forged_ended_verification_emits_no_added_event() {
    let gone = |address: &str| {
        let text = format!(
            r#"{{"pending":[{{"medium":"email","address":"{address}","at":{NOW},"added":true,
            "validations":[]}}]}}"#
        );
        Input::TabRecords(json::parse(&text).expect("JSON"))
    };
    let mut tab = Tab::open();
    tab.mail(DORA, "sid-1");
    tab.feed(gone(DORA));
    assert!(told_added(&tab.effects).is_empty() && tab.model.status.is_none());
    assert_eq!(shown(&tab), [ALICE]);
    // Nor of one that was there before.
    let mut tab = Tab::open();
    tab.feed(Input::TabRecords(forged(ALICE)));
    tab.feed(gone(ALICE));
    assert!(told_added(&tab.effects).is_empty() && tab.model.status.is_none());
}

#[test]
fn stored_verification_on_first_list_emits_added_only_if_recent() {
    for (added_at, said) in [(None, false), (Some(NOW - DAY), false), (Some(NOW - MINUTE), true)] {
        let mut tab = Tab::open();
        let mut model = matrix_threepids::model::Model::default();
        let access = Input::SessionChanged(matrix_threepids::model::SessionState::Active);
        let effects = model.update(NOW, access);
        model.update(NOW, Input::StorageLoaded(forged(DORA)));
        let number = effects.iter().find_map(|it| match it {
            Effect::Request(Request::List(ListRequest::ReadList { number })) => Some(*number),
            _ => None,
        });
        let result = Ok(vec![Threepid { added_at, ..email(DORA) }]);
        let number = number.expect("a list");
        tab.effects = model.update(NOW, Input::ListLoaded { number, result });
        assert_eq!(told_added(&tab.effects).len(), usize::from(said), "{added_at:?}");
        assert!(model.verifications.is_empty());
    }
}

#[test]
fn implausible_times_of_list_are_dropped() {
    for (time, is) in [
        (0.0, false),
        (-1.0, false),
        (f64::NAN, false),
        (1_388_534_399_999.0, false),
        // Seconds, and microseconds.
        (NOW / 1000.0, false),
        (NOW * 1000.0, false),
        (NOW + DAY, false),
        (1_388_534_400_000.0, true),
        (NOW - 0.5, true),
        (NOW + HOUR, true),
    ] {
        let mut stage = Stage::set(crate::response_table::Waits::List);
        let entry =
            Threepid { added_at: Some(time), validated_at: Some(time), ..email("a@example.org") };
        let number = stage.list;
        stage.feed(Input::ListLoaded { number, result: Ok(vec![entry]) });
        let entry = &stage.model.visible_threepids()[0];
        let times = (entry.added_at.is_some(), entry.validated_at.is_some());
        assert_eq!(times, (is, is), "{time}");
    }
}

#[test]
fn refusal_without_known_emails_suggests_no_email_support() {
    let refusals = [
        refused(403, "M_THREEPID_DENIED"),
        refused(404, "M_UNRECOGNIZED"),
        refused(405, "M_UNRECOGNIZED"),
        refused(501, "M_UNRECOGNIZED"),
    ];
    for refusal in refusals {
        let mut tab = with(&[]);
        let mut none = tab.reload();
        let id = none.hand_in(DORA);
        none.token(id, Err(refusal.clone()));
        assert_eq!(
            none.model.email_form.phase,
            FormPhase::Invalid(UserError::EmailMayBeUnsupported)
        );
        assert!(!none.model.email_form.is_invalid(), "another address would not help");
        // It has one, or had one, or has sent to one: then it is this address.
        tab.listed.push(ALICE);
        tab.feed(Input::Refresh);
        let mut sent = with(&[]).reload();
        sent.mail(BOB, "sid-1");
        for mut tab in [tab, sent] {
            tab.listed.clear();
            tab.feed(Input::Refresh);
            let id = tab.hand_in(DORA);
            tab.token(id, Err(refusal.clone()));
            let problem = tab.model.email_form.problem();
            assert!(
                matches!(problem, Some(UserError::AddressNotAllowed | UserError::ChangesForbidden)),
                "{problem:?}"
            );
        }
    }
}

#[test]
fn refusal_without_known_phones_suggests_no_phone_support() {
    let mut tab = Tab::open();
    tab.feed(Input::Sections(vec![Section::Emails, Section::Phones]));
    let dialled = matrix_threepids::matrix::phone_number::PhoneInput {
        country: "GB".to_owned(),
        number: "07700900001".to_owned(),
    };
    let (msisdn, secret) = ("447700900001".to_owned(), tab.fresh_secret());
    let by = matrix_threepids::model::Initiator::User;
    tab.feed(Input::AddPhone { msisdn, phone: dialled, secret, initiator: by });
    tab.feed(Input::HostDecidedAdd(Section::Phones, true));
    let id = tab.effects.iter().find_map(|it| match it {
        Effect::Request(Request::Api(ApiRequest::RequestToken { id, .. })) => Some(*id),
        _ => None,
    });
    tab.token(id.expect("a request"), Err(refused(403, "M_THREEPID_DENIED")));
    assert_eq!(tab.model.phone_form.problem(), Some(&UserError::PhoneMayBeUnsupported));
}
