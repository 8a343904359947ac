//! Reuses builds whose sources did not change. A hash of the sources is stored
//! next to each build.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{sh, wasm_build};

/// Sources of the WebAssembly, its glue and the package.
pub const PACKAGE_SOURCES: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "locales",
    "patches",
    "rustfmt.toml",
    "src",
    "www",
    "xtask",
];

/// Parts of these folders that do not change the package.
const UNRELATED_SOURCES: [&str; 10] = [
    "xtask/src/audit.rs",
    "xtask/src/bench",
    "xtask/src/demo.rs",
    "xtask/src/framework_tests.rs",
    "xtask/src/release",
    "xtask/src/site",
    "xtask/src/soak.rs",
    "xtask/src/steps.rs",
    "xtask/src/test",
    "xtask/start",
];

/// Runs `build`, unless `output` exists and was built from the same sources.
/// `sources` are files and folders of the repository.
pub fn build_unless_same(
    output: &Path,
    sources: &[&str],
    build: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let name = name_of(output);
    let hash_file = hash_file_of(&name);
    let hash = hash_sources(sources)?;
    if output.exists() && fs::read_to_string(&hash_file).is_ok_and(|before| before == hash) {
        println!("Already built: {name}");
        return Ok(());
    }
    if hash_file.exists() {
        fs::remove_file(&hash_file)?;
    }
    build()?;
    fs::create_dir_all(sh::target().join("built"))?;
    fs::write(&hash_file, hash).with_context(|| format!("cannot write {}", hash_file.display()))
}

/// Returns `true` if `output` exists and was built from the same sources.
pub fn is_same(output: &Path, sources: &[&str]) -> Result<bool> {
    let before = fs::read_to_string(hash_file_of(&name_of(output)));
    let hash = hash_sources(sources)?;
    Ok(output.exists() && before.is_ok_and(|before| before == hash))
}

fn name_of(output: &Path) -> String {
    output.strip_prefix(sh::target()).unwrap_or(output).display().to_string()
}

fn hash_file_of(name: &str) -> PathBuf {
    sh::target().join("built").join(name.replace('/', "-"))
}

/// Hash of the names and contents of all files, the compiler, and the profile.
fn hash_sources(sources: &[&str]) -> Result<String> {
    let mut files = BTreeSet::new();
    for source in sources {
        collect_files(&sh::root().join(source), &mut files)?;
    }
    let is_other = |file: &PathBuf| {
        UNRELATED_SOURCES.iter().any(|path| file.starts_with(sh::root().join(path)))
    };
    files.retain(|file| !is_other(file));
    let mut hash = Sha256::new();
    hash.update(sh::output(Command::new("rustc").arg("-vV"))?);
    hash.update(wasm_build::profile());
    for file in files {
        let name = file.strip_prefix(sh::root()).unwrap_or(&file).display().to_string();
        let content = fs::read(&file)?;
        hash.update(format!("\n{name} {}\n", content.len()));
        hash.update(content);
    }
    Ok(format!("{:x}", hash.finalize()))
}

fn collect_files(path: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.insert(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect_files(&entry?.path(), files)?;
        }
    }
    Ok(())
}
