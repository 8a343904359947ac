//! Builds the account page with Trunk, to test that `trunk build` works.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::{sh, tools, wasm_build};

const VERSION: &str = "0.21.14";

/// Runs `trunk build --release` into this folder.
pub fn build(folder: &Path) -> Result<()> {
    tools::ensure_wasm_target()?;
    let node = tools::ensure_node_modules()?;
    let program = tools::ensure_crate_binary("trunk", VERSION)?;
    println!("Building the page with Trunk");
    // Trunk downloads the programs that it does not find on `PATH`.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![write_wasm_bindgen_script()?, node.join(".bin")];
    folders.extend(std::env::split_paths(&path));
    let mut trunk = Command::new(program);
    trunk
        .current_dir(sh::root())
        .args(["build", "--release", "--offline", "--dist"])
        .arg(folder)
        // The same flags as in `cargo xtask page`, so that nothing is compiled twice.
        .env(wasm_build::RUSTFLAGS, wasm_build::remap_path_flags()?)
        .env("PATH", std::env::join_paths(folders)?);
    sh::run_quietly(&mut trunk)
}

/// Writes a program `wasm-bindgen` that calls [`run_wasm_bindgen`], so that
/// nothing has to be compiled. Returns its folder.
fn write_wasm_bindgen_script() -> Result<PathBuf> {
    let folder = sh::target().join("tools/bin");
    fs::create_dir_all(&folder)?;
    let file = folder.join("wasm-bindgen");
    let xtask = std::env::current_exe()?;
    fs::write(&file, format!("#!/bin/sh\nexec '{}' wasm-bindgen \"$@\"\n", xtask.display()))?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

/// The command `wasm-bindgen` with the arguments that Trunk uses. It calls the
/// library that also builds the package.
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
            _ => bail!(
                "xtask does not know the argument {argument} of wasm-bindgen; add it to trunk.rs"
            ),
        }
    }
    bindgen.generate(folder.context("wasm-bindgen was called without --out-dir")?)
}

/// Version of a package in Cargo.lock.
fn read_locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(sh::root().join("Cargo.lock"))?;
    let name = format!("name = \"{package}\"\nversion = \"");
    let (_, rest) =
        lock.split_once(&name).with_context(|| format!("Cargo.lock has no package {package}"))?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}
