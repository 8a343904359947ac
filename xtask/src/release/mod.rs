//! A release: version, changelog, package, checksums, commit and tag. Nothing
//! is pushed or published; `docs/releasing.md` says what a person does then.

mod changelog;
mod checksums;
mod repository;
mod version;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use semver::Version;

use crate::{npm, sbom, sh};
use repository::Repository;

/// What a release changes, relative to the root.
const CHANGED: [&str; 4] = ["Cargo.toml", "Cargo.lock", "www/package.json", "CHANGELOG.md"];

/// `cargo xtask release <version> [--dry-run]`
pub fn run(arguments: &[&str]) -> Result<()> {
    let (version, is_dry) = match *arguments {
        [version] => (version, false),
        [version, "--dry-run"] | ["--dry-run", version] => (version, true),
        _ => bail!("cargo xtask release <version> [--dry-run]"),
    };
    let root = sh::root();
    let repository = Repository::at(&root);
    let made = release(&repository, version, is_dry, &repository.today()?, |version| {
        // Brings the lock file up to date.
        sh::run_quietly(sh::cargo().args(["metadata", "--format-version=1"]))?;
        build(version)
    })?;
    made.iter().for_each(|file| println!("{}", file.display()));
    match is_dry {
        true => println!("This was a dry run: nothing is committed or tagged."),
        false => println!("Committed and tagged v{version}. What to do now: docs/releasing.md"),
    }
    Ok(())
}

/// Makes the release of this version: writes the new version, has everything
/// built, commits and tags. Whatever fails, the work tree is then as it was.
fn release(
    repository: &Repository,
    version: &str,
    is_dry: bool,
    date: &str,
    build: impl FnOnce(&Version) -> Result<Vec<PathBuf>>,
) -> Result<Vec<PathBuf>> {
    let version = Version::parse(version).with_context(|| format!("{version} is no version"))?;
    let tag = format!("v{version}");
    repository.check_is_clean()?;
    repository.check_branch()?;
    repository.check_has_no_tag(&tag)?;
    let present = version::read(&repository.root)?;
    // The first release may be of the version that stands there from the start.
    let is_first = version == present && !repository.has_tag(&format!("v{present}"))?;
    if version < present || (version == present && !is_first) {
        bail!("{version} is not above {present}");
    }
    let result = (|| {
        version::write(&repository.root, &present, &version)?;
        changelog::release(&repository.root.join("CHANGELOG.md"), &version, date)?;
        let made = build(&version)?;
        if !is_dry {
            repository.commit(&CHANGED, &tag)?;
        }
        Ok(made)
    })();
    if is_dry || result.is_err() {
        repository.restore(&CHANGED)?;
    }
    result
}

/// The package, its tarball, its SBOM, the checksums; and npm's opinion.
fn build(version: &Version) -> Result<Vec<PathBuf>> {
    let package = npm::package()?;
    let folder = package.parent().context("a folder")?.to_owned();
    let tarball = folder.join(format!("matrix-threepids-{version}.tgz"));
    let list = folder.join(format!("matrix-threepids-{version}.cdx.json"));
    fs::copy(package.join(sbom::FILE), &list)?;
    let sums = folder.join("SHA256SUMS");
    checksums::write(&sums, &[&tarball, &list])?;
    publish_without_the_last_step(&package)?;
    Ok(vec![tarball, list, sums])
}

/// Provenance is signed by the hosted runner that builds: npm wants its token.
fn publish_without_the_last_step(package: &Path) -> Result<()> {
    let mut publish = Command::new("npm");
    publish.args(["publish", "--dry-run"]).current_dir(package);
    if std::env::var_os("ACTIONS_ID_TOKEN_REQUEST_URL").is_some() {
        publish.arg("--provenance");
    } else {
        println!("Without provenance: that needs a hosted runner with an identity token.");
    }
    sh::run_quietly(&mut publish)
}

#[cfg(test)]
mod tests;
