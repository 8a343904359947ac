//! What takes more than one answer.

use matrix_threepids::matrix::RequestError;
use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::model::{
    Action, ApiRequest, Effect, HostEffect, HostEvent, HostNotification, Initiator, Input,
    ListRequest, MethodCall, RemovalPhase, Request, RequestKey, Responder, Section, SessionState,
    UiEffect, UiaPhase, UiaReply, UiaTarget, VerificationPhase,
};

use crate::harness::*;
use crate::it_was_done;
use crate::response_table::*;

const INVALID_AUTH: &str = r#"{"errcode":"M_FORBIDDEN","error":"Invalid auth"}"#;

#[test]
fn refused_uia_session_restarts_once_per_reply() {
    let mut stage = Stage::set(Waits::Password);
    let id = stage.id;
    let refused = || Input::AddResponded { id, result: Err(failure(403, INVALID_AUTH)) };
    let challenged = || Input::AddResponded { id, result: Err(failure(401, CHALLENGE)) };
    stage.feed(refused());
    assert_eq!(stage.phase(Waits::Password), "dialog checked");
    stage.feed(challenged());
    assert_eq!(stage.phase(Waits::Password), "dialog WrongPassword");
    stage.feed(Input::UserReplied(UiaTarget::Verification(id), password()));
    stage.feed(refused());
    assert_eq!(stage.phase(Waits::Password), "dialog checked");
    stage.feed(refused());
    assert_eq!(stage.phase(Waits::Password), "dialog anew");
    stage.feed(challenged());
    assert!(stage.effects.contains(&Effect::Ui(UiEffect::SubmitDialog)), "with what was typed");
    stage.feed(Input::UserReplied(UiaTarget::Verification(id), password()));
    stage.feed(refused());
    assert_eq!(stage.phase(Waits::Password), "dialog checked");
    stage.feed(refused());
    assert_eq!(stage.phase(Waits::Password), "dialog ChangesForbidden");
    stage.feed(Input::UserReplied(UiaTarget::Verification(id), UiaReply::Cancel));
    stage.feed(Input::Continue(id));
    stage.feed(challenged());
    stage.feed(Input::UserReplied(UiaTarget::Verification(id), password()));
    stage.feed(refused());
    assert_eq!(stage.phase(Waits::Password), "dialog checked");
}

#[test]
fn sid_of_older_email_is_tried_after_newest() {
    let mut stage = Stage::set(Waits::Resend);
    let id = stage.id;
    stage.feed(Input::TokenResponded { id, result: Ok(sid("sid-2")) });
    stage.feed(Input::Continue(id));
    let tried = |stage: &Stage| match stage.requests().as_slice() {
        [Effect::Request(Request::Api(ApiRequest::Add { sid, auth, .. }))] => {
            (sid.clone(), auth.is_some())
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(tried(&stage), ("sid-2".to_owned(), false));
    stage.feed(Input::AddResponded { id, result: Err(failure(401, CHALLENGE)) });
    stage.feed(Input::UserReplied(UiaTarget::Verification(id), password()));
    assert_eq!(tried(&stage), ("sid-2".to_owned(), true));
    let not_yet = || Err(failure(400, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#));
    stage.feed(Input::AddResponded { id, result: not_yet() });
    assert_eq!(tried(&stage), ("sid-1".to_owned(), true));
    stage.feed(Input::AddResponded { id, result: not_yet() });
    assert_eq!(stage.phase(Waits::Continue), "waiting s2");
    stage.feed(Input::Continue(id));
    assert_eq!(tried(&stage), ("sid-2".to_owned(), true));
}

#[test]
fn retry_reuses_send_attempt_and_secret() {
    let requested = |stage: &Stage| match stage.requests().as_slice() {
        [
            Effect::Request(Request::Api(ApiRequest::RequestToken {
                id,
                secret,
                attempt,
                address,
                phone: None,
                next_link: None,
                ..
            })),
        ] => (*id, secret.clone(), *attempt, address.clone()),
        other => panic!("{other:?}"),
    };
    let mut stage = Stage::set(Waits::Form);
    let first = requested(&stage);
    stage.answer(Waits::Form, Err(RequestError::Network));
    stage.add("dora@example.org", 9);
    assert_eq!(requested(&stage), first);
    stage.answer(Waits::Form, Err(RequestError::Timeout));
    stage.add("dora@example.org", 9);
    assert_eq!(requested(&stage), first);

    let mut stage = Stage::set(Waits::Resend);
    let second = requested(&stage);
    assert_eq!(second.2, 2);
    stage.answer(Waits::Resend, Err(RequestError::Timeout));
    stage.feed(Input::Resend(stage.id, secret(7)));
    assert_eq!(requested(&stage), second);
}

#[test]
fn interrupted_request_resumes_with_new_token() {
    let ended = || Err(RequestError::SessionExpired { soft_logout: true });
    for waits in ALL {
        let mut stage = Stage::set(waits);
        stage.answer(waits, ended());
        assert_eq!(stage.model.access, SessionState::Expired);
        // Whoever took the token back is not told twice.
        stage.feed(Input::SessionChanged(SessionState::Expired));
        assert!(stage.effects.is_empty());
        stage.feed(Input::SessionChanged(SessionState::Active));
        let list = |effect: &&&Effect| {
            matches!(effect, Effect::Request(Request::List(ListRequest::ReadList { .. })))
        };
        assert_eq!(stage.requests().iter().filter(list).count(), 1);
        let others: Vec<_> = stage.requests().into_iter().filter(|it| !list(&it)).collect();
        let again = match waits {
            Waits::Form => matches!(
                others.as_slice(),
                [Effect::Request(Request::Api(ApiRequest::RequestToken { attempt: 1, .. }))]
            ),
            Waits::Resend => matches!(
                others.as_slice(),
                [Effect::Request(Request::Api(ApiRequest::RequestToken { attempt: 2, .. }))]
            ),
            Waits::Continue => matches!(
                others.as_slice(),
                [Effect::Request(Request::Api(ApiRequest::Add { auth: None, .. }))]
            ),
            Waits::Session => matches!(
                others.as_slice(),
                [Effect::Request(Request::Api(ApiRequest::Add { auth: Some(_), .. }))]
            ),
            // The password was not kept: the dialog is open, and asks again.
            Waits::Password => others.is_empty() && stage.phase(waits) == "asking",
            Waits::DeletePassword => others.is_empty() && stage.phase(waits) == "asking",
            Waits::Delete => {
                let asking =
                    stage.model.removals.iter().all(|it| it.phase == RemovalPhase::Confirming);
                others.is_empty() && asking
            }
            Waits::FirstList | Waits::List => others.is_empty(),
        };
        assert!(again, "{waits:?}: {others:?}");
    }
}

#[test]
fn invalid_token_is_reported_once_and_new_token_resumes() {
    let mut stage = Stage::set(Waits::Continue);
    stage.feed(Input::Resend(stage.id, secret(7)));
    stage.feed(Input::Refresh);
    let mut said = Vec::new();
    for waits in [Waits::Continue, Waits::Resend, Waits::List] {
        stage.answer(waits, Err(RequestError::InvalidToken));
        said.extend(stage.errors().into_iter().map(str::to_owned));
        assert_eq!(stage.model.access, SessionState::InvalidToken);
    }
    assert_eq!(said, ["invalid-token"]);
    stage.feed(Input::Refresh);
    assert_eq!(stage.settled(), [(&MethodCall::Refresh, Err("invalid-token"))]);
    assert!(stage.requests().is_empty());
    stage.feed(Input::SessionChanged(SessionState::Active));
    let adds =
        |effect: &&&Effect| matches!(effect, Effect::Request(Request::Api(ApiRequest::Add { .. })));
    assert_eq!(stage.requests().iter().filter(adds).count(), 1);
}

#[test]
fn failed_list_reloads_when_browser_is_online() {
    for failure in [RequestError::Network, RequestError::Offline] {
        let mut stage = Stage::set(Waits::FirstList);
        stage.answer(Waits::FirstList, Err(failure));
        stage.feed(Input::Online);
        assert!(matches!(
            stage.requests()[..],
            [Effect::Request(Request::List(ListRequest::ReadList { .. }))]
        ));
    }
}

#[test]
fn session_expired_event_fires_once_for_many_requests() {
    let mut stage = Stage::set(Waits::Continue);
    stage.feed(Input::Resend(stage.id, secret(7)));
    stage.feed(Input::Refresh);
    let mut said = 0;
    for waits in [Waits::Continue, Waits::Resend, Waits::List] {
        stage.answer(waits, Err(RequestError::SessionExpired { soft_logout: false }));
        let expired = |it: &&Effect| {
            matches!(
                it,
                Effect::Ui(UiEffect::Notify(HostNotification::Event(
                    HostEvent::SessionExpired { .. }
                )))
            )
        };
        said += stage.effects.iter().filter(expired).count();
    }
    assert_eq!(said, 1);
}

#[test]
fn every_response_after_host_auth_leaves_a_next_step() {
    for row in ROWS {
        let mut stage = Stage::set(Waits::Continue);
        let (id, subject) = (stage.id, UiaTarget::Verification(stage.id));
        stage.feed(Input::AddResponded { id, result: Err(failure(401, CHALLENGE)) });
        let number = number_of(&stage.model, subject);
        stage.feed(Input::HostWillAuthenticate(number));
        stage.feed(Input::HostReplied(number, password()));
        stage.answer(Waits::Continue, answer(row.comes));
        stage.list(&["alice@example.org"]);
        let stuck = stage.model.verifications.iter().any(|it| match &it.phase {
            VerificationPhase::Authenticating { uia, .. } => {
                uia.responder == Responder::Host && !matches!(uia.phase, UiaPhase::Checking(_))
            }
            _ => false,
        });
        assert!(!stuck, "{}", row.name);

        let mut stage = Stage::set(Waits::Delete);
        stage.feed(Input::DeleteResponded(Err(failure(401, CHALLENGE))));
        let number = number_of(&stage.model, UiaTarget::Removal);
        stage.feed(Input::HostWillAuthenticate(number));
        stage.feed(Input::HostReplied(number, password()));
        stage.answer(Waits::Delete, answer(row.comes));
        stage.list(&["alice@example.org", "bob@example.org"]);
        let asked = stage
            .effects
            .iter()
            .any(|it| matches!(it, Effect::Host(HostEffect::OfferChallenge { .. })));
        let shown = stage.model.removals.iter().all(|it| match &it.phase {
            // Sent again from the start; the answer will be a challenge.
            RemovalPhase::Authenticating(uia) => matches!(uia.phase, UiaPhase::Checking(_)),
            phase => phase.is_asking(),
        });
        assert!(asked || shown || stage.model.active_uia().is_some(), "{}", row.name);
    }
}

#[test]
fn dummy_stage_is_completed_once() {
    let dummy = r#"{"session":"s","flows":[{"stages":["m.login.dummy"]}]}"#;
    let mut stage = Stage::set(Waits::Continue);
    let id = stage.id;
    stage.feed(Input::AddResponded { id, result: Err(failure(401, dummy)) });
    assert!(matches!(
        stage.requests().as_slice(),
        [Effect::Request(Request::Api(ApiRequest::Add { auth: Some(_), .. }))]
    ));
    stage.feed(Input::AddResponded { id, result: Err(failure(401, dummy)) });
    assert!(stage.requests().is_empty());
    assert_eq!(stage.phase(Waits::Continue), "dialog NoSupportedAuthFlow");
}

#[test]
fn dialog_closed_during_add_repeats_resend_and_reads_list() {
    let mut stage = Stage::set(Waits::Password);
    let id = stage.id;
    stage.feed(Input::Resend(id, secret(7)));
    stage.feed(Input::UserReplied(UiaTarget::Verification(id), UiaReply::Cancel));
    let wanted = |it: &Effect| match it {
        Effect::Abort(key) => *key == RequestKey::Token(id),
        Effect::Request(Request::Api(ApiRequest::RequestToken { attempt, .. })) => *attempt == 2,
        Effect::Request(Request::List(ListRequest::ReadList { .. })) => true,
        _ => false,
    };
    assert_eq!(stage.effects.iter().filter(|it| wanted(it)).count(), 3);
    // The server had added it after all.
    stage.list(&["alice@example.org", "bob@example.org", "dora@example.org"]);
    assert!(stage.model.verification(id).is_none());
    let resent = MethodCall::Resend(id);
    assert!(stage.settled().contains(&(&resent, Err("cancelled"))));
}

#[test]
fn reattached_element_finds_address_added_while_detached() {
    for waits in ADDS {
        let mut stage = Stage::set(waits);
        let id = stage.id;
        stage.feed(Input::Disconnected);
        assert!(stage.model.verification(id).is_some());
        stage.feed(Input::SessionChanged(SessionState::Active));
        stage.list(&["alice@example.org", "dora@example.org"]);
        assert!(stage.model.verification(id).is_none(), "{waits:?}");
    }
}

#[test]
fn each_queued_add_rejects_when_session_ends() {
    let mut stage = Stage::set(Waits::Form);
    for address in ["one@example.org", "nonsense", "two@example.org", "ONE@example.org"] {
        let address = address.to_owned();
        stage.feed(Input::AddEmail {
            address,
            secret: secret(3),
            initiator: Initiator::HostMethod,
        });
        assert!(stage.effects.is_empty());
    }
    stage.answer(Waits::Form, Err(RequestError::SessionExpired { soft_logout: false }));
    let told: Vec<_> =
        stage.settled().into_iter().map(|(it, outcome)| (it.clone(), outcome)).collect();
    let send = |address: &str| MethodCall::Send(address.to_owned());
    assert_eq!(
        told,
        [
            (send("dora@example.org"), Err("no-session")),
            (send("one@example.org"), Err("no-session")),
            (send("nonsense"), Err("no-session")),
            (send("two@example.org"), Err("no-session")),
        ]
    );
}

#[test]
fn challenge_names_action_and_address_for_host() {
    let mut stage = Stage::set(Waits::Continue);
    let id = stage.id;
    stage.feed(Input::AddResponded { id, result: Err(failure(401, CHALLENGE)) });
    let action = stage.effects.iter().find_map(|it| match it {
        Effect::Host(HostEffect::OfferChallenge { action, threepid: of, .. }) => {
            Some((*action, of.clone()))
        }
        _ => None,
    });
    let dora = (Medium::Email, "dora@example.org".to_owned());
    assert_eq!(action, Some((Action::Add, Some(dora))));
}

#[test]
fn changed_address_replaces_old_one_once_email_is_sent() {
    for sent in [true, false] {
        let mut stage = Stage::set(Waits::Session);
        let old = stage.id;
        stage.feed(Input::ChangeAddress(old));
        let dora =
            Effect::Ui(UiEffect::SetFieldValue(Section::Emails, "dora@example.org".to_owned()));
        assert_eq!(stage.effects.first(), Some(&dora));
        stage.add("theodora@example.org", 5);
        assert!(stage.model.verification(old).is_some(), "no mail went out yet");
        let result = if sent { Ok(sid("sid-9")) } else { Err(RequestError::Network) };
        stage.feed(Input::TokenResponded { id: stage.id, result });
        assert_eq!(stage.model.verification(old).is_none(), sent);
        // Its `add` was under way, and may have gone through.
        assert_eq!(stage.effects.contains(&Effect::Abort(RequestKey::Add(old))), sent);
        assert_eq!(stage.requests().len(), usize::from(sent));
    }
}

#[test]
fn add_method_does_not_replace_address_being_changed() {
    let mut stage = Stage::set(Waits::Continue);
    let old = stage.id;
    stage.feed(Input::ChangeAddress(old));
    let address = "theodora@example.org".to_owned();
    stage.feed(Input::AddEmail { address, secret: secret(5), initiator: Initiator::HostMethod });
    stage.feed(Input::HostDecidedAdd(Section::Emails, true));
    stage.feed(Input::TokenResponded { id: stage.id, result: Ok(sid("sid-9")) });
    assert!(stage.model.verification(old).is_some());
}

#[test]
fn cancel_after_add_success_has_no_effect() {
    let mut stage = Stage::set(Waits::Continue);
    let id = stage.id;
    stage.feed(Input::AddResponded { id, result: Ok(()) });
    stage.feed(Input::Cancel(id));
    assert!(stage.effects.is_empty());
    it_was_done(stage, Waits::Continue, "cancelled too late");
}

#[test]
fn cancel_during_add_reloads_list() {
    for waits in ADDS {
        let mut stage = Stage::set(waits);
        let id = stage.id;
        stage.feed(Input::Cancel(id));
        assert!(stage.model.verification(id).is_none());
        assert!(stage.effects.contains(&Effect::Abort(RequestKey::Add(id))));
        assert_eq!(stage.requests().len(), 1, "the list tells");
    }
}

#[test]
fn try_again_repeats_failed_add_or_resend() {
    let broken = || failure(500, r#"{"errcode":"M_UNKNOWN"}"#);
    let mut stage = Stage::set(Waits::Continue);
    let id = stage.id;
    stage.feed(Input::AddResponded { id, result: Err(broken()) });
    stage.feed(Input::Retry(id, secret(7)));
    assert!(
        matches!(stage.effects[..], [Effect::Request(Request::Api(ApiRequest::Add { .. }))]),
        "{:?}",
        stage.effects
    );

    let mut stage = Stage::set(Waits::Resend);
    let id = stage.id;
    stage.feed(Input::TokenResponded { id, result: Err(broken()) });
    stage.feed(Input::Retry(id, secret(7)));
    let again = &stage.effects[..];
    assert!(
        matches!(
            again,
            [Effect::Request(Request::Api(ApiRequest::RequestToken { attempt: 2, .. }))]
        ),
        "{again:?}"
    );
}
