//! Progress of a command that takes minutes: a line for each step, with its time.
//! What programs print goes into a log file.

use std::fs::{self, File, OpenOptions};
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::sh;

/// Most lines of the log that a failure prints.
const MAX_LINES: usize = 20;

/// Steps of one command.
pub struct Steps {
    total: usize,
    done: usize,
    started: Instant,
    log: PathBuf,
}

impl Steps {
    /// Begins with this number of steps. The log is a new file in `target/`.
    pub fn begin(total: usize, log: &str) -> Result<Steps> {
        fs::create_dir_all(sh::target())?;
        let log = sh::target().join(log);
        File::create(&log).with_context(|| format!("cannot create {}", log.display()))?;
        Ok(Steps { total, done: 0, started: Instant::now(), log })
    }

    /// Runs a step. `expected` is how long it takes the first time.
    pub fn run<T>(
        &mut self,
        name: &str,
        expected: &str,
        step: impl FnOnce(&Steps) -> Result<T>,
    ) -> Result<T> {
        self.done += 1;
        print!("[{}/{}] {name} ({expected}) … ", self.done, self.total);
        stdout().flush()?;
        let started = Instant::now();
        let result = step(self);
        match &result {
            Ok(_) => println!("{}", describe_seconds(started.elapsed().as_secs())),
            Err(_) => println!("failed\nThe whole output is in {}", self.log.display()),
        }
        result
    }

    /// Prints a step that is not necessary this time.
    pub fn skip(&mut self, name: &str) {
        self.done += 1;
        println!("[{}/{}] {name} … up to date", self.done, self.total);
    }

    /// Runs another command of xtask. Its output goes into the log.
    pub fn xtask(&self, arguments: &[&str]) -> Result<()> {
        let log = OpenOptions::new().append(true).open(&self.log)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(arguments).stdin(Stdio::null());
        let status = command
            .stdout(log.try_clone()?)
            .stderr(log)
            .status()
            .with_context(|| format!("cannot start {command:?}"))?;
        if !status.success() {
            bail!("cargo xtask {}: {status}\n{}", arguments.join(" "), self.read_end()?);
        }
        Ok(())
    }

    /// Time since the first step began.
    pub fn describe_time(&self) -> String {
        describe_seconds(self.started.elapsed().as_secs())
    }

    fn read_end(&self) -> Result<String> {
        let text = String::from_utf8_lossy(&fs::read(&self.log)?).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        Ok(lines[lines.len().saturating_sub(MAX_LINES)..].join("\n"))
    }
}

fn describe_seconds(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::describe_seconds;

    #[test]
    fn a_time_is_in_minutes_and_seconds() {
        assert_eq!(describe_seconds(0), "0 s");
        assert_eq!(describe_seconds(59), "59 s");
        assert_eq!(describe_seconds(125), "2 min 5 s");
    }
}
