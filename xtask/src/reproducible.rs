//! Checks that two builds in different folders have the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::{npm, sh, tools, wasm_build};

/// `cargo xtask reproducible`: builds the package in the work tree, and again
/// from a copy of the sources without earlier builds.
///
/// # Errors
///
/// When a file or the tarball differs.
pub fn run() -> Result<()> {
    let here = npm::package()?;
    let folder = sh::target().join("reproducible");
    wasm_build::recreate_dir(&folder)?;
    let sources = folder.join("another folder");
    copy_sources(&sources)?;
    let target = folder.join("target");
    let node = tools::ensure_node_modules()?;
    fs::create_dir_all(target.join("tools"))?;
    let tools = node.parent().context("node_modules is in a folder")?;
    std::os::unix::fs::symlink(tools, target.join("tools/node"))?;
    println!("Building the package again in another folder");
    sh::run_quietly(
        Command::new(std::env::current_exe()?)
            .arg("package")
            .env(sh::ROOT, &sources)
            .env("CARGO_TARGET_DIR", &target),
    )?;
    compare(&here, &target.join("npm/package"))?;
    compare_tarballs(&here, &target.join("npm/package"))
}

/// Copies the files that git tracks, as they are in the work tree.
fn copy_sources(to: &Path) -> Result<()> {
    let mut git = Command::new("git");
    let listed = sh::output(git.current_dir(sh::root()).args(["ls-files", "-z"]))?;
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (sh::root().join(name), to.join(name));
        if from.is_file() {
            fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
            wasm_build::copy(&from, &to)?;
        }
    }
    Ok(())
}

fn compare(one: &Path, other: &Path) -> Result<()> {
    let (one, other) = (hash_files(one)?, hash_files(other)?);
    let names = one.keys().chain(other.keys());
    let differ: std::collections::BTreeSet<_> =
        names.filter(|name| one.get(*name) != other.get(*name)).collect();
    if !differ.is_empty() {
        bail!("two builds of the same sources differ in these files: {differ:?}");
    }
    for (name, sum) in one {
        println!("{sum}  {name}");
    }
    Ok(())
}

fn compare_tarballs(one: &Path, other: &Path) -> Result<()> {
    let hash_of = |package: &Path| -> Result<Option<String>> {
        let folder = package.parent().context("the package is in a folder")?;
        for entry in fs::read_dir(folder)? {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == "tgz") {
                return hash_file(&file).map(Some);
            }
        }
        Ok(None)
    };
    match (hash_of(one)?, hash_of(other)?) {
        (Some(one), Some(other)) if one == other => {
            println!("{one}  the tarball");
            Ok(())
        }
        (one, other) => bail!("the tarballs of two builds differ: {one:?} and {other:?}"),
    }
}

/// Hashes of all files of a folder, by their paths in it.
fn hash_files(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut sums = BTreeMap::new();
    let mut left: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                left.push(entry?.path());
            }
        } else {
            let name = path.strip_prefix(folder)?.display().to_string();
            sums.insert(name, hash_file(&path)?);
        }
    }
    Ok(sums)
}

fn hash_file(file: &Path) -> Result<String> {
    Ok(format!("{:x}", Sha256::digest(fs::read(file)?)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::compare;

    #[test]
    fn a_different_byte_or_a_missing_file_is_an_error_that_names_the_file() {
        let [one, other] =
            [tempfile::tempdir(), tempfile::tempdir()].map(|folder| folder.expect("a folder"));
        for folder in [&one, &other] {
            fs::create_dir(folder.path().join("sub")).expect("a folder");
            fs::write(folder.path().join("sub/file"), "same").expect("a file");
        }
        compare(one.path(), other.path()).expect("the same");
        fs::write(other.path().join("sub/file"), "Same").expect("a file");
        let error = compare(one.path(), other.path()).expect_err("they differ").to_string();
        assert!(error.contains("sub/file"), "{error}");
        fs::remove_file(other.path().join("sub/file")).expect("a file");
        assert!(compare(one.path(), other.path()).is_err());
    }
}
