//! Phone numbers: their own section, form and words; the same care.

use matrix_threepids::matrix::RequestError;
use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::matrix::phone_number::PhoneInput;
use matrix_threepids::matrix::request_3pid_token_via_email::Response;
use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::model::{
    ApiRequest, Effect, FocusTarget, FormPhase, HostNotification, Initiator, Input, ListRequest,
    Request, ResendState, Section, Status, UiEffect, UserError, VerificationId, VerificationPhase,
};

use crate::harness::*;
use crate::response_table::NOW;
use crate::submit_code::code;
use crate::tab_harness::*;

const NUMBER: &str = "447700900002";
const OTHER: &str = "447700900003";

fn dialled(msisdn: &str) -> PhoneInput {
    PhoneInput { country: "GB".to_owned(), number: ["0", &msisdn[2..]].concat() }
}

fn open() -> Tab {
    let mut tab = Tab::open();
    tab.feed(Input::Sections(vec![Section::Emails, Section::Phones]));
    tab
}

fn hand_in(tab: &mut Tab, msisdn: &str) -> Option<VerificationId> {
    let (msisdn, dialled, secret) = (msisdn.to_owned(), dialled(msisdn), tab.fresh_secret());
    tab.feed(Input::AddPhone { msisdn, phone: dialled, secret, initiator: Initiator::User });
    tab.feed(Input::HostDecidedAdd(Section::Phones, true));
    asked(tab).map(|(id, _)| id)
}

/// The text message that was just asked for.
fn asked(tab: &Tab) -> Option<(VerificationId, PhoneInput)> {
    tab.effects.iter().find_map(|effect| match effect {
        Effect::Request(Request::Api(ApiRequest::RequestToken { id, phone: dialled, .. })) => {
            Some((*id, dialled.clone()?))
        }
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

fn number(address: &str) -> matrix_threepids::matrix::get_3pids::Threepid {
    matrix_threepids::matrix::get_3pids::Threepid { medium: Medium::Msisdn, ..email(address) }
}

/// The list is read, and holds these beside Alice's email address.
fn lists(tab: &mut Tab, msisdns: &[&str]) {
    let effects = tab.model.update(tab.now, Input::Refresh);
    let Some(Effect::Request(Request::List(ListRequest::ReadList { number: nth }))) =
        effects.last()
    else {
        panic!("no list")
    };
    let numbers = msisdns.iter().map(|it| number(it));
    let result = Ok([email(ALICE)].into_iter().chain(numbers).collect());
    let read = Input::ListLoaded { number: *nth, result };
    tab.effects = tab.model.update(tab.now, read);
}

#[test]
fn token_request_repeats_typed_country_and_number() {
    let mut tab = open();
    let id = hand_in(&mut tab, NUMBER).expect("a request");
    assert_eq!(asked(&tab), Some((id, dialled(NUMBER))));
    tab.token(id, Err(RequestError::Network));
    assert_eq!(hand_in(&mut tab, NUMBER), Some(id));
    assert_eq!(asked(&tab), Some((id, dialled(NUMBER))));
    tab.token(id, Ok(code("sid-1")));
    assert_eq!(tab.pending(id).medium, Medium::Msisdn);
    assert_eq!(
        tab.effects.last(),
        Some(&Effect::Ui(UiEffect::Focus(FocusTarget::Verification(id))))
    );
    tab.resend(id);
    assert_eq!(asked(&tab), Some((id, dialled(NUMBER))));
    assert!(matches!(tab.mails().as_slice(), [(_, 2, None)]));
}

#[test]
fn code_then_password_adds_phone_and_focuses_entry() {
    let (mut tab, id) = texted();
    tab.feed(Input::SubmitCode(id, Code("123456".to_owned())));
    tab.feed(Input::CodeResponded { id, result: Ok(true) });
    assert_eq!(tab.adds(), [("sid-1", false)]);
    tab.added(id, who_are_you());
    assert!(tab.asks_for_the_password());
    let subject = matrix_threepids::model::UiaTarget::Verification(id);
    tab.feed(Input::UserReplied(subject, password()));
    let effects = tab.model.update(tab.now, Input::AddResponded { id, result: Ok(()) });
    let Some(Effect::Request(Request::List(ListRequest::ReadList { number: nth }))) =
        effects.last()
    else {
        panic!("no list")
    };
    let result = Ok(vec![email(ALICE), number(NUMBER)]);
    tab.effects = tab.model.update(tab.now, Input::ListLoaded { number: *nth, result });
    assert_eq!(tab.model.status, Some(Status::Added(Medium::Msisdn, NUMBER.to_owned())));
    // The first of its section, whatever stands in the other.
    assert!(
        tab.effects.contains(&Effect::Ui(UiEffect::Focus(FocusTarget::Entry(Section::Phones, 0))))
    );
    assert!(tab.model.verifications.is_empty());
}

#[test]
fn each_phone_refusal_has_phone_error() {
    for (status, errcode, problem) in [
        (400, "M_INVALID_PARAM", UserError::InvalidNumber),
        (400, "M_INVALID_ADDRESS", UserError::InvalidNumber),
        (400, "M_INVALID_PHONE_NUMBER", UserError::InvalidNumber),
        (400, "M_THREEPID_IN_USE", UserError::NumberInUse),
        (403, "M_THREEPID_DENIED", UserError::NumberNotAllowed),
        (400, "M_DESTINATION_REJECTED", UserError::NumberNotAllowed),
    ] {
        let mut tab = open();
        // A server that has numbers.
        lists(&mut tab, &["447700900009"]);
        let id = hand_in(&mut tab, NUMBER).expect("a request");
        tab.token(id, Err(refused(status, errcode)));
        assert_eq!(tab.model.phone_form.phase, FormPhase::Invalid(problem), "{errcode}");
        assert_eq!(tab.model.email_form.problem(), None);
        assert!(tab.model.phone_form.is_invalid());
        assert!(
            tab.effects.contains(&Effect::Ui(UiEffect::Focus(FocusTarget::Field(Section::Phones))))
        );

        let (mut tab, id) = texted();
        tab.wait(MINUTE, not_yet);
        tab.resend(id);
        tab.token(id, Err(refused(status, errcode)));
        assert!(matches!(&tab.pending(id).resend, ResendState::Failed(_)), "{errcode}");
    }
    for errcode in ["M_UNKNOWN", "M_SEND_ERROR"] {
        let mut tab = open();
        let id = hand_in(&mut tab, NUMBER).expect("a request");
        tab.token(id, Err(refused(500, errcode)));
        assert_eq!(tab.model.phone_form.problem(), Some(&UserError::SmsNotSent), "{errcode}");
    }
    let mut tab = open();
    assert_eq!(hand_in(&mut tab, "12"), None);
    assert_eq!(tab.model.phone_form.problem(), Some(&UserError::InvalidNumber));
    lists(&mut tab, &[NUMBER]);
    assert_eq!(hand_in(&mut tab, NUMBER), None);
    assert_eq!(tab.model.phone_form.problem(), Some(&UserError::NumberAlreadyAdded));
    let (mut tab, id) = texted();
    tab.feed(Input::SubmitCode(id, Code(" ".to_owned())));
    assert_eq!(tab.pending(id).problem(), Some(&UserError::MissingSmsCode));
}

#[test]
fn unsupported_sms_moves_focus_to_its_error() {
    let mut tab = open();
    let id = hand_in(&mut tab, NUMBER).expect("a request");
    tab.token(id, Err(refused(400, "M_THREEPID_MEDIUM_NOT_SUPPORTED")));
    assert_eq!(tab.model.phone_form.problem(), Some(&UserError::SmsUnsupported));
    assert!(!UserError::SmsUnsupported.is_recoverable());
    assert!(
        tab.effects.contains(&Effect::Ui(UiEffect::Focus(FocusTarget::FormError(Section::Phones))))
    );
}

#[test]
fn phone_number_follows_msisdn_of_response() {
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
fn changed_number_replaces_verification_of_phone_form() {
    let (mut tab, old) = texted();
    tab.feed(Input::ChangeAddress(old));
    let filled = Effect::Ui(UiEffect::SetFieldValue(Section::Phones, NUMBER.to_owned()));
    assert_eq!(
        tab.effects,
        [filled, Effect::Ui(UiEffect::Focus(FocusTarget::Field(Section::Phones)))]
    );
    // An email address that is added meanwhile corrects nothing.
    tab.mail(DORA, "sid-5");
    let id = hand_in(&mut tab, OTHER).expect("a request");
    tab.token(id, Ok(code("sid-2")));
    assert_eq!(tab.addresses(), [DORA, OTHER]);
    tab.feed(Input::Cancel(id));
    assert_eq!(tab.addresses(), [DORA]);
    assert!(
        tab.effects.contains(&Effect::Ui(UiEffect::Focus(FocusTarget::Field(Section::Phones))))
    );
}

#[test]
fn phone_rate_limit_spares_email_form_and_survives_page_reload() {
    let mut tab = open();
    let id = hand_in(&mut tab, NUMBER).expect("a request");
    tab.token(id, Err(limited(MINUTE)));
    let until = Some(NOW + MINUTE);
    assert_eq!(tab.model.phone_form.problem().and_then(UserError::retry_at), until);
    assert_eq!(tab.model.email_form.problem(), None);
    let mut again = tab.reload();
    assert_eq!(again.model.phone_form.problem().and_then(UserError::retry_at), until);
    assert_eq!(again.model.email_form.problem(), None);
    again.wait(MINUTE, not_yet);
    assert_eq!(again.model.phone_form.problem(), None);
    assert_eq!(again.model.status, Some(Status::RateLimitExpired));
}

#[test]
fn page_reload_keeps_typed_number_for_resend() {
    let (mut tab, _) = texted();
    let id = hand_in(&mut tab, OTHER).expect("a request");
    tab.token(id, Ok(sid("sid-2")));
    let mut again = tab.reload();
    assert_eq!(again.addresses(), [NUMBER, OTHER]);
    let id = again.model.verifications[0].id;
    assert!(again.pending(id).needs_code() && again.pending(id).medium == Medium::Msisdn);
    again.resend(id);
    assert_eq!(asked(&again), Some((id, dialled(NUMBER))));
}

#[test]
fn email_only_element_stores_but_does_not_poll_phones() {
    let (tab, _) = texted();
    let mut other = Tab::open();
    other.feed(Input::TabRecords(tab.model.to_stored_state().expect("records")));
    assert_eq!(other.model.to_stored_state(), tab.model.to_stored_state());
    assert!(!other.model.is_visible(&other.model.verifications[0]));
    // Nothing opens over an element that does not show what it is about.
    let mut waiting = Tab::open();
    let (mut elsewhere, id) = texted();
    elsewhere.feed(Input::SubmitCode(id, Code("1".to_owned())));
    elsewhere.feed(Input::CodeResponded { id, result: Ok(true) });
    elsewhere.added(id, not_yet());
    waiting.feed(Input::StorageLoaded(elsewhere.model.to_stored_state().expect("records")));
    waiting.feed(Input::PageStateChanged(AWAY));
    waiting.feed(Input::PageStateChanged(HERE));
    assert_eq!(waiting.adds(), []);
    assert!(matches!(waiting.model.verifications[0].phase, VerificationPhase::AwaitingUser));
    waiting.feed(Input::Sections(vec![Section::Phones]));
    waiting.feed(Input::PageStateChanged(AWAY));
    waiting.feed(Input::PageStateChanged(HERE));
    assert_eq!(waiting.adds(), [("sid-1", false)]);
}

#[test]
fn public_lists_contain_only_configured_media() {
    let mut tab = open();
    lists(&mut tab, &[NUMBER, OTHER]);
    assert_eq!(tab.model.visible_threepids().len(), 3);
    assert_eq!(tab.model.entries(Section::Phones).count(), 2);
    tab.feed(Input::Sections(vec![Section::Emails]));
    assert_eq!(tab.model.visible_threepids(), [email(ALICE)]);
    let refused = |tab: &Tab| {
        let of = |it: &Effect| matches!(it, Effect::Ui(UiEffect::Notify(HostNotification::MethodResult(_, Err(error)))) if error.code == "readonly");
        tab.effects.iter().any(of)
    };
    let secret = tab.fresh_secret();
    let msisdn = "447700900009".to_owned();
    let dialled = dialled(&msisdn);
    tab.feed(Input::AddPhone { msisdn, phone: dialled, secret, initiator: Initiator::HostMethod });
    assert!(refused(&tab), "{:?}", tab.effects);
    // However it is written.
    tab.feed(Input::Sections(vec![Section::Phones]));
    lists(&mut tab, &[NUMBER, OTHER]);
    let address = "+44 7700 900003".to_owned();
    tab.feed(Input::RemoveRequested { medium: Medium::Msisdn, address });
    assert_eq!((&*tab.model.removals[0].address, tab.model.removals[0].index), (OTHER, 1));
}
