//! The identity server: its terms, and what is known to be shared. What is played
//! with it in `sharing.rs`, too.

use matrix_threepids::flow::{
    Access, Effect, Event, Focus, IdentityPhase, Input, Phase, Presence, Problem, Question,
    Section, VerificationId,
};
use matrix_threepids::matrix::threepids::Medium;
use matrix_threepids::matrix::{Failure, Json, json};

use crate::rows::*;
use crate::stage::*;

pub const TERMS: &str = r#"{"policies":{"terms":{"version":"1","en":{"name":"Terms","url":"https://id/en"},"de":{"name":"AGB","url":"https://id/de"}}}}"#;
pub const DETAILS: &str = r#"{"algorithms":["sha256","none"],"lookup_pepper":"p1"}"#;
pub const ALICE: &str = "alice@example.org";
pub const BOB: &str = "bob@example.org";

pub fn body(text: &str) -> Result<Json, Failure> {
    Ok(json::parse(text).expect("JSON"))
}

pub fn no(status: u16, code: &str) -> Failure {
    failure(status, &format!(r#"{{"errcode":"{code}"}}"#))
}

pub fn set(host: Option<&str>) -> Input {
    Input::IdentityServer { host: host.map(str::to_owned), can_hash: true }
}

impl Stage {
    pub fn told(&mut self, text: &str) {
        self.feed(Input::Told(body(text)));
    }

    pub fn found(&mut self, addresses: &[&str]) {
        let plain = |it: &&str| format!("{it} email");
        self.feed(Input::LookedUp(Ok(addresses.iter().map(plain).collect())));
    }

    pub fn shared(&self, address: &str) -> Option<bool> {
        self.flow.shared(&Medium::Email, address)
    }

    pub fn share(&mut self, address: &str) {
        let (medium, address) = (Medium::Email, address.to_owned());
        self.feed(Input::Share { medium, address, secret: secret(9) });
    }

    pub fn unshare(&mut self, address: &str) {
        self.feed(Input::AskUnshare { medium: Medium::Email, address: address.to_owned() });
        self.feed(Input::ConfirmRemove);
    }

    pub fn asked(&self) -> Vec<&Question> {
        let mut asked = Vec::new();
        for effect in &self.effects {
            if let Effect::Ask(question) = effect {
                asked.push(question);
            }
        }
        asked
    }

    pub fn identity(&self) -> IdentityPhase {
        self.flow.identity.as_ref().expect("an identity server").phase
    }

    pub fn problem(&self) -> Option<&Problem> {
        self.flow.identity.as_ref()?.problem.as_ref()
    }

    pub fn share_phase(&self) -> &Phase {
        &self.flow.verification(self.id).expect("a share").phase
    }

    pub fn focused(&self, focus: &Focus) -> bool {
        self.effects.contains(&Effect::Focus(focus.clone()))
    }
}

/// A list, and an identity server whose terms are being read.
pub fn begun() -> Stage {
    let mut stage = Stage::set(Waits::List);
    let presence = Presence { visible: true, focused: true, offline: false, shown: true };
    stage.feed(Input::Presence(presence));
    stage.list(&[ALICE, BOB]);
    stage.feed(set(Some("id.example.org")));
    assert_eq!(stage.asked(), [&Question::Terms]);
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
    stage.feed(Input::TokenRequested { id, result: Ok(sid("its-sid")) });
    stage
}

#[test]
fn terms_come_before_everything() {
    let mut stage = begun();
    stage.told(TERMS);
    assert_eq!(stage.asked(), [&Question::Accepted]);
    stage.feed(Input::Told(Err(no(404, "M_NOT_FOUND"))));
    assert_eq!((stage.identity(), stage.asked()), (IdentityPhase::Terms, vec![]));
    assert!(stage.errors().is_empty());
    // A list that is read meanwhile sends nothing there, and nothing can be shared.
    stage.feed(Input::Refresh);
    stage.list(&[ALICE, BOB]);
    assert_eq!(stage.asked(), Vec::<&Question>::new());
    stage.share(ALICE);
    assert!(stage.requests().is_empty() && !stage.flow.may_share());

    let urls = vec!["https://id/de".to_owned()];
    stage.feed(Input::AcceptTerms(urls.clone()));
    assert_eq!(stage.asked(), [&Question::Accept(urls.clone())]);
    stage.feed(Input::AcceptTerms(urls));
    assert!(stage.asked().is_empty(), "twice");
    stage.told("{}");
    let kept = json::parse(r#"{"accepted":["https://id/de"]}"#).expect("JSON");
    assert_eq!(stage.asked(), [&Question::Keep(kept)]);
    stage.told("{}");
    assert_eq!(stage.asked(), [&Question::HashDetails]);
    stage.told(DETAILS);
    let [Question::LookUp { details, addresses }] = stage.asked()[..] else { panic!() };
    assert_eq!(&*details.pepper, "p1");
    assert_eq!(*addresses, ["alice@example.org email", "bob@example.org email"]);
    stage.found(&[BOB]);
    assert_eq!((stage.shared(ALICE), stage.shared(BOB)), (Some(false), Some(true)));
    // The button that was pressed is gone.
    assert!(stage.focused(&Focus::Entry(Section::Emails, 0)));
    assert!(stage.effects.contains(&Effect::Emit(Event::Change)));
}

#[test]
fn what_the_account_has_accepted_is_not_asked_again() {
    let mut stage = begun();
    stage.told(TERMS);
    stage.told(r#"{"accepted":["https://other","https://id/en"]}"#);
    assert_eq!(stage.asked(), [&Question::HashDetails]);

    // But the identity server knows nothing of it.
    stage.feed(Input::Told(Err(no(403, "M_TERMS_NOT_SIGNED"))));
    assert_eq!(stage.asked(), [&Question::Terms]);
    stage.told(TERMS);
    stage.told(r#"{"accepted":["https://other","https://id/en"],"a":1}"#);
    assert_eq!(stage.identity(), IdentityPhase::Terms);
    stage.feed(Input::AcceptTerms(vec!["https://id/en".to_owned()]));
    stage.told("{}");
    let kept = r#"{"a":1,"accepted":["https://other","https://id/en"]}"#;
    assert_eq!(stage.asked(), [&Question::Keep(json::parse(kept).expect("JSON"))]);
    // That this could not be kept is no reason to wait.
    stage.feed(Input::Told(Err(no(500, "M_UNKNOWN"))));
    assert_eq!(stage.asked(), [&Question::HashDetails]);
}

#[test]
fn terms_that_it_wants_but_does_not_name_are_a_problem_and_no_loop() {
    let mut stage = begun();
    stage.told("{}");
    stage.feed(Input::Told(Err(no(403, "M_TERMS_NOT_SIGNED"))));
    stage.told("{}");
    assert_eq!(stage.problem(), Some(&Problem::ConsentMissing { terms: None }));
    assert!(stage.asked().is_empty());
    stage.feed(Input::FindAgain);
    assert_eq!(stage.asked(), [&Question::Terms]);
}

#[test]
fn an_identity_server_that_is_out_of_order_is_in_nobody_s_way() {
    for (failure, problem) in [
        (Failure::Network, Problem::Network),
        (Failure::Timeout, Problem::Timeout),
        (Failure::NotMatrix { status: 502 }, Problem::Http(502)),
        (no(500, "M_UNKNOWN"), Problem::Other("M_UNKNOWN".to_owned())),
        (no(401, "M_UNAUTHORIZED"), Problem::Other("M_UNAUTHORIZED".to_owned())),
        (no(403, "M_FORBIDDEN"), Problem::Other("M_FORBIDDEN".to_owned())),
        (no(404, "M_UNRECOGNIZED"), Problem::Other("M_UNRECOGNIZED".to_owned())),
    ] {
        let mut stage = begun();
        stage.feed(Input::Told(Err(failure.clone())));
        assert_eq!(stage.problem(), Some(&problem));
        assert!(!stage.flow.changes_are_off() && stage.requests().is_empty());
        stage.add("dora@example.org", 2);
        assert_eq!(stage.requests().len(), 1);

        // The same while it is looked up: what is known stays.
        let mut stage = open();
        stage.feed(Input::Refresh);
        stage.list(&[ALICE, BOB]);
        stage.feed(Input::LookedUp(Err(failure)));
        assert_eq!(stage.problem(), Some(&problem));
        assert_eq!(stage.shared(BOB), Some(true));
        stage.feed(Input::FindAgain);
        stage.told(DETAILS);
        stage.found(&[]);
        assert_eq!((stage.problem(), stage.shared(BOB)), (None, Some(false)));
    }
}

#[test]
fn a_limit_ends_by_itself() {
    let mut stage = begun();
    stage.feed(Input::Told(Err(no(429, "M_UNKNOWN"))));
    assert!(matches!(stage.problem(), Some(Problem::RateLimited { .. })));
    stage.feed(Input::Refresh);
    stage.list(&[ALICE]);
    assert!(stage.asked().is_empty(), "too soon");
    stage.effects = stage.flow.apply(NOW + 60_000.0, Input::Woke);
    assert_eq!((stage.asked(), stage.problem()), (vec![&Question::Terms], None));
}

#[test]
fn a_network_that_is_back_goes_on() {
    let mut stage = begun();
    stage.feed(Input::Told(Err(Failure::Offline)));
    stage.feed(Input::Online);
    assert_eq!(stage.asked(), [&Question::Terms]);
}

#[test]
fn what_was_accepted_without_a_network_goes_on_with_it() {
    let mut stage = begun();
    stage.told(TERMS);
    stage.feed(Input::Told(Err(no(404, "M_NOT_FOUND"))));
    let urls = vec!["https://id/en".to_owned()];
    stage.feed(Input::AcceptTerms(urls.clone()));
    stage.feed(Input::Told(Err(Failure::Offline)));
    assert_eq!(stage.identity(), IdentityPhase::Terms);
    assert_eq!(stage.problem(), Some(&Problem::Offline));
    stage.feed(Input::Online);
    assert_eq!(stage.asked(), [&Question::Accept(urls)]);
    stage.told("{}");
    stage.told("{}");
    stage.told(DETAILS);
    stage.found(&[]);
    assert_eq!(stage.problem(), None);
    // The person waited for it, and the button that they pressed is gone.
    assert!(stage.focused(&Focus::Entry(Section::Emails, 0)));
}

#[test]
fn what_was_accepted_is_not_accepted_with_another_token() {
    let mut stage = begun();
    stage.told(TERMS);
    stage.told(r#"{"accepted":[]}"#);
    stage.feed(Input::AcceptTerms(vec!["https://id/en".to_owned()]));
    stage.feed(Input::Told(Err(Failure::NoSession { soft_logout: false })));
    stage.feed(Input::Access(Access::Granted));
    stage.list(&[ALICE, BOB]);
    assert!(stage.asked().is_empty());
    assert_eq!(stage.identity(), IdentityPhase::Terms);
}

#[test]
fn what_was_accepted_is_nothing_to_other_terms() {
    let mut stage = begun();
    stage.told(TERMS);
    stage.told(r#"{"accepted":[]}"#);
    stage.feed(Input::AcceptTerms(vec!["https://id/en".to_owned()]));
    stage.feed(Input::Told(Err(Failure::Network)));
    assert_eq!(stage.problem(), Some(&Problem::Network));
    // A list comes, and with it nothing that nobody has asked for.
    stage.feed(Input::Refresh);
    stage.list(&[ALICE, BOB]);
    assert!(stage.asked().is_empty());
    assert_eq!(stage.identity(), IdentityPhase::Terms);
}

#[test]
fn another_pepper_is_got_once() {
    let mut stage = open();
    stage.feed(Input::Refresh);
    stage.list(&[ALICE, BOB]);
    assert!(matches!(stage.asked()[..], [Question::LookUp { .. }]), "the pepper is known");
    stage.feed(Input::LookedUp(Err(no(400, "M_INVALID_PEPPER"))));
    assert_eq!(stage.asked(), [&Question::HashDetails]);
    assert!(stage.errors().is_empty());
    stage.told(&DETAILS.replace("p1", "p2"));
    let [Question::LookUp { details, .. }] = stage.asked()[..] else { panic!() };
    assert_eq!(&*details.pepper, "p2");
    stage.feed(Input::LookedUp(Err(no(400, "M_INVALID_PEPPER"))));
    assert!(stage.asked().is_empty(), "again and again");
    assert_eq!(stage.problem(), Some(&Problem::Other("M_INVALID_PEPPER".to_owned())));
}

#[test]
fn no_address_is_sent_where_it_cannot_be_disguised() {
    for (details, can_hash) in [
        (r#"{"algorithms":["none"],"lookup_pepper":"p"}"#, true),
        (r#"{"algorithms":["sha512"],"lookup_pepper":"p"}"#, true),
        ("{}", true),
        (DETAILS, false),
    ] {
        let mut stage = begun();
        let host = Some("id.example.org".to_owned());
        stage.feed(Input::IdentityServer { host, can_hash });
        stage.told("{}");
        stage.told(details);
        assert_eq!(stage.shared(ALICE), None);
        assert_eq!(stage.problem(), Some(&Problem::CannotLookUp), "{details}");
        assert!(stage.asked().is_empty() && stage.errors().is_empty());
        // Asked again, it may have learned it.
        stage.feed(Input::FindAgain);
        assert_eq!(stage.asked(), [&Question::HashDetails]);
    }
}

#[test]
fn another_identity_server_or_none_leaves_nothing_of_the_old_one() {
    for host in [Some("other.example.org"), None] {
        let mut stage = sent();
        let id = stage.id;
        stage.unshare(BOB);
        stage.feed(set(host));
        assert!(stage.flow.verification(id).is_none() && stage.flow.removals.is_empty());
        assert_eq!((stage.shared(ALICE), stage.shared(BOB)), (None, None));
        assert!(stage.effects.contains(&Effect::Abort(id)));
        assert!(stage.effects.contains(&Effect::AbortDelete));
        assert!(stage.effects.contains(&Effect::Emit(Event::Change)));
        let asked = stage.asked().len();
        assert_eq!(asked, usize::from(host.is_some()));
        // Late answers are nobody's.
        stage.found(&[ALICE]);
        stage.feed(Input::Added { id, result: Ok(()) });
        assert_eq!(stage.shared(ALICE), None);
    }
}

#[test]
fn readonly_shows_what_is_shared_and_changes_nothing() {
    let mut stage = sent();
    stage.feed(Input::ReadOnly(true));
    assert_eq!(stage.shared(BOB), Some(true));
    stage.share(ALICE);
    stage.unshare(BOB);
    assert!(stage.requests().is_empty() && stage.flow.removals.is_empty());
    assert!(!stage.flow.may_share());
}

#[test]
fn out_of_the_page_and_back_it_begins_where_it_was() {
    let mut stage = begun();
    stage.feed(Input::Detached);
    stage.feed(Input::Access(Access::Granted));
    stage.list(&[ALICE, BOB]);
    assert_eq!(stage.asked(), [&Question::Terms]);

    let mut stage = open();
    stage.share(ALICE);
    stage.feed(Input::Detached);
    assert!(stage.flow.sharing(&Medium::Email, ALICE).is_none(), "nothing went out");
    stage.feed(Input::Access(Access::Granted));
    stage.list(&[ALICE, BOB]);
    assert!(matches!(stage.asked()[..], [Question::LookUp { .. }]));
}

#[test]
fn without_an_identity_server_nothing_is_asked() {
    let mut stage = Stage::set(Waits::List);
    stage.list(&[ALICE, BOB]);
    stage.share(ALICE);
    stage.feed(Input::FindAgain);
    stage.feed(Input::AcceptTerms(vec!["https://id/en".to_owned()]));
    stage.told(TERMS);
    stage.unshare(BOB);
    assert!(stage.asked().is_empty() && stage.requests().is_empty());
    assert_eq!((stage.shared(ALICE), stage.flow.verification(VerificationId(99))), (None, None));
}
