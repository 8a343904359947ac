//! Tests of the package in the smallest app of each framework. Frameworks and a
//! newer Node.js are installed once, in `target/frameworks/`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{package_tests, sh};

/// Folder of all apps.
fn folder() -> PathBuf {
    sh::target().join("frameworks")
}

/// Installs Node.js and the other runtimes. Each test installs the framework of
/// its app.
pub fn set_up() -> Result<()> {
    let manifest = sh::root().join("tests/frameworks/node/package.json");
    let wanted = fs::read(&manifest)?;
    let node = folder().join("node");
    let installed = node.join("installed.json");
    if fs::read(&installed).ok().as_ref() == Some(&wanted) {
        return Ok(());
    }
    println!("Installing Node.js for the frameworks");
    fs::create_dir_all(&node)?;
    fs::write(node.join("package.json"), &wanted)?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--no-package-lock"]).current_dir(&node);
    sh::run_quietly(&mut npm)?;
    fs::write(installed, wanted)?;
    Ok(())
}

/// Command that runs the tests, or those with these names. One at a time: each
/// starts servers.
pub fn build_node_command(names: &[String]) -> Result<Command> {
    let mut node = Command::new(folder().join("node/node_modules/node/bin/node"));
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]);
    node.args(names.iter().map(|name| format!("--test-name-pattern={name}")));
    let tests = sh::root().join("tests/frameworks");
    for name in ["apps", "bundlers", "matrix-js-sdk", "pages", "runtimes", "storybook"] {
        node.arg(tests.join(format!("{name}.test.mjs")));
    }
    node.env("FRAMEWORKS", folder()).env("TARBALL", package_tests::find_tarball()?);
    node.env("SYNAPSE_PYTHON", sh::target().join("tools/venv/bin/python"));
    Ok(node)
}
