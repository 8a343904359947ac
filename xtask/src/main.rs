//! `cargo xtask <command>`: builds and tests the project, and installs what the
//! command needs.

mod account_page;
mod audit;
mod bench;
mod budget;
mod built;
mod demo;
mod framework_tests;
mod hash_filenames;
mod integrity;
mod javascript;
mod late_imports;
mod licenses;
mod linked_crates;
mod locales;
mod npm;
mod old_servers;
mod package_page;
mod package_tests;
mod prose;
mod release;
mod reproducible;
mod sbom;
mod sh;
mod short_glue;
mod site;
mod soak;
mod steps;
mod test;
mod tools;
mod trunk;
mod wasm_build;
mod wasm_size;
mod wasm_split;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
cargo xtask <command>

  demo [--port N] [--fresh]   build the elements, start a Synapse and a mail server, serve the
                              playground; --fresh deletes the accounts of the last run
  test [FILTER]…              run all tests, or those whose name contains a filter
                              --engine E: browser tests in one browser (chromium, firefox, webkit)
                              --suite S: one suite (format, prose, lints, native, package,
                              frameworks, reproducible, or a browser)
                              --frameworks: the same as --suite frameworks
                              --changed [REVISION]: tests that the changes since then can affect
                              --quick: WebAssembly that is not optimized
                              --timings: a table of how long each step took
  fuzz [--minutes N]          give random bytes to the parsers and random inputs to the state
                              machine, for 10 minutes or N
  soak [--minutes N] [--seed S]
                              simulate months of users, servers, networks and clocks, for an hour
                              or N minutes
  prose [--update]            check spelling and words of docs and comments; --update lowers the
                              baseline
  locales check [TAG] | new TAG | update
                              check the texts of all languages, or of one; add a language; take
                              over English texts and notes that have changed into locales/*.po
  package [--without PASS]… [--pass-sizes]
                              build the npm package in target/npm/
                              --without P: without a pass over the module (shorten-names,
                              strip-data, reorder-functions), in target/npm-without/
                              --pass-sizes: print the bytes that each pass saves
  bench [--repeat N] [--only PART]… [--without-before]
                              measure the elements, their peers and the package of before, in
                              turn, and write docs/benchmarks.md
                              --repeat N: medians of N runs; the default is 9
                              --only P: one part (sizes, startup, lists, interactions, memory)
                              --without-before: without the package of before
  page                        build the account page in target/page/
  site [--quick]              build the site in target/site/: playground, gallery, documentation
                              --quick: WebAssembly that is not optimized
  screenshots                 save a picture of each state of that page in target/screenshots/
  states --sheet TAG…         save a picture of each state of the elements in these languages, in
                              target/sheets/
  reproducible                build the package twice, in different folders, and compare the bytes
  release <version> [--dry-run]
                              commit and tag a release; pushes and publishes nothing
  audit                       check advisories, licenses and sources of all dependencies, and
                              do a dry run of publishing to npm
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
        ["locales", ref arguments @ ..] => locales::run(arguments),
        ["package", ref options @ ..] => npm::run(options),
        ["bench", ref options @ ..] => bench::run(options),
        ["page"] => account_page::build().map(|folder| println!("{}", folder.display())),
        ["site", ref options @ ..] => site::run(options),
        ["screenshots"] => test::take_screenshots(),
        ["states", ref arguments @ ..] => test::save_sheets(arguments),
        // Trunk calls this command as a hook, and names the folder in a variable.
        ["hash-filenames"] => {
            let folder = std::env::var_os("TRUNK_STAGING_DIR").context(
                "TRUNK_STAGING_DIR is not set; only the hook in Trunk.toml runs this command",
            )?;
            account_page::finish(Path::new(&folder))
        }
        // Trunk calls this command in place of wasm-bindgen.
        ["wasm-bindgen", ref arguments @ ..] => trunk::run_wasm_bindgen(arguments),
        ["audit"] => audit::run(),
        ["reproducible"] => reproducible::run(),
        ["release", ref options @ ..] => release::run(options),
        ["help" | "--help"] | [] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => bail!("this is not a command of xtask\n\n{USAGE}"),
    }
}
