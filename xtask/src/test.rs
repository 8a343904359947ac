//! Every test, and what they need set up.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{adoption, locales, npm, page, sh, tools, trunk, widget};

/// The browsers: Debian's, each by its own WebDriver.
const ENGINES: [&str; 3] = ["chromium", "firefox", "webkit"];
/// Those that are not asked for by name. Debian's WebKit passes, but its driver
/// now and then loses its browser.
const USUAL: [&str; 2] = ["chromium", "firefox"];

/// How many tests (or checks) went how.
#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
}

/// Runs everything, or the tests whose name contains the filter, and prints a
/// summary; an error if anything failed.
pub fn run(arguments: &[&str]) -> Result<()> {
    let (filter, engines) = options(arguments)?;
    let failures = sh::target().join("test-failures");
    if failures.exists() {
        fs::remove_dir_all(&failures)?;
    }
    let mut count = Count::default();
    if filter.is_none() {
        checks(&mut count)?;
    }
    if !(widget::is_quick() && filter.is_some()) {
        println!("Native tests");
        let mut native = sh::cargo();
        native.args(["test", "--quiet", "--package", "matrix-threepids", "--package", "xtask"]);
        // A minute of fuzzing, not a few seconds.
        tests(native.args(filter).env("FUZZ_SECONDS", "60"), &mut count)?;
    }

    set_up_browser_tests(&engines, filter)?;
    println!("Tests of the package");
    tests(&mut adoption::tests(filter)?, &mut count)?;
    for engine in engines {
        println!("Browser tests in {engine}");
        let mut browser = sh::cargo();
        browser.args(["test", "--quiet", "--package", "stage", "--test", "browser", "--"]);
        tests(browser.args(filter).env("STAGE_ENGINE", engine), &mut count)?;
    }

    println!("{} passed, {} failed", count.passed, count.failed);
    if count.failed > 0 {
        bail!("see above; of browser tests, target/test-failures/ keeps what was on the screen");
    }
    Ok(())
}

/// Bytes of all kinds for so many minutes; what fails is kept in
/// `tests/fuzz/corpus/`, and tried by every test from then on.
pub fn fuzz(arguments: &[&str]) -> Result<()> {
    let minutes: f64 = match *arguments {
        [] => 10.0,
        ["--minutes", minutes] => minutes.parse().context("--minutes takes a number")?,
        _ => bail!("cargo xtask fuzz [--minutes N]"),
    };
    let mut cargo = sh::cargo();
    cargo.args(["test", "--package", "matrix-threepids", "--test", "fuzz", "--", "--nocapture"]);
    // What is shared by targets that run beside each other.
    sh::run(cargo.env("FUZZ_SECONDS", (minutes * 60.0).to_string()))
}

/// The filter, and the browsers: the usual ones, or the one of `--engine`.
fn options<'a>(arguments: &[&'a str]) -> Result<(Option<&'a str>, Vec<&'a str>)> {
    match *arguments {
        [] => Ok((None, USUAL.to_vec())),
        ["--quick", ref rest @ ..] => {
            widget::build_quickly();
            options(rest)
        }
        ["--engine", engine, ref rest @ ..] if ENGINES.contains(&engine) => {
            Ok((options(rest)?.0, vec![engine]))
        }
        [filter] if !filter.starts_with("--") => Ok((Some(filter), USUAL.to_vec())),
        [filter, ref rest @ ..] if !filter.starts_with("--") => {
            Ok((Some(filter), options(rest)?.1))
        }
        _ => bail!("cargo xtask test [FILTER] [--engine {}] [--quick]", ENGINES.join("|")),
    }
}

/// Formatting and lints, of the native code and of the WebAssembly.
fn checks(count: &mut Count) -> Result<()> {
    tools::wasm_target()?;
    tools::rust_component("fmt")?;
    tools::rust_component("clippy")?;
    let wasm = ["--target", "wasm32-unknown-unknown", "--package", "matrix-threepids"];
    let probe = ["--package", "probe", "--package", "wasm-streams", "--package", "send_wrapper"];
    let strict = ["--", "--deny", "warnings"];
    let mut native = sh::cargo();
    native.args(["clippy", "--quiet", "--workspace", "--exclude", "probe"]);
    native.args(["--exclude", "wasm-streams", "--all-targets"]).args(strict);
    let mut browser = sh::cargo();
    browser.args(["clippy", "--quiet"]).args(wasm).args(probe).args(strict);
    let mut page = sh::cargo();
    page.args(["clippy", "--quiet"]).args(wasm).args(["--features", "account-page"]).args(strict);
    let mut format = sh::cargo();
    format.args(["fmt", "--all", "--check"]);
    for (name, command) in [
        ("Formatting", &mut format),
        ("Lints", &mut native),
        ("Lints for WebAssembly", &mut browser),
        ("Lints for the account page", &mut page),
    ] {
        println!("{name}");
        match sh::run(command) {
            Ok(()) => count.passed += 1,
            Err(error) => {
                eprintln!("{error:#}");
                count.failed += 1;
            }
        }
    }
    Ok(())
}

/// Browsers, homeserver, the package, and what the pages of the tests load.
fn set_up_browser_tests(engines: &[&str], filter: Option<&str>) -> Result<()> {
    for engine in engines {
        match *engine {
            "firefox" => tools::firefox()?,
            "webkit" => tools::webkit()?,
            _ => tools::chromium()?,
        }
    }
    if engines.contains(&"chromium") {
        // The account page is looked at in one browser.
        tools::nginx()?;
    }
    tools::python()?;
    tools::sydent()?;
    npm::package()?;
    testing_bundle()?;
    if !may_skip(filter, &adoption::folder(), &["adoption", "package"]) {
        adoption::set_up()?;
    }
    if !may_skip(filter, &sh::target().join("probe"), &["probe"]) {
        probe()?;
    }
    if !may_skip(filter, &sh::target().join("page"), &["page"]) {
        page::build()?;
    }
    let trunk = sh::target().join("trunk");
    if may_skip(filter, &trunk, &["account page: as Trunk builds it"]) {
        Ok(())
    } else {
        trunk::build(&trunk)
    }
}

/// Whether a quick run uses what an earlier run has built: where the filter
/// names none of the tests that load it, whole or in part.
fn may_skip(filter: Option<&str>, built: &Path, names: &[&str]) -> bool {
    let is_named = |filter: &str| names.iter().any(|it| filter.contains(it) || it.contains(filter));
    widget::is_quick() && built.exists() && filter.is_some_and(|filter| !is_named(filter))
}

/// Every state of the account page, as a picture: the test that looks at them
/// all takes it.
pub fn screenshots() -> Result<()> {
    let folder = sh::target().join("screenshots");
    widget::fresh_folder(&folder)?;
    tools::chromium()?;
    tools::python()?;
    testing_bundle()?;
    page::build()?;
    let mut browser = sh::cargo();
    browser.args(["test", "--quiet", "--package", "stage", "--test", "browser", "--"]);
    browser.arg("account page: every state").env("STAGE_ENGINE", "chromium");
    sh::run(browser.env("STAGE_SCREENSHOTS", &folder))?;
    println!("{}", folder.display());
    Ok(())
}

/// What finds things by role and name, for the pages of tests.
fn testing_bundle() -> Result<()> {
    let node = tools::node_modules()?;
    let testing = sh::target().join("tools/testing.js");
    sh::run_quietly(
        Command::new(node.join(".bin/esbuild"))
            .arg(sh::root().join("tests/stage/testing.js"))
            .args(["--bundle", "--minify", "--log-level=error"])
            .arg(format!("--outfile={}", testing.display()))
            .env("NODE_PATH", &node),
    )
}

/// The widget with the functions that only tests call.
fn probe() -> Result<()> {
    let wasm = widget::compile("probe", "probe", "dev")?;
    let folder = sh::target().join("probe");
    widget::fresh_folder(&folder)?;
    widget::bind(&wasm, &folder)?;
    widget::copy_www(&folder)?;
    locales::make(&folder.join("locales"))
}

/// Runs a test command; shows and counts what it says.
fn tests(command: &mut Command, count: &mut Count) -> Result<()> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().context("standard output is piped")?;
    let mut failed = 0;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        if let Some((passed, not)) = result(&line) {
            count.passed += passed;
            failed += not;
        }
    }
    // One that does not even compile has failed, too.
    if !child.wait()?.success() && failed == 0 {
        failed = 1;
    }
    count.failed += failed;
    Ok(())
}

/// The numbers of a line `test result: ok. 3 passed; 0 failed; …`, or of one of
/// Node's lines `ℹ pass 3` and `ℹ fail 0`.
fn result(line: &str) -> Option<(usize, usize)> {
    if let Some(passed) = line.strip_prefix("ℹ pass ") {
        return Some((passed.parse().ok()?, 0));
    }
    if let Some(failed) = line.strip_prefix("ℹ fail ") {
        return Some((0, failed.parse().ok()?));
    }
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut numbers = numbers.split("; ").map(|part| part.split_once(' ')?.0.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}
