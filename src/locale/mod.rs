//! Words: what each is for ([`Word`]), the English ones, and how numbers,
//! dates and durations are said (by the browser's own `Intl`).

#[cfg(target_arch = "wasm32")]
mod intl;
#[cfg(target_arch = "wasm32")]
pub mod phones;
mod words;

pub use words::Word;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub(crate) use words::words;

use std::ops::RangeInclusive;

use crate::matrix::Json;

/// The first bytes, in UTF-8, of Hebrew, Arabic and the like.
const RIGHT_TO_LEFT: RangeInclusive<u8> = 0xd6..=0xe0;

/// In which language to speak.
#[derive(Default)]
pub struct Locale {
    /// A BCP 47 tag, for `Intl` and screen readers.
    pub tag: String,
    /// Its text runs from right to left.
    pub rtl: bool,
    /// The words in the order of [`Word`], as JavaScript found them; none in
    /// English.
    pub words: Vec<Json>,
}

impl Locale {
    /// The word; in English, if there is none in this language.
    pub fn word(&self, word: Word) -> &str {
        match self.words.get(word as usize) {
            Some(Json::String(text)) if !text.is_empty() => text,
            _ => word.english(),
        }
    }

    /// The word with something in the place of its `{}`.
    pub fn word_with(&self, word: Word, what: &str) -> String {
        self.put_into(self.word(word), what)
    }

    /// A text of this language with something in the place of its `{}`.
    pub fn put_into(&self, text: &str, what: &str) -> String {
        let Some((before, after)) = around(text) else { return text.to_owned() };
        // What runs the other way than the words around it would drag their
        // ends along. Only then: names are to be as they are written.
        let isolated = self.rtl || what.bytes().any(|byte| RIGHT_TO_LEFT.contains(&byte));
        let [open, close] = if isolated { ["\u{2068}", "\u{2069}"] } else { ["", ""] };
        [before, open, what, close, after].concat()
    }

    /// The word with two things in the places of its `{}`s.
    pub fn word_with_both(&self, word: Word, one: &str, other: &str) -> String {
        let text = self.word_with(word, one);
        let (before, after) = around(&text).unwrap_or((&text, ""));
        [before, other, after].concat()
    }

    /// `rtl` or `ltr`, for the attribute `dir`.
    pub fn direction(&self) -> &'static str {
        if self.rtl { "rtl" } else { "ltr" }
    }

    /// A day, such as "21 November 2026". `ms` since the epoch.
    #[cfg(target_arch = "wasm32")]
    pub fn date(&self, ms: f64) -> String {
        intl::date(&self.tag, ms)
    }

    /// A duration in words, such as "4 minutes 58 seconds".
    #[cfg(target_arch = "wasm32")]
    pub fn duration(&self, ms: f64) -> String {
        intl::duration(&self.tag, ms)
    }

    /// A duration in figures, such as "4:58".
    pub fn countdown(&self, ms: f64) -> String {
        let seconds = (ms / 1000.0).ceil().max(0.0) as usize;
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        let zero = if seconds < 10 { "0" } else { "" };
        digits(minutes) + ":" + zero + &digits(seconds)
    }
}

/// A whole number, in digits. `to_string` brings 1 KB (brotli) of formatting
/// along.
pub fn digits(number: usize) -> String {
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

/// What stands before and after a text's `{}`.
fn around(text: &str) -> Option<(&str, &str)> {
    let (before, after) = text.split_once('{')?;
    Some((before, after.strip_prefix('}').unwrap_or(after)))
}
