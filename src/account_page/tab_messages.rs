//! Verifications of a signed-in tab, for tabs that a link has opened. They are
//! read from the stored documents of the elements
//! (`docs/decisions/0007-records-and-tabs.md`).

use crate::matrix::Json;

/// State of a verification, as tabs report it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerificationStatus {
    /// The tab adds the address.
    Adding,
    /// The tab needs the password.
    Password,
    /// The address was added.
    Added,
    /// The verification was cancelled.
    Cancelled,
}

impl VerificationStatus {
    /// Text for the channel.
    pub fn as_str(self) -> &'static str {
        match self {
            VerificationStatus::Adding => "adding",
            VerificationStatus::Password => "password",
            VerificationStatus::Added => "added",
            VerificationStatus::Cancelled => "given-up",
        }
    }

    /// Parses the text of the channel.
    pub fn parse(text: &str) -> Option<VerificationStatus> {
        [
            VerificationStatus::Adding,
            VerificationStatus::Password,
            VerificationStatus::Added,
            VerificationStatus::Cancelled,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
    }
}

/// Verification that is or was pending in this tab.
#[derive(Clone, Debug, PartialEq)]
struct KnownVerification {
    sids: Vec<String>,
    address: String,
    state: VerificationStatus,
    /// True if a new tab has asked, so that it is informed of changes.
    last_sent: Option<(String, VerificationStatus)>,
}

/// All verifications of the tab.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verifications(Vec<KnownVerification>);

/// Report for the tabs that have asked for the `sid`.
#[derive(Clone, Debug, PartialEq)]
pub struct TabMessage {
    /// `sid` of the verification.
    pub sid: String,
    /// Address of the verification.
    pub address: String,
    /// State of the verification.
    pub state: VerificationStatus,
}

impl Verifications {
    /// Reads a stored document, and returns the reports for tabs that have
    /// asked.
    pub fn take_over(&mut self, records: &Json) -> Vec<TabMessage> {
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
                Some(gone) if gone.is_true("added") => VerificationStatus::Added,
                Some(_) => VerificationStatus::Cancelled,
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
            let state = if entry.is_true("waiting") {
                VerificationStatus::Adding
            } else {
                VerificationStatus::Password
            };
            match self.0.iter_mut().find(|known| known.address == address) {
                Some(known) => {
                    known.state = state;
                    let new = |sid: &String| !known.sids.contains(sid);
                    let new: Vec<_> = sids.into_iter().filter(new).collect();
                    known.sids.extend(new);
                }
                None => self.0.push(KnownVerification { sids, address, state, last_sent: None }),
            }
        }
        self.0.iter_mut().filter_map(KnownVerification::take_status_change).collect()
    }

    /// Handles that a new tab asks for a `sid`.
    pub fn asked(&mut self, sid: &str) -> Option<TabMessage> {
        let known = self.0.iter_mut().find(|known| known.sids.iter().any(|it| it == sid))?;
        known.last_sent = Some((sid.to_owned(), known.state));
        Some(TabMessage { sid: sid.to_owned(), address: known.address.clone(), state: known.state })
    }
}

impl KnownVerification {
    fn take_status_change(&mut self) -> Option<TabMessage> {
        let (sid, told) = self.last_sent.as_mut().filter(|(_, told)| *told != self.state)?;
        *told = self.state;
        Some(TabMessage { sid: sid.clone(), address: self.address.clone(), state: self.state })
    }
}
