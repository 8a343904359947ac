use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};
use tempfile::TempDir;

use super::repository::Repository;
use super::{Artifacts, checksums, release};

const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n";
const DATE: &str = "2026-02-03";

/// A small repository with the files that a release changes.
fn repository() -> (TempDir, Repository) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    fs::create_dir(root.join("www")).expect("a folder");
    let write = |name: &str, text: &str| fs::write(root.join(name), text).expect(name);
    write("Cargo.toml", "[workspace.package]\nversion = \"0.1.0\"\n[dependencies]\na = \"1\"\n");
    write("Cargo.lock", "");
    write("www/package.json", "{\n  \"version\": \"0.1.0\",\n  \"engines\": {}\n}\n");
    write("CHANGELOG.md", CHANGELOG);
    git(root, &["init", "--quiet", "--initial-branch=main"]);
    git(root, &["config", "user.name", "Alice"]);
    git(root, &["config", "user.email", "alice@example.org"]);
    git(root, &["add", "."]);
    git(root, &["commit", "--quiet", "--message", "init"]);
    let repository = Repository::open(root);
    (folder, repository)
}

fn git(root: &std::path::Path, arguments: &[&str]) -> String {
    let output = Command::new("git").current_dir(root).args(arguments).output().expect("git");
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn artifacts(files: Vec<PathBuf>) -> Artifacts {
    Artifacts { files, message: "rustc 1.2.3\nabc  a.tgz\n".to_owned() }
}

fn make(repository: &Repository, version: &str) -> Result<Vec<PathBuf>> {
    release(repository, version, false, DATE, |_| Ok(artifacts(Vec::new())))
}

/// Error of a release that is refused. Asserts that the release changed nothing.
fn refused(repository: &Repository, version: &str) -> String {
    let head = git(&repository.root, &["rev-parse", "HEAD"]);
    let tags = git(&repository.root, &["tag"]);
    let status = git(&repository.root, &["status", "--porcelain"]);
    let error = make(repository, version).expect_err("the release is refused");
    assert_eq!(git(&repository.root, &["rev-parse", "HEAD"]), head);
    assert_eq!(git(&repository.root, &["tag"]), tags);
    assert_eq!(git(&repository.root, &["status", "--porcelain"]), status);
    format!("{error:#}")
}

#[test]
fn release_updates_manifests_and_changelog_and_creates_tag() {
    let (_folder, repository) = repository();
    make(&repository, "0.2.0").expect("a release");
    let read = |name: &str| fs::read_to_string(repository.root.join(name)).expect(name);
    assert!(read("Cargo.toml").contains("version = \"0.2.0\""));
    assert!(read("www/package.json").contains("\"version\": \"0.2.0\""));
    let wanted = "## [Unreleased]\n\n## [0.2.0] - 2026-02-03\n\n### Added\n\n- A thing.\n";
    assert!(read("CHANGELOG.md").ends_with(wanted), "{}", read("CHANGELOG.md"));
    assert_eq!(git(&repository.root, &["status", "--porcelain"]), "");
    assert_eq!(git(&repository.root, &["log", "-1", "--format=%s"]), "release: v0.2.0");
    assert_eq!(git(&repository.root, &["cat-file", "-t", "v0.2.0"]), "tag");
    assert_eq!(git(&repository.root, &["describe"]), "v0.2.0");
    let says = git(&repository.root, &["tag", "--list", "--format=%(contents)", "v0.2.0"]);
    assert_eq!(says, "v0.2.0\n\nrustc 1.2.3\nabc  a.tgz");
}

#[test]
fn failed_tag_leaves_repository_unchanged() {
    let (_folder, repository) = repository();
    // Git stores tags as files, and v0.2.0 is a folder now.
    git(&repository.root, &["tag", "v0.2.0/a"]);
    refused(&repository, "0.2.0");
    let text = fs::read_to_string(repository.root.join("CHANGELOG.md")).expect("a file");
    assert_eq!(text, CHANGELOG);
}

#[test]
fn the_first_release_may_have_the_present_version() {
    let (_folder, repository) = repository();
    make(&repository, "0.1.0").expect("a release");
    assert_eq!(git(&repository.root, &["describe"]), "v0.1.0");
    assert!(refused(&repository, "0.1.0").contains("the tag v0.1.0 exists"));
}

#[test]
fn a_version_that_is_not_higher_is_refused() {
    let (_folder, repository) = repository();
    for (version, why) in [
        ("0.0.9", "not above the present version 0.1.0"),
        ("0.1.0-rc.1", "not above the present version 0.1.0"),
        ("1", "is not a semantic version"),
        ("v0.2.0", "is not a semantic version"),
        ("", "is not a semantic version"),
        ("0.2.0+build", "npm ignores the part of 0.2.0+build after the +"),
    ] {
        let error = refused(&repository, version);
        assert!(error.contains(why), "{version}: {error}");
    }
}

#[test]
fn uncommitted_changes_are_refused() {
    let (_folder, repository) = repository();
    fs::write(repository.root.join("new"), "").expect("a file");
    assert!(
        refused(&repository, "0.2.0").contains("commit or remove these changes first:\n?? new")
    );
}

#[test]
fn release_refuses_other_branch() {
    let (_folder, repository) = repository();
    git(&repository.root, &["checkout", "--quiet", "-b", "other"]);
    assert!(refused(&repository, "0.2.0").contains("but this is other"));
}

#[test]
fn a_changelog_without_new_entries_is_refused() {
    let (_folder, repository) = repository();
    make(&repository, "0.2.0").expect("a release");
    assert!(refused(&repository, "0.3.0").contains("no entry under [Unreleased]"));
}

#[test]
fn manifests_with_different_versions_are_refused() {
    let (_folder, repository) = repository();
    fs::write(repository.root.join("www/package.json"), "{ \"version\": \"0.0.1\" }")
        .expect("a file");
    git(&repository.root, &["commit", "--quiet", "--all", "--message", "other"]);
    let error = refused(&repository, "0.2.0");
    assert!(
        error.contains("Cargo.toml has version 0.1.0, but www/package.json has 0.0.1"),
        "{error}"
    );
}

#[test]
fn failed_build_leaves_repository_unchanged() {
    let (_folder, repository) = repository();
    let failed = release(&repository, "0.2.0", false, DATE, |_| bail!("no disk"));
    assert_eq!(failed.expect_err("the build fails").to_string(), "no disk");
    assert_eq!(git(&repository.root, &["status", "--porcelain"]), "");
    assert_eq!(git(&repository.root, &["tag"]), "");
    let text = fs::read_to_string(repository.root.join("CHANGELOG.md")).expect("a file");
    assert_eq!(text, CHANGELOG);
}

#[test]
fn dry_run_builds_and_changes_nothing() {
    let (_folder, repository) = repository();
    let built = release(&repository, "0.2.0", true, DATE, |version| {
        // The manifests have the new version during the build.
        let text = fs::read_to_string(repository.root.join("www/package.json"))?;
        assert!(text.contains(&format!("\"version\": \"{version}\"")));
        Ok(artifacts(vec![PathBuf::from("tarball")]))
    });
    assert_eq!(built.expect("the dry run builds"), [PathBuf::from("tarball")]);
    assert_eq!(git(&repository.root, &["status", "--porcelain"]), "");
    assert_eq!(git(&repository.root, &["log", "-1", "--format=%s"]), "init");
    assert_eq!(git(&repository.root, &["tag"]), "");
}

#[test]
fn sha256sum_reads_the_checksums() {
    let folder = tempfile::tempdir().expect("a folder");
    let [file, sums] = ["a.tgz", "SHA256SUMS"].map(|name| folder.path().join(name));
    fs::write(&file, "abc").expect("a file");
    checksums::write(&sums, &[&file]).expect("sums");
    let mut check = Command::new("sha256sum");
    check.args(["--check", "SHA256SUMS"]).current_dir(folder.path());
    let output = check.output().expect("sha256sum");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "a.tgz: OK\n");
}
