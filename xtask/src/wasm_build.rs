//! Compiles Rust to WebAssembly, and generates its glue.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, ensure};
use regex::Regex;
use wasm_bindgen_cli_support::Bindgen;

use crate::{sh, wasm_split};

/// Builds are for a developer who tries a change, not for users.
static QUICK: AtomicBool = AtomicBool::new(false);

/// Compiles WebAssembly with the profile `quick` from now on, and runs no pass
/// over it. This takes seconds instead of minutes; the file is three times as
/// large.
pub fn build_quickly() {
    QUICK.store(true, Ordering::Relaxed);
}

/// Returns `true` after [`build_quickly`].
pub fn is_quick() -> bool {
    QUICK.load(Ordering::Relaxed)
}

/// Cargo profile of the WebAssembly.
pub fn profile() -> &'static str {
    if is_quick() { "quick" } else { "release" }
}

/// Variable from which cargo reads flags of the compiler.
pub const RUSTFLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Prints a note if the compiler is not the one with which the budget was
/// measured and the passes of [`crate::wasm_size`] were tested.
fn check_compiler() -> Result<()> {
    let printed = sh::output(Command::new("rustc").arg("--version"))?;
    if let Some(note) = compare_compiler(&printed, env!("CARGO_PKG_RUST_VERSION")) {
        println!("{note}");
    }
    Ok(())
}

/// Returns a note if `printed` by rustc is not of the version `tested`, such as
/// 1.95.
fn compare_compiler(printed: &str, tested: &str) -> Option<String> {
    let version = printed.split(' ').nth(1).unwrap_or(printed).trim();
    let is_tested = version == tested || version.starts_with(&format!("{tested}."));
    (!is_tested).then(|| {
        format!(
            "Note: this is Rust {version}. The bytes were measured with Rust {tested}; other \
             versions may write more bytes, or data that no pass recognizes."
        )
    })
}

/// Compiles the elements for [`crate::wasm_split`], and returns the path of the
/// module.
pub fn compile_elements() -> Result<PathBuf> {
    let split = ["--features", "split", "--", wasm_split::LINK_ARGUMENT];
    compile("matrix-threepids", "matrix_threepids", profile(), &split)
}

/// Compiles a library to a module without glue, and returns its path. Only the
/// cdylib is compiled: together with an rlib, cargo omits link-time optimization
/// without a warning.
pub fn compile(package: &str, name: &str, profile: &str, arguments: &[&str]) -> Result<PathBuf> {
    println!("Compiling {package} to WebAssembly ({profile})");
    if profile == "release" {
        check_compiler()?;
    }
    sh::run(
        sh::cargo()
            .args(["rustc", "--quiet", "--package", package, "--lib", "--crate-type", "cdylib"])
            .args(["--target", "wasm32-unknown-unknown", "--profile", profile])
            .args(arguments)
            .env(RUSTFLAGS, remap_path_flags()?),
    )?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(sh::target().join(format!("wasm32-unknown-unknown/{folder}/{name}.wasm")))
}

/// Compiles the account page without the elements, and returns the path of the
/// module.
pub fn compile_account_page() -> Result<PathBuf> {
    let page = ["--no-default-features", "--features", "account-page"];
    compile("matrix-threepids", "matrix_threepids", profile(), &page)
}

/// Compiler flags that remove local paths from panic locations. With these paths,
/// each machine would build other bytes.
///
/// Two local paths occur: that of the registry, and that of the standard library
/// if the component `rust-src` is installed. Without this component, the compiler
/// writes `/rustc/<commit>`.
pub fn remap_path_flags() -> Result<String> {
    let home = || std::env::home_dir().unwrap_or_default().join(".cargo");
    let cargo = std::env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from);
    let sysroot = sh::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust");
    let version = sh::output(Command::new("rustc").arg("-vV"))?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "));
    let commit = commit.context("`rustc -vV` prints no commit hash")?;
    Ok(format!(
        "--remap-path-prefix={}=/cargo --remap-path-prefix={}=/rustc/{commit}",
        cargo.display(),
        library.display()
    ))
}

/// Generates the glue of a module with the version of wasm-bindgen in Cargo.lock.
pub fn run_wasm_bindgen(wasm: &Path, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name("threepids")
        .web(true)?
        .typescript(true)
        // Passes of `wasm_size` find functions by their mangled names.
        .demangle(false)
        .keep_lld_exports(true)
        .omit_default_module_path(true)
        .generate(folder)
        .context("wasm-bindgen")?;
    let glue = folder.join("threepids.js");
    let text = fs::read_to_string(&glue)?;
    fs::write(glue, adapt_glue(&text)?)?;
    Ok(())
}

/// Code of wasm-bindgen, and ours in its place.
///
/// A property descriptor must not inherit from `Object.prototype`, to which a page
/// may add members. Importing the glue must use no global: simulated browsers lack
/// `TextDecoder` and `TextEncoder`. Every supported browser has `encodeInto`.
const GLUE: [(&str, &str); 4] = [
    ("'__wbg_inst', { value", "'__wbg_inst', { __proto__: null, value"),
    (
        "let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });\n\
         cachedTextDecoder.decode();\n",
        "let cachedTextDecoder;\n",
    ),
    (
        "if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES)",
        "if (!cachedTextDecoder || numBytesDecoded >= MAX_SAFARI_DECODE_BYTES)",
    ),
    (
        "const cachedTextEncoder = new TextEncoder();\n",
        "const cachedTextEncoder = globalThis.TextEncoder && new TextEncoder();\n",
    ),
];

/// Replaces the parts of the glue that do not fit the package.
///
/// # Errors
///
/// When the glue has no such part: another version of wasm-bindgen generated it.
fn adapt_glue(text: &str) -> Result<String> {
    let polyfill = Regex::new(r"if \(!\('encodeInto' in cachedTextEncoder\)\) \{(?s:.*?)\n\}\n")?;
    ensure!(polyfill.is_match(text), "the glue has no polyfill of `encodeInto`");
    let mut text = polyfill.replace(text, "").into_owned();
    for (theirs, ours) in GLUE {
        ensure!(text.contains(theirs), "the glue does not contain {theirs:?}");
        text = text.replace(theirs, ours);
    }
    Ok(text)
}

/// Copies a folder and everything in it.
pub fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().context("a file has a name")?;
        if path.is_dir() {
            copy_all(&path, &to.join(name))?;
        } else {
            copy(&path, &to.join(name))?;
        }
    }
    Ok(())
}

/// Copies a file.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Deletes a folder, and creates it again.
pub fn recreate_dir(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::{adapt_glue, compare_compiler};

    #[test]
    fn importing_the_glue_uses_no_text_decoder() {
        let made = "let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });\n\
            cachedTextDecoder.decode();\n\
            if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {}\n\
            const cachedTextEncoder = new TextEncoder();\n\
            if (!('encodeInto' in cachedTextEncoder)) {\n    if (a) {\n    }\n}\n\
            defineProperty(this, '__wbg_inst', { value: 1 });\n";
        let wanted = "let cachedTextDecoder;\n\
            if (!cachedTextDecoder || numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {}\n\
            const cachedTextEncoder = globalThis.TextEncoder && new TextEncoder();\n\
            defineProperty(this, '__wbg_inst', { __proto__: null, value: 1 });\n";
        assert_eq!(adapt_glue(made).expect("it has every part"), wanted);
        let error = adapt_glue("other").expect_err("it has no part").to_string();
        assert!(error.contains("encodeInto"), "{error}");
    }

    #[test]
    fn another_compiler_than_the_tested_one_gets_a_note() {
        assert_eq!(compare_compiler("rustc 1.95.0 (59807616e 2026-04-14)\n", "1.95"), None);
        assert_eq!(compare_compiler("rustc 1.95.1 (0123456 2026-05-01)\n", "1.95"), None);
        for other in ["rustc 1.96.0 (0123456 2026-06-01)\n", "rustc 1.950.0-nightly\n"] {
            let note = compare_compiler(other, "1.95").expect("the version is another one");
            assert!(note.contains("The bytes were measured with Rust 1.95"), "{note}");
        }
    }
}
