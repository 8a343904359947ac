//! A pending verification: from the mail that went out to the address on the
//! list.

use super::{Draft, Outcome, Problem, Uia, same_address};
use crate::matrix::phone::Dialled;
use crate::matrix::request_email_token::Response;
use crate::matrix::threepids::Medium;
use crate::matrix::{ClientSecret, Failure};

/// After this long without the link, the person is told where to look (ms).
const NO_MAIL_HINT_MS: f64 = 60_000.0;
/// How long "Resend email" rests after a mail went out again (ms).
const RESEND_REST_MS: f64 = 30_000.0;
/// How long after the first try in vain the second comes (ms).
pub(super) const FIRST_WAIT_MS: f64 = 2_000.0;
/// The longest that it gets (ms).
pub(super) const LONGEST_WAIT_MS: f64 = 15_000.0;
/// How long servers usually take a link (ms).
pub(super) const LINK_LIFE_MS: f64 = 3_600_000.0;
/// After this long, nobody will come back to it (ms).
pub(super) const DAY_MS: f64 = 86_400_000.0;

/// Names a draft and the verification that it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VerificationId(pub u32);

/// What an address is verified for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To put it on the account.
    Add,
    /// To have others find the person by it. It is on the account.
    Share,
}

/// A mail was sent; the address is not on the account (or not shared) yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Verification {
    /// Its name.
    pub id: VerificationId,
    /// The identity server (host and port) through which others are to find
    /// the person by it. Without one, it is to be put on the account.
    pub id_server: Option<String>,
    /// What kind of address.
    pub medium: Medium,
    /// The address.
    pub address: String,
    /// Of a phone number: what the server is asked to send to.
    pub dialled: Option<Dialled>,
    /// The secret of the last mail.
    pub secret: ClientSecret,
    /// `send_attempt` of the last mail; 0, if none went out yet.
    pub attempt: u32,
    /// When the last mail went out, in ms since the epoch.
    pub sent_at: f64,
    /// The server said that the last mail's link is too old.
    pub expired: bool,
    /// What the server named, the newest last. A link opened in an older mail
    /// validated an older session.
    pub validations: Vec<Validation>,
    /// The secret of a fresh start whose mail did not go out yet.
    pub(super) fresh: Option<ClientSecret>,
    /// The server takes the `next_link`.
    pub(super) linked: bool,
    /// Sending it again.
    pub resend: Resend,
    /// Adding the address.
    pub phase: Phase,
    /// Whether "Continue" has once begun anew without its UIA session.
    pub(super) restarted: bool,
    /// The dialog has opened by itself, or was closed: now only by "Continue".
    pub(super) asked: bool,
    /// The dialog may open by itself: the link is known to have been opened, or
    /// nobody saw the page for a while since the mail went out.
    pub(super) may_open: bool,
    /// The server has named the validation sessions to this element: they are
    /// for this address. In the storage, anybody may have written.
    pub(super) own: bool,
    /// The UIA session whose dialog was closed half-way.
    pub(super) paused: Option<String>,
    /// Another tab waits for the link, and has a UIA session: it will finish.
    pub(super) elsewhere: bool,
}

/// What a server named, to be handed in with `add`.
#[derive(Clone, Debug, PartialEq)]
pub struct Validation {
    /// Its id.
    pub sid: String,
    /// The secret that it was asked for with.
    pub secret: ClientSecret,
    /// Where the code from the mail goes, if it holds one in place of a link.
    pub submit_url: Option<String>,
}

/// Sending the mail again: goes on beside the adding.
#[derive(Clone, Debug, PartialEq)]
pub enum Resend {
    /// It can be asked for.
    Ready,
    /// The request is under way, with this secret and number.
    Sending {
        /// The secret.
        secret: ClientSecret,
        /// `send_attempt`
        attempt: u32,
    },
    /// It went out again at this time, which is news; rests for a while.
    Sent(f64),
    /// It rests still, but is no news any more.
    Resting(f64),
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
        uia: Box<Uia>,
        /// Which validation session is being added.
        nth: usize,
    },
    /// The code from the mail is being checked.
    Submitting {
        /// The UIA session in which the password was right.
        session: Option<String>,
    },
    /// Everything is there but the link: `add` is tried now and then.
    Waiting {
        /// The UIA session in which the password was right.
        session: Option<String>,
        /// When to try next, in ms since the epoch.
        next: f64,
        /// How long that was from the try before, in ms.
        wait: f64,
    },
    /// The server wanted to know that it is really them, when nobody had asked.
    Unconfirmed,
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
        failure: Failure,
        /// Where to go back to if it did not.
        back: Back,
    },
    /// The server added it: the list is read again.
    Adopting,
    /// Another tab says that it was added: the list tells.
    AddedElsewhere,
}

/// One `add` without the person.
#[derive(Clone, Debug, PartialEq)]
pub struct Try {
    /// `auth {session}` alone, if a session was got through before.
    pub session: Option<String>,
    /// Which validation session, counted from the newest.
    pub nth: usize,
    /// Who wanted it.
    pub why: Why,
}

/// Why `add` is tried without the person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// They pressed "Continue".
    Asked,
    /// They came back to the page.
    CameBack,
    /// All but the link was there.
    Waited {
        /// How long since the try before, in ms.
        wait: f64,
    },
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
        uia: Box<Uia>,
        /// Which validation session.
        nth: usize,
    },
}

impl Verification {
    /// One whose mail went out.
    pub(super) fn new(draft: Draft, mut answer: Response, now: f64) -> Verification {
        let mut pending = Verification::unsent(draft, now);
        // The server knows best how it will list a number.
        if let (Some(msisdn), Some(_)) = (answer.msisdn.take(), &pending.dialled) {
            pending.address = msisdn;
        }
        pending.attempt = 1;
        pending.validations.push(Validation::new(answer, pending.secret.clone()));
        pending
    }

    /// One whose mail did not go out yet.
    pub(super) fn unsent(draft: Draft, now: f64) -> Verification {
        Verification {
            id: draft.id,
            id_server: None,
            medium: draft.section().medium(),
            address: draft.address,
            dialled: draft.dialled,
            secret: draft.secret,
            attempt: 0,
            sent_at: now,
            expired: false,
            validations: Vec::new(),
            fresh: None,
            linked: draft.linked,
            resend: Resend::Ready,
            phase: Phase::Sent,
            restarted: false,
            asked: false,
            may_open: false,
            own: true,
            paused: None,
            elsewhere: false,
        }
    }

    /// Whether it is the one for this.
    pub(super) fn is(&self, id_server: &Option<String>, medium: &Medium, address: &str) -> bool {
        self.id_server == *id_server
            && self.medium == *medium
            && same_address(medium, &self.address, address)
    }

    /// What the address is verified for.
    pub fn purpose(&self) -> Purpose {
        match self.id_server {
            Some(_) => Purpose::Share,
            None => Purpose::Add,
        }
    }

    /// Whether the address is to be shared, and is on the account already.
    pub fn is_share(&self) -> bool {
        self.id_server.is_some()
    }

    /// Whether a mail went out.
    pub fn is_sent(&self) -> bool {
        self.attempt > 0
    }

    /// Whether the first mail is being asked for.
    pub fn is_beginning(&self) -> bool {
        !self.is_sent() && matches!(self.resend, Resend::Sending { .. })
    }

    /// Whether the person waits for a request (or the list after it).
    pub fn is_busy(&self) -> bool {
        match &self.phase {
            Phase::Trying(attempt) => attempt.why == Why::Asked,
            Phase::Submitting { .. } | Phase::Uncertain { .. } | Phase::Adopting => true,
            Phase::Authenticating { .. }
            | Phase::Sent
            | Phase::Waiting { .. }
            | Phase::Unconfirmed
            | Phase::Trouble { .. }
            | Phase::AddedElsewhere => false,
        }
    }

    /// Whether everything is there but the link, so that it finishes by itself.
    pub fn is_waiting(&self) -> bool {
        match &self.phase {
            Phase::Trying(Try { why: Why::Waited { .. }, .. }) | Phase::Waiting { .. } => true,
            Phase::Trying(_)
            | Phase::Submitting { .. }
            | Phase::Authenticating { .. }
            | Phase::Sent
            | Phase::Unconfirmed
            | Phase::Trouble { .. }
            | Phase::Uncertain { .. }
            | Phase::Adopting
            | Phase::AddedElsewhere => false,
        }
    }

    /// Whether the link is probably good for nothing any more.
    pub fn is_expired(&self, now: f64) -> bool {
        self.expired || now >= self.sent_at + LINK_LIFE_MS
    }

    /// Whether the mail holds a code, to be typed in here.
    pub fn wants_code(&self) -> bool {
        self.validations.last().is_some_and(|newest| newest.submit_url.is_some())
    }

    /// What went wrong last.
    pub fn problem(&self) -> Option<&Problem> {
        match (&self.phase, &self.resend) {
            (Phase::Trouble { problem, .. }, _) | (_, Resend::Failed(problem)) => Some(problem),
            _ => None,
        }
    }

    /// When the limit is over that this has run into.
    pub(super) fn limited_until(&self) -> Option<f64> {
        self.limited().map(|(until, _)| until)
    }

    /// The same, and how long it was from the start.
    pub(super) fn limited(&self) -> Option<(f64, f64)> {
        let asked = match &self.phase {
            Phase::Authenticating { uia, .. } => uia.problem(),
            _ => None,
        };
        self.problem().or(asked).and_then(Problem::limited)
    }

    /// Whether to say where else the mail may be.
    pub fn needs_hint(&self, now: f64) -> bool {
        now >= self.sent_at + NO_MAIL_HINT_MS && !self.is_expired(now)
    }

    pub(super) fn sent_outcome(&self) -> Outcome {
        Outcome::Sent {
            medium: self.medium.clone(),
            address: self.address.clone(),
            attempt: self.attempt,
        }
    }

    /// When it looks otherwise, but for limits and tries.
    pub(super) fn next_wake(&self, now: f64) -> f64 {
        let mut wake = self.resend.rests_until().unwrap_or(f64::INFINITY);
        for age in [NO_MAIL_HINT_MS, LINK_LIFE_MS, DAY_MS] {
            if self.sent_at + age > now {
                wake = wake.min(self.sent_at + age);
            }
        }
        wake
    }

    pub(super) fn forget_problem_if(&mut self, now: f64, mut ended: impl FnMut(&Problem) -> bool) {
        match &mut self.phase {
            Phase::Trouble { problem, session } if ended(problem) => {
                self.phase = Phase::resting(session.take(), now);
            }
            Phase::Authenticating { uia, .. } => uia.forget_problem_if(&mut ended),
            _ => {}
        }
        if matches!(&self.resend, Resend::Failed(problem) if ended(problem)) {
            self.resend = Resend::Ready;
        }
    }

    /// "Resend email" rests for a while after it has sent one.
    pub(super) fn rest(&mut self, now: f64) {
        let rests = self.attempt > 1 && now < self.sent_at + RESEND_REST_MS;
        self.resend = if rests { Resend::Resting(self.sent_at) } else { Resend::Ready };
    }

    pub(super) fn rest_is_over(&mut self, now: f64) {
        if self.resend.rests_until().is_some_and(|until| until <= now) {
            self.resend = Resend::Ready;
        }
    }

    pub(super) fn detach(&mut self, now: f64) {
        if matches!(self.resend, Resend::Sending { .. }) {
            self.resend = Resend::Ready;
        }
        self.phase = match &self.phase {
            Phase::Waiting { session, .. }
            | Phase::Trouble { session, .. }
            | Phase::Submitting { session }
            | Phase::Trying(Try { session, .. })
            | Phase::Uncertain { back: Back::Group { session }, .. } => {
                Phase::resting(session.clone(), now)
            }
            Phase::Sent
            | Phase::Unconfirmed
            | Phase::Authenticating { .. }
            | Phase::Uncertain { back: Back::Dialog { .. }, .. } => Phase::Sent,
            // The server has said yes: the next list tells.
            Phase::Adopting => Phase::Adopting,
            Phase::AddedElsewhere => Phase::AddedElsewhere,
        };
    }

    /// Whether the server may be adding the address now.
    pub(super) fn is_being_added(&self) -> bool {
        match &self.phase {
            Phase::Authenticating { uia, .. } => uia.is_under_way(),
            Phase::Trying(_) | Phase::Uncertain { .. } => true,
            Phase::Sent
            | Phase::Submitting { .. }
            | Phase::Waiting { .. }
            | Phase::Unconfirmed
            | Phase::Trouble { .. }
            | Phase::Adopting
            | Phase::AddedElsewhere => false,
        }
    }
}

impl Resend {
    /// Until when it cannot be asked for, in ms since the epoch.
    pub fn rests_until(&self) -> Option<f64> {
        match self {
            Resend::Sent(at) | Resend::Resting(at) => Some(at + RESEND_REST_MS),
            Resend::Ready | Resend::Sending { .. } | Resend::Failed(_) => None,
        }
    }
}

impl Validation {
    pub(super) fn new(answer: Response, secret: ClientSecret) -> Validation {
        Validation { sid: answer.sid, secret, submit_url: answer.submit_url }
    }

    /// Whether it is the same session, whatever became of the code.
    pub(super) fn is(&self, other: &Validation) -> bool {
        self.sid == other.sid && self.secret == other.secret
    }
}

impl Phase {
    /// Waiting for the person, who need not prove again that it is them if
    /// they did so in this UIA session.
    pub(super) fn resting(session: Option<String>, now: f64) -> Phase {
        match session {
            Some(_) => Phase::waiting(session, now, FIRST_WAIT_MS),
            None => Phase::Sent,
        }
    }

    /// Waiting for the link; tries again after this long.
    pub(super) fn waiting(session: Option<String>, now: f64, wait: f64) -> Phase {
        Phase::Waiting { session, next: now + wait, wait }
    }
}

/// After a try in vain, how long until the next (ms).
pub(super) fn next_wait(wait: f64) -> f64 {
    (wait * 1.5).min(LONGEST_WAIT_MS)
}
