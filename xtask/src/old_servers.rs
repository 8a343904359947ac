//! Old releases of Synapse for the suite `servers`. Each is installed with the
//! packages and the Python of its time.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{sh, tools};

/// Release of Synapse.
struct Release {
    version: &'static str,
    /// Newest Python that it runs with.
    python: &'static str,
    /// Date of the newest packages that are installed with it.
    before: &'static str,
    /// Packages of which those of its time can't be installed any more. They are
    /// as of [`NEWER`].
    newer: &'static [&'static str],
    need: Need,
}

/// Need of a release in a run of the suite.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    /// The suite fails without it.
    Required,
    /// Its Python is so old that few machines have it. Without it, the run
    /// prints that it was not tested.
    IfInstallable,
}

/// Date of packages that are newer than their release.
const NEWER: &str = "2021-12-31";

/// Oldest first. `tests/stage/tests/browser/real_servers.rs` names the tests.
const RELEASES: [Release; 7] = [
    Release {
        version: "1.4.1",
        python: "3.7",
        before: "2019-11-01",
        newer: &[],
        need: Need::IfInstallable,
    },
    Release {
        version: "1.12.4",
        python: "3.7",
        before: "2020-05-01",
        newer: &["treq", "twisted"],
        need: Need::IfInstallable,
    },
    Release {
        version: "1.24.0",
        python: "3.8",
        before: "2020-12-31",
        newer: &["twisted"],
        need: Need::IfInstallable,
    },
    Release {
        version: "1.47.1",
        python: "3.8",
        before: "2021-11-30",
        newer: &[],
        need: Need::IfInstallable,
    },
    Release {
        version: "1.60.0",
        python: "3.8",
        before: "2022-06-15",
        newer: &[],
        need: Need::Required,
    },
    Release {
        version: "1.98.0",
        python: "3.9",
        before: "2023-12-20",
        newer: &[],
        need: Need::Required,
    },
    Release {
        version: "1.120.2",
        python: "3.11",
        before: "2024-12-20",
        newer: &[],
        need: Need::Required,
    },
];

/// Installs the releases in `target/tools/`. Returns a line for each, with its
/// version and its Python.
///
/// # Errors
///
/// When a required release can't be installed.
pub fn ensure() -> Result<String> {
    let uv = tools::ensure_uv()?;
    let mut lines = String::new();
    for release in &RELEASES {
        match ensure_release(&uv, release) {
            Ok(python) => {
                lines += &format!("{}={}\n", release.version, python.display());
            }
            Err(error) if release.need == Need::IfInstallable => {
                println!("Synapse {} is not tested: {error:#}", release.version);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(lines)
}

fn ensure_release(uv: &PathBuf, release: &Release) -> Result<PathBuf> {
    let Release { version, python, before, newer, .. } = release;
    let folder = sh::target().join(format!("tools/synapse-{version}"));
    let installed = folder.join("installed.txt");
    let interpreter = folder.join("bin/python");
    let wanted = format!("{version} {python} {before} {newer:?} {NEWER}");
    if fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(interpreter);
    }
    println!("Installing Synapse {version} with Python {python}");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let uv = || {
        let mut command = Command::new(uv);
        command.env("PATH", list_python_folders());
        command
    };
    let environment = uv().args(["venv", "--quiet", "--python", python]).arg(&folder).output()?;
    if !environment.status.success() {
        bail!("Python {python} is missing: install it with: uv python install {python}");
    }
    let mut install = uv();
    install.args(["pip", "install", "--quiet", "--exclude-newer", before, "--python"]);
    install.arg(&interpreter).arg(format!("matrix-synapse=={version}"));
    for package in *newer {
        install.arg(format!("--exclude-newer-package={package}={NEWER}"));
    }
    sh::run_quietly(&mut install)?;
    fs::write(installed, wanted)?;
    Ok(interpreter)
}

/// `PATH`, and the Pythons of pyenv behind it.
fn list_python_folders() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let home = env::var_os("HOME").map(|home| PathBuf::from(home).join(".pyenv"));
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from).or(home);
    let versions = root.and_then(|root| fs::read_dir(root.join("versions")).ok());
    let pyenv = versions.into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let all: Vec<PathBuf> = env::split_paths(&path).chain(pyenv).collect();
    env::join_paths(all).unwrap_or(path)
}
