//! A pending verification: from the mail that went out to the address on the
//! list.

use super::{Draft, Outcome, Problem, Uia, UiaPhase};
use crate::matrix::ClientSecret;
use crate::matrix::threepids::Medium;

/// After this long without the link, the person is told where to look (ms).
const NO_MAIL_HINT_MS: f64 = 60_000.0;
/// How long "Resend email" rests after a mail went out again (ms).
const RESEND_REST_MS: f64 = 30_000.0;

/// Names a draft and the verification that it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VerificationId(pub u32);

/// A mail was sent; the address is not on the account yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Verification {
    /// Its name.
    pub id: VerificationId,
    /// What kind of address.
    pub medium: Medium,
    /// The address.
    pub address: String,
    /// The client's secret.
    pub secret: ClientSecret,
    /// Validation sessions that the server named, the newest last. A link
    /// opened in an older mail validated an older one.
    pub sids: Vec<String>,
    /// `send_attempt` of the last mail.
    pub attempt: u32,
    /// When the last mail went out, in ms since the epoch.
    pub sent_at: f64,
    /// Sending it again.
    pub resend: Resend,
    /// Adding the address.
    pub phase: Phase,
    /// Whether "Continue" has once begun anew without its UIA session.
    pub(super) restarted: bool,
}

/// Sending the mail again: goes on beside the adding.
#[derive(Clone, Debug, PartialEq)]
pub enum Resend {
    /// It can be asked for.
    Ready,
    /// The request is under way.
    Sending,
    /// It went out again at this time; rests for a while.
    Sent(f64),
    /// It failed.
    Failed(Problem),
}

/// The phases of adding the address.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Waiting for the person: the link, then "Continue".
    Sent,
    /// `add` is under way, with nothing asked of the person.
    Trying(Try),
    /// The server wants to know that it is really them.
    Authenticating {
        /// How far that is.
        uia: Uia,
        /// Which validation session is being added.
        nth: usize,
    },
    /// Everything is there but the link.
    Waiting {
        /// The UIA session in which the password was right.
        session: Option<String>,
    },
    /// `add` failed.
    Trouble {
        /// Why.
        problem: Problem,
        /// The UIA session in which the password was right.
        session: Option<String>,
    },
    /// No answer came to `add`: the list is read to see whether it worked.
    Uncertain {
        /// Why there was none.
        problem: Problem,
        /// Where to go back to if it did not.
        back: Back,
    },
    /// The server added it: the list is read again.
    Adopting,
}

/// One `add` without the person.
#[derive(Clone, Debug, PartialEq)]
pub struct Try {
    /// `auth {session}` alone, if a session was got through before.
    pub session: Option<String>,
    /// Which validation session, counted from the newest.
    pub nth: usize,
}

/// Where an uncertain `add` was sent from.
#[derive(Clone, Debug, PartialEq)]
pub enum Back {
    /// The group.
    Group {
        /// The UIA session.
        session: Option<String>,
    },
    /// The dialog, which stays open.
    Dialog {
        /// As it was.
        uia: Uia,
        /// Which validation session.
        nth: usize,
    },
}

impl Verification {
    pub(super) fn new(draft: Draft, sid: String, now: f64) -> Verification {
        Verification {
            id: draft.id,
            medium: Medium::Email,
            address: draft.address,
            secret: draft.secret,
            sids: vec![sid],
            attempt: 1,
            sent_at: now,
            resend: Resend::Ready,
            phase: Phase::Sent,
            restarted: false,
        }
    }

    /// Whether a request of `add` is under way (or the list's after it).
    pub fn is_busy(&self) -> bool {
        match &self.phase {
            Phase::Trying(_) | Phase::Uncertain { .. } | Phase::Adopting => true,
            Phase::Authenticating { .. }
            | Phase::Sent
            | Phase::Waiting { .. }
            | Phase::Trouble { .. } => false,
        }
    }

    /// What went wrong last.
    pub fn problem(&self) -> Option<&Problem> {
        match (&self.phase, &self.resend) {
            (Phase::Trouble { problem, .. }, _) | (_, Resend::Failed(problem)) => Some(problem),
            _ => None,
        }
    }

    /// Whether to say where else the mail may be.
    pub fn needs_hint(&self, now: f64) -> bool {
        now >= self.sent_at + NO_MAIL_HINT_MS
    }

    pub(super) fn sent_outcome(&self) -> Outcome {
        Outcome::Sent {
            medium: self.medium.clone(),
            address: self.address.clone(),
            attempt: self.attempt,
        }
    }

    pub(super) fn next_wake(&self, now: f64) -> Option<f64> {
        let trouble = match &self.phase {
            Phase::Trouble { problem, .. } => problem.until(),
            Phase::Authenticating { uia, .. } => uia.next_wake(),
            _ => None,
        };
        let resend = match &self.resend {
            Resend::Failed(problem) => problem.until(),
            Resend::Sent(at) => Some(at + RESEND_REST_MS),
            Resend::Ready | Resend::Sending => None,
        };
        let hint = Some(self.sent_at + NO_MAIL_HINT_MS).filter(|at| *at > now);
        [trouble, resend, hint].into_iter().flatten().min_by(f64::total_cmp)
    }

    pub(super) fn forget_problem_if(&mut self, mut ended: impl FnMut(&Problem) -> bool) {
        match &mut self.phase {
            Phase::Trouble { problem, session } if ended(problem) => {
                self.phase = Phase::resting(session.take());
            }
            Phase::Authenticating { uia, .. } => uia.forget_problem_if(&mut ended),
            _ => {}
        }
        if matches!(&self.resend, Resend::Failed(problem) if ended(problem)) {
            self.resend = Resend::Ready;
        }
    }

    pub(super) fn rest_is_over(&mut self, now: f64) {
        if matches!(self.resend, Resend::Sent(at) if at + RESEND_REST_MS <= now) {
            self.resend = Resend::Ready;
        }
    }

    pub(super) fn detach(&mut self) {
        if self.resend == Resend::Sending {
            self.resend = Resend::Ready;
        }
        self.phase = match &self.phase {
            Phase::Waiting { session } => Phase::Waiting { session: session.clone() },
            Phase::Trouble { session, .. }
            | Phase::Trying(Try { session, .. })
            | Phase::Uncertain { back: Back::Group { session }, .. } => {
                Phase::resting(session.clone())
            }
            Phase::Sent
            | Phase::Authenticating { .. }
            | Phase::Uncertain { back: Back::Dialog { .. }, .. } => Phase::Sent,
            // The server has said yes: the next list tells.
            Phase::Adopting => Phase::Adopting,
        };
    }

    /// Whether the server may be adding the address now.
    pub(super) fn is_being_added(&self) -> bool {
        match &self.phase {
            Phase::Authenticating { uia, .. } => uia.phase == UiaPhase::Checking,
            Phase::Trying(_) | Phase::Uncertain { .. } => true,
            Phase::Sent | Phase::Waiting { .. } | Phase::Trouble { .. } | Phase::Adopting => false,
        }
    }
}

impl Phase {
    /// Waiting for the person, who need not prove again that it is them if
    /// they did so in this UIA session.
    fn resting(session: Option<String>) -> Phase {
        match session {
            Some(_) => Phase::Waiting { session },
            None => Phase::Sent,
        }
    }
}
