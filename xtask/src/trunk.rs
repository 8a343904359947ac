//! Trunk, for those who build the page with it: `trunk build` must work.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{sh, tools, widget};

const VERSION: &str = "0.21.14";

/// `trunk build --release` into this folder.
pub fn build(folder: &Path) -> Result<()> {
    tools::wasm_target()?;
    let node = tools::node_modules()?;
    install()?;
    println!("Building the page with Trunk");
    // What Trunk calls has to be found, or it would download its own.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![sh::target().join("tools/cargo/bin"), node.join(".bin")];
    folders.extend(std::env::split_paths(&path));
    let mut trunk = Command::new("trunk");
    trunk
        .current_dir(sh::root())
        .args(["build", "--release", "--offline", "--dist"])
        .arg(folder)
        // As `cargo xtask page` has it, so that nothing is compiled twice.
        .env(widget::RUSTFLAGS, widget::nobody_s_paths())
        .env("PATH", std::env::join_paths(folders)?);
    sh::run_quietly(&mut trunk)
}

/// Trunk and wasm-bindgen's command, of exactly the version in Cargo.lock,
/// where they are missing.
fn install() -> Result<()> {
    let root = sh::target().join("tools/cargo");
    let ours = |program: &str| root.join("bin").join(program);
    let has = |program: &str, version: &str| {
        let candidates = [Some(ours(program)), sh::which(program)];
        candidates.into_iter().flatten().any(|file| {
            let output = sh::output(Command::new(file).arg("--version"));
            output.is_ok_and(|text| text.split_whitespace().any(|word| word == version))
        })
    };
    let bindgen = locked_version("wasm-bindgen")?;
    if !has("wasm-bindgen", &bindgen) {
        println!("Installing wasm-bindgen {bindgen} (some minutes)");
        // Without --locked: its lock file names crates that are gone.
        let mut install = sh::cargo();
        install.args(["install", "--quiet", "wasm-bindgen-cli", "--version", &bindgen]);
        sh::run_quietly(install.arg("--root").arg(&root))?;
    }
    if !has("trunk", VERSION) {
        println!("Installing Trunk {VERSION} (some minutes)");
        let mut install = sh::cargo();
        install.args(["install", "--quiet", "--locked", "trunk", "--version", VERSION]);
        sh::run_quietly(install.arg("--root").arg(&root))?;
    }
    Ok(())
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(sh::root().join("Cargo.lock"))?;
    let name = format!("name = \"{package}\"\nversion = \"");
    let (_, rest) = lock.split_once(&name).context("not in Cargo.lock")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}
