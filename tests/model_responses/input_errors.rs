//! What is typed, and what is said of it: nothing at all, something wrong, and
//! the same while it is being corrected.

use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::uia::{Document, SecretText, StageAnswer, documents};
use matrix_threepids::matrix::{json, readable};
use matrix_threepids::model::{
    ApiRequest, EditedField, Effect, FocusTarget, FormPhase, Initiator, Input, Request, Section,
    Stage as Step, UiEffect, UiaReply, UiaTarget, UserError, VerificationPhase,
};

use crate::harness::*;
use crate::tab_harness::*;

fn asks(stage: &str, params: &str) -> matrix_threepids::matrix::RequestError {
    let flows =
        format!(r#"{{"session":"s","flows":[{{"stages":["{stage}"]}}],"params":{params}}}"#);
    failure(401, &flows)
}

#[test]
fn editing_address_clears_its_error() {
    let mut tab = Tab::open();
    let (address, secret) = ("nothing".to_owned(), tab.fresh_secret());
    tab.feed(Input::AddEmail { address, secret, initiator: Initiator::User });
    assert!(tab.model.form_of(Section::Emails).is_invalid());
    tab.feed(Input::Edited(EditedField::Form(Section::Phones)));
    assert!(tab.model.form_of(Section::Emails).is_invalid(), "that was another field");
    tab.feed(Input::Edited(EditedField::Form(Section::Emails)));
    assert_eq!(tab.model.form_of(Section::Emails).problem(), None);

    // What is not the field's stays: a limit, say, or what can be tried again.
    for failed in [limited(60_000.0), refused(500, "M_UNKNOWN")] {
        let id = tab.hand_in(DORA);
        tab.token(id, Err(failed));
        let before = tab.model.form_of(Section::Emails).phase.clone();
        assert!(matches!(before, FormPhase::Failed(..)));
        tab.feed(Input::Edited(EditedField::Form(Section::Emails)));
        assert_eq!(tab.model.form_of(Section::Emails).phase, before);
        // A limit is over by itself; the other is tried again.
        tab.now += 60_000.0;
        tab.feed(Input::TimerFired);
        let id = tab.hand_in(DORA);
        tab.token(id, Err(refused(400, "M_THREEPID_IN_USE")));
        tab.feed(Input::Edited(EditedField::Form(Section::Emails)));
        assert_eq!(tab.model.form_of(Section::Emails).problem(), None);
    }
}

#[test]
fn editing_auth_field_clears_error_and_empty_reply_is_refused() {
    let typed = |text: &str| SecretText(text.to_owned());
    let with = |answer| UiaReply::Auth(answer);
    for (stage, empty, missing, full) in [
        (
            "m.login.password",
            with(StageAnswer::Password { user_id: None, password: typed("") }),
            UserError::MissingCurrentPassword,
            with(StageAnswer::Password { user_id: None, password: typed("secret") }),
        ),
        (
            "m.login.registration_token",
            with(StageAnswer::RegistrationToken(typed(""))),
            UserError::MissingRegistrationToken,
            with(StageAnswer::RegistrationToken(typed("token"))),
        ),
    ] {
        let mut tab = Tab::open();
        let id = tab.mail(DORA, "sid-1");
        let subject = UiaTarget::Verification(id);
        tab.feed(Input::Continue(id));
        tab.added(id, Err(asks(stage, "{}")));
        tab.feed(Input::UserWillAuthenticate(number_of(&tab.model, subject)));
        let problem = |tab: &Tab| tab.model.active_uia().expect("a dialog").1.problem().cloned();
        tab.feed(Input::UserReplied(subject, empty));
        assert_eq!(problem(&tab), Some(missing));
        assert_eq!(
            tab.effects,
            [Effect::Ui(UiEffect::Focus(FocusTarget::Dialog))],
            "nothing is sent"
        );
        tab.feed(Input::Edited(EditedField::Answer(subject)));
        assert_eq!(problem(&tab), None);
        tab.feed(Input::UserReplied(subject, full));
        assert!(matches!(
            tab.effects[..],
            [Effect::Request(Request::Api(ApiRequest::Add { auth: Some(_), .. }))]
        ));
        tab.feed(Input::Edited(EditedField::Answer(subject)));
        tab.added(id, Err(asks(stage, "{}")));
        assert!(problem(&tab).is_some_and(|it| it.is_reply_error()));
        tab.feed(Input::Edited(EditedField::Answer(subject)));
        assert_eq!(problem(&tab), None);
    }
}

#[test]
fn editing_code_clears_its_error() {
    let mut tab = Tab::open();
    let id = tab.hand_in(DORA);
    let mut answer = sid("sid-1");
    answer.submit_url = Some("https://example.org/submit".to_owned());
    tab.token(id, Ok(answer));
    tab.feed(Input::SubmitCode(id, Code(" ".to_owned())));
    assert_eq!(tab.pending(id).problem(), Some(&UserError::MissingCode));
    tab.feed(Input::Edited(EditedField::Code(id)));
    assert_eq!(tab.pending(id).problem(), None);
    tab.feed(Input::SubmitCode(id, Code("1".to_owned())));
    assert!(matches!(tab.phase(id), VerificationPhase::SubmittingCode { .. }));
    tab.feed(Input::CodeResponded { id, result: Ok(false) });
    assert_eq!(tab.pending(id).problem(), Some(&UserError::WrongCode));
    tab.feed(Input::Edited(EditedField::Code(id)));
    assert_eq!(tab.pending(id).problem(), None);
}

/// The documents of these policies, by their languages, texts and URLs.
fn named(policies: &str) -> Vec<Vec<(String, String, Option<String>)>> {
    let params = format!(r#"{{"m.login.terms":{{"policies":{policies}}}}}"#);
    let all = documents(&json::parse(&params).expect("JSON")).into_iter();
    let name = |Document { language, text, url }| (language, text, url);
    all.map(|translations| translations.into_iter().map(name).collect()).collect()
}

#[test]
fn terms_have_every_language_and_malformed_ones_use_fallback() {
    let policies = r#"{"a":{"version":"1","de":{"name":"AGB","url":"https://a/de"},
        "en":{"name":"Terms","url":"https://a/en"}},"b":{"pt":{"url":"http://b"}}}"#;
    let document = |language: &str, text: &str, url: Option<&str>| {
        (language.to_owned(), text.to_owned(), url.map(str::to_owned))
    };
    let terms = [
        document("de", "AGB", Some("https://a/de")),
        document("en", "Terms", Some("https://a/en")),
    ];
    let nameless = document("pt", "http://b", Some("http://b"));
    assert_eq!(named(policies), [terms.to_vec(), vec![nameless]]);
    let script = r#"{"a":{"en":{"name":"Terms","url":"javascript:alert(1)"}}}"#;
    assert_eq!(named(script), [[document("en", "Terms", None)]]);
    let turned = r#"{"a":{"en":{"name":"ter\u202ems"}}}"#;
    assert_eq!(named(turned), [[document("en", "terms", None)]]);
    let many: Vec<_> = (0..51).map(|at| format!(r#""{at}":{{"en":{{"name":"n"}}}}"#)).collect();
    let many = format!("{{{}}}", many.join(","));
    for odd in [
        "null",
        "3",
        r#""terms""#,
        "[]",
        "{}",
        r#"{"a":null}"#,
        r#"{"a":"b"}"#,
        r#"{"a":{"toString":1}}"#,
        r#"{"a":{"en":{"name":{"toString":1},"url":["https://a"]}}}"#,
        r#"{"a":{"en":{"name":" \u202e\u200b","url":"javascript:alert(1)"}}}"#,
        // One of two is not enough: the person would accept what they do not see.
        r#"{"a":{"en":{"name":"Terms"}},"b":{"en":[]}}"#,
        &many,
    ] {
        assert!(named(odd).is_empty(), "{odd}");
        let mut tab = Tab::open();
        let id = tab.mail(DORA, "sid-1");
        tab.feed(Input::Continue(id));
        let params = format!(r#"{{"m.login.terms":{{"policies":{odd}}}}}"#);
        tab.added(id, Err(asks("m.login.terms", &params)));
        // The server's own page has them.
        let (_, uia) = tab.model.active_uia().expect("a dialog");
        assert!(matches!(uia.stage(), Some(Step::Fallback { .. })), "{odd}");
    }
}

#[test]
fn foreign_text_loses_invisible_characters_and_is_truncated() {
    assert_eq!(readable("alice@example.org"), "alice@example.org");
    assert_eq!(readable("Ünïcödé كلمة 日本 👍 a b"), "Ünïcödé كلمة 日本 👍 a b");
    for odd in "\0\n\t\u{7f}\u{85}\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}".chars() {
        assert_eq!(readable(&format!("a{odd}b")), "ab", "{}", odd.escape_unicode());
    }
    assert_eq!(readable(&"é".repeat(320)), "é".repeat(320));
    let long = format!("{}@example.org", "é".repeat(1_000_000));
    let shown = readable(&long);
    assert_eq!(shown.chars().count(), 320);
    assert!(shown.starts_with("éé") && shown.contains('…') && shown.ends_with("@example.org"));
}
