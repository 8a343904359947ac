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
    let repository = Repository::open(&root);
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
    build: impl FnOnce(&Version) -> Result<Made>,
) -> Result<Vec<PathBuf>> {
    let version = Version::parse(version).with_context(|| format!("{version} is no version"))?;
    if !version.build.is_empty() {
        bail!("npm drops what stands after the + of {version}");
    }
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
    let head = repository.head()?;
    let result = (|| {
        version::write(&repository.root, &present, &version)?;
        changelog::release(&repository.root.join("CHANGELOG.md"), &version, date)?;
        let made = build(&version)?;
        if !is_dry {
            repository.commit(&CHANGED, &tag, &made.says)?;
        }
        Ok(made.files)
    })();
    if is_dry || result.is_err() {
        repository.go_back(&head)?;
    }
    result
}

/// What was built.
struct Made {
    /// The files that belong to the release.
    files: Vec<PathBuf>,
    /// What the tag says of it: with which tools, and the sums.
    says: String,
}

/// The package, its tarball, its SBOM, the checksums; and npm's opinion.
fn build(version: &Version) -> Result<Made> {
    let package = npm::package()?;
    let folder = package.parent().context("a folder")?.to_owned();
    let tarball = folder.join(format!("matrix-threepids-{version}.tgz"));
    let list = folder.join(format!("matrix-threepids-{version}.cdx.json"));
    fs::copy(package.join(sbom::FILE), &list)?;
    let sums = folder.join("SHA256SUMS");
    checksums::write(&sums, &[&tarball, &list])?;
    check_publishing(&package, version)?;
    let rust = sh::output(Command::new("rustc").arg("--version"))?;
    let node = sh::output(Command::new("node").arg("--version"))?;
    let says = format!("{rust}node {node}\n{}", fs::read_to_string(&sums)?);
    Ok(Made { files: vec![tarball, list, sums], says })
}

/// Provenance is signed by the hosted runner that builds: npm wants its token.
fn check_publishing(package: &Path, version: &Version) -> Result<()> {
    let mut publish = Command::new("npm");
    publish.args(["publish", "--dry-run"]).current_dir(package);
    if !version.pre.is_empty() {
        // Nobody gets it who has not asked for it.
        publish.args(["--tag", "next"]);
    }
    if std::env::var_os("ACTIONS_ID_TOKEN_REQUEST_URL").is_some() {
        publish.arg("--provenance");
    } else {
        println!("Without provenance: that needs a hosted runner with an identity token.");
    }
    sh::run_quietly(&mut publish)
}

#[cfg(test)]
mod tests;
