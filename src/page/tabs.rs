//! What a tab that is signed in knows of the links that its person may open
//! elsewhere: read from the records that its elements tell each other
//! (`docs/decisions/0007-records-and-tabs.md`).

use crate::matrix::Json;

/// How far a verification is, as one tab tells another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The tab is adding the address.
    Adding,
    /// The tab wants the password first.
    Password,
    /// The address was added.
    Added,
    /// It was given up.
    GivenUp,
}

impl State {
    /// For the channel.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Adding => "adding",
            State::Password => "password",
            State::Added => "added",
            State::GivenUp => "given-up",
        }
    }

    /// From the channel.
    pub fn parse(text: &str) -> Option<State> {
        [State::Adding, State::Password, State::Added, State::GivenUp]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A verification that is or was pending here.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    sids: Vec<String>,
    address: String,
    state: State,
    /// A new tab was told, and is told when there is more to tell.
    told: Option<(String, State)>,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verifications(Vec<Known>);

/// To be told to whoever asked for the `sid`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tell {
    /// Which.
    pub sid: String,
    /// Whose validation it is.
    pub address: String,
    /// How far it is.
    pub state: State,
}

impl Verifications {
    /// Takes over records, and says what those who asked have to be told.
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

    /// A new tab asks whether this one knows a `sid`.
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
