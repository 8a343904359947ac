//! Options of the command.

use anyhow::{Context, Result, bail};

/// Fewest repetitions of which a report is committed.
pub const MIN_REPEATS: usize = 9;
/// Parts of the report.
const PARTS: [&str; 5] = ["sizes", "startup", "lists", "interactions", "memory"];

/// Options of the command.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// Number of repetitions, of which the median counts.
    pub repeat: usize,
    /// Parts to measure.
    parts: Vec<&'static str>,
    /// True to measure the package of before, too.
    pub has_before: bool,
}

impl Options {
    /// Reads the arguments.
    pub fn read(arguments: &[&str]) -> Result<Options> {
        let mut options = Options { repeat: MIN_REPEATS, parts: Vec::new(), has_before: true };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match *argument {
                "--repeat" => {
                    let number = arguments.next().and_then(|number| number.parse().ok());
                    let number = number.filter(|number| *number > 0);
                    options.repeat = number.context("--repeat requires a number above 0")?;
                }
                "--only" => {
                    let name = arguments.next().context("--only requires the name of a part")?;
                    let part = PARTS.iter().find(|part| *part == name);
                    let unknown = || format!("{name} is not a part: {}", PARTS.join(", "));
                    options.parts.push(part.with_context(unknown)?);
                }
                "--without-before" => options.has_before = false,
                other => bail!(
                    "{other} is not an option; cargo xtask bench [--repeat N] [--only PART]… \
                     [--without-before]"
                ),
            }
        }
        Ok(options)
    }

    /// True if this part is to be measured.
    pub fn has(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }

    /// True if the report may replace the committed one.
    pub fn is_complete(&self) -> bool {
        self.parts.is_empty() && self.has_before && self.repeat >= MIN_REPEATS
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn only_a_complete_run_may_replace_the_report() {
        assert!(Options::read(&[]).expect("defaults").is_complete());
        for arguments in [&["--repeat", "1"][..], &["--only", "lists"], &["--without-before"]] {
            assert!(!Options::read(arguments).expect("valid options").is_complete());
        }
        let lists = Options::read(&["--only", "lists"]).expect("one part");
        assert!(lists.has("lists") && !lists.has("startup"));
    }

    #[test]
    fn wrong_options_are_errors() {
        for (arguments, error) in [
            (&["--repeat", "0"][..], "--repeat requires a number above 0"),
            (&["--only", "speed"], "speed is not a part: sizes, startup"),
            (&["--fast"], "cargo xtask bench [--repeat N]"),
        ] {
            let message = Options::read(arguments).expect_err(error).to_string();
            assert!(message.contains(error), "{message}");
        }
    }
}
