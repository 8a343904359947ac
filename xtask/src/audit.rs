//! Checks before a release: advisories, licenses and sources of all
//! dependencies, and a dry run of publishing.

use std::process::Command;

use anyhow::Result;

use crate::{npm, sh, tools};

/// Checks that need no network.
const LOCAL_CHECKS: [&str; 3] = ["licenses", "bans", "sources"];
/// Check that needs a database, which is downloaded.
const ADVISORIES: &str = "advisories";

/// `cargo xtask audit`
///
/// # Errors
///
/// When a dependency breaks a rule of `deny.toml`, or npm refuses the package.
pub fn run() -> Result<()> {
    let program = tools::ensure_cargo_deny()?;
    let deny = || {
        let mut deny = Command::new(&program);
        deny.current_dir(sh::root()).arg("--workspace");
        deny
    };
    let fetched = sh::run_quietly(deny().args(["fetch", "db"]));
    let (checks, message) = plan_checks(fetched.is_ok());
    sh::run(deny().arg("check").args(checks))?;
    let package = npm::package()?;
    println!("Dry run of publishing");
    sh::run(Command::new("npm").args(["publish", "--dry-run"]).current_dir(package))?;
    // The last line of the output is the one that users read.
    println!("{message}");
    Ok(())
}

/// Names of the checks, and the message that lists them.
fn plan_checks(has_advisories: bool) -> (Vec<&'static str>, &'static str) {
    let mut checks = LOCAL_CHECKS.to_vec();
    if has_advisories {
        checks.insert(0, ADVISORIES);
        return (checks, "Checked: advisories, licenses, sources");
    }
    let message = "Checked: licenses, sources. NOT checked: advisories. Their database, \
        https://github.com/rustsec/advisory-db, can't be downloaded here. Run this command again \
        where it can.";
    (checks, message)
}

#[cfg(test)]
mod tests {
    use super::plan_checks;

    #[test]
    fn plan_includes_advisories_when_database_is_available() {
        let (checks, message) = plan_checks(true);
        assert!(checks.contains(&"advisories") && !message.contains("NOT"), "{checks:?} {message}");
    }

    #[test]
    fn plan_without_database_says_advisories_are_not_checked() {
        let (checks, message) = plan_checks(false);
        assert_eq!(checks, ["licenses", "bans", "sources"]);
        assert!(message.contains("NOT checked: advisories"), "{message}");
    }
}
