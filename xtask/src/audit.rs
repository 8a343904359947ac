//! Before a release: the advisories, licenses and sources of everything that is
//! used, and publishing, but for the last step.

use std::process::Command;

use anyhow::Result;

use crate::{npm, sh, tools};

/// What can be checked with what is here.
const HERE: [&str; 3] = ["licenses", "bans", "sources"];
/// What needs a database from elsewhere.
const ADVISORIES: &str = "advisories";

/// Fails if something is not as `deny.toml` wants it, or npm would not take it.
pub fn run() -> Result<()> {
    let program = tools::ensure_cargo_deny()?;
    let deny = || {
        let mut deny = Command::new(&program);
        deny.current_dir(sh::root()).arg("--workspace");
        deny
    };
    let fetched = sh::run_quietly(deny().args(["fetch", "db"]));
    let (checks, said) = plan_checks(fetched.is_ok());
    sh::run(deny().arg("check").args(checks))?;
    let package = npm::package()?;
    println!("Publishing, but for the last step");
    sh::run(Command::new("npm").args(["publish", "--dry-run"]).current_dir(package))?;
    // Last, where it is read.
    println!("{said}");
    Ok(())
}

/// What is checked, and what is said of it.
fn plan_checks(has_advisories: bool) -> (Vec<&'static str>, &'static str) {
    let mut checks = HERE.to_vec();
    if has_advisories {
        checks.insert(0, ADVISORIES);
        return (checks, "Checked: advisories, licenses, sources");
    }
    let said = "Checked: licenses, sources. NOT checked: advisories. Their database, \
        https://github.com/rustsec/advisory-db, could not be had; do it again where it can.";
    (checks, said)
}

#[cfg(test)]
mod tests {
    use super::plan_checks;

    #[test]
    fn advisories_are_checked_where_they_can_be_had() {
        let (checks, said) = plan_checks(true);
        assert!(checks.contains(&"advisories") && !said.contains("NOT"), "{checks:?} {said}");
    }

    #[test]
    fn without_their_database_the_rest_is_checked_and_that_is_said() {
        let (checks, said) = plan_checks(false);
        assert_eq!(checks, ["licenses", "bans", "sources"]);
        assert!(said.contains("NOT checked: advisories"), "{said}");
    }
}
