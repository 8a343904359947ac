//! Whether what was built is still what its sources make: by a hash of them, so
//! that nothing is built twice.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{sh, wasm_build};

/// What the WebAssembly, its glue and the package are made of.
pub const PACKAGE_SOURCES: [&str; 8] =
    ["Cargo.lock", "Cargo.toml", "LICENSE", "patches", "rustfmt.toml", "src", "www", "xtask"];

/// Of those, what only tests, the demo and releases are made of.
const UNRELATED_SOURCES: [&str; 6] = [
    "xtask/demo",
    "xtask/src/audit.rs",
    "xtask/src/demo.rs",
    "xtask/src/release",
    "xtask/src/soak.rs",
    "xtask/src/test",
];

/// Runs `build`, unless `made` exists and was made of the same sources: files
/// and folders of the repository.
pub fn build_unless_same(
    made: &Path,
    sources: &[&str],
    build: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let name = made.strip_prefix(sh::target()).unwrap_or(made).display().to_string();
    let stamp = sh::target().join("built").join(name.replace('/', "-"));
    let hash = hash_sources(sources)?;
    if made.exists() && fs::read_to_string(&stamp).is_ok_and(|before| before == hash) {
        println!("Built before: {name}");
        return Ok(());
    }
    if stamp.exists() {
        fs::remove_file(&stamp)?;
    }
    build()?;
    fs::create_dir_all(sh::target().join("built"))?;
    fs::write(stamp, hash).context("what was built is not noted")
}

/// Of the names and contents of all files, the compiler, and the profile.
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
