//! What the tests need: tools, browsers, servers, and what their pages load.

use std::process::Command;

use anyhow::Result;

use super::options::{Filter, Options};
use super::suite::{Engine, Suite};
use super::timings::Timings;
use crate::{adoption, built, locales, npm, page, sh, tools, trunk, widget};

/// Sets up what the tests of the package and in browsers need.
pub fn run(options: &Options, timings: &mut Timings) -> Result<()> {
    let is_run = |suite: Suite| options.suites.contains_key(&suite);
    let browsers = Engine::ALL.into_iter().filter(|engine| is_run(Suite::Browser(*engine)));
    let browsers: Vec<Engine> = browsers.collect();
    if browsers.is_empty() && !is_run(Suite::Package) {
        return Ok(());
    }
    for engine in &browsers {
        timings.measure(&format!("set up {}", engine.name()), || match engine {
            Engine::Chromium => {
                // The account page is looked at in this one.
                tools::nginx()?;
                tools::chromium()
            }
            Engine::Firefox => tools::firefox(),
            Engine::WebKit => tools::webkit(),
        })?;
    }
    timings.measure("set up Synapse", tools::python)?;
    timings.measure("set up Sydent", tools::sydent)?;
    timings.measure("set up tools of Node", tools::node_modules)?;
    let npm = sh::target().join("npm/package");
    timings.measure("build the package", || {
        built::unless_same(&npm, &built::WIDGET, || npm::package().map(drop))
    })?;
    testing_bundle()?;
    let may_reach = |beginnings: &[&str]| {
        let reaches = |filter: &Filter| filter.may_reach(beginnings);
        options.suites.values().any(reaches)
    };
    if may_reach(&["adoption", "package"]) {
        let sources = [&built::WIDGET[..], &["examples", "tests/package"]].concat();
        timings.measure("build clients with bundlers", || {
            built::unless_same(&adoption::folder(), &sources, adoption::set_up)
        })?;
    }
    if may_reach(&["probe"]) {
        let sources = [&built::WIDGET[..], &["tests/probe"]].concat();
        timings.measure("build the probe", || {
            built::unless_same(&sh::target().join("probe"), &sources, probe)
        })?;
    }
    if may_reach(&["account page"]) {
        let sources = [&built::WIDGET[..], &["index.html"]].concat();
        timings.measure("build the account page", || {
            built::unless_same(&sh::target().join("page"), &sources, || page::build().map(drop))
        })?;
    }
    if may_reach(&["account page: as Trunk builds it"]) {
        let sources = [&built::WIDGET[..], &["index.html", "Trunk.toml"]].concat();
        let folder = sh::target().join("trunk");
        timings.measure("build the account page with Trunk", || {
            built::unless_same(&folder, &sources, || trunk::build(&folder))
        })?;
    }
    timings.measure("compile the browser tests", || {
        let mut build = sh::cargo();
        build.args(["test", "--quiet", "--no-run", "--package", "stage", "--test", "browser"]);
        sh::run(&mut build)
    })
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
    let wasm = widget::compile("probe", "probe", "dev")?;
    let folder = sh::target().join("probe");
    widget::fresh_folder(&folder)?;
    widget::bind(&wasm, &folder)?;
    widget::copy_www(&folder)?;
    locales::make(&folder.join("locales"))
}
