//! The package as developers get it: the tarball unpacked, looked at by tools,
//! and built into small clients by bundlers, for the browser tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{sh, tools, wasm_build};

/// Where Node finds the tools, too, as they are in a folder above.
pub fn folder() -> PathBuf {
    sh::target().join("tools/node/adoption")
}

/// Unpacks the tarball, and builds what the browser tests load.
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

/// The tests of the package by itself.
pub fn node_command(names: &[String]) -> Result<Command> {
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec"]).current_dir(folder());
    node.args(names.iter().map(|name| format!("--test-name-pattern={name}")));
    node.arg("package/package.test.mjs");
    node.env("REPOSITORY", sh::root()).env("TARBALL", find_tarball()?);
    Ok(node)
}

fn find_tarball() -> Result<PathBuf> {
    let is_one = |file: &Path| file.extension().is_some_and(|kind| kind == "tgz");
    let files = fs::read_dir(sh::target().join("npm"))?;
    let mut files = files.filter_map(|entry| Some(entry.ok()?.path()));
    files.find(|file| is_one(file)).context("no tarball in target/npm/")
}
