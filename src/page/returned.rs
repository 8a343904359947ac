//! Tab that the link in an email has opened, without a session: state of the
//! verification, as other tabs report it.

use super::tabs::State;

/// Time for responses of other tabs, in ms.
const ASK_MS: f64 = 1_000.0;
/// Time that another tab has to add the address, in ms.
const ADDING_MS: f64 = 10_000.0;

/// State of the tab.
#[derive(Clone, Debug, PartialEq)]
pub struct Returned {
    /// Address of the verification.
    pub sid: String,
    /// State of the verification.
    pub phase: Phase,
}

/// State of the verification.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Waits for responses of other tabs.
    Asking {
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
    Password,
    /// The address was added.
    Added {
        /// Address of the verification.
        address: String,
    },
    /// No tab knows the verification.
    Nobody,
}

impl Returned {
    /// Creates the state; the other tabs are asked from now on.
    pub fn new(sid: String, now: f64) -> Returned {
        Returned { sid, phase: Phase::Asking { until: now + ASK_MS } }
    }

    /// Handles the report of another tab. The most advanced state counts.
    pub fn told(&mut self, address: String, state: State, now: f64) {
        self.phase = match (state, &self.phase) {
            (_, Phase::Added { .. }) => return,
            (State::Added, _) => Phase::Added { address },
            (State::Adding, _) => Phase::Adding { address, until: now + ADDING_MS },
            (State::Password, _) => Phase::Password,
            (State::GivenUp, _) => Phase::Nobody,
        };
    }

    /// Updates the state after the wait.
    pub fn tick(&mut self, now: f64) {
        match self.phase {
            Phase::Asking { until } if now >= until => self.phase = Phase::Nobody,
            Phase::Adding { until, .. } if now >= until => self.phase = Phase::Password,
            Phase::Asking { .. }
            | Phase::Adding { .. }
            | Phase::Password
            | Phase::Added { .. }
            | Phase::Nobody => {}
        }
    }

    /// Time of the next update, in ms.
    pub fn until(&self) -> Option<f64> {
        match self.phase {
            Phase::Asking { until } | Phase::Adding { until, .. } => Some(until),
            Phase::Password | Phase::Added { .. } | Phase::Nobody => None,
        }
    }
}
