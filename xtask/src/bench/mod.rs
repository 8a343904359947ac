//! `cargo xtask bench`: measures the elements, their peers and the package of
//! before in one run. It is no test, because times depend on the machine. So it
//! compares, and fails if the package has become slower in comparison with its
//! peers.

mod chromium;
mod interactions;
mod lists;
mod memory;
mod options;
mod ratios;
mod report;
mod site;
mod sizes;
mod startup;
mod stats;
mod subjects;

use std::fs;

use anyhow::{Result, bail};

use crate::{sh, tools};
use chromium::Chromium;
use options::{MIN_REPEATS, Options};
use report::Report;
use site::Site;
use subjects::Subjects;

/// Runs the command.
///
/// # Errors
///
/// When something can't be built or measured, or when a ratio is a fifth above
/// the one in `docs/benchmarks.md`.
pub fn run(arguments: &[&str]) -> Result<()> {
    let options = Options::read(arguments)?;
    tools::ensure_chromium()?;
    let subjects = Subjects::build(&options)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let report = runtime.block_on(measure(&subjects, &options))?;
    let folder = sh::target().join("bench");
    fs::create_dir_all(&folder)?;
    let file = folder.join("benchmarks.md");
    fs::write(&file, report.to_markdown())?;
    println!("{}", file.display());
    let committed = sh::root().join("docs/benchmarks.md");
    let before = fs::read_to_string(&committed).unwrap_or_default();
    let worse = ratios::find_worse(&before, &report.ratios);
    if !worse.is_empty() {
        bail!("slower than before, in comparison with the peers:\n{}", worse.join("\n"));
    }
    if options.is_complete() {
        fs::copy(&file, &committed)?;
        println!("{}", committed.display());
    } else {
        println!(
            "docs/benchmarks.md stays as it is: it is written by a run of all parts with \
             --repeat {MIN_REPEATS} or more"
        );
    }
    Ok(())
}

async fn measure(subjects: &Subjects, options: &Options) -> Result<Report> {
    let site = Site::start(subjects).await?;
    let mut report = Report::new(options)?;
    let browser = Chromium::start().await?;
    report.browser = browser.version.clone();
    let result = measure_parts(&browser, &site, subjects, options, &mut report).await;
    browser.stop().await?;
    result?;
    Ok(report)
}

async fn measure_parts(
    browser: &Chromium,
    site: &Site,
    subjects: &Subjects,
    options: &Options,
    report: &mut Report,
) -> Result<()> {
    if options.has("sizes") {
        report.add(sizes::measure(subjects)?);
    }
    if options.has("startup") {
        let (table, ratios) = startup::measure(browser, site, subjects, options).await?;
        report.add(table);
        report.ratios = ratios;
    }
    if options.has("lists") {
        report.add(lists::measure(browser, site, subjects, options).await?);
    }
    if options.has("interactions") {
        report.add(interactions::measure(browser, site, subjects, options).await?);
    }
    if options.has("memory") {
        report.add(memory::measure(browser, site, subjects, options).await?);
    }
    Ok(())
}
