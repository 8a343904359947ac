//! Comparison with the ratios of the committed report.

use regex::Regex;

/// Largest ratio of a new ratio to the one before.
const MAX_GROWTH: f64 = 1.2;

/// Time of the package in proportion to a peer's.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratio {
    /// Name of the row in the report.
    pub name: String,
    /// The ratio: below 1 if the package is faster.
    pub value: f64,
}

/// Ratios of a report.
fn read(report: &str) -> Vec<Ratio> {
    let row = Regex::new(r"(?m)^\| (.+ : .+) \| (\d+\.\d+) \|$").expect("the pattern is valid");
    let ratio = |found: regex::Captures<'_>| {
        Some(Ratio { name: found[1].to_owned(), value: found[2].parse().ok()? })
    };
    row.captures_iter(report).filter_map(ratio).collect()
}

/// Ratios that are more than a fifth above those of the report, in words.
pub fn find_worse(report: &str, ratios: &[Ratio]) -> Vec<String> {
    let before = read(report);
    let worse = |now: &Ratio| {
        let before = before.iter().find(|before| before.name == now.name)?;
        let is_worse = now.value > before.value * MAX_GROWTH;
        is_worse.then(|| format!("{}: {:.2}, was {:.2}", now.name, now.value, before.value))
    };
    ratios.iter().filter_map(worse).collect()
}

/// Table of the ratios for the report.
pub fn to_rows(ratios: &[Ratio]) -> Vec<Vec<String>> {
    ratios.iter().map(|it| vec![it.name.clone(), format!("{:.2}", it.value)]).collect()
}

#[cfg(test)]
mod tests {
    use super::{Ratio, find_worse};

    const REPORT: &str = "| ratio | |\n|---|---|\n| package : peer | 0.50 |\n| other | 9.00 |\n";

    #[test]
    fn a_ratio_that_grows_by_more_than_a_fifth_is_worse() {
        let ratio = |name: &str, value| vec![Ratio { name: name.to_owned(), value }];
        assert!(find_worse(REPORT, &ratio("package : peer", 0.59)).is_empty());
        let worse = find_worse(REPORT, &ratio("package : peer", 0.61));
        assert_eq!(worse, ["package : peer: 0.61, was 0.50"]);
        assert!(find_worse(REPORT, &ratio("package : another peer", 2.0)).is_empty());
        assert!(find_worse("", &ratio("package : peer", 2.0)).is_empty());
    }
}
