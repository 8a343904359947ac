//! The version, in both manifests.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use semver::Version;

/// Cargo's, and npm's: the version is the first that stands there.
const MANIFESTS: [(&str, &str); 2] =
    [("Cargo.toml", "version = \""), ("www/package.json", "\"version\": \"")];

/// The version of both.
pub fn read(root: &Path) -> Result<Version> {
    let [cargo, npm] = MANIFESTS.map(|(file, before)| read_one(&root.join(file), before));
    let (cargo, npm) = (cargo?, npm?);
    ensure!(cargo == npm, "Cargo.toml has version {cargo}, www/package.json {npm}");
    Ok(cargo)
}

fn read_one(file: &Path, before: &str) -> Result<Version> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let (_, rest) = text.split_once(before).context("no version")?;
    Ok(Version::parse(rest.split('"').next().unwrap_or_default())?)
}

/// Another version in both.
pub fn write(root: &Path, present: &Version, version: &Version) -> Result<()> {
    for (file, before) in MANIFESTS {
        let file = root.join(file);
        let text = fs::read_to_string(&file)?;
        let old = format!("{before}{present}\"");
        fs::write(&file, text.replacen(&old, &format!("{before}{version}\""), 1))?;
    }
    Ok(())
}
