//! Counts tests in the output of a test command, while printing it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// Most lines of output that are kept of the failures of one command.
const MAX_LINES: usize = 80;

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

/// Result of a suite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Numbers of tests.
    pub count: Count,
    /// Lines of output about the tests that failed. The end of a run prints them
    /// again, because a log often keeps only the end.
    pub failures: Vec<String>,
}

impl Outcome {
    /// A check that counts as one test. Prints its error.
    pub fn of_check(name: &str, result: Result<()>) -> Outcome {
        let Err(error) = result else {
            return Outcome { count: Count { passed: 1, failed: 0 }, failures: Vec::new() };
        };
        eprintln!("{error:#}");
        let failure = format!("{name}: {error:#}");
        let lines = failure.lines().take(MAX_LINES).map(str::to_owned);
        Outcome { count: Count { passed: 0, failed: 1 }, failures: lines.collect() }
    }
}

impl std::ops::AddAssign for Outcome {
    fn add_assign(&mut self, other: Outcome) {
        self.count += other.count;
        self.failures.extend(other.failures);
    }
}

/// Runs a test command. Prints its standard output, and counts the tests in it.
pub fn run(command: &mut Command) -> Result<Outcome> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().context("standard output is piped")?;
    read_results(child, stdout)
}

/// Like [`run`] for nextest, which writes to standard error.
pub fn run_by_nextest(command: &mut Command) -> Result<Outcome> {
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let stderr = child.stderr.take().context("standard error is piped")?;
    read_results(child, stderr)
}

fn read_results(mut child: Child, output: impl Read) -> Result<Outcome> {
    let mut reader = ResultReader::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        reader.read(&line);
    }
    let mut outcome = reader.outcome;
    // A test that does not compile prints no number, but has failed.
    if !child.wait()?.success() && outcome.count.failed == 0 {
        outcome.count.failed = 1;
        outcome.failures.push("a test command failed, and printed no number of tests".into());
    }
    Ok(outcome)
}

/// Reader of the output of a test command, line by line.
#[derive(Default)]
struct ResultReader {
    outcome: Outcome,
    /// True while the lines are about tests that failed.
    is_in_failures: bool,
}

impl ResultReader {
    fn read(&mut self, line: &str) {
        // Headings of cargo, nextest and Node.js.
        let is_heading = line == "failures:"
            || line.starts_with("✖ failing tests")
            || line.trim_start().starts_with("FAIL [");
        self.is_in_failures |= is_heading;
        if let Some(count) = parse_line(line) {
            self.outcome.count += count;
            self.is_in_failures = false;
        }
        let failures = &mut self.outcome.failures;
        if self.is_in_failures && failures.len() < MAX_LINES && !line.is_empty() {
            failures.push(line.to_owned());
        }
    }
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
    use super::{Count, ResultReader, parse_line};

    #[test]
    fn lines_about_failed_tests_are_kept() {
        let mut reader = ResultReader::default();
        let output = "test a ... ok\ntest b ... FAILED\n\nfailures:\n\n---- b ----\nno button\n\n\
            test result: FAILED. 1 passed; 1 failed; 0 ignored\ntest c ... ok";
        output.lines().for_each(|line| reader.read(line));
        assert_eq!(reader.outcome.failures, ["failures:", "---- b ----", "no button"]);
        assert_eq!(reader.outcome.count, Count { passed: 1, failed: 1 });
    }

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
