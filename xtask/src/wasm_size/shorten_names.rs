//! Short names between wasm and glue. wasm-bindgen's end in 16 digits of a
//! hash, which no compression shortens: 3 KB (brotli), paid by every visitor.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use regex::Regex;
use walrus::Module;

/// Renames what `threepids.js` in this folder and the module call each other by.
pub fn shorten(glue: &Path, module: &mut Module) -> Result<()> {
    let js = glue.join("threepids.js");
    let text = fs::read_to_string(&js)?;
    let names = assign_short_names(&text)?;

    let renamed = |name: &str| names.get(name).cloned();
    for import in module.imports.iter_mut() {
        if let Some(short) = renamed(&import.name) {
            import.name = short;
        }
    }
    for export in module.exports.iter_mut() {
        if let Some(short) = renamed(&export.name) {
            export.name = short;
        }
    }
    let text = shorten_modules(&shorten_debug_string(&text), module)?;
    let hashed = hashed_name_pattern()?;
    let text = hashed.replace_all(&text, |found: &regex::Captures| names[&found[0]].clone());
    fs::write(&js, text.as_bytes()).context("threepids.js")
}

/// The module hands in what our own scripts export under their paths, which are
/// long: a number does.
fn shorten_modules(text: &str, module: &mut Module) -> Result<String> {
    let handed_in = Regex::new(r#""(\./snippets/[^"]+)": import"#)?;
    let paths: BTreeSet<&str> =
        handed_in.captures_iter(text).map(|found| found.extract::<1>().1[0]).collect();
    let paths: Vec<&str> = paths.into_iter().collect();
    let number = |path: &str| paths.iter().position(|known| *known == path);
    for import in module.imports.iter_mut() {
        if let Some(number) = number(&import.module) {
            import.module = number.to_string();
        }
    }
    let named = |found: &regex::Captures| match number(&found[1]) {
        Some(number) => format!("\"{number}\": import"),
        None => found[0].to_owned(),
    };
    Ok(handed_in.replace_all(text, named).into_owned())
}

/// The glue describes JavaScript values at length for messages of panics, which
/// nobody reads here.
fn shorten_debug_string(text: &str) -> String {
    const START: &str = "function debugString(val) {\n";
    let Some((before, rest)) = text.split_once(START) else { return text.to_owned() };
    let Some((_, after)) = rest.split_once("\n}\n") else { return text.to_owned() };
    [before, START, "    return String(val);\n}\n", after].concat()
}

/// Names that end in a hash.
fn hashed_name_pattern() -> Result<Regex> {
    Ok(Regex::new(r"\b_*(wbg|wbindgen|wasm_bindgen)_\w*?_h?[0-9a-f]{16}(_\d+)?\b")?)
}

/// A short name for each of them; the glue has no other names that begin so.
fn assign_short_names(text: &str) -> Result<BTreeMap<String, String>> {
    let hashed = hashed_name_pattern()?;
    let mut names: Vec<&str> = hashed.find_iter(text).map(|found| found.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let short = |(at, name): (usize, &str)| (name.to_owned(), format!("$w{at}"));
    Ok(names.into_iter().enumerate().map(short).collect())
}
