//! Messages ([`Message`]) with their English texts, and the format of numbers,
//! dates and durations (the browser's `Intl`).

#[cfg(target_arch = "wasm32")]
mod intl;
mod messages;
#[cfg(target_arch = "wasm32")]
pub mod phone_numbers;

pub use messages::Message;
#[cfg(target_arch = "wasm32")]
pub use messages::set_late_english;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub(crate) use messages::words;

use std::ops::RangeInclusive;

#[cfg(target_arch = "wasm32")]
use intl::Kind;

use crate::matrix::Json;

/// First bytes, in UTF-8, of right-to-left letters.
const RIGHT_TO_LEFT: RangeInclusive<u8> = 0xd6..=0xe0;

/// Language of the texts.
#[derive(Default)]
pub struct Locale {
    /// BCP 47 tag, for `Intl` and screen readers.
    pub tag: String,
    /// True if the language runs from right to left.
    pub rtl: bool,
    /// Texts in the order of [`Message`], as JavaScript has loaded them; `None`
    /// for English.
    pub messages: Vec<Json>,
}

impl Locale {
    /// Text of a message; in English, if it is missing in this language.
    pub fn message(&self, word: Message) -> &str {
        match self.messages.get(word as usize) {
            Some(Json::String(text)) if !text.is_empty() => text,
            _ => word.english(),
        }
    }

    /// Text of a message, with a value for its `{}`.
    pub fn message_with(&self, word: Message, what: &str) -> String {
        self.interpolate(self.message(word), what)
    }

    /// Replaces the `{}` of a text.
    pub fn interpolate(&self, text: &str, what: &str) -> String {
        let Some((before, after)) = split_placeholder(text) else { return text.to_owned() };
        // What runs the other way than the words around it would drag their
        // ends along. Only then: names are to be as they are written.
        let isolated = self.rtl || what.bytes().any(|byte| RIGHT_TO_LEFT.contains(&byte));
        let [open, close] = if isolated { ["\u{2068}", "\u{2069}"] } else { ["", ""] };
        [before, open, what, close, after].concat()
    }

    /// Text of a message, with values for its two `{}`.
    pub fn message_with_two(&self, word: Message, one: &str, other: &str) -> String {
        let text = self.message_with(word, one);
        let (before, after) = split_placeholder(&text).unwrap_or((&text, ""));
        [before, other, after].concat()
    }

    /// `rtl` or `ltr`, for the attribute `dir`.
    pub fn direction(&self) -> &'static str {
        if self.rtl { "rtl" } else { "ltr" }
    }

    /// Formats a day, such as "21 November 2026". `ms` is since the epoch.
    #[cfg(target_arch = "wasm32")]
    pub fn date(&self, ms: f64) -> String {
        intl::format_value(Kind::Date, &self.tag, ms)
    }

    /// Formats a duration in words, such as "4 minutes 58 seconds".
    #[cfg(target_arch = "wasm32")]
    pub fn duration(&self, ms: f64) -> String {
        intl::format_value(Kind::Duration, &self.tag, ms)
    }

    /// Formats a duration in figures, such as "4:58".
    #[cfg(target_arch = "wasm32")]
    pub fn countdown(&self, ms: f64) -> String {
        intl::format_value(Kind::Countdown, &self.tag, ms)
    }

    /// Formats a whole number that users read, in the digits of the language.
    #[cfg(target_arch = "wasm32")]
    pub fn number(&self, number: usize) -> String {
        intl::format_value(Kind::Number, &self.tag, number as f64)
    }
}

/// Formats a whole number in ASCII, for codes and identifiers. `to_string` costs 1 KB (brotli) of formatting code.
pub fn format_digits(number: usize) -> String {
    let mut text = String::new();
    let mut left = number;
    loop {
        text.insert(0, char::from(b'0' + (left % 10) as u8));
        left /= 10;
        if left == 0 {
            return text;
        }
    }
}

/// Parts of a text before and after its `{}`.
fn split_placeholder(text: &str) -> Option<(&str, &str)> {
    // `split_once` links a search that is faster in long texts.
    let at = text.bytes().position(|byte| byte == b'{')?;
    let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
    Some((before, after.strip_prefix("}").unwrap_or(after)))
}
