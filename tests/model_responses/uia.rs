//! Ways through user-interactive authentication, whichever the server asks for.

use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::uia::{SecretText, StageAnswer, TERMS};
use matrix_threepids::matrix::{RequestError, request_3pid_token_via_email};
use matrix_threepids::model::{
    ApiRequest, Effect, FallbackWindow, FocusTarget, HostEffect, Input, ListRequest,
    PendingRequest, Request, Stage as Step, TabEffect, UiEffect, Uia, UiaPhase, UiaReply,
    UiaTarget, UserError, VerificationId, VerificationPhase,
};

use crate::harness::*;
use crate::tab_harness::*;

/// A challenge of these flows.
fn asks(session: &str, flows: &[&[&str]], completed: &[&str]) -> RequestError {
    let flows: Vec<_> =
        flows.iter().map(|stages| serde_json::json!({ "stages": stages })).collect();
    let policies = serde_json::json!({"terms": {"en": {"name": "Terms"}}});
    let body = serde_json::json!({"session": session, "flows": flows, "completed": completed,
        "params": {TERMS: {"policies": policies}}});
    failure(401, &body.to_string())
}

const PASSWORD: &str = "m.login.password";
const SSO: &str = "m.login.sso";
const EMAIL: &str = "m.login.email.identity";
const MSISDN: &str = "m.login.msisdn";

/// The server wants this for an address whose mail went out.
fn asked(failure: RequestError) -> (Tab, VerificationId) {
    let mut tab = Tab::open();
    let id = tab.mail(DORA, "sid-1");
    tab.feed(Input::Continue(id));
    challenge(&mut tab, id, failure);
    (tab, id)
}

/// The server asks; nobody but the person answers.
fn challenge(tab: &mut Tab, id: VerificationId, failure: RequestError) {
    tab.added(id, Err(failure));
    let subject = UiaTarget::Verification(id);
    if tab
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::Host(HostEffect::OfferChallenge { .. })))
    {
        let before = std::mem::take(&mut tab.effects);
        tab.feed(Input::UserWillAuthenticate(number_of(&tab.model, subject)));
        tab.effects.splice(0..0, before);
    }
}

fn uia(tab: &Tab) -> &Uia {
    tab.model.active_uia().expect("a dialog").1
}

/// What is asked: the stage, "1 of 2", and what could be done instead.
fn way(tab: &Tab) -> (String, usize, usize, Option<String>) {
    let name = |step: &Step| match step {
        Step::Threepid(proof) => proof.address.clone(),
        Step::Fallback { name, .. } => name.clone(),
        step => format!("{step:?}"),
    };
    let way = uia(tab).selected().expect("a way");
    (name(&way.stage), way.step, way.steps, uia(tab).next_option().map(name))
}

fn answers(tab: &Tab) -> Vec<Option<StageAnswer>> {
    let adds = tab.effects.iter().filter_map(|effect| match effect {
        Effect::Request(Request::Api(ApiRequest::Add { auth, .. })) => {
            Some(auth.as_ref().map(|auth| auth.answer.clone()))
        }
        _ => None,
    });
    adds.collect()
}

fn reply(tab: &mut Tab, id: VerificationId, reply: UiaReply) {
    tab.feed(Input::UserReplied(UiaTarget::Verification(id), reply));
}

#[test]
fn uia_picks_shortest_supported_flow_and_offers_equal_ones() {
    let some = |text: &str| Some(text.to_owned());
    for (flows, want) in [
        (&[&[PASSWORD][..]][..], ("Password", 1, 1, None)),
        (&[&[PASSWORD, "m.login.dummy"]], ("Password", 1, 1, None)),
        (&[&[SSO, TERMS], &[PASSWORD]], ("Password", 1, 1, None)),
        (&[&[PASSWORD, TERMS], &[SSO, TERMS]], ("Password", 1, 2, some(SSO))),
        // What opens no window first.
        (&[&[SSO], &[PASSWORD], &[SSO]], ("Password", 1, 1, some(SSO))),
        // No phone number is on the account.
        (&[&[MSISDN], &[PASSWORD, TERMS]], ("Password", 1, 2, None)),
        (&[&[EMAIL]], (ALICE, 1, 1, None)),
        (&[&["m.login.recaptcha"]], ("m.login.recaptcha", 1, 1, None)),
    ] {
        let (tab, _) = asked(asks("s", flows, &[]));
        let (name, step, steps, other) = way(&tab);
        assert_eq!((&*name, step, steps, other), want, "{flows:?}");
    }
    for flows in [&[][..], &[&[MSISDN][..]], &[&[]]] {
        let (tab, id) = asked(asks("s", flows, &[]));
        assert_eq!(uia(&tab).problem(), Some(&UserError::NoSupportedAuthFlow), "{flows:?}");
        // There is a way on: to ask again.
        let mut tab = tab;
        reply(&mut tab, id, UiaReply::Restart);
        assert_eq!(answers(&tab), [None]);
    }
}

#[test]
fn uia_with_two_stages_asks_for_each_in_order() {
    let flows: &[&[&str]] = &[&[PASSWORD, TERMS], &[SSO, TERMS]];
    let (mut tab, id) = asked(asks("s1", flows, &[]));
    reply(&mut tab, id, password());
    challenge(&mut tab, id, asks("s2", flows, &[PASSWORD]));
    assert_eq!(uia(&tab).problem(), None);
    assert_eq!(way(&tab), ("Terms".to_owned(), 2, 2, None));
    assert!(
        tab.effects.contains(&Effect::Ui(UiEffect::Focus(FocusTarget::Dialog))),
        "the field is gone"
    );
    reply(&mut tab, id, UiaReply::Auth(StageAnswer::Stage(TERMS)));
    assert_eq!(answers(&tab), [Some(StageAnswer::Stage(TERMS))]);
    let Some(Effect::Request(Request::Api(ApiRequest::Add { auth: Some(auth), .. }))) =
        tab.effects.first()
    else {
        panic!()
    };
    assert_eq!(auth.session.as_deref(), Some("s2"));
    tab.added(id, Ok(()));
    assert_eq!(tab.addresses(), [""; 0], "pending still");
}

#[test]
fn closed_dialog_resumes_uia_session() {
    let flows: &[&[&str]] = &[&[PASSWORD, TERMS]];
    let (mut tab, id) = asked(asks("s1", flows, &[]));
    reply(&mut tab, id, password());
    challenge(&mut tab, id, asks("s1", flows, &[PASSWORD]));
    reply(&mut tab, id, UiaReply::Cancel);
    assert!(tab.model.active_uia().is_none());
    tab.feed(Input::Continue(id));
    assert_eq!(answers(&tab), [Some(StageAnswer::SessionOnly)]);
    challenge(&mut tab, id, asks("s1", flows, &[PASSWORD]));
    assert_eq!(way(&tab).0, "Terms");
}

#[test]
fn expired_uia_session_restarts_and_keeps_typed_password() {
    let forgotten = || Err(refused(400, "M_UNKNOWN"));
    let (mut tab, id) = asked(asks("s1", &[&[PASSWORD]], &[]));
    reply(&mut tab, id, password());
    tab.added(id, forgotten());
    assert!(uia(&tab).is_checking(), "the dialog stays, with what is in its field");
    assert_eq!(answers(&tab), [None]);
    challenge(&mut tab, id, asks("s2", &[&[PASSWORD]], &[]));
    assert!(tab.effects.contains(&Effect::Ui(UiEffect::SubmitDialog)));
    reply(&mut tab, id, password());
    tab.added(id, forgotten());
    assert_eq!(uia(&tab).problem(), Some(&UserError::Unknown("M_UNKNOWN".to_owned())));

    // Servers that just begin another session are taken at their word, once.
    let (mut tab, id) = asked(asks("s1", &[&[TERMS]], &[]));
    for (session, problem) in [("s2", None), ("s3", Some(&UserError::NoSupportedAuthFlow))] {
        reply(&mut tab, id, UiaReply::Auth(StageAnswer::Stage(TERMS)));
        challenge(&mut tab, id, asks(session, &[&[TERMS]], &[]));
        assert_eq!(uia(&tab).problem(), problem);
    }
}

/// Palpo 0.4 begins another session after a wrong password, without an error
/// code. Sending the password again would cost another of three attempts.
#[test]
fn challenge_after_secret_means_wrong_secret_whatever_else_it_says() {
    const TOKEN: &str = "m.login.registration_token";
    let flow = |session: &str, stage: &str, errcode: &str| {
        let body = serde_json::json!({"session": session, "flows": [{"stages": [stage]}],
            "completed": [], "params": {}, "errcode": errcode});
        failure(401, &body.to_string())
    };
    for errcode in ["", "M_FORBIDDEN", "M_UNAUTHORIZED", "M_UNKNOWN", "M_INVALID_PARAM"] {
        for (stage, problem) in
            [(PASSWORD, UserError::WrongPassword), (TOKEN, UserError::WrongRegistrationToken)]
        {
            let (mut tab, id) = asked(asks("s1", &[&[stage]], &[]));
            let answer = match stage {
                PASSWORD => password(),
                _ => UiaReply::Auth(StageAnswer::RegistrationToken(SecretText("t".to_owned()))),
            };
            reply(&mut tab, id, answer);
            challenge(&mut tab, id, flow("s2", stage, errcode));
            assert_eq!(uia(&tab).problem(), Some(&problem), "{errcode}");
            assert_eq!(uia(&tab).challenge.session.as_deref(), Some("s2"));
            assert!(!tab.effects.contains(&Effect::Ui(UiEffect::SubmitDialog)), "{errcode}");
        }
    }
}

/// The typed password of a dialog whose session the server has dropped is sent
/// once more: the server has not looked at it.
#[test]
fn dropped_uia_session_does_not_cost_a_password_attempt() {
    for (server, status, errcode) in [
        ("Synapse", 400, "M_UNKNOWN"),
        ("continuwuity", 400, "M_INVALID_PARAM"),
        ("tuwunel", 403, "M_FORBIDDEN"),
        ("a server of tomorrow", 404, "M_BRAND_NEW"),
    ] {
        let (mut tab, id) = asked(asks("s1", &[&[PASSWORD]], &[]));
        reply(&mut tab, id, password());
        let mut passwords = 1;
        // Until it is asked for what it requires.
        while answers(&tab) != [None] {
            tab.added(id, Err(refused(status, errcode)));
            assert_eq!(tab.adds().len(), 1, "{server}");
            passwords +=
                u8::from(matches!(answers(&tab)[..], [Some(StageAnswer::Password { .. })]));
        }
        assert_eq!(passwords, 1, "{server}: a password was sent twice to a dropped session");
        challenge(&mut tab, id, asks("s2", &[&[PASSWORD]], &[]));
        assert_eq!(uia(&tab).problem(), None, "{server}");
        assert!(tab.effects.contains(&Effect::Ui(UiEffect::SubmitDialog)), "{server}");
        reply(&mut tab, id, password());
        tab.added(id, Ok(()));
        assert!(tab.model.active_uia().is_none(), "{server}");
    }
}

/// Dendrite 0.13 answers a wrong password with 403 and no flows, and knows no
/// `auth` without a type.
#[test]
fn refused_password_of_living_uia_session_is_wrong() {
    for alive in [asks("s1", &[&[PASSWORD]], &[]), refused(400, "M_BAD_JSON")] {
        let (mut tab, id) = asked(asks("s1", &[&[PASSWORD]], &[]));
        reply(&mut tab, id, password());
        tab.added(id, Err(refused(403, "M_FORBIDDEN")));
        assert_eq!(answers(&tab), [Some(StageAnswer::SessionOnly)]);
        challenge(&mut tab, id, alive);
        assert_eq!(uia(&tab).problem(), Some(&UserError::WrongPassword));
        assert!(
            tab.adds().is_empty() && !tab.effects.contains(&Effect::Ui(UiEffect::SubmitDialog))
        );
        reply(&mut tab, id, password());
        assert!(matches!(answers(&tab)[..], [Some(StageAnswer::Password { .. })]));
    }
}

/// The servers that drop a session once its stages are through, even if `add`
/// fails for the lack of the link.
#[test]
fn completed_uia_session_that_is_gone_restarts() {
    for (status, errcode) in [(400, "M_INVALID_PARAM"), (403, "M_FORBIDDEN"), (400, "M_UNKNOWN")] {
        // By itself: the user is asked when they want to go on.
        let (mut tab, id) = Tab::waiting();
        let gone = || Err(refused(status, errcode));
        let sent = tab.wait(3.0 * SECOND, gone);
        assert_eq!(sent.len(), 2, "once with the session, once without");
        assert!(!tab.says_an_error());
        // By "Continue", as often as the link is not opened.
        let (mut tab, id_of) = Tab::waiting();
        for _ in 0..3 {
            tab.feed(Input::Continue(id_of));
            assert_eq!(tab.adds(), [("sid-1", true)]);
            tab.added(id_of, gone());
            assert_eq!(tab.adds(), [("sid-1", false)], "{errcode}");
            tab.added(id_of, who_are_you());
            assert!(tab.asks_for_the_password());
            reply(&mut tab, id_of, password());
            tab.added(id_of, not_yet());
        }
        assert!(tab.model.verification(id).is_some());
    }
}

#[test]
fn challenge_without_session_keeps_known_session() {
    let without = || {
        failure(
            401,
            r#"{"flows":[{"stages":["m.login.password","m.login.terms"]}],
            "completed":["m.login.password"],
            "params":{"m.login.terms":{"policies":{"terms":{"en":{"name":"Terms"}}}}}}"#,
        )
    };
    let (mut tab, id) = asked(asks("s1", &[&[PASSWORD, TERMS]], &[]));
    reply(&mut tab, id, password());
    challenge(&mut tab, id, without());
    assert_eq!(way(&tab), ("Terms".to_owned(), 2, 2, None));
    assert_eq!(uia(&tab).challenge.session.as_deref(), Some("s1"));
    // One that the server no longer knows is not kept.
    reply(&mut tab, id, UiaReply::Auth(StageAnswer::Stage(TERMS)));
    tab.added(id, Err(refused(400, "M_UNKNOWN")));
    challenge(&mut tab, id, without());
    assert_eq!(uia(&tab).challenge.session, None);
}

#[test]
fn fallback_stage_continues_on_auth_done_or_page_return() {
    let (mut tab, id) = asked(asks("s", &[&[SSO]], &[]));
    let subject = UiaTarget::Verification(id);
    assert!(tab.effects.contains(&Effect::Tab(TabEffect::OpenFallbackPage(subject))));
    tab.feed(Input::FallbackWindowChanged(subject, FallbackWindow::Open));

    // Too early, by the person: it is said; by itself: it is not.
    reply(&mut tab, id, UiaReply::Auth(StageAnswer::SessionOnly));
    challenge(&mut tab, id, asks("s", &[&[SSO]], &[]));
    assert_eq!(uia(&tab).problem(), Some(&UserError::FallbackNotFinished));
    assert!(
        !tab.effects.contains(&Effect::Tab(TabEffect::OpenFallbackPage(subject))),
        "a second window"
    );
    tab.feed(Input::PageStateChanged(AWAY));
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(uia(&tab).phase, UiaPhase::Checking(PendingRequest::SilentPoll));
    assert!(!uia(&tab).is_checking());
    challenge(&mut tab, id, asks("s", &[&[SSO]], &[]));
    assert_eq!(uia(&tab).problem(), None);

    // Its word comes while an older question is under way: asked once more.
    tab.feed(Input::PageStateChanged(AWAY));
    tab.feed(Input::PageStateChanged(HERE));
    tab.feed(Input::FallbackPageDone("s".to_owned()));
    challenge(&mut tab, id, asks("s", &[&[SSO]], &[]));
    assert!(tab.effects.contains(&Effect::Ui(UiEffect::SubmitDialog)));
    tab.feed(Input::FallbackPageDone("s".to_owned()));
    assert_eq!(answers(&tab), [Some(StageAnswer::SessionOnly)]);
    tab.added(id, Ok(()));
    assert!(tab.model.active_uia().is_none());
}

#[test]
fn new_uia_session_opens_new_fallback_window() {
    let (mut tab, id) = asked(asks("s1", &[&[SSO]], &[]));
    let subject = UiaTarget::Verification(id);
    tab.feed(Input::FallbackWindowChanged(subject, FallbackWindow::Open));
    tab.feed(Input::FallbackPageDone("s1".to_owned()));
    tab.added(id, Err(refused(400, "M_UNKNOWN")));
    challenge(&mut tab, id, asks("s2", &[&[SSO]], &[]));
    assert!(tab.effects.contains(&Effect::Tab(TabEffect::OpenFallbackPage(subject))));
    assert!(!tab.effects.contains(&Effect::Ui(UiEffect::SubmitDialog)));
}

#[test]
fn email_stage_requests_email_and_accepts_link() {
    let (mut tab, id) = asked(asks("s", &[&[EMAIL]], &[]));
    let subject = UiaTarget::Verification(id);
    let requested = |tab: &Tab| match tab.effects.last() {
        Some(Effect::Request(Request::Api(ApiRequest::RequestUiaToken {
            address,
            secret,
            attempt,
            phone: false,
            ..
        }))) => (address.clone(), secret.clone(), *attempt),
        other => panic!("{other:?}"),
    };
    assert_eq!(requested(&tab), (ALICE.to_owned(), None, 1));
    // Lost: asked for again with the same number and secret.
    let lost = Err(RequestError::Network);
    tab.feed(Input::UiaTokenRequested { subject, secret: secret(9), result: lost });
    assert_eq!(uia(&tab).problem(), Some(&UserError::Network));
    reply(&mut tab, id, UiaReply::ValidatedThreepid(Code(String::new())));
    assert_eq!(requested(&tab), (ALICE.to_owned(), Some(secret(9)), 1));
    tab.feed(Input::UiaTokenRequested { subject, secret: secret(9), result: Ok(sid("proof")) });
    tab.feed(Input::ResendUiaToken(subject));
    assert_eq!(requested(&tab), (ALICE.to_owned(), Some(secret(9)), 2));
    tab.feed(Input::UiaTokenRequested { subject, secret: secret(9), result: Ok(sid("proof")) });

    reply(&mut tab, id, UiaReply::ValidatedThreepid(Code(String::new())));
    let [Some(StageAnswer::Threepid { stage: EMAIL, sid, .. })] = &answers(&tab)[..] else {
        panic!()
    };
    assert_eq!(sid, "proof");
    challenge(&mut tab, id, asks("s", &[&[EMAIL]], &[]));
    assert_eq!(uia(&tab).problem(), Some(&UserError::LinkNotOpened));
    tab.feed(Input::PageStateChanged(AWAY));
    tab.feed(Input::PageStateChanged(HERE));
    assert_eq!(uia(&tab).phase, UiaPhase::Checking(PendingRequest::SilentPoll));
}

#[test]
fn email_stage_accepts_code() {
    let (mut tab, id) = asked(asks("s", &[&[EMAIL]], &[]));
    let subject = UiaTarget::Verification(id);
    let submit_url = Some("https://example.org/submit".to_owned());
    let result = Ok(request_3pid_token_via_email::Response {
        sid: "proof".to_owned(),
        submit_url,
        msisdn: None,
    });
    tab.feed(Input::UiaTokenRequested { subject, secret: secret(9), result });
    let prove = || UiaReply::ValidatedThreepid(Code("123".to_owned()));
    reply(&mut tab, id, prove());
    assert!(matches!(
        tab.effects.last(),
        Some(Effect::Request(Request::Api(ApiRequest::SubmitUiaToken { .. })))
    ));
    tab.feed(Input::UiaTokenSubmitted { subject, result: Ok(false) });
    assert_eq!(uia(&tab).problem(), Some(&UserError::WrongCode));
    reply(&mut tab, id, prove());
    tab.feed(Input::UiaTokenSubmitted { subject, result: Ok(true) });
    assert!(matches!(answers(&tab)[..], [Some(StageAnswer::Threepid { .. })]));
    // A resend that fails meanwhile does not break that off.
    let lost = Err(RequestError::Network);
    tab.feed(Input::UiaTokenRequested { subject, secret: secret(9), result: lost });
    assert!(uia(&tab).is_checking());
}

#[test]
fn forbidden_3pid_changes_make_list_readonly_with_management_url() {
    let mut tab = Tab::open();
    assert!(!tab.model.is_readonly());
    tab.feed(Input::CapabilityLoaded(false));
    assert!(tab.model.is_readonly());
    assert_eq!(tab.effects, [Effect::Request(Request::DiscoverAccountManagement)]);
    let page = "https://account.example.org/?action=org.matrix.profile";
    tab.feed(Input::ManagementUrlLoaded(Some(page.to_owned())));
    assert_eq!(tab.model.management_url(), Some(page));
    // They may have changed something there.
    tab.feed(Input::PageStateChanged(SEEN));
    tab.feed(Input::PageStateChanged(HERE));
    assert!(tab.effects.iter().any(|effect| matches!(
        effect,
        Effect::Request(Request::List(ListRequest::ReadList { .. }))
    )));
}

#[test]
fn unrecognized_endpoint_starts_management_url_discovery() {
    let mut tab = Tab::open();
    let id = tab.hand_in(DORA);
    tab.token(id, Err(refused(404, "M_UNRECOGNIZED")));
    assert!(tab.effects.contains(&Effect::Request(Request::DiscoverAccountManagement)));
    // Nowhere else: it may have been this once.
    let mut nowhere = tab.clone();
    nowhere.feed(Input::ManagementUrlLoaded(None));
    assert!(!nowhere.model.is_readonly());
    let page = "https://account.example.org/?action=org.matrix.profile";
    tab.feed(Input::ManagementUrlLoaded(Some(page.to_owned())));
    assert!(tab.model.is_readonly());
    assert_eq!(tab.model.management_url(), Some(page));
    // Said again, it is not asked again.
    tab.feed(Input::CapabilityLoaded(false));
    assert_eq!(tab.effects, []);
    tab.feed(Input::CapabilityLoaded(true));
    assert!(tab.model.is_readonly());
}

#[test]
fn removal_uia_restarts_expired_session_and_continues_to_terms() {
    let mut stage = crate::harness::Stage::set(crate::response_table::Waits::Delete);
    let flows: &[&[&str]] = &[&[PASSWORD, TERMS]];
    stage.feed(Input::DeleteResponded(Err(asks("s1", flows, &[]))));
    stage.feed(Input::UserWillAuthenticate(number_of(&stage.model, UiaTarget::Removal)));
    stage.feed(Input::UserReplied(UiaTarget::Removal, password()));
    stage.feed(Input::DeleteResponded(Err(refused(400, "M_UNKNOWN"))));
    assert!(matches!(
        stage.effects.last(),
        Some(Effect::Request(Request::Api(ApiRequest::Delete { auth: None, .. })))
    ));
    stage.feed(Input::DeleteResponded(Err(asks("s2", flows, &[]))));
    assert!(stage.effects.contains(&Effect::Ui(UiEffect::SubmitDialog)));
    stage.feed(Input::UserReplied(UiaTarget::Removal, password()));
    stage.feed(Input::DeleteResponded(Err(asks("s2", flows, &[PASSWORD]))));
    let (_, uia) = stage.model.active_uia().expect("a dialog");
    assert!(matches!(uia.stage(), Some(Step::Terms)));
    assert!(!matches!(
        stage.model.verifications.first().map(|it| &it.phase),
        Some(VerificationPhase::Authenticating { .. })
    ));
}
