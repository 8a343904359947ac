//! The report, `docs/benchmarks.md`.

use std::fs;
use std::process::Command;

use anyhow::Result;

use super::options::Options;
use super::ratios::{self, Ratio};
use crate::sh;

/// Section of the report with one table.
pub struct Table {
    /// Heading.
    pub title: &'static str,
    /// Sentences about the measurement.
    pub text: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows; the first cell is a name.
    pub rows: Vec<Vec<String>>,
}

/// The report.
pub struct Report {
    /// Version of the browser.
    pub browser: String,
    /// Times in proportion to the peers.
    pub ratios: Vec<Ratio>,
    machine: String,
    versions: String,
    repeat: usize,
    tables: Vec<Table>,
}

impl Report {
    /// Creates a report without measurements.
    pub fn new(options: &Options) -> Result<Report> {
        let git = sh::output(Command::new("git").current_dir(sh::root()).args([
            "rev-parse",
            "--short",
            "HEAD",
        ]));
        let commit = git.map_or_else(|_| "unknown".to_owned(), |commit| commit.trim().to_owned());
        let rust = sh::output(Command::new("rustc").arg("--version"))?;
        Ok(Report {
            browser: String::new(),
            ratios: Vec::new(),
            machine: describe_machine(),
            versions: format!("{}; commit {commit}", rust.trim()),
            repeat: options.repeat,
            tables: Vec::new(),
        })
    }

    /// Adds a section.
    pub fn add(&mut self, table: Table) {
        self.tables.push(table);
    }

    /// Text of the report.
    pub fn to_markdown(&self) -> String {
        let mut text = format!(
            "# Benchmarks\n\n`cargo xtask bench` writes this page. It measures everything in one \
             run, in turn, and gives medians of {} runs. Numbers of two machines can't be \
             compared. Ratios can: the command fails if a ratio to a peer has grown by more than \
             a fifth.\n\n- Machine: {}\n- Browser: {}, headless\n- Compiler: {}\n",
            self.repeat, self.machine, self.browser, self.versions
        );
        if !self.ratios.is_empty() {
            text += "\n## Ratios\n\nTime of start-up in proportion to that of a peer. Below 1, \
                     the package is faster.\n\n";
            text += &to_table(&["ratio".to_owned(), String::new()], &ratios::to_rows(&self.ratios));
        }
        for table in &self.tables {
            text += &format!("\n## {}\n\n{}\n\n", table.title, table.text);
            text += &to_table(&table.columns, &table.rows);
        }
        text
    }
}

fn to_table(columns: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule = format!("|{}\n", "---|".repeat(columns.len()));
    let rows: String = rows.iter().map(|row| line(row)).collect();
    line(columns) + &rule + &rows
}

/// Processor, number of processors, and memory, as Linux describes them.
fn describe_machine() -> String {
    let first = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let model = first("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = first("/proc/meminfo", "MemTotal").and_then(|it| {
        let kilobytes: u64 = it.split(' ').next()?.parse().ok()?;
        Some(format!(", {} GB", kilobytes.div_ceil(1 << 20)))
    });
    format!("{model}, {count} processors{}", memory.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::to_table;

    #[test]
    fn table_has_one_line_for_each_row() {
        let cells = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
        let text = to_table(&cells(["what", "ms"]), &[cells(["first list", "12"])]);
        assert_eq!(text, "| what | ms |\n|---|---|\n| first list | 12 |\n");
    }
}
