//! Tab that the link in an email has opened, without a session: state of the
//! verification, as other tabs report it.

use super::tab_messages::VerificationStatus;

/// Time for responses of other tabs, in ms.
const QUERY_TIMEOUT_MS: f64 = 1_000.0;
/// Time that another tab has to add the address, in ms.
const ADDING_TIMEOUT_MS: f64 = 10_000.0;

/// State of the tab.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkTab {
    /// Address of the verification.
    pub sid: String,
    /// State of the verification.
    pub phase: LinkTabPhase,
}

/// State of the verification.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkTabPhase {
    /// Waits for responses of other tabs.
    QueryingTabs {
        /// End of the wait, in ms.
        until: f64,
    },
    /// Another tab adds the address.
    Adding {
        /// Address of the verification.
        address: String,
        /// End of the wait, in ms.
        until: f64,
    },
    /// Another tab needs the user.
    NeedsPassword,
    /// The address was added.
    Added {
        /// Address of the verification.
        address: String,
    },
    /// No tab knows the verification.
    NoTabAnswered,
}

impl LinkTab {
    /// Creates the state; the other tabs are asked from now on.
    pub fn new(sid: String, now: f64) -> LinkTab {
        LinkTab { sid, phase: LinkTabPhase::QueryingTabs { until: now + QUERY_TIMEOUT_MS } }
    }

    /// Handles the report of another tab. The most advanced state counts.
    pub fn told(&mut self, address: String, state: VerificationStatus, now: f64) {
        self.phase = match (state, &self.phase) {
            (_, LinkTabPhase::Added { .. }) => return,
            (VerificationStatus::Added, _) => LinkTabPhase::Added { address },
            (VerificationStatus::Adding, _) => {
                LinkTabPhase::Adding { address, until: now + ADDING_TIMEOUT_MS }
            }
            (VerificationStatus::Password, _) => LinkTabPhase::NeedsPassword,
            (VerificationStatus::Cancelled, _) => LinkTabPhase::NoTabAnswered,
        };
    }

    /// Updates the state after the wait.
    pub fn tick(&mut self, now: f64) {
        match self.phase {
            LinkTabPhase::QueryingTabs { until } if now >= until => {
                self.phase = LinkTabPhase::NoTabAnswered
            }
            LinkTabPhase::Adding { until, .. } if now >= until => {
                self.phase = LinkTabPhase::NeedsPassword
            }
            LinkTabPhase::QueryingTabs { .. }
            | LinkTabPhase::Adding { .. }
            | LinkTabPhase::NeedsPassword
            | LinkTabPhase::Added { .. }
            | LinkTabPhase::NoTabAnswered => {}
        }
    }

    /// Time of the next update, in ms.
    pub fn until(&self) -> Option<f64> {
        match self.phase {
            LinkTabPhase::QueryingTabs { until } | LinkTabPhase::Adding { until, .. } => {
                Some(until)
            }
            LinkTabPhase::NeedsPassword
            | LinkTabPhase::Added { .. }
            | LinkTabPhase::NoTabAnswered => None,
        }
    }
}
