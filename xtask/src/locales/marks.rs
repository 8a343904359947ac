//! Punctuation and script of each language, for [`super::check`].

/// Full stops of all languages.
pub const STOPS: [char; 6] = ['.', '。', '।', '۔', '։', '．'];

/// Marks other than full stops that end a sentence, or introduce a list.
const OTHER_ENDS: [char; 9] = ['?', '!', '؟', '？', '！', '…', ':', '：', '՝'];

/// Punctuation and script of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Full stop. None if the language has none.
    pub stop: Option<char>,
    /// True if the language is written in Latin letters.
    pub is_latin: bool,
}

impl Marks {
    /// Marks of a language.
    pub fn of(tag: &str) -> Marks {
        let stop = match language_of(tag) {
            "hi" | "bn" => Some('।'),
            "ur" => Some('۔'),
            "hy" => Some('։'),
            "ja" | "zh" => Some('。'),
            "th" => None,
            _ => Some('.'),
        };
        const OTHER_SCRIPTS: [&str; 27] = [
            "ar", "be", "bg", "bn", "el", "fa", "he", "hi", "hy", "ja", "ka", "kk", "ko", "mk",
            "ml", "mr", "ru", "sr", "ta", "te", "th", "uk", "ur", "zh", "km", "my", "ne",
        ];
        let is_latin = tag.contains("-Latn") || !OTHER_SCRIPTS.contains(&language_of(tag));
        Marks { stop, is_latin }
    }

    /// True if the text ends as a sentence in a text of several does.
    pub fn ends_sentence(self, text: &str) -> bool {
        let text = text.trim_end_matches(['»', '”', '“', '"', '」', ')', '）']);
        // The Greek question mark is a semicolon.
        text.ends_with(OTHER_ENDS)
            || text.ends_with(';')
            || self.stop.is_some_and(|stop| text.ends_with(stop))
    }

    /// True if a sentence ends within the text, and another one follows.
    pub fn has_several_sentences(self, text: &str) -> bool {
        let letters: Vec<char> = text.chars().collect();
        letters.windows(3).any(|three| {
            let [before, mark, after] = three else { return false };
            match mark {
                // Chinese and Japanese write no space after a mark.
                '。' | '？' | '！' => true,
                // "such as ! or #" has a space before it.
                '.' | '?' | '!' | '؟' | '।' | '۔' | '։' | ';' => {
                    *before != ' ' && is_space(*after)
                }
                _ => false,
            }
        })
    }
}

/// Language of a tag, without script and region.
pub fn language_of(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// True if the language is written from right to left.
pub fn is_right_to_left(tag: &str) -> bool {
    matches!(language_of(tag), "ar" | "fa" | "he" | "ur")
}

/// True for spaces that may follow a sentence.
fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{202f}')
}

/// Number of characters that have a width: without marks above or below others.
pub fn visible_length(text: &str) -> usize {
    text.chars().filter(|letter| !is_combining(*letter)).count()
}

/// True for marks that are written above, below or around another character, and
/// for invisible joiners.
fn is_combining(letter: char) -> bool {
    let code = u32::from(letter);
    // Vowel signs of India's scripts are in the last 64 of each 128 code points.
    let is_indic_sign = (0x900..0xd80).contains(&code)
        && (matches!(code & 0x7f, 0x00..=0x03 | 0x3c | 0x3e..=0x4d | 0x51..=0x57 | 0x62 | 0x63));
    is_indic_sign
        || matches!(code,
            0x300..=0x36f | 0x591..=0x5c7 | 0x610..=0x61a | 0x64b..=0x65f | 0x670
            | 0xe31 | 0xe34..=0xe3a | 0xe47..=0xe4e | 0x200b..=0x200f)
}
