//! Tests of the package as developers install it: from the unpacked tarball.
//! Bundlers build small clients with it, which the browser tests load.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{sh, tools, wasm_build};

/// Folder of the unpacked package. Node finds the tools in the folder above it.
pub fn folder() -> PathBuf {
    sh::target().join("tools/node/adoption")
}

/// Unpacks the tarball, and builds the clients that the browser tests load.
pub fn set_up() -> Result<()> {
    tools::ensure_node_modules()?;
    let folder = folder();
    wasm_build::recreate_dir(&folder)?;
    let installed = folder.join("node_modules/matrix-threepids");
    fs::create_dir_all(&installed)?;
    let mut unpack = Command::new("tar");
    unpack.arg("-xzf").arg(find_tarball()?).args(["--strip-components=1", "-C"]).arg(&installed);
    sh::run_quietly(&mut unpack)?;
    for copied in ["tests/package", "examples"] {
        let mut copy = Command::new("cp");
        sh::run_quietly(copy.arg("-R").arg(sh::root().join(copied)).arg(&folder))?;
    }
    println!("Building small clients with bundlers");
    sh::run_quietly(Command::new("node").arg("package/build.mjs").current_dir(&folder))
}

/// Command that runs the tests of the package, or those with these names.
pub fn build_node_command(names: &[String]) -> Result<Command> {
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec"]).current_dir(folder());
    node.args(names.iter().map(|name| format!("--test-name-pattern={name}")));
    node.args(["package/package.test.mjs", "package/languages.test.mjs"]);
    node.env("REPOSITORY", sh::root()).env("TARBALL", find_tarball()?);
    Ok(node)
}

/// The tarball that `cargo xtask package` made.
pub fn find_tarball() -> Result<PathBuf> {
    let is_tarball = |file: &Path| file.extension().is_some_and(|kind| kind == "tgz");
    let files = fs::read_dir(sh::target().join("npm"))?;
    let mut files = files.filter_map(|entry| Some(entry.ok()?.path()));
    files
        .find(|file| is_tarball(file))
        .context("target/npm/ has no tarball; run `cargo xtask package` first")
}
