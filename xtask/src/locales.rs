//! The package's `locales/`: the tables of `www/locales/`, the English one made
//! from the words in Rust, and the types of all.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use matrix_threepids::locale::Word;

use crate::{sh, wasm_build};

/// The type of a complete table, for all but English, where it comes from.
const TYPES: &str = "import type { Messages } from \"../index.js\";\n\
    declare const messages: Messages;\nexport default messages;\n";

/// Puts all files of `locales/` into the package.
pub fn write_tables(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(sh::root().join("www/locales"))? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default();
        wasm_build::copy(&file, &folder.join(name))?;
        fs::write(folder.join(name).with_extension("d.ts"), TYPES)?;
    }
    let mut types = String::new();
    for (word, english) in Word::ENGLISH {
        types += &format!("  /** {english} */\n  readonly {}: string;\n", to_key(word));
    }
    let types = format!("declare const messages: {{\n{types}}};\nexport default messages;\n");
    fs::write(folder.join("en.d.ts"), types)?;
    write_english(folder)
}

/// Puts each table beside itself as JSON, for those who may run no second script.
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

/// Puts the English table beside the others.
pub fn write_english(folder: &Path) -> Result<()> {
    let mut table = String::new();
    for (word, english) in Word::ENGLISH {
        table += &format!("  {}: {},\n", to_key(word), serde_json::to_string(english)?);
    }
    let table =
        format!("// English: every key that `messages` may have.\nexport default {{\n{table}}};\n");
    fs::write(folder.join("en.js"), table)?;
    Ok(())
}

/// The key of a word in tables: its name in camelCase.
fn to_key(word: &str) -> String {
    word[..1].to_lowercase() + &word[1..]
}
