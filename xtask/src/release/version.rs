//! The version in the two manifests.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use semver::Version;

/// The manifests of Cargo and npm, with the text before the version. Its first
/// occurrence counts.
const MANIFESTS: [(&str, &str); 2] =
    [("Cargo.toml", "version = \""), ("www/package.json", "\"version\": \"")];

/// Reads the version.
///
/// # Errors
///
/// When the manifests have different versions.
pub fn read(root: &Path) -> Result<Version> {
    let [cargo, npm] = MANIFESTS.map(|(file, before)| read_one(&root.join(file), before));
    let (cargo, npm) = (cargo?, npm?);
    ensure!(
        cargo == npm,
        "Cargo.toml has version {cargo}, but www/package.json has {npm}; make them equal"
    );
    Ok(cargo)
}

fn read_one(file: &Path, before: &str) -> Result<Version> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let (_, rest) =
        text.split_once(before).with_context(|| format!("{} has no version", file.display()))?;
    Ok(Version::parse(rest.split('"').next().unwrap_or_default())?)
}

/// Replaces the version in both manifests.
pub fn write(root: &Path, present: &Version, version: &Version) -> Result<()> {
    for (file, before) in MANIFESTS {
        let file = root.join(file);
        let text = fs::read_to_string(&file)?;
        let old = format!("{before}{present}\"");
        fs::write(&file, text.replacen(&old, &format!("{before}{version}\""), 1))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::sh;

    #[test]
    fn the_manifests_of_this_repository_have_the_same_version() {
        read(&sh::root()).expect("Cargo.toml and www/package.json agree");
    }
}
