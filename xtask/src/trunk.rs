//! Trunk, for those who build the page with it: `trunk build` must work.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::{sh, tools, wasm_build};

const VERSION: &str = "0.21.14";

/// `trunk build --release` into this folder.
pub fn build(folder: &Path) -> Result<()> {
    tools::ensure_wasm_target()?;
    let node = tools::ensure_node_modules()?;
    let program = tools::ensure_crate_binary("trunk", VERSION)?;
    println!("Building the page with Trunk");
    // What Trunk calls has to be found, or it would download its own.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![write_wasm_bindgen_script()?, node.join(".bin")];
    folders.extend(std::env::split_paths(&path));
    let mut trunk = Command::new(program);
    trunk
        .current_dir(sh::root())
        .args(["build", "--release", "--offline", "--dist"])
        .arg(folder)
        // As `cargo xtask page` has it, so that nothing is compiled twice.
        .env(wasm_build::RUSTFLAGS, wasm_build::remap_path_flags())
        .env("PATH", std::env::join_paths(folders)?);
    sh::run_quietly(&mut trunk)
}

/// A folder with a program `wasm-bindgen`: [`run_wasm_bindgen`], for which nothing has to be
/// compiled.
fn write_wasm_bindgen_script() -> Result<PathBuf> {
    let folder = sh::target().join("tools/bin");
    fs::create_dir_all(&folder)?;
    let file = folder.join("wasm-bindgen");
    let xtask = std::env::current_exe()?;
    fs::write(&file, format!("#!/bin/sh\nexec '{}' wasm-bindgen \"$@\"\n", xtask.display()))?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

/// wasm-bindgen's command as far as Trunk calls it, by the library that the
/// package is built with.
pub fn run_wasm_bindgen(arguments: &[&str]) -> Result<()> {
    if let ["--version"] = arguments {
        println!("wasm-bindgen {}", read_locked_version("wasm-bindgen")?);
        return Ok(());
    }
    let (mut bindgen, mut folder) = (Bindgen::new(), None);
    for argument in arguments {
        match argument.split_once('=') {
            Some(("--target", "web")) => drop(bindgen.web(true)?),
            Some(("--out-dir", path)) => folder = Some(path),
            Some(("--out-name", name)) => drop(bindgen.out_name(name)),
            None if *argument == "--no-typescript" => drop(bindgen.typescript(false)),
            None if !argument.starts_with("--") => drop(bindgen.input_path(argument)),
            _ => bail!("wasm-bindgen {argument} is not what Trunk calls it with"),
        }
    }
    bindgen.generate(folder.context("no --out-dir")?)
}

/// The version of a package in Cargo.lock.
fn read_locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(sh::root().join("Cargo.lock"))?;
    let name = format!("name = \"{package}\"\nversion = \"");
    let (_, rest) = lock.split_once(&name).context("not in Cargo.lock")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}
