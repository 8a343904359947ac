//! A release: version, changelog, package, checksums, commit and tag. Nothing is
//! pushed or published. `docs/releasing.md` has the steps that follow.

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

/// Files that a release changes, relative to the root.
const CHANGED: [&str; 4] = ["Cargo.toml", "Cargo.lock", "www/package.json", "CHANGELOG.md"];

/// `cargo xtask release <version> [--dry-run]`
pub fn run(arguments: &[&str]) -> Result<()> {
    let (version, is_dry) = match *arguments {
        [version] => (version, false),
        [version, "--dry-run"] | ["--dry-run", version] => (version, true),
        _ => bail!("cargo xtask release <version> [--dry-run]"),
    };
    let root = sh::root();
    let repository = Repository::open(&root);
    let files = release(&repository, version, is_dry, &repository.today()?, |version| {
        // Updates the version in the lock file.
        sh::run_quietly(sh::cargo().args(["metadata", "--format-version=1"]))?;
        build(version)
    })?;
    files.iter().for_each(|file| println!("{}", file.display()));
    match is_dry {
        true => println!("This was a dry run: nothing is committed or tagged."),
        false => println!("Committed and tagged v{version}. docs/releasing.md has the next steps."),
    }
    Ok(())
}

/// Makes a release: writes the version, builds the files, commits and tags.
/// Returns the files.
///
/// # Errors
///
/// When a check or a step fails. The work tree is then as it was before.
fn release(
    repository: &Repository,
    version: &str,
    is_dry: bool,
    date: &str,
    build: impl FnOnce(&Version) -> Result<Artifacts>,
) -> Result<Vec<PathBuf>> {
    let version = Version::parse(version)
        .with_context(|| format!("{version} is not a semantic version, such as 1.2.3"))?;
    if !version.build.is_empty() {
        bail!("npm ignores the part of {version} after the +; release a version without it");
    }
    let tag = format!("v{version}");
    repository.check_is_clean()?;
    repository.check_branch()?;
    repository.check_has_no_tag(&tag)?;
    let present = version::read(&repository.root)?;
    // The first release may have the version that the manifests have from the start.
    let is_first = version == present && !repository.has_tag(&format!("v{present}"))?;
    if version < present || (version == present && !is_first) {
        bail!("{version} is not above the present version {present}");
    }
    let head = repository.head()?;
    let result = (|| {
        version::write(&repository.root, &present, &version)?;
        changelog::release(&repository.root.join("CHANGELOG.md"), &version, date)?;
        let artifacts = build(&version)?;
        if !is_dry {
            repository.commit(&CHANGED, &tag, &artifacts.message)?;
        }
        Ok(artifacts.files)
    })();
    if is_dry || result.is_err() {
        repository.go_back(&head)?;
    }
    result
}

/// Files of a release.
struct Artifacts {
    /// Paths of the tarball, the bill of materials and the checksums.
    files: Vec<PathBuf>,
    /// Message of the tag: versions of the tools, and checksums.
    message: String,
}

/// Builds package, tarball, bill of materials and checksums, and does a dry run of
/// publishing.
fn build(version: &Version) -> Result<Artifacts> {
    let package = npm::package()?;
    let folder = package.parent().context("the package is in a folder")?.to_owned();
    let tarball = folder.join(format!("matrix-threepids-{version}.tgz"));
    let list = folder.join(format!("matrix-threepids-{version}.cdx.json"));
    fs::copy(package.join(sbom::FILE), &list)?;
    let sums = folder.join("SHA256SUMS");
    checksums::write(&sums, &[&tarball, &list])?;
    check_publishing(&package, version)?;
    let rust = sh::output(Command::new("rustc").arg("--version"))?;
    let node = sh::output(Command::new("node").arg("--version"))?;
    let message = format!("{rust}node {node}\n{}", fs::read_to_string(&sums)?);
    Ok(Artifacts { files: vec![tarball, list, sums], message })
}

/// Does a dry run of publishing. Provenance needs a token of the hosted runner that
/// builds.
fn check_publishing(package: &Path, version: &Version) -> Result<()> {
    let mut publish = Command::new("npm");
    publish.args(["publish", "--dry-run"]).current_dir(package);
    if !version.pre.is_empty() {
        // Only users who ask for this tag get the version.
        publish.args(["--tag", "next"]);
    }
    if std::env::var_os("ACTIONS_ID_TOKEN_REQUEST_URL").is_some() {
        publish.arg("--provenance");
    } else {
        println!("The dry run is without provenance, which needs a hosted runner.");
    }
    sh::run_quietly(&mut publish)
}

#[cfg(test)]
mod tests;
