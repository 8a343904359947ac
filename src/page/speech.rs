//! Texts of the page and of the elements, in one language.

use super::Word;
use super::trouble::Trouble;
use crate::locale::{self, Locale};
use crate::matrix::Json;
use crate::ui::problem_text;

/// Texts of a language.
pub struct Speech {
    /// Texts of the elements, and the format of numbers and durations.
    pub widget: Locale,
    /// Texts of the page, in the order of [`Word`]; `None` for English.
    page: Vec<Json>,
}

impl Speech {
    /// Reads the tables that JavaScript has loaded.
    pub fn read(json: &Json) -> Speech {
        let tag = json.str("lang").unwrap_or("en").to_owned();
        let words = json.array("widget").to_vec();
        let widget = Locale { tag, rtl: json.is_true("rtl"), words };
        Speech { widget, page: json.array("page").to_vec() }
    }

    /// Text of the page.
    pub fn word(&self, word: Word) -> String {
        self.page_text(word).to_owned()
    }

    /// Text of the page, with a value for its `{}`.
    pub fn word_with(&self, word: Word, what: &str) -> String {
        self.widget.put_into(self.page_text(word), what)
    }

    /// Text of the elements.
    pub fn common(&self, word: locale::Word) -> String {
        self.widget.word(word).to_owned()
    }

    /// Text of an error.
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
