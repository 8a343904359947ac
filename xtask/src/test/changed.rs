//! Selects the suites and tests that a change can affect.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use anyhow::Result;
use regex::Regex;

use super::options::Filter;
use super::suite::{Engine, Suite};
use crate::sh;

/// Tests that a changed file can affect.
#[derive(Debug, PartialEq, Eq)]
enum Reach {
    /// Every test.
    Everything,
    /// The native tests.
    Native,
    /// The native tests, and tests of the package and of the clients built with it.
    Package,
    /// The native tests, and those of the account page.
    AccountPage,
    /// The browser tests whose names begin with one of these.
    BrowserTests(BTreeSet<String>),
    /// The native tests, and those of the site and of all states of the elements.
    Site,
}

/// Finds the suites that the changes since a revision can affect. Files that git
/// does not track count as changes.
pub fn find_reached_suites(since: &str) -> Result<BTreeMap<Suite, Filter>> {
    let git = |arguments: &[&str]| {
        sh::output(Command::new("git").current_dir(sh::root()).args(arguments))
    };
    let changed = git(&["diff", "--name-only", since])?;
    let new = git(&["ls-files", "--others", "--exclude-standard"])?;
    let files: Vec<&str> = changed.lines().chain(new.lines()).collect();
    let suites = find_suites(&files);
    let names: Vec<&str> = suites.keys().map(|suite| suite.name()).collect();
    println!("{} files differ from {since}; they can affect: {}", files.len(), names.join(", "));
    Ok(suites)
}

fn find_suites(files: &[&str]) -> BTreeMap<Suite, Filter> {
    let mut suites = BTreeMap::new();
    for file in files {
        // These suites take seconds.
        add_suite(&mut suites, Suite::Format, Filter::All);
        add_suite(&mut suites, Suite::Prose, Filter::All);
        add_suite(&mut suites, Suite::Lints, Filter::All);
        let chromium = Suite::Browser(Engine::Chromium);
        let named = |name: &str| Filter::Names(vec![name.to_owned()]);
        match find_reach(file) {
            Reach::Everything => {
                for suite in Suite::list_defaults() {
                    add_suite(&mut suites, suite, Filter::All);
                }
            }
            Reach::Native => add_suite(&mut suites, Suite::Native, Filter::All),
            Reach::Package => {
                add_suite(&mut suites, Suite::Native, Filter::All);
                add_suite(&mut suites, Suite::Package, Filter::All);
                add_suite(&mut suites, chromium, named("bundlers: "));
            }
            Reach::AccountPage => {
                add_suite(&mut suites, Suite::Native, Filter::All);
                add_suite(&mut suites, chromium, named("account page: "));
            }
            Reach::Site => {
                add_suite(&mut suites, Suite::Native, Filter::All);
                for name in ["site: ", "accessibility: "] {
                    add_suite(&mut suites, chromium, named(name));
                }
            }
            Reach::BrowserTests(names) => {
                let names = Filter::Names(names.into_iter().collect());
                for engine in Engine::ALL {
                    add_suite(&mut suites, Suite::Browser(engine), names.clone());
                }
            }
        }
    }
    suites
}

fn add_suite(suites: &mut BTreeMap<Suite, Filter>, suite: Suite, more: Filter) {
    let before = suites.remove(&suite);
    let both = match (before, more) {
        (None, more) => more,
        (Some(Filter::All), _) | (_, Filter::All) => Filter::All,
        (Some(Filter::Names(mut names)), Filter::Names(more)) => {
            let new = more.into_iter().filter(|name| !names.contains(name));
            let new: Vec<String> = new.collect();
            names.extend(new);
            Filter::Names(names)
        }
    };
    suites.insert(suite, both);
}

fn find_reach(file: &str) -> Reach {
    let is_in = |folders: &[&str]| folders.iter().any(|folder| file.starts_with(folder));
    if let Some(below) = file.strip_prefix("tests/stage/tests/browser/") {
        return find_browser_test_reach(below);
    }
    if is_in(&["src/account_page/", "www/page/", "examples/hosting/"]) {
        return Reach::AccountPage;
    }
    if is_in(&["site/"]) {
        return Reach::Site;
    }
    // The suite of frameworks runs only when it is asked for.
    if is_in(&["tests/frameworks/"]) {
        return Reach::Native;
    }
    if is_in(&["examples/", "tests/package/"]) {
        return Reach::Package;
    }
    if is_in(&["tests/stage/", "tests/probe/"]) {
        return Reach::Everything;
    }
    // Native tests read the docs.
    if is_in(&["tests/", "docs/"]) || file.ends_with(".md") {
        return Reach::Native;
    }
    Reach::Everything
}

/// Tests that a file of the browser tests can affect: its own, or all if it has
/// none. A text that looks like the beginning of a name selects the tests with
/// this name, if there are any.
fn find_browser_test_reach(below: &str) -> Reach {
    let module = below.split(['/', '.']).next().unwrap_or_default();
    let folder = sh::root().join("tests/stage/tests/browser");
    let mut text = fs::read_to_string(folder.join(format!("{module}.rs"))).unwrap_or_default();
    for file in fs::read_dir(folder.join(module)).into_iter().flatten().flatten() {
        text += &fs::read_to_string(file.path()).unwrap_or_default();
    }
    if !text.contains("pub fn tests()") {
        return Reach::Everything;
    }
    let beginning = Regex::new(r#""([a-z ]+: )"#).expect("the pattern is valid");
    Reach::BrowserTests(beginning.captures_iter(&text).map(|found| found[1].to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::super::options::Filter;
    use super::super::suite::{Engine, Suite};
    use super::find_suites;

    const CHROMIUM: Suite = Suite::Browser(Engine::Chromium);

    fn names(names: &[&str]) -> Filter {
        Filter::Names(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn no_changed_file_selects_no_suite() {
        assert!(find_suites(&[]).is_empty());
    }

    #[test]
    fn a_source_of_the_package_reaches_every_suite() {
        for file in ["src/model/mod.rs", "www/matrix-element.ts", "Cargo.lock", "xtask/src/npm.rs"]
        {
            let reached = find_suites(&[file]);
            assert!(Suite::list_defaults().all(|suite| reached.get(&suite) == Some(&Filter::All)));
        }
    }

    #[test]
    fn docs_change_selects_native_tests() {
        let suites: Vec<Suite> = find_suites(&["docs/servers.md"]).into_keys().collect();
        assert_eq!(suites, [Suite::Format, Suite::Prose, Suite::Lints, Suite::Native]);
    }

    #[test]
    fn browser_test_change_selects_its_area_in_every_engine() {
        let reached = find_suites(&["tests/stage/tests/browser/phones.rs"]);
        for engine in Engine::ALL {
            assert_eq!(reached[&Suite::Browser(engine)], names(&["phones: "]));
        }
        assert!(!reached.contains_key(&Suite::Native));
        assert_eq!(
            find_suites(&["tests/stage/tests/browser/page_object.rs"])[&CHROMIUM],
            Filter::All
        );
        let row = find_suites(&["tests/stage/tests/browser/fault_matrix/request.rs"]);
        let names = row[&CHROMIUM].names();
        assert!(names.contains(&"fault matrix: ".to_owned()), "{names:?}");
    }

    #[test]
    fn several_changes_reach_everything_that_each_one_reaches() {
        let reached = find_suites(&["src/account_page/model.rs", "tests/package/build.mjs"]);
        assert_eq!(reached[&CHROMIUM], names(&["account page: ", "bundlers: "]));
        assert_eq!(reached[&Suite::Native], Filter::All);
        let reached = find_suites(&["examples/html/index.html", "src/ui/list.rs"]);
        assert_eq!(reached[&CHROMIUM], Filter::All);
    }
}
