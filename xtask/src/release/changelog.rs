//! Moves the entries under `[Unreleased]` in the changelog to a version.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use semver::Version;

const UNRELEASED: &str = "## [Unreleased]\n";

/// Adds a heading with version and date above the unreleased entries. The heading
/// `[Unreleased]` stays above it, for later entries.
pub fn release(file: &Path, version: &Version, date: &str) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    fs::write(file, date_unreleased(&text, version, date)?)?;
    Ok(())
}

fn date_unreleased(text: &str, version: &Version, date: &str) -> Result<String> {
    let (before, after) =
        text.split_once(UNRELEASED).context("CHANGELOG.md has no heading `## [Unreleased]`")?;
    let section = after.split("\n## [").next().unwrap_or_default();
    if !section.lines().any(|line| line.starts_with("- ")) {
        bail!("CHANGELOG.md has no entry under [Unreleased]; describe the changes there");
    }
    let after = after.trim_start();
    Ok(format!("{before}{UNRELEASED}\n## [{version}] - {date}\n\n{after}"))
}
