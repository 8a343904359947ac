//! The licences of what is inside the WebAssembly, with their texts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::sh;

/// Rust's own library is in there, too, and is no package.
const STANDARD_LIBRARY: &str =
    "- std, core, alloc (the Rust standard library): MIT OR Apache-2.0\n";

/// The text of `THIRD-PARTY-LICENSES.txt`.
pub fn text() -> Result<String> {
    let inside = inside()?;
    let metadata = metadata()?;
    let mut list = String::new();
    // Text of a licence → the packages that have it.
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let packages = metadata["packages"].as_array().context("cargo metadata: packages")?;
    for package in packages {
        let [name, version, licence, manifest] =
            ["name", "version", "license", "manifest_path"].map(|it| package[it].as_str());
        let label = format!("{} {}", name.unwrap_or_default(), version.unwrap_or_default());
        if !inside.contains(&label) {
            continue;
        }
        writeln!(list, "- {label}: {}", licence.with_context(|| format!("{label}: no licence"))?)?;
        let folder = Path::new(manifest.unwrap_or_default()).parent().context("a folder")?;
        for text in texts_in(folder)? {
            texts.entry(text).or_default().push(label.clone());
        }
    }
    let mut out = format!(
        "threepids.wasm holds code of these packages, and index.js, inline.js and cdn.js\n\
         what wasm-bindgen makes. Of licences joined by OR, the first that stands below applies.\n\n\
         {STANDARD_LIBRARY}{list}"
    );
    for (text, of) in texts {
        write!(out, "\n{}\n{}\n\n{}\n", "-".repeat(78), of.join(", "), text.trim_end())?;
    }
    Ok(out)
}

/// `name version` of each package that is linked into the WebAssembly.
fn inside() -> Result<Vec<String>> {
    let tree = sh::output(sh::cargo().args([
        "tree",
        "--package=matrix-threepids",
        "--target=wasm32-unknown-unknown",
        "--edges=normal,no-proc-macro",
        "--prefix=none",
        "--format={p}",
    ]))?;
    let label = |line: &str| {
        let mut words = line.split_whitespace();
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        (!["matrix-threepids", "send_wrapper", "wasm-streams"].contains(&name))
            .then(|| format!("{name} {version}"))
    };
    let mut all: Vec<String> = tree.lines().filter_map(label).collect();
    all.sort();
    all.dedup();
    Ok(all)
}

fn metadata() -> Result<Value> {
    let arguments = ["metadata", "--format-version=1", "--filter-platform=wasm32-unknown-unknown"];
    Ok(serde_json::from_str(&sh::output(sh::cargo().args(arguments))?)?)
}

/// The licence files of a package.
fn texts_in(folder: &Path) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let is_one =
            ["LICENSE", "LICENCE", "COPYING", "NOTICE"].iter().any(|it| name.starts_with(it));
        if is_one && file.is_file() {
            texts.push(fs::read_to_string(&file)?.replace("\r\n", "\n"));
        }
    }
    texts.sort();
    Ok(texts)
}
