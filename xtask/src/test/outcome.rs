//! What a test command says, read while it is shown.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// How many tests (or checks) went how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// These passed.
    pub passed: usize,
    /// These failed.
    pub failed: usize,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Runs a test command; shows and counts what it says.
pub fn run(command: &mut Command) -> Result<Count> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().context("standard output is piped")?;
    let mut count = Count::default();
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        count += of_line(&line).unwrap_or_default();
    }
    // One that does not even compile has failed, too.
    if !child.wait()?.success() && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

/// The numbers of a line `test result: ok. 3 passed; 0 failed; …`, or of one of
/// Node's lines `ℹ pass 3` and `ℹ fail 0`.
fn of_line(line: &str) -> Option<Count> {
    let number = |text: &str| text.parse().ok();
    if let Some(passed) = line.strip_prefix("ℹ pass ") {
        return Some(Count { passed: number(passed)?, failed: 0 });
    }
    if let Some(failed) = line.strip_prefix("ℹ fail ") {
        return Some(Count { passed: 0, failed: number(failed)? });
    }
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut numbers = numbers.split("; ").map(|part| number(part.split_once(' ')?.0));
    Some(Count { passed: numbers.next()??, failed: numbers.next()?? })
}

#[cfg(test)]
mod tests {
    use super::{Count, of_line};

    #[test]
    fn the_numbers_of_cargo_and_node_are_read() {
        let cargo = "test result: FAILED. 3 passed; 2 failed; 0 ignored; finished in 6.75s";
        assert_eq!(of_line(cargo), Some(Count { passed: 3, failed: 2 }));
        assert_eq!(of_line("ℹ pass 7"), Some(Count { passed: 7, failed: 0 }));
        assert_eq!(of_line("ℹ fail 1"), Some(Count { passed: 0, failed: 1 }));
        assert_eq!(of_line("running 3 tests"), None);
    }
}
