//! Each table of `www/locales/` has every word, in the order of the English
//! ones, and puts in what those put in. The texts of all languages follow the
//! same rules for full stops, lengths and terms.

use std::fs;
use std::path::PathBuf;

use matrix_threepids::account_page;
use matrix_threepids::locale::{Locale, Message};
use matrix_threepids::matrix::Json;

/// The element's tables, and those of the account page.
const ELEMENT: (&str, Words) = ("www/locales", Message::ENGLISH);
const PAGE: (&str, Words) = ("www/page/words", account_page::Message::ENGLISH);

/// Notes for translators of both, in the order of the texts.
const NOTES: [&[&str]; 2] = [Message::NOTES, account_page::Message::NOTES];

/// Names of words and their English texts.
type Words = &'static [(&'static str, &'static str)];

/// The lines of a table, as key and text, one line per key.
fn table(folder: &str, tag: &str) -> Vec<(String, String)> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("{folder}/{tag}.js"));
    let text = fs::read_to_string(file).expect("the table");
    let (_, lines) = text.split_once("export default {\n").expect("its begin");
    let (lines, _) = lines.split_once("};\n").expect("its end");
    let entry = |line: &str| {
        let (key, text) = line.trim().split_once(": ").expect("a key and a text");
        let text = text.strip_suffix(',').expect("a comma at the end");
        let text = serde_json::from_str(text).expect("a text in double quotes");
        (key.to_owned(), text)
    };
    lines.lines().map(entry).collect()
}

/// The languages that there are.
fn tags(folder: &str) -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    let name = |file: fs::DirEntry| file.file_name().into_string().expect("a plain name");
    let files = fs::read_dir(folder).expect("the folder").map(|file| name(file.expect("a file")));
    files.map(|name| name.trim_end_matches(".js").to_owned()).collect()
}

fn key(word: &str) -> String {
    word[..1].to_lowercase() + &word[1..]
}

#[test]
fn every_locale_has_every_message_in_order() {
    for (folder, words) in [ELEMENT, PAGE] {
        for tag in tags(folder) {
            let table = table(folder, &tag);
            let mut lines = table.iter();
            let mut before = "the beginning".to_owned();
            for (word, _) in words {
                let wanted = key(word);
                let found = lines.next().map_or("nothing", |(key, _)| key);
                assert_eq!(found, wanted, "{folder}/{tag}.js has {found} after {before}");
                before = wanted;
            }
            let left: Vec<_> = lines.map(|(key, _)| key).collect();
            assert!(left.is_empty(), "{folder}/{tag}.js has too much: {left:?}");
        }
    }
}

#[test]
fn no_message_is_empty_or_loses_its_placeholder() {
    for (folder, words) in [ELEMENT, PAGE] {
        for tag in tags(folder) {
            for ((key, text), (_, english)) in table(folder, &tag).iter().zip(words) {
                assert!(!text.trim().is_empty(), "{tag}: {key} is empty");
                let places = |text: &str| text.matches("{}").count();
                assert_eq!(places(text), places(english), "{tag}: {key} is {text:?}");
                assert_eq!(text.matches(['{', '}']).count(), 2 * places(text), "{tag}: {key}");
            }
        }
    }
}

#[test]
fn each_locale_table_has_its_own_import() {
    for (folder, loader, table) in [
        ("www/locales", "www/locales.ts", "locales"),
        ("www/page/words", "www/page/locale.ts", "words"),
    ] {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(loader);
        let text = fs::read_to_string(file).expect("what loads the tables");
        for tag in tags(folder) {
            // Written out, or bundlers would not find it.
            let line = format!("[\"{tag}\", () => import(\"./{table}/{tag}.js\")]");
            assert!(text.contains(&line), "{loader} does not load {tag}");
        }
    }
}

#[test]
fn element_and_account_page_have_same_locales() {
    let (mut element, mut page) = (tags(ELEMENT.0), tags(PAGE.0));
    element.sort();
    page.sort();
    assert_eq!(element, page);
    let of_config = account_page::config::LANGUAGES.iter().filter(|tag| **tag != "en");
    assert_eq!(of_config.copied().collect::<Vec<_>>(), page);
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

/// Calls a function with each text of each language: tag, key, text, and the
/// note for translators.
fn for_each_text(mut run: impl FnMut(&str, &str, &str, &str)) {
    for ((folder, words), notes) in [ELEMENT, PAGE].into_iter().zip(NOTES) {
        for ((word, english), note) in words.iter().zip(notes) {
            run("en", &key(word), english, note);
        }
        for tag in tags(folder) {
            for ((key, text), note) in table(folder, &tag).iter().zip(notes) {
                run(&tag, key, text, note);
            }
        }
    }
}

/// True if the text has more than one sentence.
fn has_several_sentences(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    letters.windows(3).any(|it| {
        let [before, mark, after] = it else { return false };
        // "such as ! or #" has a space before it.
        *before != ' ' && matches!(mark, '.' | '?' | '!' | '؟') && *after == ' '
    })
}

#[test]
fn one_sentence_has_no_full_stop_and_several_have_each() {
    for_each_text(|tag, key, text, _| {
        if has_several_sentences(text) {
            let ends = text.ends_with(['.', '?', '!', '؟', '…', ':']);
            assert!(ends, "{tag}: {key} has several sentences, and no full stop: {text:?}");
        } else {
            assert!(!text.ends_with('.'), "{tag}: {key} is one sentence: {text:?}");
        }
    });
}

#[test]
fn text_is_no_longer_than_its_note_says() {
    for_each_text(|tag, key, text, note| {
        assert!(note.trim().ends_with('.'), "the note of {key} is no sentence: {note:?}");
        let Some((_, rest)) = note.split_once("At most ") else { return };
        let (longest, _) = rest.split_once(" characters").expect("a number of characters");
        let longest: usize = longest.parse().expect("a number");
        let length = text.chars().count();
        assert!(length <= longest, "{tag}: {key} has {length} characters, not {longest}: {text:?}");
    });
}

#[test]
fn note_of_a_text_with_a_placeholder_says_what_it_is() {
    for_each_text(|_, key, text, note| {
        assert_eq!(text.contains("{}"), note.contains("`{}`"), "the note of {key}: {note:?}");
    });
}

#[test]
fn each_language_has_one_word_for_a_thing() {
    const OTHER_WORDS: [(&str, &str); 9] = [
        ("en", "user name"),
        ("en", "mail?"),
        ("en", "account's password"),
        ("de", "Registrierungs-Token"),
        ("de", "Versuch es"),
        ("de", "Wähl "),
        ("fr", "pour le moment"),
        ("es", "Todavía"),
        ("ar", "خادوم"),
    ];
    for_each_text(|tag, key, text, _| {
        for (language, word) in OTHER_WORDS {
            assert!(tag != language || !text.contains(word), "{tag}: {key} has {word:?}: {text:?}");
        }
        // What belongs to a word may not begin a line.
        let breaks = [" ?", " !", " :", " ;", " »", "« "].iter().any(|it| text.contains(it));
        assert!(tag != "fr" || !breaks, "{tag}: {key} has a plain space: {text:?}");
        assert!(tag != "de" || !text.contains(" …"), "{tag}: {key} has a plain space: {text:?}");
    });
}
