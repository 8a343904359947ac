//! Rules for the texts of a language that a program can check. What only people
//! can judge is in `docs/translating.md`.

use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::marks::{self, Marks, STOPS};
use super::po::{Entry, Language};
use super::source::{self, English};

/// Something in the file of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Tag of the language.
    pub tag: String,
    /// Context of the message.
    pub context: String,
    /// Kind of the finding.
    pub kind: Kind,
    /// Description of the fault, with the text.
    pub what: String,
}

/// Consequence of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The text has to be changed.
    Error,
    /// A translator has to look at the text; it may be right.
    Look,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Finding { tag, context, kind, what } = self;
        let kind = match kind {
            Kind::Error => "error",
            Kind::Look => "look at",
        };
        write!(formatter, "{kind}: {tag}: {context}: {what}")
    }
}

/// Words that no text in another language in Latin letters has.
const ENGLISH_WORDS: [&str; 8] = ["the", "your", "you", "this", "that", "please", "isn't", "can't"];

/// Words that stay as they are in every script.
const NAMES: [&str; 10] =
    ["Matrix", "SMS", "HTTP", "ID", "SSO", "https", "alice", "example", "org", "matrix"];

/// Word that the platforms use in Greek and some other languages, too.
const EMAIL: &str = "email";

/// Words of one language that another word of it has replaced. One thing has one
/// word in a language.
const OTHER_WORDS: [(&str, &str); 6] = [
    ("de", "Registrierungs-Token"),
    ("de", "Versuch es"),
    ("de", "Wähl "),
    ("fr", "pour le moment"),
    ("es", "Todavía"),
    ("ar", "خادوم"),
];

/// Marks that may not begin a line, by language: a no-break space is before them.
const NO_BREAK: [(&str, &[&str]); 2] =
    [("fr", &[" ?", " !", " :", " ;", " »", "« "]), ("de", &[" …"])];

/// Characters that fit into every button.
const SHORT: usize = 12;

/// Buttons that other texts name: key, and how the English texts name it.
const NAMED_BUTTONS: [(&str, &str); 1] = [("continue", "choose Continue")];

/// Checks a language.
pub fn check(language: &Language) -> Vec<Finding> {
    let mut checker = Checker { language, context: String::new(), findings: Vec::new() };
    let english = source::list();
    for context in language.entries.keys() {
        if !english.iter().any(|english| english.context() == *context) {
            checker.context.clone_from(context);
            checker.report(Kind::Error, "no message has this context");
        }
    }
    for english in &english {
        checker.context = english.context();
        match language.entries.get(&english.context()) {
            None => checker.report(Kind::Error, "is missing; run `cargo xtask locales update`"),
            Some(entry) => checker.check_entry(english, entry),
        }
    }
    checker.findings
}

struct Checker<'a> {
    language: &'a Language,
    context: String,
    findings: Vec<Finding>,
}

impl Checker<'_> {
    fn report(&mut self, kind: Kind, what: &str) {
        let (tag, context) = (self.language.tag.clone(), self.context.clone());
        self.findings.push(Finding { tag, context, kind, what: what.to_owned() });
    }

    /// Reports an error unless the condition holds.
    fn ensure(&mut self, holds: bool, what: &str, text: &str) {
        if !holds {
            self.report(Kind::Error, &format!("{what}: “{text}”"));
        }
    }

    /// Asks a translator to look at the text unless the condition holds.
    fn expect(&mut self, holds: bool, what: &str, text: &str) {
        if !holds {
            self.report(Kind::Look, &format!("{what}: “{text}”"));
        }
    }

    fn check_entry(&mut self, english: &English, entry: &Entry) {
        let text = &entry.text;
        let is_current =
            entry.english == english.text && entry.note == super::po::join_lines(english.note);
        self.ensure(is_current, "English has changed; run `cargo xtask locales update`", text);
        if text.trim().is_empty() {
            self.report(Kind::Error, "has no text");
            return;
        }
        self.expect(!entry.is_fuzzy, "is fuzzy: its English text has changed", text);
        self.check_characters(text);
        self.check_examples(text);
        self.check_placeholders(english, text);
        self.check_stops(english, text);
        self.check_lengths(english, text);
        self.check_other_language(english, text);
        self.check_quoted(english, text);
    }

    fn check_characters(&mut self, text: &str) {
        let is_normal = ComposingNormalizerBorrowed::new_nfc().is_normalized(text);
        self.ensure(is_normal, "is not in Unicode's normal form C", text);
        // Texts from right to left have isolated examples, such as an address.
        let may_turn = marks::is_right_to_left(&self.language.tag);
        let is_invisible = |letter: char| match letter {
            '\u{200e}' | '\u{200f}' | '\u{2066}'..='\u{2069}' => !may_turn,
            '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{fffd}' => true,
            '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
            _ => letter.is_control(),
        };
        self.ensure(!text.contains(is_invisible), "has a control character", text);
        self.ensure(text.trim() == text && !text.contains("  "), "has a space too many", text);
        let has_loose_mark = [" .", " ,", " 。", " ،", " ۔"].iter().any(|mark| {
            let after = text.split_once(mark).map(|(_, rest)| rest);
            after.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        self.ensure(!has_loose_mark, "has a space before a mark", text);
        let language = marks::language_of(&self.language.tag);
        for (_, marks) in NO_BREAK.iter().filter(|(tag, _)| *tag == language) {
            let breaks = marks.iter().any(|mark| text.contains(mark));
            self.ensure(!breaks, "has a space where a line may not break", text);
        }
        for (_, word) in OTHER_WORDS.iter().filter(|(tag, _)| *tag == language) {
            self.ensure(!text.contains(word), &format!("has {word:?}"), text);
        }
    }

    /// Checks that no one has the phone numbers and addresses that are examples, and
    /// that their signs stay where they are in a text from right to left.
    fn check_examples(&mut self, text: &str) {
        for number in examples::find_numbers(text) {
            let what = format!("has +{number}, which is not free for examples");
            self.ensure(examples::is_free(number), &what, text);
        }
        for address in examples::find_addresses(text) {
            self.ensure(
                address.ends_with("example.org"),
                &format!("has {address}, not one of example.org"),
                text,
            );
        }
        if marks::is_right_to_left(&self.language.tag) {
            let left = examples::remove_isolated(text);
            // A sign between two Latin letters stays there, one at an end does not.
            let ends = ["// ", "HTTP {}"];
            let may_move = left.contains(['@', '+']) || ends.iter().any(|end| left.contains(end));
            self.ensure(!may_move, "has an example that is not isolated", text);
        }
    }

    fn check_placeholders(&mut self, english: &English, text: &str) {
        let places = |text: &str| text.matches("{}").count();
        let right = places(text) == places(english.text);
        self.ensure(right, "has another number of {} than English", text);
        let is_whole = text.matches(['{', '}']).count() == 2 * places(text);
        self.ensure(is_whole, "has a brace without its other half", text);
    }

    fn check_stops(&mut self, english: &English, text: &str) {
        let marks = Marks::of(&self.language.tag);
        let is_doubled = STOPS.iter().any(|stop| text.contains(&format!("{stop}{stop}")));
        self.ensure(!is_doubled, "has two full stops in a row", text);
        let other = STOPS.iter().find(|stop| Some(**stop) != marks.stop && text.ends_with(**stop));
        self.ensure(other.is_none(), "ends in another language's full stop", text);
        let several = marks.has_several_sentences(text);
        // Languages differ in what is one sentence; abbreviations look like an end.
        if Marks::of("en").has_several_sentences(english.text) {
            let ends = marks.stop.is_none() || marks.ends_sentence(text) == several;
            self.ensure(ends, "has several sentences, and not each has its full stop", text);
        } else {
            let stops = text.ends_with(STOPS);
            self.ensure(!stops || several, "is one sentence, and ends in a full stop", text);
        }
        for (mark, others) in
            [("…", &["…", "…"][..]), ("?", &["?", "؟", "？", ";"]), (":", &[":", "：", "՝"])]
        {
            let ends = others.iter().any(|other| text.ends_with(other)) || text.contains('՞');
            let what = format!("does not end in {mark} as English does");
            self.expect(!english.text.ends_with(mark) || ends, &what, text);
        }
    }

    fn check_lengths(&mut self, english: &English, text: &str) {
        let length = marks::visible_length(text);
        if let Some(max) = english.max_length() {
            let what = format!("has {length} characters, not at most {max}");
            self.ensure(length <= max, &what, text);
        }
        if english.is_button() {
            // In whole numbers: 1.6 times.
            let is_short = length <= SHORT || 10 * length <= 16 * english.text.chars().count();
            self.expect(is_short, "is a button, and longer than 1.6 times the English one", text);
        }
    }

    fn check_other_language(&mut self, english: &English, text: &str) {
        if marks::language_of(&self.language.tag) == "en" {
            return;
        }
        let is_same = text == english.text;
        let is_sentence = english.text.split_whitespace().count() > 2;
        self.ensure(!is_same || !is_sentence, "is English", text);
        self.expect(!is_same || is_sentence, "is the same as in English", text);
        let words = || text.split(|letter: char| !letter.is_ascii_alphabetic() && letter != '\'');
        let found = match Marks::of(&self.language.tag).is_latin {
            true => words().find(|word| ENGLISH_WORDS.contains(&&*word.to_lowercase())),
            // A single letter is an example, as in "A–Z".
            false => words().find(|word| word.len() > 1 && *word != EMAIL && !NAMES.contains(word)),
        };
        self.expect(found.is_none(), "has an English word", text);
    }

    /// Checks that texts name buttons by their texts.
    fn check_quoted(&mut self, english: &English, text: &str) {
        for (key, named) in NAMED_BUTTONS {
            let button = self.language.entries.get(key).map_or("", |entry| &entry.text);
            let is_named = !english.text.contains(named) || text.contains(button);
            self.ensure(is_named, &format!("does not name the button {button:?}"), text);
        }
        let all: Vec<&str> = self.language.entries.values().map(|entry| &*entry.text).collect();
        for quoted in find_quoted(text) {
            let what = format!("quotes {quoted:?}, which is no text of this language");
            // A button, or a folder of another program.
            self.expect(all.contains(&quoted), &what, text);
        }
        if self.context == "removeAddress" {
            let remove = self.language.entries.get("remove").map_or("", |entry| &entry.text);
            let has_label = text.to_lowercase().contains(&remove.to_lowercase());
            self.ensure(has_label, &format!("does not have {remove:?} in it"), text);
        }
    }
}

/// Parts of a text in quotes of any language, without spaces around them.
fn find_quoted(text: &str) -> Vec<&str> {
    const PAIRS: [(char, &[char]); 6] = [
        ('«', &['»']),
        ('»', &['«']),
        ('„', &['“', '”']),
        ('“', &['”']),
        ('”', &['”']),
        ('「', &['」']),
    ];
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|letter| PAIRS.iter().any(|(open, _)| *open == letter)) {
        let open = rest[at..].chars().next().unwrap_or_default();
        rest = &rest[at + open.len_utf8()..];
        let (_, closes) =
            PAIRS.iter().find(|(other, _)| *other == open).copied().unwrap_or_default();
        let Some(end) = rest.find(closes) else { break };
        found.push(rest[..end].trim());
        let close = rest[end..].chars().next().unwrap_or_default();
        rest = &rest[end + close.len_utf8()..];
    }
    found
}

mod examples;
#[cfg(test)]
mod tests;
