//! The English texts of the elements and of the account page, with their notes for
//! translators.

use matrix_threepids::account_page;
use matrix_threepids::locale::Message;

/// Part of the project that has texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The elements.
    Elements,
    /// The account page.
    Page,
}

/// English text of a message.
#[derive(Clone, Debug)]
pub struct English {
    /// Part that has the message.
    pub part: Part,
    /// Key of the message in its table.
    pub key: String,
    /// English text.
    pub text: &'static str,
    /// Note for translators.
    pub note: &'static str,
}

impl English {
    /// `msgctxt` of the message: its key, with the part if that is the account page.
    pub fn context(&self) -> String {
        match self.part {
            Part::Elements => self.key.clone(),
            Part::Page => format!("page.{}", self.key),
        }
    }

    /// File with the message.
    pub fn file(&self) -> &'static str {
        match self.part {
            Part::Elements => "src/locale/messages.rs",
            Part::Page => "src/account_page/messages.rs",
        }
    }

    /// Number of characters that the text may have, if its note says one.
    pub fn max_length(&self) -> Option<usize> {
        let (_, rest) = self.note.split_once("At most ")?;
        rest.split_once(" characters")?.0.parse().ok()
    }

    /// True if the note says that the text is on a button.
    pub fn is_button(&self) -> bool {
        let note = self.note.trim_start();
        note.starts_with("Button") || note.starts_with("Quiet button")
    }
}

/// Every message, in the order of the tables.
pub fn list() -> Vec<English> {
    let both = [
        (Part::Elements, Message::ENGLISH, Message::NOTES),
        (Part::Page, account_page::Message::ENGLISH, account_page::Message::NOTES),
    ];
    let of = |(part, words, notes): (Part, &[(&str, &'static str)], &[&'static str])| {
        let each = words.iter().zip(notes).map(|((word, text), note)| English {
            part,
            key: to_key(word),
            text,
            note: note.trim(),
        });
        each.collect::<Vec<_>>()
    };
    both.into_iter().flat_map(of).collect()
}

/// Key of a message in tables: its name in camelCase.
pub fn to_key(word: &str) -> String {
    word[..1].to_lowercase() + &word[1..]
}
