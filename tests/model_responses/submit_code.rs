//! Servers that send a code in place of a link.

use matrix_threepids::matrix::RequestError;
use matrix_threepids::matrix::request_3pid_token_via_email::Response;
use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::model::{
    ApiRequest, Effect, FocusTarget, Input, Request, RequestKey, UiEffect, UiaReply, UiaTarget,
    UserError, VerificationId, VerificationPhase,
};

use crate::tab_harness::*;

const URL: &str = "https://example.org/submit";

pub fn code(name: &str) -> Response {
    Response { sid: name.to_owned(), submit_url: Some(URL.to_owned()), msisdn: None }
}

fn mailed() -> (Tab, VerificationId) {
    let mut tab = Tab::open();
    let id = tab.hand_in(DORA);
    tab.token(id, Ok(code("sid-1")));
    assert!(tab.pending(id).needs_code());
    (tab, id)
}

fn submit(tab: &mut Tab, id: VerificationId, text: &str) {
    tab.feed(Input::SubmitCode(id, Code(text.to_owned())));
}

fn submitted(tab: &mut Tab, id: VerificationId, result: Result<bool, RequestError>) {
    tab.feed(Input::CodeResponded { id, result });
}

/// The codes that were just sent: the text, the `sid`, where to.
fn codes(tab: &Tab) -> Vec<(&str, &str, &str)> {
    let codes = tab.effects.iter().filter_map(|effect| match effect {
        Effect::Request(Request::Api(ApiRequest::SubmitCode { code, sid, url, .. })) => {
            Some((&*code.0, &**sid, &**url))
        }
        _ => None,
    });
    codes.collect()
}

#[test]
fn correct_code_continues_to_password_and_is_remembered() {
    let (mut tab, id) = mailed();
    submit(&mut tab, id, " 123 456\n");
    assert_eq!(codes(&tab), [("123456", "sid-1", URL)]);
    assert!(tab.pending(id).is_busy());
    submit(&mut tab, id, "123");
    assert!(tab.effects.is_empty(), "one at a time");
    submitted(&mut tab, id, Ok(true));
    assert_eq!(tab.adds(), [("sid-1", false)]);
    assert!(!tab.pending(id).needs_code());
    tab.added(id, who_are_you());
    assert!(tab.asks_for_the_password());
    // Closed: the code need not be typed again.
    tab.feed(Input::UserReplied(UiaTarget::Verification(id), UiaReply::Cancel));
    submit(&mut tab, id, "");
    assert_eq!(tab.adds(), [("sid-1", false)]);
}

#[test]
fn wrong_code_shows_error_and_correct_code_continues() {
    for wrong in [
        || Ok(false),
        || Err(refused(400, "M_TOKEN_INCORRECT")),
        || Err(refused(400, "M_INVALID_PARAM")),
        || Err(refused(400, "M_UNKNOWN")),
        || Err(refused(404, "M_NO_VALID_SESSION")),
    ] {
        let (mut tab, id) = mailed();
        submit(&mut tab, id, "000");
        submitted(&mut tab, id, wrong());
        assert_eq!(tab.pending(id).problem(), Some(&UserError::WrongCode));
        assert!(tab.effects.contains(&Effect::Ui(UiEffect::Focus(FocusTarget::Code(id)))));
        assert!(tab.says_an_error() && !tab.pending(id).is_busy());
        submit(&mut tab, id, "123");
        assert_eq!(codes(&tab).len(), 1);
        submitted(&mut tab, id, Ok(true));
        assert_eq!(tab.adds(), [("sid-1", false)]);
    }
}

#[test]
fn empty_code_shows_error_and_sends_no_request() {
    for text in ["", "  ", ".", "\u{200b}\u{202a}"] {
        let (mut tab, id) = mailed();
        submit(&mut tab, id, text);
        assert_eq!(codes(&tab), []);
        assert_eq!(tab.pending(id).problem(), Some(&UserError::MissingCode));
        assert!(tab.effects.contains(&Effect::Ui(UiEffect::Focus(FocusTarget::Code(id)))));
        submit(&mut tab, id, "123");
        assert_eq!(codes(&tab).len(), 1);
    }
}

#[test]
fn expired_code_requires_new_email_with_new_secret() {
    let (mut tab, id) = mailed();
    let first = tab.pending(id).secret.clone();
    submit(&mut tab, id, "123");
    submitted(&mut tab, id, Err(refused(400, "M_SESSION_EXPIRED")));
    assert!(tab.pending(id).is_expired(tab.now) && tab.pending(id).problem().is_none());
    tab.resend(id);
    assert!(matches!(tab.mails().as_slice(), [(secret, 1, None)] if *secret != first));
    tab.token(id, Ok(code("sid-2")));
    submit(&mut tab, id, "456");
    assert_eq!(codes(&tab), [("456", "sid-2", URL)]);
}

#[test]
fn insecure_submit_url_shows_error() {
    let (mut tab, id) = mailed();
    submit(&mut tab, id, "123");
    submitted(&mut tab, id, Err(RequestError::InsecureUrl));
    assert_eq!(tab.pending(id).problem(), Some(&UserError::InsecureSubmitUrl));
    assert!(tab.says_an_error());
}

#[test]
fn code_can_be_submitted_again_after_lost_response() {
    for failure in [
        RequestError::Network,
        RequestError::Timeout,
        RequestError::InvalidResponse { status: 502 },
    ] {
        let (mut tab, id) = mailed();
        submit(&mut tab, id, "123");
        submitted(&mut tab, id, Err(failure));
        assert!(tab.pending(id).problem().is_some());
        submit(&mut tab, id, "123");
        assert_eq!(codes(&tab), [("123", "sid-1", URL)]);
    }
}

#[test]
fn rate_limited_code_can_be_submitted_after_wait() {
    let (mut tab, id) = mailed();
    submit(&mut tab, id, "123");
    submitted(&mut tab, id, Err(limited(5.0 * SECOND)));
    assert!(matches!(tab.pending(id).problem(), Some(UserError::RateLimited { .. })));
    tab.wait(5.0 * SECOND, not_yet);
    assert_eq!(tab.pending(id).problem(), None);
    assert!(tab.pending(id).needs_code());
}

#[test]
fn verification_by_code_sends_no_add_before_code() {
    let (mut tab, id) = mailed();
    tab.feed(Input::PageStateChanged(AWAY));
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(tab.adds(), []);
    tab.feed(Input::Continue(id));
    assert_eq!(tab.adds(), []);
    assert!(tab.wait(MINUTE, not_yet).is_empty());
}

#[test]
fn late_or_duplicate_submit_response_is_ignored() {
    let (mut tab, id) = mailed();
    submitted(&mut tab, id, Ok(true));
    assert!(tab.effects.is_empty());
    submit(&mut tab, id, "123");
    tab.feed(Input::Cancel(id));
    assert!(tab.effects.contains(&Effect::Abort(RequestKey::Add(id))));
    submitted(&mut tab, id, Ok(true));
    assert!(tab.effects.is_empty());
}

#[test]
fn code_is_not_in_debug_output_or_storage() {
    let (mut tab, id) = mailed();
    submit(&mut tab, id, "s3cr3t");
    assert!(!format!("{:?}", tab.effects).contains("s3cr3t"));
    assert!(!format!("{:?}", tab.model).contains("s3cr3t"));
    assert!(!format!("{:?}", tab.model.to_stored_state()).contains("s3cr3t"));
}

#[test]
fn code_field_survives_page_reload() {
    let (tab, _) = mailed();
    let mut tab = tab.reload();
    let id = tab.model.verifications[0].id;
    assert!(tab.pending(id).needs_code());
    submit(&mut tab, id, "123");
    assert_eq!(codes(&tab), [("123", "sid-1", URL)]);
}

#[test]
fn code_accepted_in_one_tab_is_not_requested_in_other_tab() {
    let (mut one, id) = mailed();
    let mut other = one.clone();
    submit(&mut one, id, "123");
    submitted(&mut one, id, Ok(true));
    other.feed(Input::TabRecords(one.model.to_stored_state().expect("records")));
    assert_eq!(other.model.verifications[0].validations.len(), 1, "one session, once");
    assert!(!other.model.verifications[0].needs_code());
    // Nor does the other bring it back.
    let (_, before) = mailed_again();
    one.feed(Input::TabRecords(before));
    assert!(!one.model.verifications[0].needs_code());
    assert_eq!(one.model.verifications[0].validations.len(), 1);
}

/// What a tab that has not heard of the code keeps.
fn mailed_again() -> (Tab, matrix_threepids::matrix::Json) {
    let (tab, _) = mailed();
    let records = tab.model.to_stored_state().expect("records");
    (tab, records)
}

#[test]
fn polling_tab_adds_with_uia_session_after_code() {
    // The password first, by "Continue" in the time before the code was wanted.
    let (mut tab, id) = Tab::waiting();
    tab.wait(MINUTE, not_yet);
    tab.resend(id);
    tab.token(id, Ok(code("sid-2")));
    assert!(matches!(tab.phase(id), VerificationPhase::Polling { session: Some(_), .. }));
    submit(&mut tab, id, "123");
    submitted(&mut tab, id, Ok(true));
    assert_eq!(tab.adds(), [("sid-2", true)]);
}
