//! Phone numbers: their own section, form and words; the same care.

use matrix_threepids::flow::{
    By, Effect, Focus, FormPhase, Input, Notice, Phase, Problem, Resend, Section, VerificationId,
};
use matrix_threepids::matrix::Failure;
use matrix_threepids::matrix::phone::Dialled;
use matrix_threepids::matrix::request_email_token::Response;
use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::threepids::Medium;

use crate::codes::code;
use crate::rows::NOW;
use crate::stage::*;
use crate::tab::*;

const NUMBER: &str = "447700900002";
const OTHER: &str = "447700900003";

fn dialled(msisdn: &str) -> Dialled {
    Dialled { country: "GB".to_owned(), number: ["0", &msisdn[2..]].concat() }
}

fn open() -> Tab {
    let mut tab = Tab::open();
    tab.feed(Input::Sections(vec![Section::Emails, Section::Phones]));
    tab
}

fn hand_in(tab: &mut Tab, msisdn: &str) -> Option<VerificationId> {
    let (msisdn, dialled, secret) = (msisdn.to_owned(), dialled(msisdn), tab.fresh_secret());
    tab.feed(Input::AddPhone { msisdn, dialled, secret, by: By::Person });
    tab.feed(Input::MayAdd(Section::Phones, true));
    asked(tab).map(|(id, _)| id)
}

/// The text message that was just asked for.
fn asked(tab: &Tab) -> Option<(VerificationId, Dialled)> {
    tab.effects.iter().find_map(|effect| match effect {
        Effect::RequestToken { id, dialled, .. } => Some((*id, dialled.clone()?)),
        _ => None,
    })
}

/// A number whose text message went out, with a code in it.
fn texted() -> (Tab, VerificationId) {
    let mut tab = open();
    let id = hand_in(&mut tab, NUMBER).expect("a request");
    tab.token(id, Ok(code("sid-1")));
    (tab, id)
}

fn number(address: &str) -> matrix_threepids::matrix::threepids::Threepid {
    matrix_threepids::matrix::threepids::Threepid { medium: Medium::Msisdn, ..email(address) }
}

/// The list is read, and holds these beside Alice's email address.
fn lists(tab: &mut Tab, msisdns: &[&str]) {
    let effects = tab.flow.apply(tab.now, Input::Refresh);
    let Some(Effect::ReadList { number: nth }) = effects.last() else { panic!("no list") };
    let numbers = msisdns.iter().map(|it| number(it));
    let result = Ok([email(ALICE)].into_iter().chain(numbers).collect());
    let read = Input::ListRead { number: *nth, result };
    tab.effects = tab.flow.apply(tab.now, read);
}

#[test]
fn the_server_is_asked_for_what_was_typed_and_again_for_the_same() {
    let mut tab = open();
    let id = hand_in(&mut tab, NUMBER).expect("a request");
    assert_eq!(asked(&tab), Some((id, dialled(NUMBER))));
    tab.token(id, Err(Failure::Network));
    tab.feed(Input::SendAgain(Section::Emails));
    assert_eq!(asked(&tab), None, "that is the other form's");
    tab.feed(Input::SendAgain(Section::Phones));
    assert_eq!(asked(&tab), Some((id, dialled(NUMBER))));
    tab.token(id, Ok(code("sid-1")));
    assert_eq!(tab.pending(id).medium, Medium::Msisdn);
    assert_eq!(tab.effects.last(), Some(&Effect::Focus(Focus::Group(id))));
    tab.resend(id);
    assert_eq!(asked(&tab), Some((id, dialled(NUMBER))));
    assert!(matches!(tab.mails().as_slice(), [(_, 2, None)]));
}

#[test]
fn the_code_then_the_password_then_the_list() {
    let (mut tab, id) = texted();
    tab.feed(Input::Submit(id, Code("123456".to_owned())));
    tab.feed(Input::Submitted { id, result: Ok(true) });
    assert_eq!(tab.adds(), [("sid-1", false)]);
    tab.added(id, who_are_you());
    assert!(tab.asks_for_the_password());
    let subject = matrix_threepids::flow::Subject::Verification(id);
    tab.feed(Input::Authenticate(subject, password()));
    let effects = tab.flow.apply(tab.now, Input::Added { id, result: Ok(()) });
    let Some(Effect::ReadList { number: nth }) = effects.last() else { panic!("no list") };
    let result = Ok(vec![email(ALICE), number(NUMBER)]);
    tab.effects = tab.flow.apply(tab.now, Input::ListRead { number: *nth, result });
    assert_eq!(tab.flow.notice, Some(Notice::Added(Medium::Msisdn, NUMBER.to_owned())));
    // The first of its section, whatever stands in the other.
    assert!(tab.effects.contains(&Effect::Focus(Focus::Entry(Section::Phones, 0))));
    assert!(tab.flow.pending.is_empty());
}

#[test]
fn every_refusal_is_said_of_a_number() {
    for (status, errcode, problem) in [
        (400, "M_INVALID_PARAM", Problem::NotANumber),
        (400, "M_INVALID_ADDRESS", Problem::NotANumber),
        (400, "M_INVALID_PHONE_NUMBER", Problem::NotANumber),
        (400, "M_THREEPID_IN_USE", Problem::NumberInUse),
        (403, "M_THREEPID_DENIED", Problem::NumberDenied),
        (400, "M_DESTINATION_REJECTED", Problem::NumberDenied),
    ] {
        let mut tab = open();
        // A server that has numbers.
        lists(&mut tab, &["447700900009"]);
        let id = hand_in(&mut tab, NUMBER).expect("a request");
        tab.token(id, Err(refused(status, errcode)));
        assert_eq!(tab.flow.phone_form.phase, FormPhase::Wrong(problem), "{errcode}");
        assert_eq!(tab.flow.form.problem(), None);
        assert!(tab.flow.phone_form.is_invalid());
        assert!(tab.effects.contains(&Effect::Focus(Focus::Field(Section::Phones))));

        let (mut tab, id) = texted();
        tab.wait(MINUTE, not_yet);
        tab.resend(id);
        tab.token(id, Err(refused(status, errcode)));
        assert!(matches!(&tab.pending(id).resend, Resend::Failed(_)), "{errcode}");
    }
    for errcode in ["M_UNKNOWN", "M_SEND_ERROR"] {
        let mut tab = open();
        let id = hand_in(&mut tab, NUMBER).expect("a request");
        tab.token(id, Err(refused(500, errcode)));
        assert_eq!(tab.flow.phone_form.problem(), Some(&Problem::SmsFailed), "{errcode}");
    }
    let mut tab = open();
    assert_eq!(hand_in(&mut tab, "12"), None);
    assert_eq!(tab.flow.phone_form.problem(), Some(&Problem::NotANumber));
    lists(&mut tab, &[NUMBER]);
    assert_eq!(hand_in(&mut tab, NUMBER), None);
    assert_eq!(tab.flow.phone_form.problem(), Some(&Problem::NumberAlreadyYours));
    let (mut tab, id) = texted();
    tab.feed(Input::Submit(id, Code(" ".to_owned())));
    assert_eq!(tab.pending(id).problem(), Some(&Problem::NoSmsCode));
}

#[test]
fn a_server_without_text_messages_is_asked_again_for_the_same() {
    let mut tab = open();
    let id = hand_in(&mut tab, NUMBER).expect("a request");
    tab.token(id, Err(refused(400, "M_THREEPID_MEDIUM_NOT_SUPPORTED")));
    assert_eq!(tab.flow.phone_form.problem(), Some(&Problem::NoSms));
    assert!(!Problem::NoSms.is_recoverable());
    assert!(tab.effects.contains(&Effect::Focus(Focus::TryAgain(Section::Phones))));
    tab.feed(Input::SendAgain(Section::Phones));
    assert_eq!(asked(&tab), Some((id, dialled(NUMBER))));
    assert!(tab.effects.contains(&Effect::Focus(Focus::Field(Section::Phones))));
}

#[test]
fn the_server_says_which_number_it_understood() {
    let mut tab = open();
    let id = hand_in(&mut tab, NUMBER).expect("a request");
    let msisdn = Some(OTHER.to_owned());
    tab.token(id, Ok(Response { msisdn, ..sid("sid-1") }));
    assert_eq!(tab.addresses(), [OTHER]);
    // Of a mail, that would be nonsense.
    let dora = tab.hand_in(DORA);
    let msisdn = Some(OTHER.to_owned());
    tab.token(dora, Ok(Response { msisdn, ..sid("sid-2") }));
    assert_eq!(tab.addresses(), [OTHER, DORA]);
}

#[test]
fn a_changed_number_replaces_the_old_one_in_its_own_form() {
    let (mut tab, old) = texted();
    tab.feed(Input::ChangeAddress(old));
    let filled = Effect::FillField(Section::Phones, NUMBER.to_owned());
    assert_eq!(tab.effects, [filled, Effect::Focus(Focus::Field(Section::Phones))]);
    // An email address that is added meanwhile corrects nothing.
    tab.mail(DORA, "sid-5");
    let id = hand_in(&mut tab, OTHER).expect("a request");
    tab.token(id, Ok(code("sid-2")));
    assert_eq!(tab.addresses(), [DORA, OTHER]);
    tab.feed(Input::Cancel(id));
    assert_eq!(tab.addresses(), [DORA]);
    assert!(tab.effects.contains(&Effect::Focus(Focus::Field(Section::Phones))));
}

#[test]
fn a_limit_on_one_form_is_none_on_the_other_and_outlives_a_reload() {
    let mut tab = open();
    let id = hand_in(&mut tab, NUMBER).expect("a request");
    tab.token(id, Err(limited(MINUTE)));
    let until = Some(NOW + MINUTE);
    assert_eq!(tab.flow.phone_form.problem().and_then(Problem::until), until);
    assert_eq!(tab.flow.form.problem(), None);
    let mut again = tab.reload();
    assert_eq!(again.flow.phone_form.problem().and_then(Problem::until), until);
    assert_eq!(again.flow.form.problem(), None);
    again.wait(MINUTE, not_yet);
    assert_eq!(again.flow.phone_form.problem(), None);
    assert_eq!(again.flow.notice, Some(Notice::LimitOver));
}

#[test]
fn after_a_reload_the_same_number_can_be_resent() {
    let (mut tab, _) = texted();
    let id = hand_in(&mut tab, OTHER).expect("a request");
    tab.token(id, Ok(sid("sid-2")));
    let mut again = tab.reload();
    assert_eq!(again.addresses(), [NUMBER, OTHER]);
    let id = again.flow.pending[0].id;
    assert!(again.pending(id).wants_code() && again.pending(id).medium == Medium::Msisdn);
    again.resend(id);
    assert_eq!(asked(&again), Some((id, dialled(NUMBER))));
}

#[test]
fn an_element_without_phones_keeps_them_and_lets_them_be() {
    let (tab, _) = texted();
    let mut other = Tab::open();
    other.feed(Input::HeardRecords(tab.flow.records().expect("records")));
    assert_eq!(other.flow.records(), tab.flow.records());
    assert!(!other.flow.shows(&other.flow.pending[0]));
    // Nothing opens over an element that does not show what it is about.
    let mut waiting = Tab::open();
    let (mut elsewhere, id) = texted();
    elsewhere.feed(Input::Submit(id, Code("1".to_owned())));
    elsewhere.feed(Input::Submitted { id, result: Ok(true) });
    elsewhere.added(id, not_yet());
    waiting.feed(Input::Restored(elsewhere.flow.records().expect("records")));
    waiting.feed(Input::Presence(AWAY));
    waiting.feed(Input::Presence(HERE));
    assert_eq!(waiting.adds(), []);
    assert!(matches!(waiting.flow.pending[0].phase, Phase::Sent));
    waiting.feed(Input::Sections(vec![Section::Phones]));
    waiting.feed(Input::Presence(AWAY));
    waiting.feed(Input::Presence(HERE));
    assert_eq!(waiting.adds(), [("sid-1", false)]);
}

#[test]
fn lists_are_of_what_is_shown() {
    let mut tab = open();
    lists(&mut tab, &[NUMBER, OTHER]);
    assert_eq!(tab.flow.shown().len(), 3);
    assert_eq!(tab.flow.entries(Section::Phones).len(), 2);
    tab.feed(Input::Sections(vec![Section::Emails]));
    assert_eq!(tab.flow.shown(), [email(ALICE)]);
    let refused = |tab: &Tab| {
        let of =
            |it: &Effect| matches!(it, Effect::Settle(_, Err(error)) if error.code == "readonly");
        tab.effects.iter().any(of)
    };
    let secret = tab.fresh_secret();
    let msisdn = "447700900009".to_owned();
    let dialled = dialled(&msisdn);
    tab.feed(Input::AddPhone { msisdn, dialled, secret, by: By::Method });
    assert!(refused(&tab), "{:?}", tab.effects);
    // However it is written.
    tab.feed(Input::Sections(vec![Section::Phones]));
    lists(&mut tab, &[NUMBER, OTHER]);
    let address = "+44 7700 900003".to_owned();
    tab.feed(Input::AskRemove { medium: Medium::Msisdn, address });
    assert_eq!((&*tab.flow.removals[0].address, tab.flow.removals[0].index), (OTHER, 1));
}
