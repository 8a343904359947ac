//! Durations of the steps of the set-up, the suites, and the slowest tests.

use std::fmt::Write;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::suite::Engine;
use crate::sh;

/// Number of the slowest tests in the table.
const SLOWEST: usize = 10;

/// Names and durations of steps, in order.
#[derive(Default)]
pub struct Timings(Vec<(String, Duration)>);

impl Timings {
    /// Runs a step, and adds its duration.
    pub fn measure<T>(&mut self, name: &str, run: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let result = run();
        self.0.push((name.to_owned(), began.elapsed()));
        result
    }

    /// Adds the steps of another thread before these.
    pub fn prepend(&mut self, mut others: Timings) {
        others.0.append(&mut self.0);
        self.0 = others.0;
    }

    /// Prints the table, and writes it to `target/test-record/timings.md`.
    pub fn print(&self, total: Duration) -> Result<()> {
        let mut table = String::from("| step | seconds |\n|---|---:|\n");
        for (name, took) in &self.0 {
            writeln!(table, "| {name} | {:.1} |", took.as_secs_f64())?;
        }
        writeln!(table, "| everything | {:.1} |", total.as_secs_f64())?;
        let mut tests = Vec::new();
        for engine in Engine::ALL {
            let file = sh::target().join(format!("test-record/{}-times.tsv", engine.name()));
            let text = fs::read_to_string(file).unwrap_or_default();
            tests.extend(text.lines().filter_map(|line| parse_test(line, engine)));
        }
        tests.sort_by_key(|test| std::cmp::Reverse(test.run));
        writeln!(table, "\n| slowest browser tests | engine | seconds | starting the browser |")?;
        table += "|---|---|---:|---:|\n";
        for test in tests.iter().take(SLOWEST) {
            let [run, start] = [test.run, test.start].map(|ms| ms as f64 / 1000.0);
            let (name, engine) = (&test.name, test.engine.name());
            writeln!(table, "| {name} | {engine} | {:.1} | {start:.1} |", run + start)?;
        }
        println!("{table}");
        let folder = sh::target().join("test-record");
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join("timings.md"), table)?)
    }
}

/// A browser test, with its milliseconds.
struct Test {
    name: String,
    engine: Engine,
    start: u64,
    run: u64,
}

/// Parses a line that the browser tests wrote.
fn parse_test(line: &str, engine: Engine) -> Option<Test> {
    let mut parts = line.split('\t');
    let name = parts.next()?.to_owned();
    let start = parts.next()?.parse().ok()?;
    Some(Test { name, engine, start, run: parts.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::super::suite::Engine;
    use super::parse_test;

    #[test]
    fn timing_line_is_parsed() {
        let read = parse_test("email flow: a day\t12\t340", Engine::WebKit).expect("a test");
        assert_eq!((&*read.name, read.start, read.run), ("email flow: a day", 12, 340));
        assert!(parse_test("email flow: a day\t12", Engine::WebKit).is_none());
    }
}
