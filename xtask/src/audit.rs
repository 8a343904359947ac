//! Before a release: the licences and sources of everything that is used, and
//! publishing, but for the last step.

use std::process::Command;

use anyhow::Result;

use crate::{npm, sh, tools};

/// Fails if something is not as `deny.toml` wants it, or npm would not take it.
pub fn run() -> Result<()> {
    let mut deny = Command::new(tools::cargo_deny()?);
    deny.current_dir(sh::root()).args(["--workspace", "check", "licenses", "bans", "sources"]);
    sh::run(&mut deny)?;
    let package = npm::package()?;
    println!("Publishing, but for the last step");
    sh::run(Command::new("npm").args(["publish", "--dry-run"]).current_dir(package))
}
