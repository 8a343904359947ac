//! The language of the page: its own words, and the widget's.

use super::Word;
use super::trouble::Trouble;
use crate::locale::{self, Locale};
use crate::matrix::Json;
use crate::ui::problem_text;

/// The words.
pub struct Speech {
    /// The widget's, and how numbers and durations are said.
    pub widget: Locale,
    /// Ours, in the order of [`Word`]; none in English.
    page: Vec<Json>,
}

impl Speech {
    /// What JavaScript found.
    pub fn read(json: &Json) -> Speech {
        let tag = json.str("lang").unwrap_or("en").to_owned();
        let words = json.array("widget").to_vec();
        let widget = Locale { tag, rtl: json.is_true("rtl"), words };
        Speech { widget, page: json.array("page").to_vec() }
    }

    /// One of the page's words.
    pub fn word(&self, word: Word) -> String {
        self.page_text(word).to_owned()
    }

    /// One of the page's words, with something in the place of its `{}`.
    pub fn word_with(&self, word: Word, what: &str) -> String {
        self.widget.put_into(self.page_text(word), what)
    }

    /// One of the widget's words.
    pub fn common(&self, word: locale::Word) -> String {
        self.widget.word(word).to_owned()
    }

    /// What went wrong.
    pub fn trouble(&self, trouble: &Trouble) -> String {
        let (word, name) = match trouble {
            Trouble::NoServerTyped => (Word::NoServerTyped, ""),
            Trouble::NotAServer => (Word::NotAServer, ""),
            Trouble::NotAnAddress => (Word::NotAnAddress, ""),
            Trouble::Insecure => (Word::Insecure, ""),
            Trouble::NoSuchServer(name) => (Word::NoSuchServer, &**name),
            Trouble::NotMatrix(name) => (Word::NotMatrix, &**name),
            Trouble::BadWellKnown(name) => (Word::BadWellKnown, &**name),
            Trouble::NoWayIn(name) => (Word::NoWayIn, &**name),
            Trouble::NoUserTyped => (Word::NoUserTyped, ""),
            Trouble::NoPasswordTyped => (Word::NoPasswordTyped, ""),
            Trouble::WrongLogin => (Word::WrongLogin, ""),
            Trouble::SsoFailed => (Word::SsoFailed, ""),
            Trouble::BadLogin(name) => (Word::BadLogin, &**name),
            Trouble::Common(problem) => return problem_text(&self.widget, problem),
        };
        self.word_with(word, name)
    }

    fn page_text(&self, word: Word) -> &str {
        match self.page.get(word as usize) {
            Some(Json::String(text)) if !text.is_empty() => text,
            _ => word.english(),
        }
    }
}
