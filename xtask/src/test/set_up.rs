//! Sets up the tests: tools, browsers, servers, and the files that pages load.

use std::process::Command;

use anyhow::Result;

use super::options::Options;
use super::suite::{Engine, Suite};
use super::timings::Timings;
use crate::{
    account_page, built, framework_tests, javascript, locales, npm, old_servers, package_tests, sh,
    site, tools, trunk, wasm_build,
};

/// Returns `true` if a selected suite needs a set-up.
pub fn is_wanted(options: &Options) -> bool {
    options.suites.keys().any(|suite| match suite {
        Suite::Package | Suite::Browser(_) | Suite::Servers | Suite::Frameworks => true,
        Suite::Format | Suite::Prose | Suite::Lints => false,
        Suite::Native | Suite::Reproducible => false,
    })
}

/// Downloads browsers and servers. This needs little of the processor, so it runs
/// in a thread of its own.
pub fn download(options: &Options) -> Result<Timings> {
    let mut timings = Timings::default();
    if !is_wanted(options) {
        return Ok(timings);
    }
    for engine in list_engines(options) {
        timings.measure(&format!("download {}", engine.name()), || match engine {
            Engine::Chromium => {
                // Only this browser tests the account page behind nginx.
                tools::ensure_nginx()?;
                tools::ensure_chromium()
            }
            Engine::Firefox => tools::ensure_firefox(),
            Engine::WebKit => tools::ensure_webkit(),
        })?;
    }
    if options.suites.contains_key(&Suite::Servers) {
        timings.measure("download Chromium", tools::ensure_chromium)?;
        timings.measure("download old servers", old_servers::ensure)?;
    }
    timings.measure("download Synapse", tools::ensure_python)?;
    timings.measure("download Sydent", tools::ensure_sydent)?;
    if options.suites.contains_key(&Suite::Frameworks) {
        timings.measure("download chromium", tools::ensure_chromium)?;
        timings.measure("download Node.js for frameworks", framework_tests::set_up)?;
    }
    Ok(timings)
}

fn list_engines(options: &Options) -> impl Iterator<Item = Engine> {
    let is_run = |engine: &Engine| options.suites.contains_key(&Suite::Browser(*engine));
    Engine::ALL.into_iter().filter(is_run)
}

/// Builds the package, the account page, and tools that come as sources. Most of
/// this uses one processor, so native tests run at the same time. They compile
/// with another profile.
pub fn build(options: &Options) -> Result<Timings> {
    let mut timings = Timings::default();
    if !is_wanted(options) {
        return Ok(timings);
    }
    timings.measure("download tools of Node", tools::ensure_node_modules)?;
    let npm = npm::folder();
    timings.measure("build the package", || {
        built::build_unless_same(&npm, &built::PACKAGE_SOURCES, || npm::package().map(drop))
    })?;
    build_testing_bundle()?;
    if may_reach(options, &["site"]) {
        timings.measure("build the site", || site::build(&npm).map(drop))?;
    }
    let is_package_tested = options.suites.contains_key(&Suite::Package);
    if is_package_tested || may_reach(options, &["bundlers"]) {
        let sources = [&built::PACKAGE_SOURCES[..], &["examples", "tests/package"]].concat();
        timings.measure("build clients with bundlers", || {
            built::build_unless_same(&package_tests::folder(), &sources, package_tests::set_up)
        })?;
    }
    if may_reach(options, &["account page"]) {
        let sources = [&built::PACKAGE_SOURCES[..], &["index.html"]].concat();
        timings.measure("build the account page", || {
            built::build_unless_same(&sh::target().join("page"), &sources, || {
                account_page::build().map(drop)
            })
        })?;
    }
    if list_engines(options).any(|engine| engine == Engine::Firefox) {
        timings.measure("build geckodriver", tools::ensure_geckodriver)?;
    }
    if may_reach(options, &["account page: as Trunk builds it"]) {
        let sources = [&built::PACKAGE_SOURCES[..], &["index.html", "Trunk.toml"]].concat();
        let folder = sh::target().join("trunk");
        timings.measure("build the account page with Trunk", || {
            built::build_unless_same(&folder, &sources, || trunk::build(&folder))
        })?;
    }
    Ok(timings)
}

/// Compiles the probe and the browser tests, with the profile of native tests.
pub fn compile(options: &Options, timings: &mut Timings) -> Result<()> {
    if may_reach(options, &["probe"]) {
        let sources = [&built::PACKAGE_SOURCES[..], &["tests/probe"]].concat();
        timings.measure("build the probe", || {
            built::build_unless_same(&sh::target().join("probe"), &sources, build_probe)
        })?;
    }
    timings.measure("compile the browser tests", || {
        let mut build = sh::cargo();
        build.args(["test", "--quiet", "--no-run", "--package", "stage", "--test", "browser"]);
        sh::run(&mut build)
    })
}

fn may_reach(options: &Options, beginnings: &[&str]) -> bool {
    // Tests of old servers need the elements only.
    let usual = options.suites.iter().filter(|(suite, _)| **suite != Suite::Servers);
    usual.into_iter().any(|(_, filter)| filter.may_reach(beginnings))
}

/// Bundles the script with which tests find elements by role and name.
pub fn build_testing_bundle() -> Result<()> {
    let node = tools::ensure_node_modules()?;
    let testing = sh::target().join("tools/testing.js");
    sh::run_quietly(
        Command::new(node.join(".bin/esbuild"))
            .arg(sh::root().join("tests/stage/testing.js"))
            .args(["--bundle", "--minify", "--log-level=error"])
            .arg(format!("--outfile={}", testing.display()))
            .env("NODE_PATH", &node),
    )
}

/// Builds the elements with the functions that only tests call.
fn build_probe() -> Result<()> {
    let wasm = wasm_build::compile("probe", "probe", "dev", &[])?;
    let folder = sh::target().join("probe");
    wasm_build::recreate_dir(&folder)?;
    wasm_build::run_wasm_bindgen(&wasm, &folder)?;
    javascript::bundle_with_lazy("matrix-threepids-element.ts", &folder, &[])?;
    locales::write_tables(&folder.join("locales"))
}
