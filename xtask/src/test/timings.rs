//! How long everything took: a step of the set-up, a suite, a test.

use std::fmt::Write;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::suite::Engine;
use crate::sh;

/// How many of the slowest tests are listed.
const SLOWEST: usize = 10;

/// What took how long, in order.
#[derive(Default)]
pub struct Timings(Vec<(String, Duration)>);

impl Timings {
    /// Does it, and notes how long it took.
    pub fn measure<T>(&mut self, what: &str, run: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let result = run();
        self.0.push((what.to_owned(), began.elapsed()));
        result
    }

    /// What was noted elsewhere comes first.
    pub fn prepend(&mut self, mut others: Timings) {
        others.0.append(&mut self.0);
        self.0 = others.0;
    }

    /// Prints the table, and writes it to `target/test-record/timings.md`.
    pub fn print(&self, whole: Duration) -> Result<()> {
        let mut table = String::from("| what | seconds |\n|---|---:|\n");
        for (what, took) in &self.0 {
            writeln!(table, "| {what} | {:.1} |", took.as_secs_f64())?;
        }
        writeln!(table, "| everything | {:.1} |", whole.as_secs_f64())?;
        let mut tests = Vec::new();
        for engine in Engine::ALL {
            let file = sh::target().join(format!("test-record/{}-times.tsv", engine.name()));
            let text = fs::read_to_string(file).unwrap_or_default();
            tests.extend(text.lines().filter_map(|line| parse_test(line, engine)));
        }
        tests.sort_by_key(|test| std::cmp::Reverse(test.run));
        writeln!(table, "\n| slowest browser tests | engine | seconds | of it for a browser |")?;
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

/// A test, and its ms.
struct Test {
    name: String,
    engine: Engine,
    start: u64,
    run: u64,
}

/// Of a line that the browser tests have written.
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
    fn a_line_of_the_record_is_read() {
        let read = parse_test("story: a day\t12\t340", Engine::WebKit).expect("a test");
        assert_eq!((&*read.name, read.start, read.run), ("story: a day", 12, 340));
        assert!(parse_test("story: a day\t12", Engine::WebKit).is_none());
    }
}
