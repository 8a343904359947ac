//! Texts that break the rules, and right ones.

use super::*;

/// Findings for one text of a language.
fn find(tag: &str, context: &str, text: &str) -> Vec<String> {
    let mut language = Language::new(tag);
    language.update();
    for english in source::list() {
        if let Some(entry) = language.entries.get_mut(&english.context()) {
            english.text.clone_into(&mut entry.text);
        }
    }
    language.entries.get_mut(context).expect("a message").text = text.to_owned();
    let findings = check(&language).into_iter();
    findings.filter(|it| it.context == context).map(|it| it.to_string()).collect()
}

#[test]
fn every_language_passes() {
    let languages = Language::read_all().expect("the files can be read");
    let mut errors: Vec<Finding> = languages.iter().flat_map(check).collect();
    errors.retain(|finding| finding.kind == Kind::Error);
    let lines: Vec<String> = errors.iter().map(Finding::to_string).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

#[test]
fn each_rule_finds_what_breaks_it() {
    for (tag, context, text, found) in [
        ("de", "addedOn", "", "has no text"),
        ("de", "addedOn", "Hinzugefügt", "another number of {}"),
        ("de", "addedOn", "Am {} {", "a brace"),
        ("de", "addedOn", "Am {}.", "ends in a full stop"),
        ("de", "linkExpired", "Das ist so. Und so", "not each has its full stop"),
        ("de", "linkExpired", "Das ist so.. Und so.", "two full stops"),
        ("ja", "linkExpired", "期限切れです。再送信してください.", "another language's full stop"),
        ("hi", "addedOn", "{} को।", "ends in a full stop"),
        ("de", "add", "Jetzt hinzufügen", "not at most 12"),
        ("de", "tryAgain", "Gleich nochmals", "longer than 1.6 times"),
        ("de", "whyPhone", "Add one so that you can sign in with it", "is English"),
        ("de", "whyPhone", "Damit kommst du in your Konto", "an English word"),
        ("ru", "country", "Страна or", "an English word"),
        ("de", "country", "Country", "the same as in English"),
        ("de", "uiaLinkNotOpened", "Öffne erst den Link", "does not name the button"),
        ("de", "whyPhone", "Dann „Fort“ wählen", "which is no text of this language"),
        ("de", "country", "La\u{308}nder", "normal form C"),
        ("de", "country", "\u{200e}Land", "a control character"),
        ("ar", "country", "\u{200b}بلد", "a control character"),
        ("de", "country", " Land", "a space too many"),
        ("de", "country", "Land .", "a space before a mark"),
        ("fr", "country", "Pays ?", "where a line may not break"),
        ("de", "country", "Wähl ein Land", "has \"Wähl \""),
        ("de", "loading", "Lädt", "does not end in …"),
        ("de", "removeAddress", "{} löschen", "does not have"),
        ("de", "page.userHint", "Etwa +49 30 1234567", "not free for examples"),
        ("bn", "page.userHint", "যেমন +৮৮০ ১৮১২-৩৪৫৬৭৮", "not free for examples"),
        ("de", "page.serverHint", "Etwa @alice:matrix.org", "not one of example.org"),
        ("de", "page.homeserverUrlHint", "Etwa https://matrix.org", "not one of example.org"),
        ("ar", "page.serverHint", "مثل @alice:example.org", "not isolated"),
        ("ar", "errorHttp", "حدث خطأ ما (HTTP {})", "not isolated"),
    ] {
        let findings = find(tag, context, text);
        assert!(findings.iter().any(|it| it.contains(found)), "{text:?}: {findings:?}");
    }
}

#[test]
fn documentation_has_the_countries_of_free_numbers() {
    let file = crate::sh::root().join("docs/languages.md");
    let table = std::fs::read_to_string(file).expect("the documentation");
    for (country, range) in examples::FREE_NUMBERS {
        assert!(examples::is_free(*range.start()) && examples::is_free(*range.end()));
        assert!(table.contains(&format!("\n| {country} | +")), "{country}");
    }
}

#[test]
fn right_texts_are_left_alone() {
    for (tag, context, text) in [
        ("de", "linkExpired", "Der Link ist wohl abgelaufen. Fordere einen neuen an."),
        // One sentence is fine where English has two.
        ("de", "linkExpired", "Der Link ist wohl abgelaufen, also fordere einen neuen an"),
        ("hi", "linkExpired", "लिंक की समय सीमा खत्म हो गई होगी। नया लिंक पाएं।"),
        ("th", "linkExpired", "ลิงก์อาจหมดอายุแล้ว ส่งอีเมลอีกครั้งเพื่อรับลิงก์ใหม่"),
        ("ja", "linkExpired", "リンクの期限が切れた可能性があります。再送信してください。"),
        ("fa", "linkExpired", "شاید پیوند منقضی شده باشد. ایمیل را دوباره بفرستید."),
        // An abbreviation ends no sentence.
        ("sl", "page.serverHint", "Na primer oz. npr. @alice:example.org"),
        (
            "fr",
            "uiaLinkNotOpened",
            "Ouvrez d’abord le lien, puis choisissez «\u{a0}Continue\u{a0}»",
        ),
    ] {
        let findings = find(tag, context, text);
        assert!(findings.is_empty(), "{text:?}: {findings:?}");
    }
}
