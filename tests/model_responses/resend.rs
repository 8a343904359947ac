//! "Resend email": the same link once more, or everything afresh.

use matrix_threepids::matrix::{ClientSecret, RequestError};
use matrix_threepids::model::{
    ApiRequest, Effect, HostEvent, HostNotification, Input, MethodCall, Request, ResendState,
    SessionState, UiEffect, UiaReply, UiaTarget, UserError, VerificationPhase,
};

use crate::harness::*;
use crate::tab_harness::*;

const LINK: &str = "https://example.org/account";

fn linked() -> Tab {
    let mut tab = Tab::open();
    tab.feed(Input::NextLink(Some(LINK.to_owned())));
    tab
}

/// The mail that was just asked for.
#[track_caller]
fn mail(tab: &Tab) -> Mail {
    let mails = tab.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    mail.clone()
}

/// With which secret each `sid` is tried, the newest first.
fn tried(tab: &Tab) -> Vec<(String, ClientSecret)> {
    let adds = tab.effects.iter().filter_map(|effect| match effect {
        Effect::Request(Request::Api(ApiRequest::Add { sid, secret, .. })) => {
            Some((sid.clone(), secret.clone()))
        }
        _ => None,
    });
    adds.collect()
}

#[test]
fn resend_within_one_hour_keeps_secret_and_raises_attempt() {
    let mut tab = Tab::open();
    let id = tab.hand_in(DORA);
    let (first, ..) = mail(&tab);
    tab.token(id, Ok(sid("sid-1")));
    tab.now += HOUR - 1.0;
    tab.resend(id);
    assert_eq!(mail(&tab), (first, 2, None));
    tab.token(id, Ok(sid("sid-1")));
    assert_eq!(tab.pending(id).validations.len(), 1);
    assert_eq!(tab.pending(id).sent_at, tab.now);
}

#[test]
fn resend_cooldown_lasts_30_seconds() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.resend(id);
    tab.token(id, Ok(sid("sid-1")));
    assert_eq!(tab.pending(id).resend, ResendState::Sent(tab.now));
    tab.now += 30.0 * SECOND - 1.0;
    tab.resend(id);
    assert!(tab.mails().is_empty());
    tab.now += 1.0;
    tab.resend(id);
    assert_eq!(mail(&tab).1, 3);
}

#[test]
fn resend_after_one_hour_uses_new_secret() {
    let mut tab = Tab::open();
    let id = tab.hand_in(DORA);
    let (first, ..) = mail(&tab);
    tab.token(id, Ok(sid("sid-1")));
    tab.now += HOUR;
    assert!(tab.pending(id).is_expired(tab.now));
    tab.resend(id);
    let (second, attempt, _) = mail(&tab);
    assert!(second != first && attempt == 1);
    tab.token(id, Ok(sid("sid-2")));
    assert!(!tab.pending(id).is_expired(tab.now));
    let sent = HostEvent::VerificationSent {
        medium: tab.pending(id).medium.clone(),
        address: DORA.to_owned(),
        attempt: 1,
    };
    assert!(tab.effects.contains(&Effect::Ui(UiEffect::Notify(HostNotification::Event(sent)))));

    // The old link may have been opened all the same.
    tab.feed(Input::Continue(id));
    assert_eq!(tried(&tab), [("sid-2".to_owned(), second.clone())]);
    tab.added(id, not_yet());
    assert_eq!(tried(&tab), [("sid-1".to_owned(), first)]);
    tab.added(id, not_yet());

    tab.now += MINUTE;
    tab.resend(id);
    assert_eq!(mail(&tab), (second, 2, None));
}

#[test]
fn resend_after_expired_validation_session_uses_new_secret() {
    for errcode in ["M_SESSION_EXPIRED", "M_NO_VALID_SESSION"] {
        for by_resend in [true, false] {
            let mut tab = Tab::open();
            let id = tab.hand_in(DORA);
            let (first, ..) = mail(&tab);
            tab.token(id, Ok(sid("sid-1")));
            tab.now += MINUTE;
            if by_resend {
                tab.resend(id);
                tab.token(id, Err(refused(404, errcode)));
            } else {
                tab.feed(Input::Continue(id));
                tab.added(id, Err(refused(400, errcode)));
            }
            assert!(tab.pending(id).is_expired(tab.now), "the link may have expired");
            assert_eq!(tab.pending(id).problem(), None);
            tab.resend(id);
            let (second, attempt, _) = mail(&tab);
            assert!(second != first && attempt == 1);
        }
    }
}

#[test]
fn expired_old_session_does_not_expire_new_email() {
    let (mut tab, id) = Tab::waiting();
    tab.wait(HOUR, not_yet);
    tab.resend(id);
    tab.token(id, Ok(sid("sid-2")));
    tab.feed(Input::Continue(id));
    assert_eq!(tab.adds(), [("sid-2", true)]);
    tab.added(id, not_yet());
    assert_eq!(tab.adds(), [("sid-1", true)]);
    tab.added(id, Err(refused(400, "M_SESSION_EXPIRED")));
    assert!(!tab.pending(id).is_expired(tab.now), "the new mail is a second old");
    assert!(tab.model.next_timer().is_some_and(|at| at <= tab.now + 2.0 * SECOND));
}

#[test]
fn expired_new_session_expires_verification() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.resend(id);
    tab.token(id, Ok(sid("sid-2")));
    tab.feed(Input::Continue(id));
    tab.added(id, Err(refused(400, "M_SESSION_EXPIRED")));
    tab.added(id, not_yet());
    assert!(tab.pending(id).is_expired(tab.now));
}

#[test]
fn failed_restart_is_retried_with_same_secret_and_attempt() {
    for failure in [RequestError::Network, RequestError::Timeout, refused(500, "M_UNKNOWN")] {
        let mut tab = Tab::open();
        let id = tab.mail(DORA, "sid-1");
        tab.now += HOUR;
        tab.resend(id);
        let asked = mail(&tab);
        tab.token(id, Err(failure.clone()));
        tab.resend(id);
        assert_eq!(mail(&tab), asked);
        tab.token(id, Err(failure));
        let secret = tab.fresh_secret();
        tab.feed(Input::Retry(id, secret));
        assert_eq!(mail(&tab), asked);
    }
}

#[test]
fn restart_refused_as_expired_shows_error() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.now += HOUR;
    tab.resend(id);
    tab.token(id, Err(refused(404, "M_NO_VALID_SESSION")));
    assert!(tab.pending(id).problem().is_some(), "nobody is told");
}

#[test]
fn refused_next_link_is_dropped_from_retry_and_resend() {
    let mut tab = linked();
    let id = tab.hand_in(DORA);
    let (secret, attempt, link) = mail(&tab);
    assert_eq!((attempt, link.as_deref()), (1, Some(LINK)));
    tab.token(id, Err(refused(400, "M_INVALID_PARAM")));
    assert!(!tab.says_an_error());
    assert_eq!(mail(&tab), (secret.clone(), 1, None));
    tab.token(id, Ok(sid("sid-1")));
    assert_eq!(tab.addresses(), [DORA]);
    // The server's word is kept in mind.
    tab.now += MINUTE;
    tab.resend(id);
    assert_eq!(mail(&tab), (secret, 2, None));
}

#[test]
fn invalid_address_is_retried_without_next_link_then_reported() {
    let mut tab = linked();
    let id = tab.hand_in(DORA);
    tab.token(id, Err(refused(400, "M_INVALID_PARAM")));
    tab.token(id, Err(refused(400, "M_INVALID_PARAM")));
    assert!(tab.mails().is_empty());
    assert_eq!(tab.model.email_form.problem(), Some(&UserError::InvalidAddress));
}

#[test]
fn invalid_address_without_next_link_is_not_retried() {
    let mut tab = Tab::open();
    let id = tab.hand_in(DORA);
    tab.token(id, Err(refused(400, "M_INVALID_PARAM")));
    assert!(tab.mails().is_empty() && tab.model.email_form.problem().is_some());
}

#[test]
fn next_link_refused_on_resend_keeps_send_attempt() {
    let mut tab = linked();
    let id = tab.mail(DORA, "sid-1");
    tab.now += MINUTE;
    tab.resend(id);
    let (secret, attempt, link) = mail(&tab);
    assert_eq!((attempt, link.as_deref()), (2, Some(LINK)));
    tab.token(id, Err(refused(400, "M_INVALID_PARAM")));
    assert_eq!(mail(&tab), (secret, 2, None));
    tab.token(id, Err(refused(400, "M_INVALID_PARAM")));
    assert!(matches!(tab.pending(id).resend, ResendState::Failed(_)));
}

#[test]
fn next_link_refused_on_restart_keeps_secret_and_attempt() {
    let mut tab = linked();
    let id = tab.mail(DORA, "sid-1");
    tab.now += HOUR;
    tab.resend(id);
    let (secret, ..) = mail(&tab);
    tab.token(id, Err(refused(400, "M_INVALID_PARAM")));
    assert_eq!(mail(&tab), (secret, 1, None));
}

#[test]
fn polling_continues_after_restart_of_expired_verification() {
    let (mut tab, id) = Tab::waiting();
    tab.wait(HOUR, not_yet);
    assert!(matches!(tab.phase(id), VerificationPhase::Polling { .. }));
    tab.resend(id);
    tab.token(id, Ok(sid("sid-2")));
    assert!(!tab.wait(15.0 * SECOND, not_yet).is_empty());
}

#[test]
fn resend_method_settles_once() {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.now += HOUR;
    tab.resend(id);
    tab.token(id, Err(refused(400, "M_SESSION_EXPIRED")));
    let settled = |tab: &Tab| {
        let of = |it: &&Effect| matches!(it, Effect::Ui(UiEffect::Notify(HostNotification::MethodResult(MethodCall::Resend(of), _))) if *of == id);
        tab.effects.iter().filter(of).count()
    };
    assert_eq!(settled(&tab), 1);
}

#[test]
fn interrupted_resend_is_not_repeated_after_email_of_other_tab() {
    let mut tab = Tab::open();
    let id = tab.hand_in(DORA);
    tab.token(id, Ok(sid("sid-1")));
    tab.now += MINUTE;
    tab.resend(id);
    let mut other = Tab::open();
    other.secrets = 100;
    other.now = tab.now;
    let theirs = other.hand_in(DORA);
    other.token(theirs, Ok(sid("sid-2")));
    tab.feed(Input::TabRecords(other.model.to_stored_state().expect("records")));
    tab.token(id, Err(RequestError::SessionExpired { soft_logout: true }));
    tab.feed(Input::SessionChanged(SessionState::Active));
    assert_eq!(tab.mails(), []);
    assert!(matches!(tab.pending(id).resend, ResendState::Ready | ResendState::CoolingDown(_)));
}

/// tuwunel undoes the validation of an address when it sends another email,
/// under the same `sid`. It and continuwuity replace the older link.
#[test]
fn resend_after_opened_link_tries_add_first() {
    let by_next_link = |tab: &mut Tab| tab.feed(Input::ReturnedFromLink("sid-1".to_owned()));
    let by_other_tab = |tab: &mut Tab| tab.feed(Input::TabLinkOpened("sid-1".to_owned()));
    for learn in [by_next_link as fn(&mut Tab), by_other_tab] {
        let mut tab = Tab::open();
        let id = tab.mail(DORA, "sid-1");
        learn(&mut tab);
        if !tab.adds().is_empty() {
            // It was tried at once, and the user did not confirm it.
            tab.added(id, who_are_you());
            tab.feed(Input::UserReplied(UiaTarget::Verification(id), UiaReply::Cancel));
        }
        tab.resend(id);
        assert_eq!((tab.adds(), tab.mails().len()), (vec![("sid-1", false)], 0));
        let sent = (&MethodCall::Resend(id), true);
        let is_told = |effect: &Effect| match effect {
            Effect::Ui(UiEffect::Notify(HostNotification::MethodResult(call, result))) => {
                (call, result.is_ok()) == sent
            }
            _ => false,
        };
        assert!(tab.effects.iter().any(is_told), "the promise of resend() is pending");
        // Who asks again gets another email.
        tab.added(id, who_are_you());
        tab.feed(Input::UserReplied(UiaTarget::Verification(id), UiaReply::Cancel));
        tab.resend(id);
        assert_eq!((tab.adds().len(), mail(&tab).1), (0, 2));
    }
}

#[test]
fn resend_sends_email_if_link_was_not_validated_or_is_too_old() {
    // The server says that the link was not opened after all.
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::ReturnedFromLink("sid-1".to_owned()));
    tab.added(id, not_yet());
    tab.resend(id);
    assert_eq!(mail(&tab).1, 2);
    // No link was opened, as far as is known.
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.resend(id);
    assert_eq!(mail(&tab).1, 2);
    // The link is too old for `add`.
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::TabLinkOpened("sid-1".to_owned()));
    tab.now += HOUR;
    tab.resend(id);
    assert_eq!(mail(&tab).1, 1, "a new secret");
}
