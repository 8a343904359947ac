//! What the commands need from elsewhere: found, else installed, else named
//! with the command that gets it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::sh;

/// The target `wasm32-unknown-unknown` of the toolchain.
pub fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let sysroot = sh::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).exists() {
        return Ok(());
    }
    println!("Installing the Rust target {TARGET}");
    sh::run_quietly(Command::new("rustup").args(["target", "add", TARGET]))
        .context("install it by: rustup target add wasm32-unknown-unknown")
}

/// A component of the toolchain, such as `clippy`.
pub fn rust_component(name: &str) -> Result<()> {
    if sh::cargo()
        .args([name, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?
        .success()
    {
        return Ok(());
    }
    let component = if name == "fmt" { "rustfmt" } else { name };
    println!("Installing {component}");
    sh::run_quietly(Command::new("rustup").args(["component", "add", component]))
        .with_context(|| format!("install it by: rustup component add {component}"))
}

/// The folder `node_modules` with the tools of `xtask/tools/package.json`.
pub fn node_modules() -> Result<PathBuf> {
    let manifest = sh::root().join("xtask/tools/package.json");
    let folder = sh::target().join("tools/node");
    let installed = folder.join("package.json");
    let wanted = fs::read(&manifest)?;
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        println!("Installing tools from npm");
        if sh::which("npm").is_none() {
            bail!("npm is missing: install Node.js 20 or later, https://nodejs.org/en/download");
        }
        fs::create_dir_all(&folder)?;
        fs::copy(manifest.with_file_name("package-lock.json"), folder.join("package-lock.json"))?;
        fs::write(folder.join(".package.json"), &wanted)?;
        // Named for good only when everything is there.
        fs::copy(&manifest, &installed)?;
        let done = sh::run_quietly(
            Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder),
        );
        if done.is_err() {
            fs::remove_file(&installed)?;
        }
        done?;
    }
    Ok(folder.join("node_modules"))
}

/// `wasm-opt`, a script of Node's.
pub fn wasm_opt(node_modules: &Path) -> Command {
    let mut node = Command::new("node");
    node.arg(node_modules.join("binaryen/bin/wasm-opt"));
    node
}
