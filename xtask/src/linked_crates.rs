//! Crates whose code is in the WebAssembly.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::sh;

/// Our own crates: the elements, and replacements of crates with these names.
const OURS: [&str; 3] = ["matrix-threepids", "send_wrapper", "wasm-streams"];

/// Crates that read Rust's tokens. They are dependencies of a library, but only
/// macros and development servers call them; so none of their code is linked.
const TOKENS: [&str; 4] = ["leptos_hot_reload", "proc-macro2", "quote", "rstml"];

/// A crate of crates.io.
pub struct Package {
    pub name: String,
    pub version: String,
    /// SPDX expression.
    pub license: String,
    /// Folder of its sources.
    pub folder: PathBuf,
}

/// Lists all crates in the order of their names.
pub fn list_packages() -> Result<Vec<Package>> {
    let linked = list_linked()?;
    let metadata = read_metadata()?;
    let packages =
        metadata["packages"].as_array().context("`cargo metadata` prints no `packages`")?;
    let mut crates = Vec::new();
    for package in packages {
        let text = |name: &str| package[name].as_str().unwrap_or_default().to_owned();
        let (name, version) = (text("name"), text("version"));
        if !linked.contains(&(name.clone(), version.clone())) {
            continue;
        }
        let license = package["license"]
            .as_str()
            .with_context(|| format!("the crate {name} has no `license` in its Cargo.toml"))?;
        let manifest = text("manifest_path");
        let folder = Path::new(&manifest).parent().context("a manifest is in a folder")?.to_owned();
        crates.push(Package { name, version, license: license.to_owned(), folder });
    }
    crates.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    Ok(crates)
}

/// Lists name and version of each crate that is linked.
fn list_linked() -> Result<Vec<(String, String)>> {
    let mut cargo = sh::cargo();
    cargo.args([
        "tree",
        "--package=matrix-threepids",
        "--target=wasm32-unknown-unknown",
        "--edges=normal,no-proc-macro",
        "--prefix=none",
        "--format={p}",
    ]);
    // With the crates that only these need.
    cargo.args(TOKENS.map(|name| format!("--prune={name}")));
    let tree = sh::output(&mut cargo)?;
    let label = |line: &str| {
        let mut words = line.split_whitespace();
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        (!OURS.contains(&name)).then(|| (name.to_owned(), version.to_owned()))
    };
    Ok(tree.lines().filter_map(label).collect())
}

fn read_metadata() -> Result<Value> {
    let arguments = ["metadata", "--format-version=1", "--filter-platform=wasm32-unknown-unknown"];
    Ok(serde_json::from_str(&sh::output(sh::cargo().args(arguments))?)?)
}
