//! `locales/` of the package: the tables of `www/locales/`, the English table,
//! which is generated from the messages in Rust, and types of all tables.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use matrix_threepids::locale::Message;

use crate::{sh, wasm_build};

/// Type of each table except the English one, whose type has the texts.
const TYPES: &str = "import type { Messages } from \"../index.js\";\n\
    declare const messages: Messages;\nexport default messages;\n";

/// Writes the tables and their types.
pub fn write_tables(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(sh::root().join("www/locales"))? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default();
        wasm_build::copy(&file, &folder.join(name))?;
        fs::write(folder.join(name).with_extension("d.ts"), TYPES)?;
    }
    write_types(folder)?;
    write_english(folder)
}

/// Writes the type of the English table: each key with its text, and the note for
/// translators.
pub fn write_types(folder: &Path) -> Result<()> {
    let mut types = String::new();
    for ((word, english), note) in Message::ENGLISH.iter().zip(Message::NOTES) {
        let key = to_key(word);
        types +=
            &format!("  /**\n   * {english}\n   *\n   *{note}\n   */\n  readonly {key}: string;\n");
    }
    let types = format!("declare const messages: {{\n{types}}};\nexport default messages;\n");
    Ok(fs::write(folder.join("en.d.ts"), types)?)
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
    let mut table = String::new();
    for (word, english) in Message::ENGLISH {
        table += &format!("  {}: {},\n", to_key(word), serde_json::to_string(english)?);
    }
    let table =
        format!("// English: every key that `messages` may have.\nexport default {{\n{table}}};\n");
    fs::write(folder.join("en.js"), table)?;
    Ok(())
}

/// Key of a message in tables: its name in camelCase.
fn to_key(word: &str) -> String {
    word[..1].to_lowercase() + &word[1..]
}
