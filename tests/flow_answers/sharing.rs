//! The identity server: its terms, what is shared, "Share" and "Stop sharing".

use matrix_threepids::flow::{
    Access, Effect, Event, Focus, IdentityPhase, Input, Notice, Phase, Presence, Problem, Purpose,
    Question, RemovalPhase, Resend, Section, Sharing, Subject, VerificationId, Wish,
};
use matrix_threepids::matrix::threepids::Medium;
use matrix_threepids::matrix::{Failure, Json, json};

use crate::rows::*;
use crate::stage::*;

const TERMS: &str = r#"{"policies":{"terms":{"version":"1","en":{"name":"Terms","url":"https://id/en"},"de":{"name":"AGB","url":"https://id/de"}}}}"#;
const DETAILS: &str = r#"{"algorithms":["sha256","none"],"lookup_pepper":"p1"}"#;
const ALICE: &str = "alice@example.org";
const BOB: &str = "bob@example.org";

fn body(text: &str) -> Result<Json, Failure> {
    Ok(json::parse(text).expect("JSON"))
}

fn no(status: u16, code: &str) -> Failure {
    failure(status, &format!(r#"{{"errcode":"{code}"}}"#))
}

fn set(host: Option<&str>) -> Input {
    Input::IdentityServer { host: host.map(str::to_owned), can_hash: true }
}

impl Stage {
    fn told(&mut self, text: &str) {
        self.feed(Input::Told(body(text)));
    }

    fn found(&mut self, addresses: &[&str]) {
        let plain = |it: &&str| format!("{it} email");
        self.feed(Input::LookedUp(Ok(addresses.iter().map(plain).collect())));
    }

    fn shared(&self, address: &str) -> Option<bool> {
        self.flow.shared(&Medium::Email, address)
    }

    fn share(&mut self, address: &str) {
        let (medium, address) = (Medium::Email, address.to_owned());
        self.feed(Input::Share { medium, address, secret: secret(9) });
    }

    fn unshare(&mut self, address: &str) {
        self.feed(Input::AskUnshare { medium: Medium::Email, address: address.to_owned() });
        self.feed(Input::ConfirmRemove);
    }

    fn asked(&self) -> Vec<&Question> {
        let mut asked = Vec::new();
        for effect in &self.effects {
            if let Effect::Ask(question) = effect {
                asked.push(question);
            }
        }
        asked
    }

    fn identity(&self) -> IdentityPhase {
        self.flow.identity.as_ref().expect("an identity server").phase
    }

    fn problem(&self) -> Option<&Problem> {
        self.flow.identity.as_ref()?.problem.as_ref()
    }

    fn share_phase(&self) -> &Phase {
        &self.flow.verification(self.id).expect("a share").phase
    }

    fn focused(&self, focus: &Focus) -> bool {
        self.effects.contains(&Effect::Focus(focus.clone()))
    }
}

/// A list, and an identity server whose terms are being read.
fn begun() -> Stage {
    let mut stage = Stage::set(Waits::List);
    let presence = Presence { visible: true, focused: true, offline: false };
    stage.feed(Input::Presence(presence));
    stage.list(&[ALICE, BOB]);
    stage.feed(set(Some("id.example.org")));
    assert_eq!(stage.asked(), [&Question::Terms]);
    stage
}

/// Its terms are accepted, and Bob's address is shared.
fn open() -> Stage {
    let mut stage = begun();
    stage.told(r#"{"policies":{}}"#);
    stage.told(DETAILS);
    stage.found(&[BOB]);
    stage
}

/// A mail went out to share Alice's address.
fn sent() -> Stage {
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
fn no_way_to_look_up_says_nothing() {
    let mut stage = begun();
    stage.told("{}");
    stage.told(r#"{"algorithms":["sha512"],"lookup_pepper":"p"}"#);
    assert_eq!((stage.shared(ALICE), stage.problem()), (None, None));
    assert!(stage.asked().is_empty() && stage.errors().is_empty());
}

#[test]
fn an_address_is_shared_by_mail() {
    let mut stage = open();
    stage.share(ALICE);
    let [Effect::RequestToken { purpose: Purpose::Share, address, attempt: 1, .. }] =
        stage.requests()[..]
    else {
        panic!()
    };
    assert_eq!(address, ALICE);
    let id = stage.id;
    assert!(stage.flow.verification(id).expect("a share").is_beginning());
    stage.share(ALICE);
    assert!(stage.requests().is_empty(), "a double click");

    stage.feed(Input::TokenRequested { id, result: Ok(sid("its-sid")) });
    assert!(stage.focused(&Focus::Group(id)));
    let told = |effect: &Effect| matches!(effect, Effect::Emit(Event::VerificationSent { .. }));
    assert!(!stage.effects.iter().any(told), "nothing is being added");
    assert!(stage.flow.public_pending().all(|it| it.address != ALICE));
    // The list has the address; that does not finish a share.
    stage.feed(Input::Refresh);
    stage.list(&[ALICE, BOB]);
    stage.found(&[BOB]);
    assert_eq!(stage.share_phase(), &Phase::Sent);

    stage.feed(Input::Continue(id));
    let [Effect::Add { purpose: Purpose::Share, sid: its, .. }] = stage.requests()[..] else {
        panic!()
    };
    assert_eq!(its, "its-sid");
    stage.feed(Input::Added { id, result: Err(no(400, "M_SESSION_NOT_VALIDATED")) });
    assert!(matches!(stage.share_phase(), Phase::Waiting { session: None, .. }));
    stage.feed(Input::Continue(id));
    stage.feed(Input::Added { id, result: Ok(()) });
    let notice = Notice::Sharing(Sharing::Shared, Medium::Email, ALICE.to_owned());
    assert_eq!((stage.shared(ALICE), &stage.flow.notice), (Some(true), &Some(notice)));
    assert!(stage.focused(&Focus::Entry(Section::Emails, 0)));
    let shared = Event::Shared { medium: Medium::Email, address: ALICE.to_owned() };
    assert!(stage.effects.contains(&Effect::Emit(shared)));
    assert!(stage.effects.contains(&Effect::Emit(Event::Change)));
    assert!(stage.flow.verification(id).is_none());
}

#[test]
fn a_mail_that_did_not_go_out_is_asked_for_again() {
    let mut stage = open();
    stage.share(ALICE);
    let id = stage.id;
    stage.feed(Input::TokenRequested { id, result: Err(no(500, "M_EMAIL_SEND_ERROR")) });
    let failed = Resend::Failed(Problem::MailFailed);
    assert_eq!(stage.flow.verification(id).expect("a share").resend, failed);
    assert_eq!(stage.flow.records().expect("Carol's").array("shares"), []);
    stage.feed(Input::TryAgain(id, secret(8)));
    let [Effect::RequestToken { attempt: 1, secret: its, .. }] = stage.requests()[..] else {
        panic!()
    };
    assert_eq!(*its, secret(9));
    assert!(stage.focused(&Focus::ShareButton(Section::Emails, 0)));
    stage.feed(Input::TokenRequested { id, result: Ok(sid("1")) });
    stage.feed(Input::Resend(id, secret(8)));
    let [Effect::RequestToken { attempt: 2, .. }] = stage.requests()[..] else { panic!() };
    stage.feed(Input::Cancel(id));
    assert!(stage.focused(&Focus::ShareButton(Section::Emails, 0)));
    assert!(stage.flow.sharing(&Medium::Email, ALICE).is_none());
}

#[test]
fn a_number_is_shared_by_its_code() {
    let mut stage = open();
    let both = vec![Section::Emails, Section::Phones];
    stage.feed(Input::Sections(both));
    let phone = matrix_threepids::matrix::threepids::Threepid {
        medium: Medium::Msisdn,
        ..email("447700900001")
    };
    stage.feed(Input::ListRead { number: stage.list, result: Ok(vec![email(ALICE), phone]) });
    stage.feed(Input::LookedUp(Ok(Vec::new())));
    let (medium, address) = (Medium::Msisdn, "447700900001".to_owned());
    stage.feed(Input::Share { medium, address, secret: secret(9) });
    let [Effect::RequestToken { dialled: Some(dialled), .. }] = stage.requests()[..] else {
        panic!()
    };
    assert_eq!(dialled.number, "+447700900001");
    let id = stage.id;
    stage.feed(Input::TokenRequested { id, result: Ok(sid("7")) });
    assert!(stage.flow.verification(id).expect("a share").wants_code());
    let code = |text: &str| matrix_threepids::matrix::submit_token::Code(text.to_owned());
    stage.feed(Input::Submit(id, code("1")));
    let [Effect::SubmitToken { purpose: Purpose::Share, url, .. }] = stage.requests()[..] else {
        panic!()
    };
    assert!(url.starts_with("/_matrix/identity/v2/"));
    stage.feed(Input::Submitted { id, result: Err(no(404, "M_NO_VALID_SESSION")) });
    assert!(matches!(stage.share_phase(), Phase::Trouble { problem: Problem::WrongCode, .. }));
    stage.feed(Input::Submit(id, code("2")));
    stage.feed(Input::Submitted { id, result: Ok(true) });
    assert!(matches!(stage.requests()[..], [Effect::Add { purpose: Purpose::Share, .. }]));
}

#[test]
fn an_answer_to_bind_that_was_lost_is_looked_up() {
    for (found, done) in [(&[ALICE, BOB][..], true), (&[BOB][..], false)] {
        let mut stage = sent();
        let id = stage.id;
        stage.feed(Input::Continue(id));
        stage.feed(Input::Added { id, result: Err(Failure::Timeout) });
        assert!(stage.errors().is_empty());
        stage.list(&[ALICE, BOB]);
        assert!(matches!(stage.share_phase(), Phase::Uncertain { .. }));
        stage.found(found);
        assert_eq!(stage.flow.verification(id).is_none(), done);
        assert_eq!(stage.errors(), if done { &[][..] } else { &["timeout"] });
        assert_eq!(stage.shared(ALICE), Some(done));
    }
    // Nor can that be had: then it is said.
    for list in [true, false] {
        let mut stage = sent();
        let id = stage.id;
        stage.feed(Input::Continue(id));
        stage.feed(Input::Added { id, result: Err(Failure::Network) });
        if list {
            stage.list(&[ALICE, BOB]);
            stage.feed(Input::LookedUp(Err(Failure::Network)));
        } else {
            let number = stage.list;
            stage.feed(Input::ListRead { number, result: Err(Failure::Network) });
        }
        assert!(matches!(stage.share_phase(), Phase::Trouble { problem: Problem::Network, .. }));
    }
}

#[test]
fn new_terms_in_the_middle_of_a_share() {
    let mut stage = sent();
    let id = stage.id;
    stage.feed(Input::Continue(id));
    stage.feed(Input::Added { id, result: Err(no(403, "M_TERMS_NOT_SIGNED")) });
    assert_eq!(stage.asked(), [&Question::Terms]);
    stage.told(TERMS);
    stage.told("{}");
    assert!(stage.focused(&Focus::Terms));
    assert!(!stage.flow.shows(stage.flow.verification(id).expect("a share")));
    stage.feed(Input::AcceptTerms(vec!["https://id/en".to_owned()]));
    stage.told("{}");
    stage.told("{}");
    // What was broken off goes on.
    let bind = |it: &&Effect| matches!(it, Effect::Add { purpose: Purpose::Share, .. });
    assert_eq!(stage.requests().into_iter().filter(bind).count(), 1);
}

#[test]
fn a_share_is_kept_and_taken_up_again() {
    let stage = sent();
    let kept = stage.flow.records().expect("something");
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
        let presence = Presence { visible: true, focused: true, offline: false };
        again.feed(Input::Presence(presence));
        again.feed(Input::Restored(kept.clone()));
        again.list(&[ALICE, BOB]);
        let shares = |effects: &[Effect]| {
            effects.iter().any(|it| matches!(it, Effect::Add { purpose: Purpose::Share, .. }))
        };
        assert!(!shares(&again.effects), "before the terms are read");
        assert!(again.flow.sharing(&Medium::Email, ALICE).is_none());
        again.feed(set(Some(host)));
        again.told("{}");
        // One is tried at a time, without being asked: Carol's was first.
        for _ in 0..3 {
            let tried = again.flow.pending.iter().find_map(|it| match it.phase {
                Phase::Trying(_) if !it.is_share() => Some(it.id),
                _ => None,
            });
            let Some(id) = tried else { break };
            let result = Err(no(400, "M_THREEPID_AUTH_FAILED"));
            again.feed(Input::Added { id, result });
        }
        let share = again.flow.sharing(&Medium::Email, ALICE);
        assert_eq!(share.is_some_and(|it| matches!(it.phase, Phase::Trying(_))), goes_on, "{host}");
        assert!(goes_on || again.flow.records().expect("both").array("shares").len() == 1);
    }
}

#[test]
fn another_tab_has_shared_it() {
    let mut stage = sent();
    let id = stage.id;
    let gone = format!(
        r#"{{"shares":[{{"medium":"email","address":"{ALICE}","idServer":"id.example.org","at":{NOW},"added":true}}]}}"#
    );
    stage.feed(Input::HeardRecords(json::parse(&gone).expect("JSON")));
    assert!(stage.flow.verification(id).is_none());
    assert_eq!(stage.shared(ALICE), Some(true));
    stage.feed(Input::HeardRecords(json::parse(&gone).expect("JSON")));
    assert!(stage.requests().is_empty());
}

#[test]
fn a_share_ends_with_its_address() {
    let mut stage = sent();
    let id = stage.id;
    stage.feed(Input::Refresh);
    stage.list(&[BOB]);
    assert!(stage.flow.verification(id).is_none());
    assert!(stage.effects.contains(&Effect::Abort(id)));
}

#[test]
fn sharing_is_ended_after_a_question() {
    for (answer, sharing, left) in [
        (Some("success"), Sharing::Unshared, Some(false)),
        (Some("no-support"), Sharing::MaybeShared, Some(true)),
        (None, Sharing::MaybeShared, Some(true)),
    ] {
        let mut stage = open();
        let (medium, address) = (Medium::Email, BOB.to_owned());
        stage.feed(Input::AskUnshare { medium, address });
        assert!(stage.requests().is_empty());
        stage.feed(Input::DismissRemove);
        assert!(stage.flow.removals.is_empty() && stage.settled().is_empty());
        stage.unshare(BOB);
        let [Effect::Delete { wish: Wish::Unshare, shared: true, .. }] = stage.requests()[..]
        else {
            panic!()
        };
        stage.feed(Input::Deleted(Ok(answer.map(str::to_owned))));
        let notice = Notice::Sharing(sharing, Medium::Email, BOB.to_owned());
        assert_eq!((stage.shared(BOB), &stage.flow.notice), (left, &Some(notice)));
        let unshared = Event::Unshared {
            medium: Medium::Email,
            address: BOB.to_owned(),
            unbind_result: answer.map(str::to_owned),
        };
        assert!(stage.effects.contains(&Effect::Emit(unshared)));
        // What was not confirmed is looked up.
        assert_eq!(stage.asked().is_empty(), answer == Some("success"));
        assert!(stage.flow.list.holds(&Medium::Email, BOB) && stage.settled().is_empty());
    }
}

#[test]
fn a_server_that_cannot_end_it_says_what_to_do() {
    for failure in [no(404, "M_UNRECOGNIZED"), Failure::NotMatrix { status: 404 }] {
        let mut stage = open();
        stage.unshare(BOB);
        stage.feed(Input::Deleted(Err(failure)));
        if matches!(stage.flow.removals[0].phase, RemovalPhase::Uncertain(_)) {
            stage.list(&[ALICE, BOB]);
            stage.found(&[BOB]);
        }
        assert_eq!(stage.flow.removals[0].problem(), Some(&Problem::CannotUnshare));
        assert!(!stage.effects.contains(&Effect::Discover) && !stage.flow.changes_are_off());
    }
}

#[test]
fn an_answer_to_unbind_that_was_lost_is_looked_up() {
    for (found, done) in [(&[][..], true), (&[BOB][..], false)] {
        let mut stage = open();
        stage.unshare(BOB);
        stage.feed(Input::Deleted(Err(Failure::Network)));
        stage.list(&[ALICE, BOB]);
        stage.found(found);
        assert_eq!(stage.flow.removals.is_empty(), done);
        assert_eq!(stage.shared(BOB), Some(!done));
    }
}

#[test]
fn who_it_is_may_be_asked_for_both() {
    let mut stage = sent();
    let id = stage.id;
    stage.feed(Input::Continue(id));
    stage.feed(Input::Added { id, result: Err(failure(401, CHALLENGE)) });
    let actions = |stage: &Stage| {
        let action = |effect: &Effect| match effect {
            Effect::Challenge { action, .. } => Some(*action),
            _ => None,
        };
        stage.effects.iter().filter_map(action).collect::<Vec<_>>()
    };
    assert_eq!(actions(&stage), [matrix_threepids::flow::Action::Bind]);
    stage.feed(Input::Authenticate(Subject::Verification(id), password()));
    let [Effect::Add { purpose: Purpose::Share, auth: Some(_), .. }] = stage.requests()[..] else {
        panic!()
    };
    stage.feed(Input::Added { id, result: Ok(()) });
    stage.unshare(BOB);
    stage.feed(Input::Deleted(Err(failure(401, CHALLENGE))));
    assert_eq!(actions(&stage), [matrix_threepids::flow::Action::Unbind]);
    stage.feed(Input::Authenticate(Subject::Removal, password()));
    let [Effect::Delete { wish: Wish::Unshare, auth: Some(_), .. }] = stage.requests()[..] else {
        panic!()
    };
}

#[test]
fn what_is_removed_says_what_became_of_its_share() {
    for (answer, sharing) in [
        (Some("success"), Sharing::RemovedUnshared),
        (Some("no-support"), Sharing::RemovedShared),
        (None, Sharing::RemovedShared),
    ] {
        for address in [ALICE, BOB] {
            let mut stage = open();
            let (medium, it) = (Medium::Email, address.to_owned());
            stage.feed(Input::AskRemove { medium, address: it });
            stage.feed(Input::MayRemove(true));
            stage.feed(Input::ConfirmRemove);
            let [Effect::Delete { wish: Wish::Remove, shared, .. }] = stage.requests()[..] else {
                panic!()
            };
            assert_eq!(*shared, address == BOB);
            stage.feed(Input::Deleted(Ok(answer.map(str::to_owned))));
            stage.list(if address == BOB { &[ALICE] } else { &[BOB] });
            let (medium, address) = (Medium::Email, address.to_owned());
            let want = match address == BOB {
                true => Notice::Sharing(sharing, medium, address),
                false => Notice::Removed(medium, address),
            };
            assert_eq!(stage.flow.notice, Some(want));
        }
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
