//! Runs the browser tests of one browser. A test whose driver loses the browser
//! runs again.

use std::fs;
use std::process::Command;

use anyhow::Result;

use super::options::Filter;
use super::outcome::{self, Outcome};
use super::suite::Engine;
use crate::sh;

/// Most times that a test runs again.
const MAX_RETRIES: usize = 2;

/// Runs the tests in this browser. Returns their results, and how often a driver
/// lost the browser.
pub fn run(engine: Engine, filter: &Filter, seed: u64) -> Result<(Outcome, usize)> {
    println!("Browser tests in {}", engine.name());
    let mut outcome = outcome::run(&mut build_command(engine, filter.names(), seed))?;
    let mut lost = 0;
    for _ in 0..MAX_RETRIES {
        let names = read_lost_tests(engine);
        if names.is_empty() {
            break;
        }
        println!(
            "The driver lost the browser in these tests, which run again: {}",
            names.join("; ")
        );
        lost += names.len();
        outcome.count.failed = outcome.count.failed.saturating_sub(names.len());
        outcome += outcome::run(&mut build_command(engine, &names, seed))?;
    }
    Ok((outcome, lost))
}

fn build_command(engine: Engine, names: &[String], seed: u64) -> Command {
    let mut cargo = sh::cargo();
    cargo.args(["test", "--quiet", "--package", "stage", "--test", "browser"]);
    cargo.env("STAGE_ENGINE", engine.name()).env("STAGE_TESTS", names.join("\n"));
    cargo.env("STAGE_SEED", seed.to_string());
    cargo
}

fn read_lost_tests(engine: Engine) -> Vec<String> {
    let file = sh::target().join(format!("test-record/{}-lost.txt", engine.name()));
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}
