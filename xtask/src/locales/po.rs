//! Files of gettext with the texts of one language (`locales/<tag>.po`). The
//! context of a message is its key, so its English text may change.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use polib::catalog::Catalog;
use polib::message::{Message, MessageFlags};
use polib::metadata::CatalogMetadata;
use polib::po_file;

use super::source::{self, English, Part};
use super::{file_of, tags};

/// Texts of one language.
pub struct Language {
    /// Tag of the language.
    pub tag: String,
    /// Entries, by their contexts.
    pub entries: BTreeMap<String, Entry>,
    /// Header, such as the names of translators.
    metadata: CatalogMetadata,
    /// Comments above the header.
    header_comments: Vec<String>,
}

/// Text of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// English text from which it was translated.
    pub english: String,
    /// Note for translators.
    pub note: String,
    /// Text. Empty if it is missing.
    pub text: String,
    /// True if the English text has changed since.
    pub is_fuzzy: bool,
    /// Comment of a translator.
    pub comment: String,
}

impl Language {
    /// A language without texts.
    pub fn new(tag: &str) -> Language {
        let metadata = CatalogMetadata {
            project_id_version: "matrix-threepids".to_owned(),
            mime_version: "1.0".to_owned(),
            content_type: "text/plain; charset=UTF-8".to_owned(),
            content_transfer_encoding: "8bit".to_owned(),
            language: tag.replace('-', "_"),
            ..CatalogMetadata::default()
        };
        let (entries, header_comments) = (BTreeMap::new(), Vec::new());
        Language { tag: tag.to_owned(), entries, metadata, header_comments }
    }

    /// Reads the file of a language.
    pub fn read(tag: &str) -> Result<Language> {
        let file = file_of(tag);
        let catalog = po_file::parse(&file).with_context(|| file.display().to_string())?;
        let entries = catalog.messages().map(|message| {
            let entry = Entry {
                english: message.msgid().to_owned(),
                // Tools wrap comments.
                note: join_lines(message.extracted_comments()),
                text: message.msgstr().unwrap_or_default().to_owned(),
                is_fuzzy: message.is_fuzzy(),
                comment: message.translator_comments().to_owned(),
            };
            (message.msgctxt().unwrap_or_default().to_owned(), entry)
        });
        let entries = entries.collect();
        let Catalog { metadata, preheader: header_comments, .. } = catalog;
        Ok(Language { tag: tag.to_owned(), entries, metadata, header_comments })
    }

    /// Every language.
    pub fn read_all() -> Result<Vec<Language>> {
        tags().map(Language::read).collect()
    }

    /// Text of a message. Empty if it is missing.
    pub fn text(&self, english: &English) -> &str {
        self.entries.get(&english.context()).map_or("", |entry| &entry.text)
    }

    /// Keys and texts of a part, in the order of the messages in Rust.
    pub fn table(&self, part: Part) -> Vec<(String, String)> {
        let messages = source::list().into_iter().filter(|english| english.part == part);
        messages.map(|english| (english.key.clone(), self.text(&english).to_owned())).collect()
    }

    /// Takes over English texts and notes that have changed. A text whose English one
    /// has changed is marked as fuzzy; a message that is gone is left out.
    pub fn update(&mut self) {
        let mut before = std::mem::take(&mut self.entries);
        for english in source::list() {
            let mut entry = before.remove(&english.context()).unwrap_or_default();
            entry.is_fuzzy |= !entry.text.is_empty() && entry.english != english.text;
            entry.english = english.text.to_owned();
            entry.note = join_lines(english.note);
            self.entries.insert(english.context(), entry);
        }
    }

    /// Writes the file, in the order of the messages in Rust.
    pub fn write(&self, file: &Path) -> Result<()> {
        let mut catalog = Catalog::new(self.metadata.clone());
        catalog.preheader.clone_from(&self.header_comments);
        for english in source::list() {
            let entry = self.entries.get(&english.context()).cloned().unwrap_or_default();
            let mut flags = MessageFlags::new();
            if entry.is_fuzzy {
                flags.add_flag("fuzzy");
            }
            let message = Message::build_singular()
                .with_translator_comments(entry.comment)
                .with_extracted_comments(entry.note)
                .with_source(english.file().to_owned())
                .with_flags(flags)
                .with_msgctxt(english.context())
                .with_msgid(entry.english)
                .with_msgstr(entry.text)
                .done();
            catalog.append_or_update(message);
        }
        po_file::write_to_file(&catalog, file).with_context(|| file.display().to_string())
    }
}

/// Note in one line: tools for translators break lines as they like.
pub fn join_lines(note: &str) -> String {
    note.split_whitespace().collect::<Vec<_>>().join(" ")
}
