//! SHA-256 sums of files, in the format of `sha256sum --check`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Writes the sums of files in the same folder.
pub fn write(to: &Path, files: &[&Path]) -> Result<()> {
    let mut text = String::new();
    for file in files {
        let name = file.file_name().context("a file has a name")?.display();
        writeln!(text, "{}  {name}", hash_file(file)?)?;
    }
    Ok(fs::write(to, text)?)
}

/// Sum of a file, in hexadecimal digits.
pub fn hash_file(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    Ok(format!("{:x}", Sha256::digest(bytes)))
}
