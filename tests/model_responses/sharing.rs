//! "Share" and "Stop sharing", with an identity server.

use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::matrix::{RequestError, json};
use matrix_threepids::model::{
    ApiRequest, Effect, FocusTarget, HostEffect, HostEvent, HostNotification, IdentityRequest,
    Input, PageState, Purpose, RemovalKind, RemovalPhase, Request, RequestKey, ResendState,
    Section, SharingResult, Status, UiEffect, UiaTarget, UserError, VerificationPhase,
};

use crate::harness::*;
use crate::identity_server::*;
use crate::response_table::*;

#[test]
fn share_by_email_binds_after_link() {
    let mut stage = open();
    stage.share(ALICE);
    let [
        Effect::Request(Request::Api(ApiRequest::RequestToken {
            purpose: Purpose::Share,
            address,
            attempt: 1,
            ..
        })),
    ] = stage.requests()[..]
    else {
        panic!()
    };
    assert_eq!(address, ALICE);
    let id = stage.id;
    assert!(stage.model.verification(id).expect("a share").is_first_send());
    stage.share(ALICE);
    assert!(stage.requests().is_empty(), "a double click");

    stage.feed(Input::TokenResponded { id, result: Ok(sid("its-sid")) });
    assert!(stage.focused(&FocusTarget::Verification(id)));
    let told = |effect: &Effect| {
        matches!(
            effect,
            Effect::Ui(UiEffect::Notify(HostNotification::Event(
                HostEvent::VerificationSent { .. }
            )))
        )
    };
    assert!(!stage.effects.iter().any(told), "nothing is being added");
    assert!(stage.model.visible_verifications().all(|it| it.address != ALICE));
    // The list has the address; that does not finish a share.
    stage.feed(Input::Refresh);
    stage.list(&[ALICE, BOB]);
    stage.found(&[BOB]);
    assert_eq!(stage.share_phase(), &VerificationPhase::AwaitingUser);

    stage.feed(Input::Continue(id));
    let [
        Effect::Request(Request::Api(ApiRequest::Add {
            purpose: Purpose::Share, sid: its, ..
        })),
    ] = stage.requests()[..]
    else {
        panic!()
    };
    assert_eq!(its, "its-sid");
    stage.feed(Input::AddResponded { id, result: Err(no(400, "M_SESSION_NOT_VALIDATED")) });
    assert!(matches!(stage.share_phase(), VerificationPhase::Polling { session: None, .. }));
    stage.feed(Input::Continue(id));
    stage.feed(Input::AddResponded { id, result: Ok(()) });
    let notice = Status::SharingChanged(SharingResult::Shared, Medium::Email, ALICE.to_owned());
    assert_eq!((stage.shared(ALICE), &stage.model.status), (Some(true), &Some(notice)));
    assert!(stage.focused(&FocusTarget::Entry(Section::Emails, 0)));
    let shared = HostEvent::Shared { medium: Medium::Email, address: ALICE.to_owned() };
    assert!(stage.effects.contains(&Effect::Ui(UiEffect::Notify(HostNotification::Event(shared)))));
    assert!(
        stage
            .effects
            .contains(&Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::Change))))
    );
    assert!(stage.model.verification(id).is_none());
}

#[test]
fn failed_share_email_can_be_retried() {
    let mut stage = open();
    stage.share(ALICE);
    let id = stage.id;
    stage.feed(Input::TokenResponded { id, result: Err(no(500, "M_EMAIL_SEND_ERROR")) });
    let failed = ResendState::Failed(UserError::EmailNotSent);
    assert_eq!(stage.model.verification(id).expect("a share").resend, failed);
    assert_eq!(stage.model.to_stored_state().expect("Carol's").array("shares"), []);
    stage.feed(Input::Retry(id, secret(8)));
    let [Effect::Request(Request::Api(ApiRequest::RequestToken { attempt: 1, secret: its, .. }))] =
        stage.requests()[..]
    else {
        panic!()
    };
    assert_eq!(*its, secret(9));
    assert!(stage.focused(&FocusTarget::ShareButton(Section::Emails, 0)));
    stage.feed(Input::TokenResponded { id, result: Ok(sid("1")) });
    stage.feed(Input::Resend(id, secret(8)));
    let [Effect::Request(Request::Api(ApiRequest::RequestToken { attempt: 2, .. }))] =
        stage.requests()[..]
    else {
        panic!()
    };
    stage.feed(Input::Cancel(id));
    assert!(stage.focused(&FocusTarget::ShareButton(Section::Emails, 0)));
    assert!(stage.model.share_in_progress(&Medium::Email, ALICE).is_none());
}

#[test]
fn share_by_code_binds_phone() {
    let mut stage = open();
    let both = vec![Section::Emails, Section::Phones];
    stage.feed(Input::Sections(both));
    let phone = matrix_threepids::matrix::get_3pids::Threepid {
        medium: Medium::Msisdn,
        ..email("447700900001")
    };
    stage.feed(Input::ListLoaded { number: stage.list, result: Ok(vec![email(ALICE), phone]) });
    stage.feed(Input::LookupResponded(Ok(Vec::new())));
    let (medium, address) = (Medium::Msisdn, "447700900001".to_owned());
    stage.feed(Input::Share { medium, address, secret: secret(9) });
    let [Effect::Request(Request::Api(ApiRequest::RequestToken { phone: Some(dialled), .. }))] =
        stage.requests()[..]
    else {
        panic!()
    };
    assert_eq!(dialled.number, "+447700900001");
    let id = stage.id;
    stage.feed(Input::TokenResponded { id, result: Ok(sid("7")) });
    assert!(stage.model.verification(id).expect("a share").needs_code());
    let code = |text: &str| matrix_threepids::matrix::submit_token::Code(text.to_owned());
    stage.feed(Input::SubmitCode(id, code("1")));
    let [
        Effect::Request(Request::Api(ApiRequest::SubmitCode {
            purpose: Purpose::Share, url, ..
        })),
    ] = stage.requests()[..]
    else {
        panic!()
    };
    assert!(url.starts_with("/_matrix/identity/v2/"));
    stage.feed(Input::CodeResponded { id, result: Err(no(404, "M_NO_VALID_SESSION")) });
    assert!(matches!(
        stage.share_phase(),
        VerificationPhase::Failed { problem: UserError::WrongCode, .. }
    ));
    stage.feed(Input::SubmitCode(id, code("2")));
    stage.feed(Input::CodeResponded { id, result: Ok(true) });
    assert!(matches!(
        stage.requests()[..],
        [Effect::Request(Request::Api(ApiRequest::Add { purpose: Purpose::Share, .. }))]
    ));
}

#[test]
fn lost_bind_response_is_resolved_by_lookup() {
    for (found, done) in [(&[ALICE, BOB][..], true), (&[BOB][..], false)] {
        let mut stage = sent();
        let id = stage.id;
        stage.feed(Input::Continue(id));
        stage.feed(Input::AddResponded { id, result: Err(RequestError::Timeout) });
        assert!(stage.errors().is_empty());
        stage.list(&[ALICE, BOB]);
        assert!(matches!(stage.share_phase(), VerificationPhase::OutcomeUnknown { .. }));
        stage.found(found);
        assert_eq!(stage.model.verification(id).is_none(), done);
        assert_eq!(stage.errors(), if done { &[][..] } else { &["timeout"] });
        assert_eq!(stage.shared(ALICE), Some(done));
    }
    // Nor can that be had: then it is said.
    for list in [true, false] {
        let mut stage = sent();
        let id = stage.id;
        stage.feed(Input::Continue(id));
        stage.feed(Input::AddResponded { id, result: Err(RequestError::Network) });
        if list {
            stage.list(&[ALICE, BOB]);
            stage.feed(Input::LookupResponded(Err(RequestError::Network)));
        } else {
            let number = stage.list;
            stage.feed(Input::ListLoaded { number, result: Err(RequestError::Network) });
        }
        assert!(matches!(
            stage.share_phase(),
            VerificationPhase::Failed { problem: UserError::Network, .. }
        ));
    }
}

#[test]
fn share_resumes_after_new_terms_are_accepted() {
    let mut stage = sent();
    let id = stage.id;
    stage.feed(Input::Continue(id));
    stage.feed(Input::AddResponded { id, result: Err(no(403, "M_TERMS_NOT_SIGNED")) });
    assert_eq!(stage.asked(), [&IdentityRequest::GetTerms]);
    stage.told(TERMS);
    stage.told("{}");
    assert!(stage.focused(&FocusTarget::Terms));
    assert!(!stage.model.is_visible(stage.model.verification(id).expect("a share")));
    stage.feed(Input::AcceptTerms(vec!["https://id/en".to_owned()]));
    stage.told("{}");
    stage.told("{}");
    // What was broken off goes on.
    let bind = |it: &&Effect| {
        matches!(it, Effect::Request(Request::Api(ApiRequest::Add { purpose: Purpose::Share, .. })))
    };
    assert_eq!(stage.requests().into_iter().filter(bind).count(), 1);
}

#[test]
fn stored_share_resumes_only_with_same_identity_server() {
    let stage = sent();
    let kept = stage.model.to_stored_state().expect("something");
    let [share] = kept.array("shares") else { panic!("{kept:?}") };
    assert_eq!(
        (share.str("address"), share.str("idServer")),
        (Some(ALICE), Some("id.example.org"))
    );
    // Those who know of no shares put nothing of it on the account.
    let pending = kept.array("pending");
    assert!(pending.iter().all(|it| it.str("address") == Some("carol@example.org")));

    for (host, goes_on) in [("id.example.org", true), ("other.example.org", false)] {
        let mut again = Stage::set(Waits::List);
        let presence = PageState { visible: true, focused: true, offline: false, shown: true };
        again.feed(Input::PageStateChanged(presence));
        again.feed(Input::StorageLoaded(kept.clone()));
        again.list(&[ALICE, BOB]);
        let shares = |effects: &[Effect]| {
            effects.iter().any(|it| {
                matches!(
                    it,
                    Effect::Request(Request::Api(ApiRequest::Add { purpose: Purpose::Share, .. }))
                )
            })
        };
        assert!(!shares(&again.effects), "before the terms are read");
        assert!(again.model.share_in_progress(&Medium::Email, ALICE).is_none());
        again.feed(set(Some(host)));
        again.told("{}");
        // One is tried at a time, without being asked: Carol's was first.
        for _ in 0..3 {
            let tried = again.model.verifications.iter().find_map(|it| match it.phase {
                VerificationPhase::Adding(_) if !it.is_share() => Some(it.id),
                _ => None,
            });
            let Some(id) = tried else { break };
            let result = Err(no(400, "M_THREEPID_AUTH_FAILED"));
            again.feed(Input::AddResponded { id, result });
        }
        let share = again.model.share_in_progress(&Medium::Email, ALICE);
        assert_eq!(
            share.is_some_and(|it| matches!(it.phase, VerificationPhase::Adding(_))),
            goes_on,
            "{host}"
        );
        assert!(goes_on || again.model.to_stored_state().expect("both").array("shares").len() == 1);
    }
}

#[test]
fn share_finished_in_other_tab_is_checked_by_lookup() {
    let id = sent().id;
    let gone = format!(
        r#"{{"shares":[{{"medium":"email","address":"{ALICE}","idServer":"id.example.org","at":{NOW},"added":true}}]}}"#
    );
    // Others may say anything: the identity server tells.
    for found in [&[ALICE, BOB][..], &[BOB]] {
        let mut stage = sent();
        stage.feed(Input::TabRecords(json::parse(&gone).expect("JSON")));
        assert_eq!(stage.shared(ALICE), Some(false));
        assert!(matches!(stage.asked()[..], [IdentityRequest::Lookup { .. }]));
        stage.found(found);
        assert!(stage.model.verification(id).is_none());
        assert_eq!(stage.shared(ALICE), Some(found.contains(&ALICE)));
        let told = |it: &Effect| {
            matches!(
                it,
                Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::Shared { .. })))
            )
        };
        assert_eq!(stage.effects.iter().any(told), found.contains(&ALICE));
        stage.feed(Input::TabRecords(json::parse(&gone).expect("JSON")));
        assert!(stage.requests().is_empty());
    }
}

#[test]
fn forged_share_shows_no_notice_until_lookup_confirms() {
    let forged = format!(
        r#"{{"shares":[{{"medium":"email","address":"{ALICE}","idServer":"id.example.org","at":{NOW},"attempt":1,
        "validations":[{{"sid":"s","secret":"abc"}}]}}]}}"#
    );
    for found in [&[ALICE, BOB][..], &[BOB]] {
        let mut stage = open();
        stage.feed(Input::TabRecords(json::parse(&forged).expect("JSON")));
        let id = stage.model.share_in_progress(&Medium::Email, ALICE).expect("a share").id;
        stage.feed(Input::Continue(id));
        stage.feed(Input::AddResponded { id, result: Ok(()) });
        assert_eq!((stage.shared(ALICE), &stage.model.status), (Some(false), &None));
        stage.found(found);
        assert_eq!(stage.model.status.is_some(), found.contains(&ALICE));
        assert!(stage.model.verification(id).is_none());
    }
}

#[test]
fn share_ends_when_address_leaves_list() {
    let mut stage = sent();
    let id = stage.id;
    stage.feed(Input::Refresh);
    stage.list(&[BOB]);
    assert!(stage.model.verification(id).is_none());
    assert!(stage.effects.contains(&Effect::Abort(RequestKey::Add(id))));
}

#[test]
fn stop_sharing_asks_then_reports_unbind_result() {
    for (answer, sharing, left) in [
        (Some("success"), SharingResult::Unshared, Some(false)),
        (Some("no-support"), SharingResult::UnshareUnconfirmed, Some(true)),
        (None, SharingResult::UnshareUnconfirmed, Some(true)),
    ] {
        let mut stage = open();
        let (medium, address) = (Medium::Email, BOB.to_owned());
        stage.feed(Input::UnshareRequested { medium, address });
        assert!(stage.requests().is_empty());
        stage.feed(Input::RemoveCanceled);
        assert!(stage.model.removals.is_empty() && stage.settled().is_empty());
        stage.unshare(BOB);
        let [
            Effect::Request(Request::Api(ApiRequest::Delete {
                kind: RemovalKind::Unbind,
                is_bound: true,
                ..
            })),
        ] = stage.requests()[..]
        else {
            panic!()
        };
        stage.feed(Input::DeleteResponded(Ok(answer.map(str::to_owned))));
        let notice = Status::SharingChanged(sharing, Medium::Email, BOB.to_owned());
        assert_eq!((stage.shared(BOB), &stage.model.status), (left, &Some(notice)));
        let unshared = HostEvent::Unshared {
            medium: Medium::Email,
            address: BOB.to_owned(),
            unbind_result: answer.map(str::to_owned),
        };
        assert!(
            stage
                .effects
                .contains(&Effect::Ui(UiEffect::Notify(HostNotification::Event(unshared))))
        );
        // What was not confirmed is looked up.
        assert_eq!(stage.asked().is_empty(), answer == Some("success"));
        assert!(stage.model.list.contains(&Medium::Email, BOB) && stage.settled().is_empty());
    }
}

#[test]
fn unsupported_unbind_shows_error() {
    for failure in [no(404, "M_UNRECOGNIZED"), RequestError::InvalidResponse { status: 404 }] {
        let mut stage = open();
        stage.unshare(BOB);
        stage.feed(Input::DeleteResponded(Err(failure)));
        if matches!(stage.model.removals[0].phase, RemovalPhase::OutcomeUnknown(_)) {
            stage.list(&[ALICE, BOB]);
            stage.found(&[BOB]);
        }
        assert_eq!(stage.model.removals[0].problem(), Some(&UserError::UnbindUnsupported));
        assert!(
            !stage.effects.contains(&Effect::Request(Request::DiscoverAccountManagement))
                && !stage.model.changes_disabled()
        );
    }
}

#[test]
fn lost_unbind_response_is_resolved_by_lookup() {
    for (found, done) in [(&[][..], true), (&[BOB][..], false)] {
        let mut stage = open();
        stage.unshare(BOB);
        stage.feed(Input::DeleteResponded(Err(RequestError::Network)));
        stage.list(&[ALICE, BOB]);
        stage.found(found);
        assert_eq!(stage.model.removals.is_empty(), done);
        assert_eq!(stage.shared(BOB), Some(!done));
    }
}

#[test]
fn bind_and_unbind_may_require_uia() {
    let mut stage = sent();
    let id = stage.id;
    stage.feed(Input::Continue(id));
    stage.feed(Input::AddResponded { id, result: Err(failure(401, CHALLENGE)) });
    let actions = |stage: &Stage| {
        let action = |effect: &Effect| match effect {
            Effect::Host(HostEffect::OfferChallenge { action, .. }) => Some(*action),
            _ => None,
        };
        stage.effects.iter().filter_map(action).collect::<Vec<_>>()
    };
    assert_eq!(actions(&stage), [matrix_threepids::model::Action::Bind]);
    stage.feed(Input::UserReplied(UiaTarget::Verification(id), password()));
    let [
        Effect::Request(Request::Api(ApiRequest::Add {
            purpose: Purpose::Share,
            auth: Some(_),
            ..
        })),
    ] = stage.requests()[..]
    else {
        panic!()
    };
    stage.feed(Input::AddResponded { id, result: Ok(()) });
    stage.unshare(BOB);
    stage.feed(Input::DeleteResponded(Err(failure(401, CHALLENGE))));
    assert_eq!(actions(&stage), [matrix_threepids::model::Action::Unbind]);
    stage.feed(Input::UserReplied(UiaTarget::Removal, password()));
    let [
        Effect::Request(Request::Api(ApiRequest::Delete {
            kind: RemovalKind::Unbind,
            auth: Some(_),
            ..
        })),
    ] = stage.requests()[..]
    else {
        panic!()
    };
}

#[test]
fn removal_notice_reports_unbind_result() {
    for (answer, sharing) in [
        (Some("success"), SharingResult::RemovedAndUnshared),
        (Some("no-support"), SharingResult::RemovedUnshareUnconfirmed),
        (None, SharingResult::RemovedUnshareUnconfirmed),
    ] {
        for address in [ALICE, BOB] {
            let mut stage = open();
            let (medium, it) = (Medium::Email, address.to_owned());
            stage.feed(Input::RemoveRequested { medium, address: it });
            stage.feed(Input::HostDecidedRemove(true));
            stage.feed(Input::RemoveConfirmed);
            let [
                Effect::Request(Request::Api(ApiRequest::Delete {
                    kind: RemovalKind::Remove,
                    is_bound: shared,
                    ..
                })),
            ] = stage.requests()[..]
            else {
                panic!()
            };
            assert_eq!(*shared, address == BOB);
            stage.feed(Input::DeleteResponded(Ok(answer.map(str::to_owned))));
            stage.list(if address == BOB { &[ALICE] } else { &[BOB] });
            let (medium, address) = (Medium::Email, address.to_owned());
            let want = match address == BOB {
                true => Status::SharingChanged(sharing, medium, address),
                false => Status::Removed(medium, address),
            };
            assert_eq!(stage.model.status, Some(want));
        }
    }
}
