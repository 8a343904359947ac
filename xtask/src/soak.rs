//! Runs the simulations of `tests/soak/` for a long time.

use anyhow::{Context, Result, bail};

use crate::sh;

/// Options of `cargo xtask soak`.
#[derive(Debug, PartialEq)]
struct Options {
    minutes: f64,
    /// Seed of the first simulation. Without it, each run has another one.
    seed: Option<u64>,
}

impl Options {
    fn read(arguments: &[&str]) -> Result<Options> {
        let mut options = Options { minutes: 60.0, seed: None };
        let mut left = arguments;
        while let [name, value, rest @ ..] = left {
            match *name {
                "--minutes" => {
                    options.minutes = value.parse().context("--minutes requires a number")?
                }
                "--seed" => options.seed = Some(value.parse().context("--seed requires a number")?),
                _ => break,
            }
            left = rest;
        }
        if !left.is_empty() {
            bail!("cargo xtask soak [--minutes N] [--seed S]");
        }
        Ok(options)
    }
}

/// `cargo xtask soak [--minutes N] [--seed S]`
pub fn run(arguments: &[&str]) -> Result<()> {
    let Options { minutes, seed } = Options::read(arguments)?;
    let mut cargo = sh::cargo();
    cargo.args(["test", "--package", "matrix-threepids", "--test", "soak", "--", "--nocapture"]);
    cargo.env("SOAK_SECONDS", format!("{:.0}", minutes * 60.0));
    if let Some(seed) = seed {
        cargo.env("SOAK_SEED", seed.to_string());
    }
    sh::run(&mut cargo)
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn options_parse_in_any_order() {
        let read = |arguments: &[&str]| Options::read(arguments).ok();
        assert_eq!(read(&[]), Some(Options { minutes: 60.0, seed: None }));
        let both = Some(Options { minutes: 0.5, seed: Some(7) });
        assert_eq!(read(&["--seed", "7", "--minutes", "0.5"]), both);
        assert_eq!(read(&["--minutes", "0.5", "--seed", "7"]), both);
        assert_eq!(read(&["--minutes"]), None);
        assert_eq!(read(&["--seed", "x"]), None);
        assert_eq!(read(&["--hours", "1"]), None);
    }
}
