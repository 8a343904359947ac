//! The licenses of what is inside the WebAssembly, with their texts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::linked_crates;

/// Rust's own library is in there, too, and is no package.
const STANDARD_LIBRARY: &str =
    "- std, core, alloc (the Rust standard library): MIT OR Apache-2.0\n";

/// The text of `THIRD-PARTY-LICENSES.txt`.
pub fn collect_text() -> Result<String> {
    let mut list = String::new();
    // Text of a license → the packages that have it.
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in linked_crates::list_packages()? {
        let label = format!("{} {}", package.name, package.version);
        writeln!(list, "- {label}: {}", package.license)?;
        for text in read_license_files(&package.folder)? {
            texts.entry(text).or_default().push(label.clone());
        }
    }
    let mut out = format!(
        "threepids.wasm holds code of these packages, and index.js, inline.js and cdn.js\n\
         what wasm-bindgen makes. Of licenses joined by OR, the first that stands below applies.\n\n\
         {STANDARD_LIBRARY}{list}"
    );
    for (text, of) in texts {
        write!(out, "\n{}\n{}\n\n{}\n", "-".repeat(78), of.join(", "), text.trim_end())?;
    }
    Ok(out)
}

/// The license files of a package.
fn read_license_files(folder: &Path) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let is_one = ["LICENSE", "LICENCE", "COPYING", "NOTICE"]
            .iter()
            .any(|prefix| name.starts_with(prefix));
        if is_one && file.is_file() {
            texts.push(fs::read_to_string(&file)?.replace("\r\n", "\n"));
        }
    }
    texts.sort();
    Ok(texts)
}
