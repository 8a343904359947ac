//! Words: what each is for ([`Word`]), the English ones, and how numbers,
//! dates and durations are said (by the browser's own `Intl`).

mod intl;
mod words;

pub use words::Word;

/// In which language to speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locale {
    /// A BCP 47 tag, for `Intl`.
    pub tag: String,
}

impl Default for Locale {
    fn default() -> Self {
        Self { tag: "en".to_owned() }
    }
}

impl Locale {
    /// The word.
    pub fn word(&self, word: Word) -> &'static str {
        word.english()
    }

    /// The word with something in the place of its `{}`.
    pub fn word_with(&self, word: Word, what: &str) -> String {
        match self.word(word).split_once('{') {
            Some((before, after)) => {
                [before, what, after.strip_prefix('}').unwrap_or(after)].concat()
            }
            None => self.word(word).to_owned(),
        }
    }

    /// A day, such as "21 November 2026". `ms` since the epoch.
    pub fn date(&self, ms: f64) -> String {
        intl::date(&self.tag, ms)
    }

    /// A duration in words, such as "4 minutes 58 seconds".
    pub fn duration(&self, ms: f64) -> String {
        intl::duration(&self.tag, ms)
    }

    /// A duration in figures, such as "4:58".
    pub fn countdown(&self, ms: f64) -> String {
        let seconds = (ms / 1000.0).ceil().max(0.0) as u32;
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        let zero = if seconds < 10 { "0" } else { "" };
        minutes.to_string() + ":" + zero + &seconds.to_string()
    }
}
