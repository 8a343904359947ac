//! The changelog: what was not released yet is of this version now.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use semver::Version;

const UNRELEASED: &str = "## [Unreleased]\n";

/// Puts version and date over what is not released; the heading for what comes
/// next stays, above it.
pub fn release(file: &Path, version: &Version, date: &str) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    fs::write(file, date_unreleased(&text, version, date)?)?;
    Ok(())
}

fn date_unreleased(text: &str, version: &Version, date: &str) -> Result<String> {
    let (before, after) = text.split_once(UNRELEASED).context("no heading [Unreleased]")?;
    let section = after.split("\n## [").next().unwrap_or_default();
    if !section.lines().any(|line| line.starts_with("- ")) {
        bail!("nothing stands under [Unreleased]");
    }
    let after = after.trim_start();
    Ok(format!("{before}{UNRELEASED}\n## [{version}] - {date}\n\n{after}"))
}
