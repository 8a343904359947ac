//! How often everything happened: a world in which something never happens
//! shows nothing of it.

use std::collections::BTreeMap;
use std::fmt;

use crate::server::Fault;
use crate::user::Deed;

/// What is to be seen at least once in a long run, beside deeds and faults.
const SEEN: [&str; 15] = [
    "an address was added",
    "an address was removed",
    "the password was changed",
    "a wrong password was refused",
    "a link was opened",
    "a link was too old",
    "a code was typed",
    "another tab was told",
    "another tab adds the same",
    "a reload found what is pending",
    "a UIA session was forgotten",
    "the session ended, and another began",
    "a limit was told",
    "an answer came too late",
    "a group waited for the link",
];

/// Counts, and the time that went by.
#[derive(Default)]
pub struct Counts {
    counts: BTreeMap<String, u64>,
    /// Simulated days.
    pub days: f64,
    /// Worlds.
    pub worlds: u64,
}

impl Counts {
    /// It has happened.
    pub fn count(&mut self, what: impl fmt::Display) {
        *self.counts.entry(what.to_string()).or_default() += 1;
    }

    /// Panics if something never happened.
    pub fn lack_nothing(&self) {
        let deeds = Deed::ALL.iter().map(|it| format!("person: {it:?}"));
        let faults = Fault::ALL.iter().map(|it| format!("fault: {it:?}"));
        let seen = SEEN.iter().map(|it| format!("seen: {it}"));
        let missing: Vec<_> =
            deeds.chain(faults).chain(seen).filter(|it| !self.counts.contains_key(it)).collect();
        assert!(missing.is_empty(), "never: {missing:?}");
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} worlds, {:.0} simulated days", self.worlds, self.days)?;
        self.counts.iter().try_for_each(|(what, count)| writeln!(out, "{count:>9} {what}"))
    }
}
