//! The identity server: its terms, and what is known to be shared. What is played
//! with it in `sharing.rs`, too.

use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::matrix::{Json, RequestError, json};
use matrix_threepids::model::{
    ApiRequest, Effect, FocusTarget, HostEvent, HostNotification, IdentityPhase, IdentityRequest,
    Input, PageState, Request, RequestKey, Section, SessionState, UiEffect, UserError,
    VerificationId, VerificationPhase,
};

use crate::harness::*;
use crate::response_table::*;

pub const TERMS: &str = r#"{"policies":{"terms":{"version":"1","en":{"name":"Terms","url":"https://id/en"},"de":{"name":"AGB","url":"https://id/de"}}}}"#;
pub const DETAILS: &str = r#"{"algorithms":["sha256","none"],"lookup_pepper":"p1"}"#;
pub const ALICE: &str = "alice@example.org";
pub const BOB: &str = "bob@example.org";

pub fn body(text: &str) -> Result<Json, RequestError> {
    Ok(json::parse(text).expect("JSON"))
}

pub fn no(status: u16, code: &str) -> RequestError {
    failure(status, &format!(r#"{{"errcode":"{code}"}}"#))
}

pub fn set(host: Option<&str>) -> Input {
    Input::IdentityServerSet { server_name: host.map(str::to_owned), can_hash: true }
}

impl Stage {
    pub fn told(&mut self, text: &str) {
        self.feed(Input::IdentityResponded(body(text)));
    }

    pub fn found(&mut self, addresses: &[&str]) {
        let plain = |it: &&str| format!("{it} email");
        self.feed(Input::LookupResponded(Ok(addresses.iter().map(plain).collect())));
    }

    pub fn shared(&self, address: &str) -> Option<bool> {
        self.model.is_shared(&Medium::Email, address)
    }

    pub fn share(&mut self, address: &str) {
        let (medium, address) = (Medium::Email, address.to_owned());
        self.feed(Input::Share { medium, address, secret: secret(9) });
    }

    pub fn unshare(&mut self, address: &str) {
        self.feed(Input::UnshareRequested { medium: Medium::Email, address: address.to_owned() });
        self.feed(Input::RemoveConfirmed);
    }

    pub fn asked(&self) -> Vec<&IdentityRequest> {
        let mut asked = Vec::new();
        for effect in &self.effects {
            if let Effect::Request(Request::Api(ApiRequest::Identity(question))) = effect {
                asked.push(question);
            }
        }
        asked
    }

    pub fn identity(&self) -> IdentityPhase {
        self.model.identity_server.as_ref().expect("an identity server").phase
    }

    pub fn problem(&self) -> Option<&UserError> {
        self.model.identity_server.as_ref()?.problem.as_ref()
    }

    pub fn share_phase(&self) -> &VerificationPhase {
        &self.model.verification(self.id).expect("a share").phase
    }

    pub fn focused(&self, focus: &FocusTarget) -> bool {
        self.effects.contains(&Effect::Ui(UiEffect::Focus(focus.clone())))
    }
}

/// A list, and an identity server whose terms are being read.
pub fn begun() -> Stage {
    let mut stage = Stage::set(Waits::List);
    let presence = PageState { visible: true, focused: true, offline: false, shown: true };
    stage.feed(Input::PageStateChanged(presence));
    stage.list(&[ALICE, BOB]);
    stage.feed(set(Some("id.example.org")));
    assert_eq!(stage.asked(), [&IdentityRequest::GetTerms]);
    stage
}

/// Its terms are accepted, and Bob's address is shared.
pub fn open() -> Stage {
    let mut stage = begun();
    stage.told(r#"{"policies":{}}"#);
    stage.told(DETAILS);
    stage.found(&[BOB]);
    stage
}

/// A mail went out to share Alice's address.
pub fn sent() -> Stage {
    let mut stage = open();
    stage.share(ALICE);
    let id = stage.id;
    stage.feed(Input::TokenResponded { id, result: Ok(sid("its-sid")) });
    stage
}

#[test]
fn lookup_and_sharing_wait_for_accepted_terms() {
    let mut stage = begun();
    stage.told(TERMS);
    assert_eq!(stage.asked(), [&IdentityRequest::GetAcceptedTerms]);
    stage.feed(Input::IdentityResponded(Err(no(404, "M_NOT_FOUND"))));
    assert_eq!((stage.identity(), stage.asked()), (IdentityPhase::AwaitingAcceptance, vec![]));
    assert!(stage.errors().is_empty());
    // A list that is read meanwhile sends nothing there, and nothing can be shared.
    stage.feed(Input::Refresh);
    stage.list(&[ALICE, BOB]);
    assert_eq!(stage.asked(), Vec::<&IdentityRequest>::new());
    stage.share(ALICE);
    assert!(stage.requests().is_empty() && !stage.model.may_share());

    let urls = vec!["https://id/de".to_owned()];
    stage.feed(Input::AcceptTerms(urls.clone()));
    assert_eq!(stage.asked(), [&IdentityRequest::AcceptTerms(urls.clone())]);
    stage.feed(Input::AcceptTerms(urls));
    assert!(stage.asked().is_empty(), "twice");
    stage.told("{}");
    let kept = json::parse(r#"{"accepted":["https://id/de"]}"#).expect("JSON");
    assert_eq!(stage.asked(), [&IdentityRequest::StoreAcceptedTerms(kept)]);
    stage.told("{}");
    assert_eq!(stage.asked(), [&IdentityRequest::GetHashDetails]);
    stage.told(DETAILS);
    let [IdentityRequest::Lookup { hash_details: details, addresses }] = stage.asked()[..] else {
        panic!()
    };
    assert_eq!(&*details.pepper, "p1");
    assert_eq!(*addresses, ["alice@example.org email", "bob@example.org email"]);
    stage.found(&[BOB]);
    assert_eq!((stage.shared(ALICE), stage.shared(BOB)), (Some(false), Some(true)));
    // The button that was pressed is gone.
    assert!(stage.focused(&FocusTarget::Entry(Section::Emails, 0)));
    assert!(
        stage
            .effects
            .contains(&Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::Change))))
    );
}

#[test]
fn terms_accepted_in_account_data_are_not_asked_again() {
    let mut stage = begun();
    stage.told(TERMS);
    stage.told(r#"{"accepted":["https://other","https://id/en"]}"#);
    assert_eq!(stage.asked(), [&IdentityRequest::GetHashDetails]);

    // But the identity server knows nothing of it.
    stage.feed(Input::IdentityResponded(Err(no(403, "M_TERMS_NOT_SIGNED"))));
    assert_eq!(stage.asked(), [&IdentityRequest::GetTerms]);
    stage.told(TERMS);
    stage.told(r#"{"accepted":["https://other","https://id/en"],"a":1}"#);
    assert_eq!(stage.identity(), IdentityPhase::AwaitingAcceptance);
    stage.feed(Input::AcceptTerms(vec!["https://id/en".to_owned()]));
    stage.told("{}");
    let kept = r#"{"a":1,"accepted":["https://other","https://id/en"]}"#;
    assert_eq!(
        stage.asked(),
        [&IdentityRequest::StoreAcceptedTerms(json::parse(kept).expect("JSON"))]
    );
    // That this could not be kept is no reason to wait.
    stage.feed(Input::IdentityResponded(Err(no(500, "M_UNKNOWN"))));
    assert_eq!(stage.asked(), [&IdentityRequest::GetHashDetails]);
}

#[test]
fn unsigned_terms_without_policies_show_error_and_do_not_loop() {
    let mut stage = begun();
    stage.told("{}");
    stage.feed(Input::IdentityResponded(Err(no(403, "M_TERMS_NOT_SIGNED"))));
    stage.told("{}");
    assert_eq!(stage.problem(), Some(&UserError::ConsentNotGiven { terms: None }));
    assert!(stage.asked().is_empty());
    stage.feed(Input::RetryLookup);
    assert_eq!(stage.asked(), [&IdentityRequest::GetTerms]);
}

#[test]
fn failing_identity_server_does_not_block_list() {
    for (failure, problem) in [
        (RequestError::Network, UserError::Network),
        (RequestError::Timeout, UserError::Timeout),
        (RequestError::InvalidResponse { status: 502 }, UserError::InvalidResponse(502)),
        (no(500, "M_UNKNOWN"), UserError::Unknown("M_UNKNOWN".to_owned())),
        (no(401, "M_UNAUTHORIZED"), UserError::Unknown("M_UNAUTHORIZED".to_owned())),
        (no(403, "M_FORBIDDEN"), UserError::Unknown("M_FORBIDDEN".to_owned())),
        (no(404, "M_UNRECOGNIZED"), UserError::Unknown("M_UNRECOGNIZED".to_owned())),
    ] {
        let mut stage = begun();
        stage.feed(Input::IdentityResponded(Err(failure.clone())));
        assert_eq!(stage.problem(), Some(&problem));
        assert!(!stage.model.changes_disabled() && stage.requests().is_empty());
        stage.add("dora@example.org", 2);
        assert_eq!(stage.requests().len(), 1);

        // The same while it is looked up: what is known stays.
        let mut stage = open();
        stage.feed(Input::Refresh);
        stage.list(&[ALICE, BOB]);
        stage.feed(Input::LookupResponded(Err(failure)));
        assert_eq!(stage.problem(), Some(&problem));
        assert_eq!(stage.shared(BOB), Some(true));
        stage.feed(Input::RetryLookup);
        stage.told(DETAILS);
        stage.found(&[]);
        assert_eq!((stage.problem(), stage.shared(BOB)), (None, Some(false)));
    }
}

#[test]
fn identity_server_request_repeats_after_rate_limit() {
    let mut stage = begun();
    stage.feed(Input::IdentityResponded(Err(no(429, "M_UNKNOWN"))));
    assert!(matches!(stage.problem(), Some(UserError::RateLimited { .. })));
    stage.feed(Input::Refresh);
    stage.list(&[ALICE]);
    assert!(stage.asked().is_empty(), "too soon");
    stage.effects = stage.model.update(NOW + 60_000.0, Input::TimerFired);
    assert_eq!((stage.asked(), stage.problem()), (vec![&IdentityRequest::GetTerms], None));
}

#[test]
fn terms_request_repeats_when_browser_is_online() {
    let mut stage = begun();
    stage.feed(Input::IdentityResponded(Err(RequestError::Offline)));
    stage.feed(Input::Online);
    assert_eq!(stage.asked(), [&IdentityRequest::GetTerms]);
}

#[test]
fn terms_acceptance_resumes_when_browser_is_online() {
    let mut stage = begun();
    stage.told(TERMS);
    stage.feed(Input::IdentityResponded(Err(no(404, "M_NOT_FOUND"))));
    let urls = vec!["https://id/en".to_owned()];
    stage.feed(Input::AcceptTerms(urls.clone()));
    stage.feed(Input::IdentityResponded(Err(RequestError::Offline)));
    assert_eq!(stage.identity(), IdentityPhase::AwaitingAcceptance);
    assert_eq!(stage.problem(), Some(&UserError::Offline));
    stage.feed(Input::Online);
    assert_eq!(stage.asked(), [&IdentityRequest::AcceptTerms(urls)]);
    stage.told("{}");
    stage.told("{}");
    stage.told(DETAILS);
    stage.found(&[]);
    assert_eq!(stage.problem(), None);
    // The person waited for it, and the button that they pressed is gone.
    assert!(stage.focused(&FocusTarget::Entry(Section::Emails, 0)));
}

#[test]
fn terms_acceptance_does_not_resume_with_new_token() {
    let mut stage = begun();
    stage.told(TERMS);
    stage.told(r#"{"accepted":[]}"#);
    stage.feed(Input::AcceptTerms(vec!["https://id/en".to_owned()]));
    stage.feed(Input::IdentityResponded(Err(RequestError::SessionExpired { soft_logout: false })));
    stage.feed(Input::SessionChanged(SessionState::Active));
    stage.list(&[ALICE, BOB]);
    assert!(stage.asked().is_empty());
    assert_eq!(stage.identity(), IdentityPhase::AwaitingAcceptance);
}

#[test]
fn failed_terms_acceptance_does_not_repeat_on_list_reload() {
    let mut stage = begun();
    stage.told(TERMS);
    stage.told(r#"{"accepted":[]}"#);
    stage.feed(Input::AcceptTerms(vec!["https://id/en".to_owned()]));
    stage.feed(Input::IdentityResponded(Err(RequestError::Network)));
    assert_eq!(stage.problem(), Some(&UserError::Network));
    // A list comes, and with it nothing that nobody has asked for.
    stage.feed(Input::Refresh);
    stage.list(&[ALICE, BOB]);
    assert!(stage.asked().is_empty());
    assert_eq!(stage.identity(), IdentityPhase::AwaitingAcceptance);
}

#[test]
fn invalid_pepper_reloads_hash_details_once() {
    let mut stage = open();
    stage.feed(Input::Refresh);
    stage.list(&[ALICE, BOB]);
    assert!(matches!(stage.asked()[..], [IdentityRequest::Lookup { .. }]), "the pepper is known");
    stage.feed(Input::LookupResponded(Err(no(400, "M_INVALID_PEPPER"))));
    assert_eq!(stage.asked(), [&IdentityRequest::GetHashDetails]);
    assert!(stage.errors().is_empty());
    stage.told(&DETAILS.replace("p1", "p2"));
    let [IdentityRequest::Lookup { hash_details: details, .. }] = stage.asked()[..] else {
        panic!()
    };
    assert_eq!(&*details.pepper, "p2");
    stage.feed(Input::LookupResponded(Err(no(400, "M_INVALID_PEPPER"))));
    assert!(stage.asked().is_empty(), "again and again");
    assert_eq!(stage.problem(), Some(&UserError::Unknown("M_INVALID_PEPPER".to_owned())));
}

#[test]
fn lookup_without_sha256_sends_no_address() {
    for (details, can_hash) in [
        (r#"{"algorithms":["none"],"lookup_pepper":"p"}"#, true),
        (r#"{"algorithms":["sha512"],"lookup_pepper":"p"}"#, true),
        ("{}", true),
        (DETAILS, false),
    ] {
        let mut stage = begun();
        let host = Some("id.example.org".to_owned());
        stage.feed(Input::IdentityServerSet { server_name: host, can_hash });
        stage.told("{}");
        stage.told(details);
        assert_eq!(stage.shared(ALICE), None);
        assert_eq!(stage.problem(), Some(&UserError::LookupUnsupported), "{details}");
        assert!(stage.asked().is_empty() && stage.errors().is_empty());
        // Asked again, it may have learned it.
        stage.feed(Input::RetryLookup);
        assert_eq!(stage.asked(), [&IdentityRequest::GetHashDetails]);
    }
}

#[test]
fn identity_server_change_discards_shares_and_late_responses() {
    for host in [Some("other.example.org"), None] {
        let mut stage = sent();
        let id = stage.id;
        stage.unshare(BOB);
        stage.feed(set(host));
        assert!(stage.model.verification(id).is_none() && stage.model.removals.is_empty());
        assert_eq!((stage.shared(ALICE), stage.shared(BOB)), (None, None));
        assert!(stage.effects.contains(&Effect::Abort(RequestKey::Add(id))));
        assert!(stage.effects.contains(&Effect::Abort(RequestKey::Delete)));
        assert!(
            stage.effects.contains(&Effect::Ui(UiEffect::Notify(HostNotification::Event(
                HostEvent::Change
            ))))
        );
        let asked = stage.asked().len();
        assert_eq!(asked, usize::from(host.is_some()));
        // Late answers are nobody's.
        stage.found(&[ALICE]);
        stage.feed(Input::AddResponded { id, result: Ok(()) });
        assert_eq!(stage.shared(ALICE), None);
    }
}

#[test]
fn readonly_element_shows_shares_and_changes_nothing() {
    let mut stage = sent();
    stage.feed(Input::ReadOnly(true));
    assert_eq!(stage.shared(BOB), Some(true));
    stage.share(ALICE);
    stage.unshare(BOB);
    assert!(stage.requests().is_empty() && stage.model.removals.is_empty());
    assert!(!stage.model.may_share());
}

#[test]
fn reattached_element_restarts_terms_or_lookup() {
    let mut stage = begun();
    stage.feed(Input::Disconnected);
    stage.feed(Input::SessionChanged(SessionState::Active));
    stage.list(&[ALICE, BOB]);
    assert_eq!(stage.asked(), [&IdentityRequest::GetTerms]);

    let mut stage = open();
    stage.share(ALICE);
    stage.feed(Input::Disconnected);
    assert!(stage.model.share_in_progress(&Medium::Email, ALICE).is_none(), "nothing went out");
    stage.feed(Input::SessionChanged(SessionState::Active));
    stage.list(&[ALICE, BOB]);
    assert!(matches!(stage.asked()[..], [IdentityRequest::Lookup { .. }]));
}

#[test]
fn sharing_without_identity_server_sends_no_request() {
    let mut stage = Stage::set(Waits::List);
    stage.list(&[ALICE, BOB]);
    stage.share(ALICE);
    stage.feed(Input::RetryLookup);
    stage.feed(Input::AcceptTerms(vec!["https://id/en".to_owned()]));
    stage.told(TERMS);
    stage.unshare(BOB);
    assert!(stage.asked().is_empty() && stage.requests().is_empty());
    assert_eq!((stage.shared(ALICE), stage.model.verification(VerificationId(99))), (None, None));
}
