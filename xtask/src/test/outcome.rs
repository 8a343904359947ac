//! Counts tests in the output of a test command, while printing it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// Numbers of tests or checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Runs a test command. Prints its standard output, and counts the tests in it.
pub fn run(command: &mut Command) -> Result<Count> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().context("standard output is piped")?;
    count_results(child, stdout)
}

/// Like [`run`] for nextest, which writes to standard error.
pub fn run_by_nextest(command: &mut Command) -> Result<Count> {
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let stderr = child.stderr.take().context("standard error is piped")?;
    count_results(child, stderr)
}

fn count_results(mut child: Child, output: impl Read) -> Result<Count> {
    let mut count = Count::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        count += parse_line(&line).unwrap_or_default();
    }
    // A test that does not compile prints no number, but has failed.
    if !child.wait()?.success() && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

/// Numbers in a line of output. The formats are:
///
/// - cargo: `test result: ok. 3 passed; 0 failed; …`
/// - Node.js: `ℹ pass 3` and `ℹ fail 0`
/// - nextest: `Summary [ 6.750s] 5 tests run: 3 passed (1 slow), 1 failed, 0 skipped`
fn parse_line<'a>(line: &'a str) -> Option<Count> {
    let number = |text: &str| text.parse().ok();
    if line.trim_start().starts_with("Summary [") {
        let (_, numbers) = line.split_once(" run: ")?;
        let of = |part: &'a str| {
            let (number, what) = part.split_once(' ')?;
            Some((what, number.parse().ok()?))
        };
        let parts: Option<Vec<(&str, usize)>> = numbers.split(", ").map(of).collect();
        let mut count = Count::default();
        for (what, number) in parts? {
            match what.split(' ').next()? {
                "passed" => count.passed += number,
                "skipped" => {}
                _ => count.failed += number,
            }
        }
        return Some(count);
    }
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
    use super::{Count, parse_line};

    #[test]
    fn nextest_summary_is_parsed() {
        let line = "     Summary [   6.750s] 5 tests run: 3 passed (1 slow), 2 failed, 4 skipped";
        assert_eq!(parse_line(line), Some(Count { passed: 3, failed: 2 }));
        let line = "     Summary [   0.010s] 2/5 tests run: 0 passed, 1 failed, 1 timed out";
        assert_eq!(parse_line(line), Some(Count { passed: 0, failed: 2 }));
    }

    #[test]
    fn cargo_and_node_summaries_are_parsed() {
        let cargo = "test result: FAILED. 3 passed; 2 failed; 0 ignored; finished in 6.75s";
        assert_eq!(parse_line(cargo), Some(Count { passed: 3, failed: 2 }));
        assert_eq!(parse_line("ℹ pass 7"), Some(Count { passed: 7, failed: 0 }));
        assert_eq!(parse_line("ℹ fail 1"), Some(Count { passed: 0, failed: 1 }));
        assert_eq!(parse_line("running 3 tests"), None);
    }
}
