//! Index of the search: one entry for each section of a document.

use serde::Serialize;

use super::documents::Document;
use super::markdown::Section;

/// Section of a document.
#[derive(Serialize)]
pub struct Entry {
    /// Title of the document.
    title: String,
    /// Heading of the section; empty for the first one.
    heading: String,
    /// URL, relative to the site.
    url: String,
    /// Text of the section.
    text: String,
}

/// Documents that few readers look for, and that are long.
const LEFT_OUT: [&str; 1] = ["CHANGELOG.md"];

/// Entries of a document.
pub fn list(document: &Document, sections: &[Section]) -> Vec<Entry> {
    if LEFT_OUT.contains(&&*document.source) {
        return Vec::new();
    }
    let entry = |(index, section): (usize, &Section)| Entry {
        title: document.title.clone(),
        heading: if index == 0 { String::new() } else { section.heading.clone() },
        url: if index == 0 {
            document.output.clone()
        } else {
            format!("{}#{}", document.output, section.id)
        },
        text: section.text.clone(),
    };
    sections.iter().enumerate().map(entry).collect()
}
