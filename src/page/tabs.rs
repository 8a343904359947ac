//! Verifications of a signed-in tab, for tabs that a link has opened. They are
//! read from the stored documents of the elements
//! (`docs/decisions/0007-records-and-tabs.md`).

use crate::matrix::Json;

/// State of a verification, as tabs report it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The tab adds the address.
    Adding,
    /// The tab needs the password.
    Password,
    /// The address was added.
    Added,
    /// The verification was cancelled.
    GivenUp,
}

impl State {
    /// Text for the channel.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Adding => "adding",
            State::Password => "password",
            State::Added => "added",
            State::GivenUp => "given-up",
        }
    }

    /// Parses the text of the channel.
    pub fn parse(text: &str) -> Option<State> {
        [State::Adding, State::Password, State::Added, State::GivenUp]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// Verification that is or was pending in this tab.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    sids: Vec<String>,
    address: String,
    state: State,
    /// True if a new tab has asked, so that it is informed of changes.
    told: Option<(String, State)>,
}

/// All verifications of the tab.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verifications(Vec<Known>);

/// Report for the tabs that have asked for the `sid`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tell {
    /// `sid` of the verification.
    pub sid: String,
    /// Address of the verification.
    pub address: String,
    /// State of the verification.
    pub state: State,
}

impl Verifications {
    /// Reads a stored document, and returns the reports for tabs that have
    /// asked.
    pub fn take_over(&mut self, records: &Json) -> Vec<Tell> {
        let entries = records.array("pending");
        let text = |entry: &Json, name| entry.str(name).unwrap_or_default().to_owned();
        for known in &mut self.0 {
            let same = |entry: &&Json| entry.str("address") == Some(&known.address);
            let is_pending = |entry: &&Json| !entry.array("validations").is_empty();
            if entries.iter().filter(same).any(|entry| is_pending(&entry)) {
                continue;
            }
            // Records that do not name it at all say that it is over, too: the
            // mark of one that was added is made with the list.
            known.state = match entries.iter().find(same) {
                Some(gone) if gone.is_true("added") => State::Added,
                Some(_) => State::GivenUp,
                None => known.state,
            };
        }
        for entry in entries {
            let validations = entry.array("validations").iter();
            let sids: Vec<_> =
                validations.filter_map(|it| it.str("sid").map(str::to_owned)).collect();
            if sids.is_empty() {
                continue;
            }
            let address = text(entry, "address");
            let state = if entry.is_true("waiting") { State::Adding } else { State::Password };
            match self.0.iter_mut().find(|known| known.address == address) {
                Some(known) => {
                    known.state = state;
                    let new = |sid: &String| !known.sids.contains(sid);
                    let new: Vec<_> = sids.into_iter().filter(new).collect();
                    known.sids.extend(new);
                }
                None => self.0.push(Known { sids, address, state, told: None }),
            }
        }
        self.0.iter_mut().filter_map(Known::news).collect()
    }

    /// Handles that a new tab asks for a `sid`.
    pub fn asked(&mut self, sid: &str) -> Option<Tell> {
        let known = self.0.iter_mut().find(|known| known.sids.iter().any(|it| it == sid))?;
        known.told = Some((sid.to_owned(), known.state));
        Some(Tell { sid: sid.to_owned(), address: known.address.clone(), state: known.state })
    }
}

impl Known {
    fn news(&mut self) -> Option<Tell> {
        let (sid, told) = self.told.as_mut().filter(|(_, told)| *told != self.state)?;
        *told = self.state;
        Some(Tell { sid: sid.clone(), address: self.address.clone(), state: self.state })
    }
}
