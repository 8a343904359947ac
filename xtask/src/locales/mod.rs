//! Languages: `locales/<tag>.po` has the texts of one. The tables of the package
//! and of the account page are generated from these files.

mod check;
mod commands;
mod marks;
mod po;
mod source;
mod tables;

pub use commands::run;
pub use tables::{
    write_json, write_lists, write_page_list, write_page_tables, write_scripts, write_tables,
    write_types,
};

use std::path::PathBuf;

use crate::sh;

/// Folder of the files for translators.
const FOLDER: &str = "locales";

/// Tags of the languages with a file, in their order. English has none: its texts
/// are in `messages.rs`.
const LINGUAS: &str = include_str!("../../../locales/LINGUAS");

/// Tags of the languages with a file.
pub fn tags() -> impl Iterator<Item = &'static str> {
    LINGUAS.split_whitespace()
}

/// File of a language.
fn file_of(tag: &str) -> PathBuf {
    sh::root().join(FOLDER).join(tag).with_extension("po")
}
