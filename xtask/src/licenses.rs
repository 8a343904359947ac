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

/// Text of `THIRD-PARTY-LICENSES.txt`. Each license is in it once, with the
/// copyright notices of all crates.
pub fn collect_text() -> Result<String> {
    let mut list = String::new();
    // Crates by the copyright notice of their license, by its terms.
    let mut licenses: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for package in linked_crates::list_packages()? {
        let label = format!("{} {}", package.name, package.version);
        writeln!(list, "- {label}: {}", package.license)?;
        for text in choose_texts(read_license_files(&package.folder)?) {
            let (notice, terms) = split_notice(&text);
            let notices = licenses.entry(terms).or_default();
            notices.entry(notice).or_default().push(label.clone());
        }
    }
    let mut out = format!(
        "threepids.wasm contains code of these packages. index.js, inline.js, cdn.js and\n\
         classic.js contain code that wasm-bindgen generates. Where OR joins licenses, the one\n\
         with a text below applies. The MIT license applies to the standard library.\n\n\
         {STANDARD_LIBRARY}{list}"
    );
    for (terms, notices) in licenses {
        writeln!(out, "\n{}", "-".repeat(78))?;
        for (notice, crates) in notices {
            writeln!(out, "{}", crates.join(", "))?;
            for line in notice.lines() {
                writeln!(out, "    {line}")?;
            }
        }
        writeln!(out, "\n{terms}")?;
    }
    Ok(out)
}

/// Beginning of the terms of the MIT license.
const MIT_TERMS: &str = "Permission is hereby granted, free of charge";

/// Returns the texts of a crate that apply: if the MIT license is one of several
/// to choose from, the others are left out.
fn choose_texts(mut texts: Vec<String>) -> Vec<String> {
    if texts.iter().any(|text| text.contains(MIT_TERMS)) {
        texts.retain(|text| !text.contains("Apache License") && !text.contains("Unlicense"));
    }
    texts
}

/// Splits a license into the lines before its terms, without its title, and the
/// terms, in one form for all crates.
fn split_notice(text: &str) -> (String, String) {
    let Some(at) = text.find(MIT_TERMS) else {
        return (String::new(), text.trim().to_owned());
    };
    let is_title = |line: &str| {
        let line = line.to_lowercase();
        line.is_empty() || (line.contains("mit license") && !line.contains("copyright"))
    };
    let notice: Vec<&str> =
        text[..at].lines().map(str::trim).filter(|line| !is_title(line)).collect();
    let words: Vec<&str> = text[at..].split_whitespace().collect();
    // Crates differ in quotation marks, too.
    (notice.join("\n"), wrap(&words.join(" ").replace(['\u{201c}', '\u{201d}'], "\"")))
}

/// Breaks a text into lines of at most 78 characters.
fn wrap(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.len() + word.len() < 78 {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join("\n")
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

#[cfg(test)]
mod tests {
    use super::{choose_texts, split_notice};

    const MIT: &str = "Permission is hereby granted, free of charge, to any person";

    #[test]
    fn mit_is_chosen_where_a_crate_offers_it() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let chosen = choose_texts(texts(&["Apache License", MIT, "UNICODE LICENSE V3"]));
        assert_eq!(chosen, [MIT, "UNICODE LICENSE V3"]);
        assert_eq!(choose_texts(texts(&["Apache License"])), ["Apache License"]);
    }

    #[test]
    fn crates_with_the_same_license_differ_only_in_their_notices() {
        let one = split_notice(&format!("MIT License\n\nCopyright (c) 2020 Alice\n\n{MIT}"));
        let broken = MIT.replace("to any", "to\nany");
        let other = split_notice(&format!("Copyright Bob\nand others\n\n{broken}"));
        assert_eq!(one.1, other.1);
        assert_eq!(one.0, "Copyright (c) 2020 Alice");
        assert_eq!(other.0, "Copyright Bob\nand others");
    }

    #[test]
    fn another_license_is_kept_as_it_is() {
        let zlib = "Copyright (c) Carol\n\nThis software is provided 'as-is'";
        assert_eq!(split_notice(zlib), (String::new(), zlib.to_owned()));
    }
}
