//! Texts of the page and of the elements, in one language.

use super::Message;
use super::sign_in_error::SignInError;
use crate::locale::{self, Locale};
use crate::matrix::Json;
use crate::ui::problem_text;

/// Texts of a language.
pub struct Translations {
    /// Texts of the elements, and the format of numbers and durations.
    pub widget: Locale,
    /// Texts of the page, in the order of [`Message`]; `None` for English.
    page: Vec<Json>,
}

impl Translations {
    /// Reads the tables that JavaScript has loaded.
    pub fn read(json: &Json) -> Translations {
        let tag = json.str("lang").unwrap_or("en").to_owned();
        let words = json.array("widget").to_vec();
        let widget = Locale { tag, rtl: json.is_true("rtl"), messages: words };
        Translations { widget, page: json.array("page").to_vec() }
    }

    /// Text of the page.
    pub fn word(&self, word: Message) -> String {
        self.page_text(word).to_owned()
    }

    /// Text of the page, with a value for its `{}`.
    pub fn word_with(&self, word: Message, what: &str) -> String {
        self.widget.interpolate(self.page_text(word), what)
    }

    /// Text of the elements.
    pub fn widget_message(&self, word: locale::Message) -> String {
        self.widget.message(word).to_owned()
    }

    /// Text of an error.
    pub fn error_text(&self, trouble: &SignInError) -> String {
        let (word, name) = match trouble {
            SignInError::MissingServer => (Message::MissingServer, ""),
            SignInError::NotAServer => (Message::NotAServer, ""),
            SignInError::NotAnAddress => (Message::NotAnAddress, ""),
            SignInError::Insecure => (Message::Insecure, ""),
            SignInError::NoSuchServer(name) => (Message::NoSuchServer, &**name),
            SignInError::NotMatrix(name) => (Message::NotMatrix, &**name),
            SignInError::BadWellKnown(name) => (Message::BadWellKnown, &**name),
            SignInError::NoSupportedLogin(name) => (Message::NoSupportedLogin, &**name),
            SignInError::MissingUser => (Message::MissingUser, ""),
            SignInError::MissingPassword => (Message::MissingPassword, ""),
            SignInError::WrongLogin => (Message::WrongLogin, ""),
            SignInError::SsoFailed => (Message::SsoFailed, ""),
            SignInError::BadLogin(name) => (Message::BadLogin, &**name),
            SignInError::Widget(problem) => return problem_text(&self.widget, problem),
        };
        self.word_with(word, name)
    }

    fn page_text(&self, word: Message) -> &str {
        match self.page.get(word as usize) {
            Some(Json::String(text)) if !text.is_empty() => text,
            _ => word.english(),
        }
    }
}
