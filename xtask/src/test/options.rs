//! Options of `cargo xtask test`.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::changed;
use super::suite::{Engine, Suite};

/// Synopsis of the command.
pub const USAGE: &str = "cargo xtask test [FILTER]… [--suite NAME]… [--engine NAME]… \
    [--servers] [--frameworks] [--changed [REVISION]] [--quick] [--timings]";

/// Selected tests, and how they are run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Selected suites, each with a filter of its tests.
    pub suites: BTreeMap<Suite, Filter>,
    /// WebAssembly is compiled quickly, and not optimized.
    pub is_quick: bool,
    /// A table of durations is printed.
    pub has_timings: bool,
}

/// Selected tests of a suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Every test.
    All,
    /// Tests whose name contains one of these texts.
    Names(Vec<String>),
}

impl Filter {
    /// Texts of which a name contains one. Empty for all tests.
    pub fn names(&self) -> &[String] {
        match self {
            Filter::All => &[],
            Filter::Names(names) => names,
        }
    }

    /// Returns `true` if the filter may select a test whose name begins with one of
    /// these texts.
    pub fn may_reach(&self, beginnings: &[&str]) -> bool {
        let may = |name: &String| {
            beginnings
                .iter()
                .any(|beginning| name.contains(beginning) || beginning.contains(&**name))
        };
        match self {
            Filter::All => true,
            Filter::Names(names) => names.iter().any(may),
        }
    }
}

impl Options {
    /// Reads the arguments.
    pub fn read(arguments: &[&str]) -> Result<Options> {
        let (mut names, mut suites, mut engines) = (Vec::new(), Vec::new(), Vec::new());
        let (mut is_quick, mut has_timings, mut since) = (false, false, None);
        let mut left = arguments.iter().copied().peekable();
        while let Some(argument) = left.next() {
            match argument {
                "--quick" => is_quick = true,
                "--timings" => has_timings = true,
                "--servers" => suites.push(Suite::Servers),
                "--suite" => suites.push(parse_name(left.next(), &Suite::ALL, Suite::name)?),
                "--frameworks" => suites.push(Suite::Frameworks),
                "--engine" => engines.push(parse_name(left.next(), &Engine::ALL, Engine::name)?),
                "--changed" => {
                    since = left.next_if(|revision| !revision.starts_with("--")).or(Some("HEAD"))
                }
                name if !name.starts_with("--") => names.push(name.to_owned()),
                other => bail!("{other} is not an option\n\n{USAGE}"),
            }
        }
        if let Some(since) = since {
            if !names.is_empty() || !suites.is_empty() {
                bail!("--changed selects the tests; use it without filters and --suite\n\n{USAGE}");
            }
            let reached = changed::find_reached_suites(since)?;
            return Ok(Options {
                suites: retain_engines(reached, &engines),
                is_quick,
                has_timings,
            });
        }
        let is_filtered = !names.is_empty();
        let filter = if is_filtered { Filter::Names(names) } else { Filter::All };
        let is_run = |suite: &Suite| match suite {
            _ if !suites.is_empty() => suites.contains(suite),
            // These suites have no tests with names.
            Suite::Format | Suite::Prose | Suite::Lints => !is_filtered,
            // With `--quick`, a filter selects browser tests.
            Suite::Native => !(is_filtered && is_quick),
            Suite::Package | Suite::Browser(_) => true,
            Suite::Servers | Suite::Frameworks | Suite::Reproducible => false,
        };
        let all = Suite::ALL.into_iter().filter(is_run).map(|suite| (suite, filter.clone()));
        Ok(Options { suites: retain_engines(all.collect(), &engines), is_quick, has_timings })
    }
}

/// Removes other browsers than these. Removes none if the list is empty.
fn retain_engines(
    mut suites: BTreeMap<Suite, Filter>,
    engines: &[Engine],
) -> BTreeMap<Suite, Filter> {
    suites.retain(|suite, _| match suite {
        Suite::Browser(engine) => engines.is_empty() || engines.contains(engine),
        Suite::Format | Suite::Prose | Suite::Lints => true,
        Suite::Native | Suite::Package => true,
        Suite::Servers | Suite::Frameworks | Suite::Reproducible => true,
    });
    suites
}

fn parse_name<T: Copy>(name: Option<&str>, all: &[T], name_of: fn(T) -> &'static str) -> Result<T> {
    match all.iter().find(|value| Some(name_of(**value)) == name) {
        Some(found) => Ok(*found),
        None => {
            let all: Vec<&str> = all.iter().map(|value| name_of(*value)).collect();
            bail!("{} is not one of: {}", name.unwrap_or("nothing"), all.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::suite::{Engine, Suite};
    use super::{Filter, Options};

    fn suites(arguments: &[&str]) -> Vec<Suite> {
        let options = Options::read(arguments).expect("the options are valid");
        options.suites.into_keys().collect()
    }

    #[test]
    fn no_arguments_run_every_usual_suite() {
        assert_eq!(suites(&[]), Suite::list_defaults().collect::<Vec<_>>());
    }

    #[test]
    fn engine_option_limits_only_browser_suites() {
        let chosen = suites(&["--engine", "firefox", "--engine", "webkit"]);
        assert!(chosen.contains(&Suite::Native) && chosen.contains(&Suite::Format));
        assert!(chosen.contains(&Suite::Browser(Engine::Firefox)));
        assert!(chosen.contains(&Suite::Browser(Engine::WebKit)));
        assert!(!chosen.contains(&Suite::Browser(Engine::Chromium)));
    }

    #[test]
    fn servers_option_runs_only_the_old_servers() {
        assert_eq!(suites(&["--servers"]), [Suite::Servers]);
        let some = Options::read(&["--servers", "1.60"]).expect("the options are valid");
        assert_eq!(some.suites[&Suite::Servers], Filter::Names(vec!["1.60".to_owned()]));
    }

    #[test]
    fn suite_option_runs_one_suite() {
        for suite in Suite::ALL {
            assert_eq!(suites(&["--suite", suite.name()]), [suite]);
        }
    }

    #[test]
    fn frameworks_option_runs_their_suite() {
        assert_eq!(suites(&["--frameworks"]), [Suite::Frameworks]);
        assert_eq!(suites(&["Next", "--frameworks"]), [Suite::Frameworks]);
    }

    #[test]
    fn a_filter_selects_only_suites_whose_tests_have_names() {
        let quick = suites(&["email flow", "--quick", "--engine", "webkit"]);
        assert_eq!(quick, [Suite::Package, Suite::Browser(Engine::WebKit)]);
        let options = Options::read(&["email flow", "tabs"]).expect("the options are valid");
        let names = Filter::Names(vec!["email flow".to_owned(), "tabs".to_owned()]);
        assert!(options.suites.values().all(|filter| *filter == names));
        assert!(!options.suites.contains_key(&Suite::Format));
    }

    #[test]
    fn unknown_option_error_names_it() {
        for (arguments, named) in
            [(&["--fast"][..], "--fast"), (&["--suite", "all"], "all"), (&["--engine"], "nothing")]
        {
            let error =
                Options::read(arguments).expect_err("the options are not valid").to_string();
            assert!(error.starts_with(named), "{error}");
        }
    }

    #[test]
    fn a_filter_reaches_tests_by_a_part_of_a_beginning_or_more_than_it() {
        let filter = |name: &str| Filter::Names(vec![name.to_owned()]);
        assert!(filter("account page: sign").may_reach(&["account page"]));
        assert!(filter("page").may_reach(&["account page"]));
        assert!(!filter("email flow").may_reach(&["account page", "probe"]));
        assert!(Filter::All.may_reach(&["probe"]));
    }
}
