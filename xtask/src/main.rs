//! `cargo xtask <name>`: sets up what is missing, then builds, shows, tests.

mod account_page;
mod audit;
mod budget;
mod built;
mod demo;
mod hash_filenames;
mod integrity;
mod licenses;
mod linked_crates;
mod locales;
mod npm;
mod package_tests;
mod prose;
mod release;
mod reproducible;
mod sbom;
mod sh;
mod soak;
mod test;
mod tools;
mod trunk;
mod wasm_build;
mod wasm_size;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
cargo xtask <command>

  demo [--port N] [--fresh]   build the widget, start a Synapse and a mailbox, serve the demo page
  test [FILTER]               run every test, or those whose name contains FILTER;
                              --engine E: in one browser (chromium, firefox, webkit);
                              --suite S: of one suite (format, prose, lints, native, package, or a browser);
                              --changed [REVISION]: what the changes since then can reach;
                              --quick: on WebAssembly that is not optimized;
                              --timings: with a table of how long everything took
  fuzz [--minutes N]          feed bytes of all kinds to the readers and the state machine, for 10 minutes or N
  soak [--minutes N] [--seed S]
                            live through months of people, servers, networks and clocks, for an hour or N minutes
  prose [--update]            check spelling and words of docs and comments; lower the baseline
  package                     make the npm package in target/npm/
  page                        make the standalone account page in target/page/
  screenshots                 have every state of that page in target/screenshots/
  reproducible                build the package twice, in different folders, and compare the bytes
  release <version> [--dry-run]
                            make a release, but push and publish nothing
  audit                       check licenses and sources of everything used, and publish without the last step
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["demo", ref options @ ..] => demo::run(options),
        ["test", ref options @ ..] => test::run(options),
        ["fuzz", ref options @ ..] => test::fuzz(options),
        ["soak", ref options @ ..] => soak::run(options),
        ["prose", ref options @ ..] => prose::run(options),
        ["package", ref options @ ..] => npm::run(options),
        ["page"] => account_page::build().map(|folder| println!("{}", folder.display())),
        ["screenshots"] => test::screenshots(),
        // For Trunk's hook, which says where by this.
        ["stamp"] => {
            let folder = std::env::var_os("TRUNK_STAGING_DIR").context("Trunk calls this")?;
            hash_filenames::hash_filenames(Path::new(&folder))
        }
        // Trunk calls it.
        ["wasm-bindgen", ref arguments @ ..] => trunk::run_wasm_bindgen(arguments),
        ["audit"] => audit::run(),
        ["reproducible"] => reproducible::run(),
        ["release", ref options @ ..] => release::run(options),
        ["help" | "--help"] | [] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => bail!("no such command\n\n{USAGE}"),
    }
}
