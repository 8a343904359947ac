//! Generated tables: those of the package (`locales/`) and of the account page
//! (`words/`), their types, and the modules that load them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::po::Language;
use super::source::{self, Part};
use super::tags;
use crate::sh;

/// Type of each table except the English one, whose type has the texts.
const TYPES: &str = "import type { Messages } from \"../index.js\";\n\
    declare const messages: Messages;\nexport default messages;\n";

/// Writes the tables of the elements.
pub fn write_tables(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for language in Language::read_all()? {
        write_table(&folder.join(format!("{}.js", language.tag)), &language.table(Part::Elements))?;
    }
    write_english(folder)
}

/// Writes the tables of the account page.
pub fn write_page_tables(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for language in Language::read_all()? {
        write_table(&folder.join(format!("{}.js", language.tag)), &language.table(Part::Page))?;
    }
    Ok(())
}

fn write_table(file: &Path, table: &[(String, String)]) -> Result<()> {
    Ok(fs::write(file, format!("export default {};\n", to_object(table)?))?)
}

/// Object literal with the texts of a table, in their order.
fn to_object(table: &[(String, String)]) -> Result<String> {
    let mut lines = String::new();
    for (key, text) in table {
        lines += &format!("  {key}: {},\n", serde_json::to_string(text)?);
    }
    Ok(format!("{{\n{lines}}}"))
}

/// Writes the modules that load the tables: `tables.js`, and `page/words.js`.
pub fn write_lists(sources: &Path) -> Result<()> {
    write_list(&sources.join("tables.js"), "TABLES", "locales")?;
    write_page_list(&sources.join("page/words.js"))
}

/// Writes the module that loads the tables of the account page.
pub fn write_page_list(file: &Path) -> Result<()> {
    write_list(file, "WORDS", "words")
}

/// Writes a module with one import for each table: bundlers find only literal ones.
fn write_list(file: &Path, name: &str, folder: &str) -> Result<()> {
    let mut lines = String::new();
    for tag in tags() {
        lines += &format!("  [\"{tag}\", () => import(\"./{folder}/{tag}.js\")],\n");
    }
    Ok(fs::write(file, format!("export const {name} = new Map([\n{lines}]);\n"))?)
}

/// Writes the types of the tables. That of the English one has each key with its
/// text, and the note for translators.
pub fn write_types(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for tag in tags() {
        fs::write(folder.join(format!("{tag}.d.ts")), TYPES)?;
    }
    let mut types = String::new();
    for english in source::list().iter().filter(|english| english.part == Part::Elements) {
        let (text, note, key) = (english.text, english.note, &english.key);
        types +=
            &format!("  /**\n   * {text}\n   *\n   * {note}\n   */\n  readonly {key}: string;\n");
    }
    let types = format!("declare const messages: {{\n{types}}};\nexport default messages;\n");
    Ok(fs::write(folder.join("en.d.ts"), types)?)
}

/// Writes each table as a classic script, too, for pages that load no modules.
pub fn write_scripts(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut tables = vec![("en".to_owned(), read_english())];
    for language in Language::read_all()? {
        tables.push((language.tag.clone(), language.table(Part::Elements)));
    }
    for (tag, table) in tables {
        let script = format!("document.currentScript.messages = {};\n", to_object(&table)?);
        fs::write(folder.join(format!("{tag}.js")), script)?;
    }
    Ok(())
}

/// Keys and texts of the English table.
fn read_english() -> Vec<(String, String)> {
    let messages = source::list().into_iter().filter(|english| english.part == Part::Elements);
    messages.map(|english| (english.key, english.text.to_owned())).collect()
}

/// Writes each table as JSON, too, for pages that may not run a second script.
pub fn write_json(folder: &Path) -> Result<()> {
    const SCRIPT: &str = "const { readdir, writeFile } = await import('node:fs/promises');\n\
        for (const name of (await readdir('.')).filter((name) => name.endsWith('.js'))) {\n\
          const table = await import(`${process.cwd()}/${name}`);\n\
          await writeFile(name.replace(/js$/, 'json'), `${JSON.stringify(table.default)}\\n`);\n\
        }";
    let mut node = Command::new("node");
    node.args(["--input-type=module", "--eval", SCRIPT]).current_dir(folder);
    sh::run_quietly(&mut node)
}

/// Writes the English table.
pub fn write_english(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let file = folder.join("en.js");
    write_table(&file, &read_english())?;
    let text = fs::read_to_string(&file)?;
    Ok(fs::write(file, format!("// English: every key that `messages` may have.\n{text}"))?)
}
