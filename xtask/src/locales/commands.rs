//! `cargo xtask locales`: checks languages, adds one, takes over new English texts.

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use regex::Regex;

use super::check::{self, Kind};
use super::po::Language;
use super::{FOLDER, file_of, tags};
use crate::sh;

const USAGE: &str = "cargo xtask locales check [TAG] | new TAG | update";

/// `cargo xtask locales …`
pub fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["check"] => check(tags()),
        ["check", tag] => check([*tag]),
        ["new", tag] => add(tag),
        ["update"] => update(),
        _ => bail!(USAGE),
    }
}

/// Prints the errors of these languages, and the texts that a translator has to look at.
fn check<'a>(tags: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let (mut errors, mut looks) = (0, 0);
    for tag in tags {
        for finding in check::check(&Language::read(tag)?) {
            println!("{finding}");
            match finding.kind {
                Kind::Error => errors += 1,
                Kind::Look => looks += 1,
            }
        }
    }
    println!("{errors} errors, {looks} texts to look at");
    ensure!(errors == 0, "the errors above have to be corrected");
    Ok(())
}

/// Adds a language without texts.
fn add(tag: &str) -> Result<()> {
    let form = Regex::new("^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$")?;
    ensure!(form.is_match(tag), "{tag} is no tag such as `nl`, `zh-Hant` or `pt-BR`");
    let file = file_of(tag);
    ensure!(!file.exists(), "{} exists", file.display());
    let mut language = Language::new(tag);
    language.update();
    language.write(&file)?;
    let list = sh::root().join(FOLDER).join("LINGUAS");
    let mut all: Vec<&str> = tags().collect();
    all.push(tag);
    all.sort_unstable();
    fs::write(&list, all.join("\n") + "\n").with_context(|| list.display().to_string())?;
    println!("{}\nAdd the language to docs/languages.md, too.", file.display());
    Ok(())
}

/// Takes over English texts and notes that have changed into every file.
fn update() -> Result<()> {
    for tag in tags() {
        let mut language = Language::read(tag)?;
        language.update();
        language.write(&file_of(tag))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_of_languages_names_every_file() {
        let entries = fs::read_dir(sh::root().join(FOLDER)).expect("the folder");
        let names = entries.map(|entry| entry.expect("a file").file_name());
        let names = names.filter_map(|name| Some(name.to_str()?.strip_suffix(".po")?.to_owned()));
        let mut names: Vec<String> = names.collect();
        names.sort();
        assert_eq!(tags().collect::<Vec<_>>(), names);
    }

    #[test]
    fn document_about_languages_has_each_of_them() {
        let text = fs::read_to_string(sh::root().join("docs/languages.md")).expect("the document");
        let row = Regex::new("(?m)^\\| `([^`]+)` \\|").expect("an expression");
        let rows: Vec<&str> =
            row.captures_iter(&text).filter_map(|found| Some(found.get(1)?.as_str())).collect();
        assert_eq!(rows, tags().collect::<Vec<_>>());
        assert!(text.contains(&format!("texts in {} languages", rows.len())), "their number");
    }

    #[test]
    fn file_that_is_read_and_written_stays_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        for tag in tags() {
            let file = folder.path().join(tag);
            Language::read(tag).expect("it can be read").write(&file).expect("it can be written");
            let [before, after] =
                [file_of(tag), file].map(|it| fs::read_to_string(it).expect("text"));
            assert!(before == after, "{tag}: run `cargo xtask locales update`");
        }
    }

    #[test]
    fn changed_english_text_makes_a_translation_fuzzy() {
        let mut language = Language::new("nl");
        language.update();
        let entry = language.entries.get_mut("add").expect("the message");
        "Put on".clone_into(&mut entry.english);
        "Toevoegen".clone_into(&mut entry.text);
        language.update();
        let entry = &language.entries["add"];
        assert_eq!((&*entry.english, &*entry.text, entry.is_fuzzy), ("Add", "Toevoegen", true));
        assert!(!language.entries["remove"].is_fuzzy, "what has no text is not fuzzy");
    }
}
