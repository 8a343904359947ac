//! Texts of the user interface: English ones, their notes for translators, and what
//! stands in for a text that is missing. `xtask/src/locales/check.rs` has the rules
//! for the texts of other languages.

use matrix_threepids::account_page;
use matrix_threepids::locale::{Locale, Message};
use matrix_threepids::matrix::Json;

#[test]
fn account_page_may_be_in_each_language() {
    let languages = account_page::config::languages();
    assert_eq!(languages[0], "en");
    let config = |tag: &str| {
        account_page::config::Config::read(Some(&format!("{{\"languages\":[\"{tag}\"]}}")))
    };
    for tag in languages {
        assert!(config(tag).is_ok(), "{tag}");
    }
    assert!(config("tlh").is_err());
}

fn locale(rtl: bool, words: &[&str]) -> Locale {
    let words = words.iter().map(|word| Json::from(*word)).collect();
    Locale { tag: "xx".to_owned(), rtl, messages: words }
}

#[test]
fn missing_message_falls_back_to_english() {
    let locale = locale(false, &["Adressen", ""]);
    assert_eq!(locale.message(Message::EmailAddresses), "Adressen");
    assert_eq!(locale.message(Message::EmailAddress), "Email address");
    assert_eq!(locale.message(Message::ReadTerms), "Read the terms");
    let number = Locale { messages: vec![Json::Number(1.0)], ..Locale::default() };
    assert_eq!(number.message(Message::EmailAddresses), "Email addresses");
}

#[test]
fn placeholder_value_is_isolated_where_directions_meet() {
    let english = Locale::default();
    assert_eq!(english.message_with(Message::WasAdded, "a@b.example"), "a@b.example was added");
    assert_eq!(
        english.message_with(Message::WasAdded, "דנה@b.example"),
        "\u{2068}דנה@b.example\u{2069} was added"
    );
    assert_eq!(english.message_with(Message::WasAdded, "zoë@b.example"), "zoë@b.example was added");
    let arabic = locale(true, &[]);
    assert_eq!(
        arabic.message_with(Message::WasAdded, "a@b.example"),
        "\u{2068}a@b.example\u{2069} was added"
    );
    // A text that leaves it out says the rest.
    assert_eq!(english.message_with(Message::ErrorFatal, "a@b.example"), "Something went wrong");
}

/// Name, English text, and note for translators of each message.
fn english() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let elements = Message::ENGLISH.iter().zip(Message::NOTES);
    let page = account_page::Message::ENGLISH.iter().zip(account_page::Message::NOTES);
    elements.chain(page).map(|((name, text), note)| (*name, *text, *note))
}

/// True if the text has more than one sentence.
fn has_several_sentences(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    letters.windows(3).any(|it| {
        let [before, mark, after] = it else { return false };
        // "such as ! or #" has a space before it.
        *before != ' ' && matches!(mark, '.' | '?' | '!') && *after == ' '
    })
}

#[test]
fn one_sentence_has_no_full_stop_and_several_have_each() {
    for (name, text, _) in english() {
        if has_several_sentences(text) {
            let ends = text.ends_with(['.', '?', '!', '…', ':']);
            assert!(ends, "{name} has several sentences, and no full stop: {text:?}");
        } else {
            assert!(!text.ends_with('.'), "{name} is one sentence: {text:?}");
        }
    }
}

#[test]
fn text_is_no_longer_than_its_note_says() {
    for (name, text, note) in english() {
        assert!(note.trim().ends_with('.'), "the note of {name} is no sentence: {note:?}");
        let Some((_, rest)) = note.split_once("At most ") else { continue };
        let (longest, _) = rest.split_once(" characters").expect("a number of characters");
        let longest: usize = longest.parse().expect("a number");
        let length = text.chars().count();
        assert!(length <= longest, "{name} has {length} characters, not {longest}: {text:?}");
    }
}

#[test]
fn note_of_a_text_with_a_placeholder_says_what_it_is() {
    for (name, text, note) in english() {
        assert_eq!(text.contains("{}"), note.contains("`{}`"), "the note of {name}: {note:?}");
    }
}

#[test]
fn english_has_one_word_for_a_thing() {
    for (name, text, _) in english() {
        for word in ["user name", "mail?", "account's password"] {
            assert!(!text.contains(word), "{name} has {word:?}: {text:?}");
        }
    }
}
