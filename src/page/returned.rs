//! A tab that was opened by the link in a mail and has no session: what became
//! of the verification, as far as the other tabs know.

use super::tabs::State;

/// How long the other tabs are asked, in ms.
const ASK_MS: f64 = 1_000.0;
/// How long another tab may be adding before the person is sent to look, in ms.
const ADDING_MS: f64 = 10_000.0;

/// What is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Returned {
    /// Whose link it was.
    pub sid: String,
    /// How far it is.
    pub phase: Phase,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The other tabs are being asked.
    Asking {
        /// Until then.
        until: f64,
    },
    /// Another tab is adding the address.
    Adding {
        /// Which.
        address: String,
        /// How long it is believed.
        until: f64,
    },
    /// Another tab needs the person.
    Password,
    /// The address was added.
    Added {
        /// Which.
        address: String,
    },
    /// No tab knows of it (any more).
    Nobody,
}

impl Returned {
    /// The other tabs are asked from now on.
    pub fn new(sid: String, now: f64) -> Returned {
        Returned { sid, phase: Phase::Asking { until: now + ASK_MS } }
    }

    /// Another tab says how far it is. Of several, the furthest counts.
    pub fn told(&mut self, address: String, state: State, now: f64) {
        self.phase = match (state, &self.phase) {
            (_, Phase::Added { .. }) => return,
            (State::Added, _) => Phase::Added { address },
            (State::Adding, _) => Phase::Adding { address, until: now + ADDING_MS },
            (State::Password, _) => Phase::Password,
            (State::GivenUp, _) => Phase::Nobody,
        };
    }

    /// Time has passed.
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

    /// When it has to be looked at again, in ms since the epoch.
    pub fn until(&self) -> Option<f64> {
        match self.phase {
            Phase::Asking { until } | Phase::Adding { until, .. } => Some(until),
            Phase::Password | Phase::Added { .. } | Phase::Nobody => None,
        }
    }
}
