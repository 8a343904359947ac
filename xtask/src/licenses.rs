//! Licenses of the crates in the WebAssembly, with their texts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::linked_crates;

/// The standard library is in the WebAssembly, too, but is not a crate of the
/// lock file.
const STANDARD_LIBRARY: &str =
    "- std, core, alloc (the Rust standard library): MIT OR Apache-2.0\n";

/// Text of `THIRD-PARTY-LICENSES.txt`.
pub fn collect_text() -> Result<String> {
    let mut list = String::new();
    // Crates by the text of their license.
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in linked_crates::list_packages()? {
        let label = format!("{} {}", package.name, package.version);
        writeln!(list, "- {label}: {}", package.license)?;
        for text in read_license_files(&package.folder)? {
            texts.entry(text).or_default().push(label.clone());
        }
    }
    let mut out = format!(
        "threepids.wasm contains code of these packages. index.js, inline.js and cdn.js contain\n\
         code that wasm-bindgen generates. Where OR joins licenses, the first one with a text\n\
         below applies.\n\n\
         {STANDARD_LIBRARY}{list}"
    );
    for (text, crates) in texts {
        write!(out, "\n{}\n{}\n\n{}\n", "-".repeat(78), crates.join(", "), text.trim_end())?;
    }
    Ok(out)
}

/// Reads the license files of a crate.
fn read_license_files(folder: &Path) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let is_license = ["LICENSE", "LICENCE", "COPYING", "NOTICE"]
            .iter()
            .any(|prefix| name.starts_with(prefix));
        if is_license && file.is_file() {
            texts.push(fs::read_to_string(&file)?.replace("\r\n", "\n"));
        }
    }
    texts.sort();
    Ok(texts)
}
