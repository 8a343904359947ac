//! Builds the widget: Rust to WebAssembly, its glue, and the npm package
//! around them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{budget, names, sh, tools};

/// What LLVM may have used, and every supported browser has. Not
/// `--all-features`: that makes modules that browsers refuse.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-multivalue",
];

/// Twice, and with the control flow built anew, finds 0.5 KB more (brotli).
const PASSES: [&str; 8] = [
    "--precompute",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Makes `target/npm/package/` and the tarball beside it; its folder is given.
pub fn package() -> Result<PathBuf> {
    tools::wasm_target()?;
    let node = tools::node_modules()?;
    let wasm = compile("matrix-threepids", "matrix_threepids", "release")?;
    let work = sh::target().join("npm/work");
    fresh_folder(&work)?;
    bind(&wasm, &work.join("glue"))?;
    names::shorten(&work.join("glue"))?;
    copy_www(&work)?;

    let package = sh::target().join("npm/package");
    fresh_folder(&package)?;
    optimise(&node, &work.join("glue/threepids_bg.wasm"), &package.join("threepids.wasm"))?;
    bundle(&node, &work, &package)?;
    for file in ["package.json", "README.md", "index.d.ts", "define.d.ts"] {
        copy(&sh::root().join("www").join(file), &package.join(file))?;
    }
    copy(&sh::root().join("LICENSE"), &package.join("LICENSE"))?;
    println!("Packing");
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", "--pack-destination", ".."]).current_dir(&package);
    sh::run_quietly(&mut pack)?;
    budget::check(&package)?;
    Ok(package)
}

/// A wasm file of a library, without its glue. Library and cdylib in one go
/// would silently lose link-time optimisation.
pub fn compile(package: &str, name: &str, profile: &str) -> Result<PathBuf> {
    println!("Compiling {package} to WebAssembly ({profile})");
    sh::run(
        sh::cargo()
            .args(["rustc", "--quiet", "--package", package, "--lib", "--crate-type", "cdylib"])
            .args(["--target", "wasm32-unknown-unknown", "--profile", profile])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", nobody_s_paths()),
    )?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(sh::target().join(format!("wasm32-unknown-unknown/{folder}/{name}.wasm")))
}

/// Panics name source files; where they are on this machine is nobody's
/// business, and would make each machine build other bytes.
fn nobody_s_paths() -> String {
    let home = || std::env::home_dir().unwrap_or_default().join(".cargo");
    let cargo = std::env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from);
    format!("--remap-path-prefix={}=/cargo", cargo.display())
}

/// The glue of a wasm file, by the very version that is in Cargo.lock.
pub fn bind(wasm: &Path, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name("threepids")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .generate(folder)
        .context("wasm-bindgen")
}

fn optimise(node: &Path, from: &Path, to: &Path) -> Result<()> {
    println!("Optimising");
    let mut wasm_opt = tools::wasm_opt(node);
    wasm_opt.args(PASSES).args(WASM_FEATURES);
    sh::run_quietly(wasm_opt.arg(from).arg("-o").arg(to))
}

/// The package's JavaScript: class and glue in `index.js`, minified.
fn bundle(node: &Path, work: &Path, package: &Path) -> Result<()> {
    let esbuild = node.join(".bin/esbuild");
    let shared =
        ["--bundle", "--format=esm", "--target=es2022", "--minify", "--legal-comments=none"];
    sh::run_quietly(
        Command::new(&esbuild)
            .current_dir(work)
            .args(shared)
            .arg("index.js")
            .arg(format!("--outfile={}", package.join("index.js").display())),
    )?;
    sh::run_quietly(
        Command::new(&esbuild)
            .current_dir(work)
            .args(shared)
            .args(["--external:./index.js", "define.js"])
            .arg(format!("--outfile={}", package.join("define.js").display())),
    )
}

fn copy_www(folder: &Path) -> Result<()> {
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
pub fn fresh_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())
}
