//! What the commands need from elsewhere: found, else installed, else named
//! with the command that gets it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use crate::sh;

/// Held while rustup or apt-get installs something: tests are set up by several
/// threads, and neither program can run twice at the same time.
static INSTALLING: Mutex<()> = Mutex::new(());

/// The target `wasm32-unknown-unknown` of the toolchain.
pub fn ensure_wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let _guard = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    let sysroot = sh::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).exists() {
        return Ok(());
    }
    println!("Installing the Rust target {TARGET}");
    sh::run_quietly(Command::new("rustup").args(["target", "add", TARGET]))
        .context("install it by: rustup target add wasm32-unknown-unknown")
}

/// A component of the toolchain, such as `clippy`.
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
        .with_context(|| format!("install it by: rustup component add {component}"))
}

/// The folder `node_modules` with the tools of `xtask/tools/package.json`.
pub fn ensure_node_modules() -> Result<PathBuf> {
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

/// The Python that has Synapse and the mail sink.
pub fn ensure_python() -> Result<PathBuf> {
    ensure_virtual_environment("Synapse and the mail sink", "venv", "requirements.txt")
}

/// The Python that has Sydent, which wants another version of a package than
/// Synapse.
pub fn ensure_sydent() -> Result<PathBuf> {
    ensure_virtual_environment("Sydent", "sydent", "sydent-requirements.txt")
}

/// The spelling checker, as PyPI has it.
pub fn ensure_typos() -> Result<PathBuf> {
    let python = ensure_virtual_environment("typos", "typos", "typos-requirements.txt")?;
    Ok(python.with_file_name("typos"))
}

/// The Python of a virtual environment under `target/tools/`, with the packages
/// of a file in `xtask/tools/`.
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
        bail!("Python 3.10 or later is missing; install it by: sudo apt-get install -y python3");
    }
    // Debian's Python comes without the means to make a complete one.
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

/// cargo-deny.
pub fn ensure_cargo_deny() -> Result<PathBuf> {
    ensure_crate_binary("cargo-deny", "0.20.2")
}

/// A program of a crate, of this version: on `PATH`, or built under `target/`.
/// Not optimized: that takes longer than all that it does here.
pub fn ensure_crate_binary(name: &str, version: &str) -> Result<PathBuf> {
    let root = sh::target().join("tools/cargo");
    let ours = root.join("bin").join(name);
    let is_wanted = |file: &PathBuf| {
        let said = file.is_file().then(|| sh::output(Command::new(file).arg("--version")));
        said.is_some_and(|said| {
            said.is_ok_and(|said| said.split_whitespace().any(|word| word == version))
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
    // What two of them are made of is compiled once.
    install.env("CARGO_TARGET_DIR", sh::target().join("tools/cargo-target"));
    sh::run_quietly(install.env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    Ok(ours)
}

/// Chromium and its driver, on `PATH`.
pub fn ensure_chromium() -> Result<()> {
    if sh::which("chromium").is_none() || sh::which("chromedriver").is_none() {
        install_system_packages(&["chromium", "chromium-driver"])?;
    }
    Ok(())
}

/// nginx, which serves the account page as the samples in `examples/hosting/`
/// have it. Debian keeps it where only root's `PATH` leads.
pub fn ensure_nginx() -> Result<()> {
    if sh::which("nginx").is_none() && !Path::new("/usr/sbin/nginx").is_file() {
        install_system_packages(&["nginx-light"])?;
    }
    Ok(())
}

/// Firefox.
pub fn ensure_firefox() -> Result<()> {
    if sh::which("firefox-esr").is_none() {
        install_system_packages(&["firefox-esr"])?;
    }
    Ok(())
}

/// Firefox's driver.
pub fn ensure_geckodriver() -> Result<()> {
    match sh::which("geckodriver") {
        Some(_) => Ok(()),
        None => ensure_crate_binary("geckodriver", "0.37.1").map(drop),
    }
}

/// WebKitGTK, its driver, and a screen for it.
pub fn ensure_webkit() -> Result<()> {
    if sh::which("WebKitWebDriver").is_none() || sh::which("xvfb-run").is_none() {
        install_system_packages(&["webkit2gtk-driver", "xvfb", "xauth"])?;
    }
    Ok(())
}

/// Installs system packages where that is allowed, or says how to.
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
        bail!("{} missing; install by: {by_hand}", packages.join(", "));
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
        .with_context(|| format!("install by: {by_hand}"))
}
