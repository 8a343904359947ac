//! Runs the browser tests of one browser. A test whose driver loses the browser
//! runs again.

use std::fs;
use std::process::Command;

use anyhow::Result;

use super::options::Filter;
use super::outcome::{self, Outcome};
use super::suite::Engine;
use crate::{old_servers, sh};

/// Most times that a test runs again.
const MAX_RETRIES: usize = 2;

/// Runs the tests in this browser. Returns their results, and how often a driver
/// lost the browser.
pub fn run(engine: Engine, filter: &Filter, seed: u64) -> Result<(Outcome, usize)> {
    println!("Browser tests in {}", engine.name());
    run_with(engine, filter.names(), seed, None)
}

fn run_with(
    engine: Engine,
    names: &[String],
    seed: u64,
    old_servers: Option<&str>,
) -> Result<(Outcome, usize)> {
    let mut outcome = outcome::run(&mut build_command(engine, names, seed, old_servers))?;
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
        outcome += outcome::run(&mut build_command(engine, &names, seed, old_servers))?;
    }
    Ok((outcome, lost))
}

/// Runs the tests of old servers that match this filter, in Chromium. No other
/// run has them.
pub fn run_servers(filter: &Filter, seed: u64) -> Result<(Outcome, usize)> {
    println!("Old servers");
    let servers = old_servers::ensure()?;
    run_with(Engine::Chromium, filter.names(), seed, Some(&servers))
}

fn build_command(
    engine: Engine,
    names: &[String],
    seed: u64,
    old_servers: Option<&str>,
) -> Command {
    let mut cargo = sh::cargo();
    cargo.args(["test", "--quiet", "--package", "stage", "--test", "browser"]);
    cargo.env("STAGE_ENGINE", engine.name()).env("STAGE_TESTS", names.join("\n"));
    cargo.env("STAGE_SEED", seed.to_string());
    if let Some(servers) = old_servers {
        cargo.env("STAGE_OLD_SERVERS", servers);
    }
    cargo
}

fn read_lost_tests(engine: Engine) -> Vec<String> {
    let file = sh::target().join(format!("test-record/{}-lost.txt", engine.name()));
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}
