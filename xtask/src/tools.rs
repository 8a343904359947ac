//! Programs that the commands need. Each is found or installed. If neither is
//! possible, the error has the command that installs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use crate::sh;

/// Lock for rustup, npm and apt-get. Several threads set up the tests, and none of
/// these programs can run twice at the same time.
static INSTALLING: Mutex<()> = Mutex::new(());

/// Installs the target `wasm32-unknown-unknown` of the toolchain.
pub fn ensure_wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let _guard = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    let sysroot = sh::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).exists() {
        return Ok(());
    }
    println!("Installing the Rust target {TARGET}");
    sh::run_quietly(Command::new("rustup").args(["target", "add", TARGET]))
        .context("install the target with: rustup target add wasm32-unknown-unknown")
}

/// Installs a component of the toolchain. `name` is its cargo command, such as
/// `clippy`.
pub fn ensure_rust_component(name: &str) -> Result<()> {
    let _guard = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
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
        .with_context(|| format!("install it with: rustup component add {component}"))
}

/// Installs the tools of `xtask/tools/package.json`. Returns the folder
/// `node_modules`.
pub fn ensure_node_modules() -> Result<PathBuf> {
    let _guard = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
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
        // Marks the tools as installed. An installation that fails removes this file.
        fs::copy(&manifest, &installed)?;
        let result = sh::run_quietly(
            Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder),
        );
        if result.is_err() {
            fs::remove_file(&installed)?;
        }
        result?;
    }
    Ok(folder.join("node_modules"))
}

/// Command `wasm-opt`, a script for Node.js.
pub fn wasm_opt(node_modules: &Path) -> Command {
    let mut node = Command::new("node");
    node.arg(node_modules.join("binaryen/bin/wasm-opt"));
    node
}

/// Installs Synapse and the mail server. Returns their Python.
pub fn ensure_python() -> Result<PathBuf> {
    ensure_virtual_environment("Synapse and the mail server", "venv", "requirements.txt")
}

/// Installs Sydent. Returns its Python, which is another one than that of Synapse:
/// both need different versions of a package.
pub fn ensure_sydent() -> Result<PathBuf> {
    ensure_virtual_environment("Sydent", "sydent", "sydent-requirements.txt")
}

/// Installs uv, which installs old Pythons and packages. Returns its path.
pub fn ensure_uv() -> Result<PathBuf> {
    let python = ensure_virtual_environment("uv", "uv", "uv-requirements.txt")?;
    Ok(python.with_file_name("uv"))
}

/// Installs the spelling checker. Returns its path.
pub fn ensure_typos() -> Result<PathBuf> {
    let python = ensure_virtual_environment("typos", "typos", "typos-requirements.txt")?;
    Ok(python.with_file_name("typos"))
}

/// Creates a virtual environment in `target/tools/` with the packages of a file in
/// `xtask/tools/`. Returns its Python.
fn ensure_virtual_environment(what: &str, folder: &str, requirements: &str) -> Result<PathBuf> {
    let requirements = sh::root().join("xtask/tools").join(requirements);
    let venv = sh::target().join("tools").join(folder);
    let python = venv.join("bin/python");
    let installed = venv.join("requirements.txt");
    let wanted = fs::read(&requirements)?;
    if fs::read(&installed).ok().as_ref() == Some(&wanted) {
        return Ok(python);
    }
    println!("Installing {what}");
    let version = "import sys; sys.exit(sys.version_info < (3, 10))";
    let new_enough = Command::new("python3").args(["-c", version]).status();
    if !new_enough.is_ok_and(|status| status.success()) {
        bail!("Python 3.10 or later is missing; install it with: sudo apt-get install -y python3");
    }
    // Debian packages `venv` separately.
    let complete = Command::new("python3").args(["-c", "import ensurepip, venv"]).status()?;
    if !complete.success() {
        install_system_packages(&["python3-venv"])?;
    }
    if venv.exists() {
        fs::remove_dir_all(&venv)?;
    }
    sh::run_quietly(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    sh::run_quietly(
        Command::new(&python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&requirements),
    )?;
    fs::write(installed, wanted)?;
    Ok(python)
}

/// Installs cargo-deny. Returns its path.
pub fn ensure_cargo_deny() -> Result<PathBuf> {
    ensure_crate_binary("cargo-deny", "0.20.2")
}

/// Finds a program of a crate in this version on `PATH`, or builds it in
/// `target/`. Returns its path. It is not optimized, because optimizing takes
/// longer than running it.
pub fn ensure_crate_binary(name: &str, version: &str) -> Result<PathBuf> {
    let root = sh::target().join("tools/cargo");
    let ours = root.join("bin").join(name);
    let is_wanted = |file: &PathBuf| {
        let printed = file.is_file().then(|| sh::output(Command::new(file).arg("--version")));
        printed.is_some_and(|printed| {
            printed.is_ok_and(|printed| printed.split_whitespace().any(|word| word == version))
        })
    };
    let found = [Some(ours.clone()), sh::which(name)].into_iter().flatten().find(is_wanted);
    if let Some(found) = found {
        return Ok(found);
    }
    println!("Building {name} {version} (some minutes)");
    let mut install = sh::cargo();
    install.args(["install", "--quiet", "--locked", "--debug", name, "--version", version]);
    install.arg("--root").arg(&root);
    // Dependencies of several programs are compiled once.
    install.env("CARGO_TARGET_DIR", sh::target().join("tools/cargo-target"));
    sh::run_quietly(install.env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    Ok(ours)
}

/// Installs Chromium and its driver.
pub fn ensure_chromium() -> Result<()> {
    if sh::which("chromium").is_none() || sh::which("chromedriver").is_none() {
        install_system_packages(&["chromium", "chromium-driver"])?;
    }
    Ok(())
}

/// Installs fonts with the letters of every language.
pub fn ensure_fonts() -> Result<()> {
    let folder = Path::new("/usr/share/fonts");
    let [core, cjk] = ["truetype/noto/NotoSansTamil-Regular.ttf", "opentype/noto"];
    if !folder.join(core).exists() || !folder.join(cjk).exists() {
        install_system_packages(&["fonts-noto-core", "fonts-noto-cjk"])?;
    }
    Ok(())
}

/// Installs nginx, which serves the account page with the settings of
/// `examples/hosting/`. On Debian, only root has its folder in `PATH`.
pub fn ensure_nginx() -> Result<()> {
    if sh::which("nginx").is_none() && !Path::new("/usr/sbin/nginx").is_file() {
        install_system_packages(&["nginx-light"])?;
    }
    Ok(())
}

/// Installs Firefox.
pub fn ensure_firefox() -> Result<()> {
    if sh::which("firefox-esr").is_none() {
        install_system_packages(&["firefox-esr"])?;
    }
    Ok(())
}

/// Installs the driver of Firefox.
pub fn ensure_geckodriver() -> Result<()> {
    match sh::which("geckodriver") {
        Some(_) => Ok(()),
        None => ensure_crate_binary("geckodriver", "0.37.1").map(drop),
    }
}

/// Installs WebKitGTK, its driver, and a virtual screen.
pub fn ensure_webkit() -> Result<()> {
    if sh::which("WebKitWebDriver").is_none() || sh::which("xvfb-run").is_none() {
        install_system_packages(&["webkit2gtk-driver", "xvfb", "xauth"])?;
    }
    Ok(())
}

/// Installs system packages.
///
/// # Errors
///
/// When this user may not install packages. The error has the command.
fn install_system_packages(packages: &[&str]) -> Result<()> {
    let _guard = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    let by_hand = format!("sudo apt-get install -y {}", packages.join(" "));
    println!("Installing {}", packages.join(", "));
    let is_root = sh::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let may_sudo = || {
        let sudo = Command::new("sudo").args(["-n", "true"]).stderr(Stdio::null()).status();
        sudo.is_ok_and(|status| status.success())
    };
    if sh::which("apt-get").is_none() || !(is_root || may_sudo()) {
        bail!("these packages are missing: {}; install them with: {by_hand}", packages.join(", "));
    }
    let apt_get = || {
        let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
        if !is_root {
            command.args(["-n", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    sh::run_quietly(apt_get().arg("update"))?;
    sh::run_quietly(apt_get().args(["install", "-y", "--no-install-recommends"]).args(packages))
        .with_context(|| format!("install the packages with: {by_hand}"))
}
