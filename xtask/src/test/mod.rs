//! Runs the tests, after setting up what they need.

mod browser;
mod changed;
mod options;
mod outcome;
mod set_up;
mod suite;
mod timings;

use std::fs;
use std::process::Command;
use std::time::{Instant, SystemTime};

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::{
    account_page, built, framework_tests, javascript, npm, package_tests, prose, reproducible, sh,
    tools, wasm_build,
};
use options::{Filter, Options};
use outcome::Outcome;
use suite::Suite;
use timings::Timings;

/// `cargo xtask test`: runs all suites, or those that the arguments select, and
/// prints a summary.
///
/// # Errors
///
/// When a test fails.
pub fn run(arguments: &[&str]) -> Result<()> {
    let began = Instant::now();
    let options = Options::read(arguments)?;
    if options.is_quick {
        wasm_build::build_quickly();
    }
    for folder in ["test-failures", "test-record"] {
        let folder = sh::target().join(folder);
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
    }
    let seed = choose_seed()?;
    let mut run = Run { options, seed, ..Run::default() };
    let options = run.options.clone();
    std::thread::scope(|scope| {
        let downloads = scope.spawn(|| set_up::download(&options));
        let builds = scope.spawn(|| set_up::build(&options));
        let is_quick_to_fail =
            |suite| matches!(suite, Suite::Format | Suite::Prose | Suite::Lints | Suite::Native);
        run.run_suites(is_quick_to_fail)?;
        if set_up::is_wanted(&run.options) {
            set_up::compile(&run.options, &mut run.timings)?;
        }
        for thread in [builds, downloads] {
            let timings = thread
                .join()
                .map_err(|_| anyhow!("the set-up panicked; its message is above"))??;
            run.timings.prepend(timings);
        }
        anyhow::Ok(())
    })?;
    run.run_suites(|suite| {
        matches!(
            suite,
            Suite::Package
                | Suite::Browser(_)
                | Suite::Servers
                | Suite::Frameworks
                | Suite::Reproducible
        )
    })?;
    let Run { outcome: Outcome { count, failures }, lost, timings, .. } = run;
    if options.has_timings {
        timings.print(began.elapsed())?;
    }
    if lost > 0 {
        println!("Tests that ran again because a driver lost its browser: {lost}");
    }
    for line in failures {
        println!("{line}");
    }
    println!("{} passed, {} failed", count.passed, count.failed);
    if count.failed > 0 {
        bail!(
            "{} tests failed, see above; target/test-failures/ has screenshots of browser tests",
            count.failed
        );
    }
    Ok(())
}

/// Progress of a run.
#[derive(Default)]
struct Run {
    options: Options,
    seed: u64,
    outcome: Outcome,
    /// Number of tests that ran again because a driver lost its browser.
    lost: usize,
    timings: Timings,
}

impl Run {
    /// Runs the selected suites for which `is_wanted` returns `true`.
    fn run_suites(&mut self, is_wanted: fn(Suite) -> bool) -> Result<()> {
        let chosen = self.options.suites.iter().filter(|(suite, _)| is_wanted(**suite));
        for (suite, filter) in chosen {
            self.outcome += self.timings.measure(suite.name(), || match suite {
                Suite::Format => check_format(),
                Suite::Prose => {
                    println!("Prose");
                    Ok(Outcome::of_check("Prose", prose::run(&[])))
                }
                Suite::Lints => check_lints(),
                Suite::Native => run_native(filter),
                Suite::Package => {
                    println!("Tests of the package");
                    outcome::run(&mut package_tests::build_node_command(filter.names())?)
                }
                Suite::Frameworks => {
                    println!("Tests of frameworks");
                    outcome::run(&mut framework_tests::build_node_command(filter.names())?)
                }
                Suite::Reproducible => {
                    let name = "Two builds in different folders";
                    println!("{name}");
                    Ok(Outcome::of_check(name, reproducible::run()))
                }
                Suite::Servers => {
                    let (outcome, lost) = browser::run_servers(filter, self.seed)?;
                    self.lost += lost;
                    Ok(outcome)
                }
                Suite::Browser(engine) => {
                    let (outcome, lost) = browser::run(*engine, filter, self.seed)?;
                    self.lost += lost;
                    Ok(outcome)
                }
            })?;
        }
        Ok(())
    }
}

/// Seed of the property tests and of the simulation if `STAGE_SEED` is not set.
const PROPERTY_SEED: &str = "1";

/// Seed of the random choices in this run: `STAGE_SEED`, or the time.
fn choose_seed() -> Result<u64> {
    let seed = match std::env::var("STAGE_SEED") {
        Ok(seed) => seed.parse().context("STAGE_SEED must be a number")?,
        Err(_) => SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs(),
    };
    println!("Seed: {seed} (STAGE_SEED={seed} selects it again)");
    Ok(seed)
}

/// Runs the native tests with nextest if it is installed. Nextest uses all
/// processors.
fn run_native(filter: &Filter) -> Result<Outcome> {
    println!("Native tests");
    let names = filter.names();
    if sh::run_quietly(sh::cargo().args(["nextest", "--version"])).is_err() {
        let mut all = build_native_command(&["test", "--quiet"]);
        return outcome::run(all.arg("--").args(names));
    }
    let mut all = build_native_command(&["nextest", "run", "--no-fail-fast", "--no-tests=pass"]);
    all.args(["--status-level=fail", "--final-status-level=fail", "--"]);
    // Nextest does not run tests in docs.
    let mut of_docs = build_native_command(&["test", "--quiet", "--doc"]);
    let mut outcome = outcome::run_by_nextest(all.args(names))?;
    outcome += outcome::run(of_docs.arg("--").args(names))?;
    Ok(outcome)
}

/// Cargo command for the native tests. It always has the same packages, because
/// another selection has other features and compiles everything again.
fn build_native_command(arguments: &[&str]) -> Command {
    let packages = ["matrix-threepids", "stage", "xtask"];
    let mut cargo = sh::cargo();
    cargo.args(arguments).args(packages.iter().flat_map(|name| ["--package", name]));
    // A minute of fuzzing and half a minute of simulated months, not a few seconds.
    cargo.env("FUZZ_SECONDS", "60").env("SOAK_SECONDS", "30");
    // The cases of the property tests and the first simulated month are the same
    // in every run, so that a run that fails says something about the change.
    let seed = std::env::var("STAGE_SEED").unwrap_or_else(|_| PROPERTY_SEED.to_owned());
    cargo.env("PROPTEST_RNG_SEED", &seed).env("SOAK_SEED", seed);
    cargo
}

fn check_format() -> Result<Outcome> {
    println!("Formatting");
    tools::ensure_rust_component("fmt")?;
    let mut format = sh::cargo();
    Ok(check("Formatting", format.args(["fmt", "--all", "--check"])))
}

/// Checks JavaScript, and runs Clippy and rustdoc on the native code, the WebAssembly and the account
/// page, and Clippy on the browser tests.
fn check_lints() -> Result<Outcome> {
    tools::ensure_wasm_target()?;
    tools::ensure_rust_component("clippy")?;
    let wasm = ["--target", "wasm32-unknown-unknown", "--package", "matrix-threepids"];
    let probe = ["--package", "probe", "--package", "wasm-streams", "--package", "send_wrapper"];
    let strict = ["--", "--deny", "warnings"];
    let mut native = sh::cargo();
    native.args(["clippy", "--quiet", "--workspace", "--exclude", "probe"]);
    native.args(["--exclude", "wasm-streams", "--all-targets"]).args(strict);
    let mut browser = sh::cargo();
    browser.args(["clippy", "--quiet"]).args(wasm).args(probe).args(strict);
    // `--all-targets` does not include targets with `test = false`.
    let mut tests = sh::cargo();
    tests.args(["clippy", "--quiet", "--package", "stage", "--test", "browser"]).args(strict);
    let mut split = sh::cargo();
    split.args(["clippy", "--quiet"]).args(wasm).args(["--features", "split"]).args(strict);
    let mut page = sh::cargo();
    page.args(["clippy", "--quiet"]).args(wasm).args(["--features", "account-page"]).args(strict);
    let mut form = sh::cargo();
    form.args(["clippy", "--quiet"]).args(wasm).arg("--no-default-features");
    form.args(["--features", "account-page"]).args(strict);
    let mut outcome = Outcome::default();
    for (name, command) in [
        ("Format and lints of JavaScript", &mut javascript::lint_command()?),
        ("Types of JavaScript", &mut javascript::type_check_command()?),
        ("Lints", &mut native),
        ("Lints of the browser tests", &mut tests),
        ("Lints for WebAssembly", &mut browser),
        ("Lints for two WebAssembly files", &mut split),
        ("Lints for the account page", &mut page),
        ("Lints for the account page without the elements", &mut form),
    ] {
        println!("{name}");
        outcome += check(name, command);
    }
    outcome += check_docs();
    Ok(outcome)
}

/// Runs rustdoc on our own crates, private items included, and denies warnings,
/// such as broken links.
fn check_docs() -> Outcome {
    let native = ["--workspace", "--exclude", "probe", "--exclude", "wasm-streams"];
    let wasm = ["--target", "wasm32-unknown-unknown", "--package", "matrix-threepids"];
    let others = ["--package", "probe", "--package", "wasm-streams", "--package", "send_wrapper"];
    let page = ["--features", "account-page"];
    let mut outcome = Outcome::default();
    for (name, arguments) in [
        ("Docs", &native[..]),
        ("Docs for WebAssembly", &[&wasm[..], &others].concat()),
        ("Docs of the account page", &[&wasm[..], &page].concat()),
    ] {
        println!("{name}");
        let mut doc = sh::cargo();
        doc.args(["doc", "--quiet", "--no-deps", "--document-private-items"]).args(arguments);
        // The docs of messages are their texts, some of which contain a URL.
        doc.env("RUSTDOCFLAGS", "--deny warnings --allow rustdoc::bare-urls");
        outcome += check(name, &mut doc);
    }
    outcome
}

fn check(name: &str, command: &mut Command) -> Outcome {
    Outcome::of_check(name, sh::run(command))
}

/// `cargo xtask fuzz [--minutes N]`: inputs that fail are saved in
/// `tests/fuzz/corpus/`, and every later run tries them.
pub fn fuzz(arguments: &[&str]) -> Result<()> {
    let minutes: f64 = match *arguments {
        [] => 10.0,
        ["--minutes", minutes] => minutes.parse().context("--minutes requires a number")?,
        _ => bail!("cargo xtask fuzz [--minutes N]"),
    };
    let mut cargo = sh::cargo();
    cargo.args(["test", "--package", "matrix-threepids", "--test", "fuzz", "--", "--nocapture"]);
    // The targets run at the same time, and each gets a part of these seconds.
    sh::run(cargo.env("FUZZ_SECONDS", (minutes * 60.0).to_string()))
}

/// `cargo xtask screenshots`: the test of every state of the account page also
/// saves a picture of each.
pub fn take_screenshots() -> Result<()> {
    let folder = sh::target().join("screenshots");
    wasm_build::recreate_dir(&folder)?;
    tools::ensure_chromium()?;
    tools::ensure_python()?;
    set_up::build_testing_bundle()?;
    account_page::build()?;
    let mut browser = sh::cargo();
    browser.args(["test", "--quiet", "--package", "stage", "--test", "browser", "--"]);
    browser.arg("account page: every state").env("STAGE_ENGINE", "chromium");
    sh::run(browser.env("STAGE_SCREENSHOTS", &folder))?;
    println!("{}", folder.display());
    Ok(())
}

/// `cargo xtask states --sheet TAG…`: saves pictures of every state of the elements
/// in each of these languages.
pub fn save_sheets(arguments: &[&str]) -> Result<()> {
    let ["--sheet", ref tags @ ..] = arguments[..] else {
        bail!("cargo xtask states --sheet TAG…");
    };
    ensure!(!tags.is_empty(), "cargo xtask states --sheet TAG…");
    let folder = sh::target().join("sheets");
    fs::create_dir_all(&folder)?;
    tools::ensure_chromium()?;
    tools::ensure_fonts()?;
    set_up::build_testing_bundle()?;
    let package = sh::target().join("npm/package");
    built::build_unless_same(&package, &built::PACKAGE_SOURCES, || npm::package().map(drop))?;
    // A browser of its own for each: it has an instance of WebAssembly for each state.
    for tag in tags {
        let mut browser = sh::cargo();
        browser.args(["test", "--quiet", "--package", "stage", "--test", "browser"]);
        browser.args(["--", "sheets:"]).env("STAGE_ENGINE", "chromium");
        sh::run(browser.env("STAGE_SHEET", tag))?;
    }
    println!("{}", folder.display());
    Ok(())
}
