//! What the tests need: tools, browsers, servers, and what their pages load.

use std::process::Command;

use anyhow::Result;

use super::options::Options;
use super::suite::{Engine, Suite};
use super::timings::Timings;
use crate::{account_page, built, locales, npm, package_tests, sh, tools, trunk, wasm_build};

/// Whether anything has to be set up.
pub fn is_wanted(options: &Options) -> bool {
    options.suites.keys().any(|suite| match suite {
        Suite::Package | Suite::Browser(_) => true,
        Suite::Format | Suite::Prose | Suite::Lints => false,
        Suite::Native | Suite::Reproducible => false,
    })
}

/// Downloads browsers and servers. That is waiting more than work: something
/// else can be done meanwhile.
pub fn download(options: &Options) -> Result<Timings> {
    let mut timings = Timings::default();
    if !is_wanted(options) {
        return Ok(timings);
    }
    for engine in engines(options) {
        timings.measure(&format!("download {}", engine.name()), || match engine {
            Engine::Chromium => {
                // The account page is looked at in this one.
                tools::nginx()?;
                tools::chromium()
            }
            Engine::Firefox => tools::firefox(),
            Engine::WebKit => tools::webkit(),
        })?;
    }
    timings.measure("download Synapse", tools::python)?;
    timings.measure("download Sydent", tools::sydent)?;
    Ok(timings)
}

fn engines(options: &Options) -> impl Iterator<Item = Engine> {
    let is_run = |engine: &Engine| options.suites.contains_key(&Suite::Browser(*engine));
    Engine::ALL.into_iter().filter(is_run)
}

/// Builds the package, the account page, and tools of tests that come as sources.
/// Most of this uses one processor, so native tests, which compile with another
/// profile, run at the same time.
pub fn build(options: &Options) -> Result<Timings> {
    let mut timings = Timings::default();
    if !is_wanted(options) {
        return Ok(timings);
    }
    timings.measure("download tools of Node", tools::node_modules)?;
    let npm = sh::target().join("npm/package");
    timings.measure("build the package", || {
        built::unless_same(&npm, &built::WIDGET, || npm::package().map(drop))
    })?;
    testing_bundle()?;
    let is_package_tested = options.suites.contains_key(&Suite::Package);
    if is_package_tested || may_reach(options, &["adoption"]) {
        let sources = [&built::WIDGET[..], &["examples", "tests/package"]].concat();
        timings.measure("build clients with bundlers", || {
            built::unless_same(&package_tests::folder(), &sources, package_tests::set_up)
        })?;
    }
    if may_reach(options, &["account page"]) {
        let sources = [&built::WIDGET[..], &["index.html"]].concat();
        timings.measure("build the account page", || {
            built::unless_same(&sh::target().join("page"), &sources, || {
                account_page::build().map(drop)
            })
        })?;
    }
    if engines(options).any(|engine| engine == Engine::Firefox) {
        timings.measure("build geckodriver", tools::geckodriver)?;
    }
    if may_reach(options, &["account page: as Trunk builds it"]) {
        let sources = [&built::WIDGET[..], &["index.html", "Trunk.toml"]].concat();
        let folder = sh::target().join("trunk");
        timings.measure("build the account page with Trunk", || {
            built::unless_same(&folder, &sources, || trunk::build(&folder))
        })?;
    }
    Ok(timings)
}

/// Compiles what only tests run, with the profile of native tests.
pub fn compile(options: &Options, timings: &mut Timings) -> Result<()> {
    if may_reach(options, &["probe"]) {
        let sources = [&built::WIDGET[..], &["tests/probe"]].concat();
        timings.measure("build the probe", || {
            built::unless_same(&sh::target().join("probe"), &sources, probe)
        })?;
    }
    timings.measure("compile the browser tests", || {
        let mut build = sh::cargo();
        build.args(["test", "--quiet", "--no-run", "--package", "stage", "--test", "browser"]);
        sh::run(&mut build)
    })
}

fn may_reach(options: &Options, beginnings: &[&str]) -> bool {
    options.suites.values().any(|filter| filter.may_reach(beginnings))
}

/// What finds things by role and name, for the pages of tests.
pub fn testing_bundle() -> Result<()> {
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
    let wasm = wasm_build::compile("probe", "probe", "dev")?;
    let folder = sh::target().join("probe");
    wasm_build::fresh_folder(&folder)?;
    wasm_build::bind(&wasm, &folder)?;
    wasm_build::copy_www(&folder)?;
    locales::make(&folder.join("locales"))
}
