//! Builds the widget: Rust to WebAssembly, and its glue.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::sh;

/// Whether builds are for a developer who tries a change, not for visitors.
static QUICK: AtomicBool = AtomicBool::new(false);

/// From now on, WebAssembly is compiled with the profile `quick`, and no pass
/// makes it smaller: seconds in place of minutes, a file three times as large.
pub fn build_quickly() {
    QUICK.store(true, Ordering::Relaxed);
}

/// Whether [`build_quickly`] was called.
pub fn is_quick() -> bool {
    QUICK.load(Ordering::Relaxed)
}

/// The profile of what visitors load.
pub fn profile() -> &'static str {
    if is_quick() { "quick" } else { "release" }
}

/// Where cargo looks for the compiler's flags.
pub const RUSTFLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// A wasm file of a library, without its glue. Library and cdylib in one go
/// would silently lose link-time optimization.
pub fn compile(package: &str, name: &str, profile: &str) -> Result<PathBuf> {
    println!("Compiling {package} to WebAssembly ({profile})");
    sh::run(
        sh::cargo()
            .args(["rustc", "--quiet", "--package", package, "--lib", "--crate-type", "cdylib"])
            .args(["--target", "wasm32-unknown-unknown", "--profile", profile])
            .env(RUSTFLAGS, remap_path_flags()),
    )?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(sh::target().join(format!("wasm32-unknown-unknown/{folder}/{name}.wasm")))
}

/// The account page's wasm file.
pub fn compile_account_page() -> Result<PathBuf> {
    println!("Compiling the account page to WebAssembly");
    sh::run(
        sh::cargo()
            .args(["build", "--quiet", "--profile", profile(), "--package", "matrix-threepids"])
            .args(["--bin", "account-page", "--features", "account-page"])
            .args(["--target", "wasm32-unknown-unknown"])
            .env(RUSTFLAGS, remap_path_flags()),
    )?;
    Ok(sh::target().join("wasm32-unknown-unknown").join(profile()).join("account-page.wasm"))
}

/// Panics name source files; where they are on this machine is nobody's
/// business, and would make each machine build other bytes.
pub fn remap_path_flags() -> String {
    let home = || std::env::home_dir().unwrap_or_default().join(".cargo");
    let cargo = std::env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from);
    format!("--remap-path-prefix={}=/cargo", cargo.display())
}

/// The glue of a wasm file, by the very version that is in Cargo.lock.
pub fn run_wasm_bindgen(wasm: &Path, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name("threepids")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .generate(folder)
        .context("wasm-bindgen")?;
    // What a page has put on `Object.prototype` is no part of a descriptor.
    let glue = folder.join("threepids.js");
    let text = fs::read_to_string(&glue)?;
    let marked = "'__wbg_inst', { value";
    fs::write(glue, text.replace(marked, "'__wbg_inst', { __proto__: null, value"))?;
    Ok(())
}

/// Copies `www/`, but not its folders.
pub fn copy_www(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(sh::root().join("www"))? {
        let from = entry?.path();
        if from.is_file() {
            let name = from.file_name().context("a file has a name")?;
            copy(&from, &folder.join(name))?;
        }
    }
    Ok(())
}

/// Copies a file.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("{} → {}", from.display(), to.display()))?;
    Ok(())
}

/// An empty folder.
pub fn recreate_dir(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())
}
