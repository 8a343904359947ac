//! What is typed, and what is said of it: nothing at all, something wrong, and
//! the same while it is being corrected.

use matrix_threepids::flow::{
    By, Effect, Focus, FormPhase, Input, Phase, Problem, Reply, Section, Stage as Step, Subject,
    Typed,
};
use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::uia::{Answer, Document, Password, documents};
use matrix_threepids::matrix::{json, readable};

use crate::stage::*;
use crate::tab::*;

fn asks(stage: &str, params: &str) -> matrix_threepids::matrix::Failure {
    let flows =
        format!(r#"{{"session":"s","flows":[{{"stages":["{stage}"]}}],"params":{params}}}"#);
    failure(401, &flows)
}

#[test]
fn an_address_is_not_wrong_while_it_is_corrected() {
    let mut tab = Tab::open();
    let (address, secret) = ("nothing".to_owned(), tab.fresh_secret());
    tab.feed(Input::Add { address, secret, by: By::Person });
    assert!(tab.flow.form_of(Section::Emails).is_invalid());
    tab.feed(Input::Corrected(Typed::Form(Section::Phones)));
    assert!(tab.flow.form_of(Section::Emails).is_invalid(), "that was another field");
    tab.feed(Input::Corrected(Typed::Form(Section::Emails)));
    assert_eq!(tab.flow.form_of(Section::Emails).problem(), None);

    // What is not the field's stays: a limit, say, or what can be tried again.
    for failed in [limited(60_000.0), refused(500, "M_UNKNOWN")] {
        let id = tab.hand_in(DORA);
        tab.token(id, Err(failed));
        let before = tab.flow.form_of(Section::Emails).phase.clone();
        assert!(matches!(before, FormPhase::Failed(..)));
        tab.feed(Input::Corrected(Typed::Form(Section::Emails)));
        assert_eq!(tab.flow.form_of(Section::Emails).phase, before);
        // A limit is over by itself; the other is tried again.
        tab.now += 60_000.0;
        tab.feed(Input::Woke);
        let id = match tab.flow.form_of(Section::Emails).phase {
            FormPhase::Failed(..) => {
                tab.feed(Input::SendAgain(Section::Emails));
                id
            }
            _ => tab.hand_in(DORA),
        };
        tab.token(id, Err(refused(400, "M_THREEPID_IN_USE")));
        tab.feed(Input::Corrected(Typed::Form(Section::Emails)));
        assert_eq!(tab.flow.form_of(Section::Emails).problem(), None);
    }
}

#[test]
fn an_answer_is_not_wrong_while_it_is_corrected_and_nothing_is_no_answer() {
    let typed = |text: &str| Password(text.to_owned());
    let with = |answer| Reply::With(answer);
    for (stage, empty, missing, full) in [
        (
            "m.login.password",
            with(Answer::Password { user_id: None, password: typed("") }),
            Problem::NoCurrentPassword,
            with(Answer::Password { user_id: None, password: typed("secret") }),
        ),
        (
            "m.login.registration_token",
            with(Answer::RegistrationToken(typed(""))),
            Problem::NoToken,
            with(Answer::RegistrationToken(typed("token"))),
        ),
    ] {
        let mut tab = Tab::open();
        let id = tab.mail(DORA, "sid-1");
        let subject = Subject::Verification(id);
        tab.feed(Input::Continue(id));
        tab.added(id, Err(asks(stage, "{}")));
        tab.feed(Input::PersonAuthenticates(number_of(&tab.flow, subject)));
        let problem = |tab: &Tab| tab.flow.in_front().expect("a dialog").1.problem().cloned();
        tab.feed(Input::Authenticate(subject, empty));
        assert_eq!(problem(&tab), Some(missing));
        assert_eq!(tab.effects, [Effect::Focus(Focus::Dialog)], "nothing is sent");
        tab.feed(Input::Corrected(Typed::Answer(subject)));
        assert_eq!(problem(&tab), None);
        tab.feed(Input::Authenticate(subject, full));
        assert!(matches!(tab.effects[..], [Effect::Add { auth: Some(_), .. }]));
        tab.feed(Input::Corrected(Typed::Answer(subject)));
        tab.added(id, Err(asks(stage, "{}")));
        assert!(problem(&tab).is_some_and(|it| it.is_of_the_answer()));
        tab.feed(Input::Corrected(Typed::Answer(subject)));
        assert_eq!(problem(&tab), None);
    }
}

#[test]
fn a_code_is_not_wrong_while_it_is_corrected() {
    let mut tab = Tab::open();
    let id = tab.hand_in(DORA);
    let mut answer = sid("sid-1");
    answer.submit_url = Some("https://example.org/submit".to_owned());
    tab.token(id, Ok(answer));
    tab.feed(Input::Submit(id, Code(" ".to_owned())));
    assert_eq!(tab.pending(id).problem(), Some(&Problem::NoCode));
    tab.feed(Input::Corrected(Typed::Code(id)));
    assert_eq!(tab.pending(id).problem(), None);
    tab.feed(Input::Submit(id, Code("1".to_owned())));
    assert!(matches!(tab.phase(id), Phase::Submitting { .. }));
    tab.feed(Input::Submitted { id, result: Ok(false) });
    assert_eq!(tab.pending(id).problem(), Some(&Problem::WrongCode));
    tab.feed(Input::Corrected(Typed::Code(id)));
    assert_eq!(tab.pending(id).problem(), None);
}

/// The documents of these policies, by their texts and URLs.
fn named(policies: &str, tag: &str) -> Vec<(String, Option<String>)> {
    let params = format!(r#"{{"m.login.terms":{{"policies":{policies}}}}}"#);
    let all = documents(&json::parse(&params).expect("JSON"), tag);
    all.into_iter().map(|Document { text, url }| (text, url)).collect()
}

#[test]
fn documents_in_the_language_and_none_that_cannot_be_shown() {
    let policies = r#"{"a":{"version":"1","de":{"name":"AGB","url":"https://a/de"},
        "en":{"name":"Terms","url":"https://a/en"}},"b":{"pt":{"url":"http://b"}}}"#;
    let url = |url: &str| Some(url.to_owned());
    for (tag, text, at) in [("de-AT", "AGB", "https://a/de"), ("fr", "Terms", "https://a/en")] {
        let wanted = [(text.to_owned(), url(at)), ("http://b".to_owned(), url("http://b"))];
        assert_eq!(named(policies, tag), wanted);
    }
    let script = r#"{"a":{"en":{"name":"Terms","url":"javascript:alert(1)"}}}"#;
    assert_eq!(named(script, "en"), [("Terms".to_owned(), None)]);
    let turned = r#"{"a":{"en":{"name":"ter\u202ems"}}}"#;
    assert_eq!(named(turned, "en"), [("terms".to_owned(), None)]);
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
        assert_eq!(named(odd, "en"), [], "{odd}");
        let mut tab = Tab::open();
        let id = tab.mail(DORA, "sid-1");
        tab.feed(Input::Continue(id));
        let params = format!(r#"{{"m.login.terms":{{"policies":{odd}}}}}"#);
        tab.added(id, Err(asks("m.login.terms", &params)));
        // The server's own page has them.
        let (_, uia) = tab.flow.in_front().expect("a dialog");
        assert!(matches!(uia.stage(), Some(Step::Page { .. })), "{odd}");
    }
}

#[test]
fn foreign_texts_are_shown_without_what_turns_them_and_cut() {
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
