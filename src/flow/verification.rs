//! A pending verification: from the first message until the address is on the
//! list.

use super::{Draft, Outcome, Problem, Uia, same_address};
use crate::matrix::phone::Dialled;
use crate::matrix::request_email_token::Response;
use crate::matrix::threepids::Medium;
use crate::matrix::{ClientSecret, Failure};

/// Time after which the group says where else the email may be, in ms.
const NO_MAIL_HINT_MS: f64 = 60_000.0;
/// Time for which "Resend email" is disabled after it was used, in ms.
const RESEND_REST_MS: f64 = 30_000.0;
/// Time between the first and the second attempt, in ms.
pub(super) const FIRST_WAIT_MS: f64 = 2_000.0;
/// Longest time between two attempts, in ms.
pub(super) const LONGEST_WAIT_MS: f64 = 15_000.0;
/// Time for which servers usually accept a link, in ms.
pub(super) const LINK_LIFE_MS: f64 = 3_600_000.0;
/// Time after which a verification is deleted, in ms.
pub(super) const DAY_MS: f64 = 86_400_000.0;

/// Identifies a draft and the verification that it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VerificationId(pub u32);

/// Purpose of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Adding the address to the account.
    Add,
    /// Sharing an address of the account at the identity server.
    Share,
}

/// Verification of an address that is not on the account, or not shared, yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Verification {
    /// Id of the verification.
    pub id: VerificationId,
    /// Host and port of the identity server, if the address is to be shared.
    /// `None` if it is to be added to the account.
    pub id_server: Option<String>,
    /// Medium of the address.
    pub medium: Medium,
    /// Email address or MSISDN.
    pub address: String,
    /// Country and number as typed, if it is a phone number.
    pub dialled: Option<Dialled>,
    /// Client secret of the last message.
    pub secret: ClientSecret,
    /// `send_attempt` of the last message; 0 before the first one.
    pub attempt: u32,
    /// Time of the last message, in ms since the epoch.
    pub sent_at: f64,
    /// True if the server said that the last link is too old.
    pub expired: bool,
    /// Validation sessions, the newest last. The link of an older email
    /// validates an older session.
    pub validations: Vec<Validation>,
    /// Client secret of a restart whose message was not sent yet.
    pub(super) fresh: Option<ClientSecret>,
    /// True if the server accepts the `next_link`.
    pub(super) linked: bool,
    /// State of "Resend email".
    pub resend: Resend,
    /// State of adding the address.
    pub phase: Phase,
    /// True if "Continue" has restarted once without its UIA session.
    pub(super) restarted: bool,
    /// True if the dialog opens by "Continue" only: it has opened by itself
    /// before, or was closed.
    pub(super) asked: bool,
    /// True if the dialog may open by itself: the link was opened, or the page
    /// was hidden since the message was sent.
    pub(super) may_open: bool,
    /// True if the server named the validation sessions to this element, so
    /// that they belong to this address. Other scripts can write to the storage.
    pub(super) own: bool,
    /// UIA session whose dialog was closed between two stages.
    pub(super) paused: Option<String>,
    /// True if another tab waits for the link with a completed UIA session, and
    /// will finish the verification.
    pub(super) elsewhere: bool,
}

/// Validation session of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Validation {
    /// Id of the session.
    pub sid: String,
    /// Client secret of the session.
    pub secret: ClientSecret,
    /// URL that accepts the code, if the message contains a code and no link.
    pub submit_url: Option<String>,
}

/// State of "Resend email", which is independent of [`Phase`].
#[derive(Clone, Debug, PartialEq)]
pub enum Resend {
    /// The button is enabled.
    Ready,
    /// The request is pending.
    Sending {
        /// Client secret of the request.
        secret: ClientSecret,
        /// `send_attempt`
        attempt: u32,
    },
    /// The message was sent at this time, and the group says so. The button is
    /// disabled for a while.
    Sent(f64),
    /// The button is still disabled, and the group no longer says why.
    Resting(f64),
    /// The request failed.
    Failed(Problem),
}

/// State of adding the address.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Waits for the user: the link, then "Continue".
    Sent,
    /// `add` is pending, without authentication.
    Trying(Try),
    /// The server requires authentication.
    Authenticating {
        /// State of the authentication.
        uia: Box<Uia>,
        /// Validation session of the request, counted from the newest.
        nth: usize,
    },
    /// The code was submitted.
    Submitting {
        /// Completed UIA session.
        session: Option<String>,
    },
    /// Only the link is missing. `add` is repeated at intervals.
    Waiting {
        /// Completed UIA session.
        session: Option<String>,
        /// Time of the next attempt, in ms since the epoch.
        next: f64,
        /// Time between the last attempt and the next one, in ms.
        wait: f64,
    },
    /// The server required authentication for an automatic attempt.
    Unconfirmed,
    /// `add` failed.
    Trouble {
        /// Error of the request.
        problem: Problem,
        /// Completed UIA session.
        session: Option<String>,
    },
    /// The response of `add` was lost. The list is read to find out the result.
    Uncertain {
        /// Reason for the missing response.
        failure: Failure,
        /// State to restore if the address is not on the list.
        back: Back,
    },
    /// The server has added the address. The list is read again.
    Adopting,
    /// Another tab reports that the address was added. The list decides.
    AddedElsewhere,
}

/// One attempt of `add` without the dialog.
#[derive(Clone, Debug, PartialEq)]
pub struct Try {
    /// Completed UIA session, sent as `auth {session}`.
    pub session: Option<String>,
    /// Validation session, counted from the newest.
    pub nth: usize,
    /// Reason for the attempt.
    pub why: Why,
}

/// Reason for an attempt of `add`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// The user has pressed "Continue".
    Asked,
    /// The user has returned to the page.
    CameBack,
    /// The interval of [`Phase::Waiting`] is over.
    Waited {
        /// Time since the last attempt, in ms.
        wait: f64,
    },
}

/// State before an `add` whose response was lost.
#[derive(Clone, Debug, PartialEq)]
pub enum Back {
    /// The group, without a dialog.
    Group {
        /// Completed UIA session.
        session: Option<String>,
    },
    /// The dialog, which stays open.
    Dialog {
        /// State of the authentication.
        uia: Box<Uia>,
        /// Validation session, counted from the newest.
        nth: usize,
    },
}

impl Verification {
    /// Creates a verification whose first message was sent.
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

    /// Creates a verification whose first message was not sent yet.
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

    /// True if it belongs to this address and purpose.
    pub(super) fn is(&self, id_server: &Option<String>, medium: &Medium, address: &str) -> bool {
        self.id_server == *id_server
            && self.medium == *medium
            && same_address(medium, &self.address, address)
    }

    /// Purpose of the verification.
    pub fn purpose(&self) -> Purpose {
        match self.id_server {
            Some(_) => Purpose::Share,
            None => Purpose::Add,
        }
    }

    /// True if the purpose is sharing.
    pub fn is_share(&self) -> bool {
        self.id_server.is_some()
    }

    /// True if a message was sent.
    pub fn is_sent(&self) -> bool {
        self.attempt > 0
    }

    /// True while the request for the first message is pending.
    pub fn is_beginning(&self) -> bool {
        !self.is_sent() && matches!(self.resend, Resend::Sending { .. })
    }

    /// True while the user waits for a request, or for the list after it.
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

    /// True if only the link is missing, so that it finishes by itself.
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

    /// True if the link is probably too old.
    pub fn is_expired(&self, now: f64) -> bool {
        self.expired || now >= self.sent_at + LINK_LIFE_MS
    }

    /// True if the message contains a code for the group's field.
    pub fn wants_code(&self) -> bool {
        self.validations.last().is_some_and(|newest| newest.submit_url.is_some())
    }

    /// The displayed error.
    pub fn problem(&self) -> Option<&Problem> {
        match (&self.phase, &self.resend) {
            (Phase::Trouble { problem, .. }, _) | (_, Resend::Failed(problem)) => Some(problem),
            _ => None,
        }
    }

    /// End of the rate limit, in ms since the epoch.
    pub(super) fn limited_until(&self) -> Option<f64> {
        self.limited().map(|(until, _)| until)
    }

    /// End of the rate limit and its length, in ms.
    pub(super) fn limited(&self) -> Option<(f64, f64)> {
        let asked = match &self.phase {
            Phase::Authenticating { uia, .. } => uia.problem(),
            _ => None,
        };
        self.problem().or(asked).and_then(Problem::limited)
    }

    /// True if the group says where else the email may be.
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

    /// Next time at which the view changes, in ms since the epoch. Limits and
    /// attempts have times of their own.
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

    /// Disables "Resend email" for a while after a message was sent again.
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

    /// True if the server may be adding the address at the moment.
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
    /// Time at which the button is enabled again, in ms since the epoch.
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

    /// True if it is the same session. The `submit_url` may differ.
    pub(super) fn is(&self, other: &Validation) -> bool {
        self.sid == other.sid && self.secret == other.secret
    }
}

impl Phase {
    /// Waits for the link if the UIA session is complete, otherwise for
    /// "Continue".
    pub(super) fn resting(session: Option<String>, now: f64) -> Phase {
        match session {
            Some(_) => Phase::waiting(session, now, FIRST_WAIT_MS),
            None => Phase::Sent,
        }
    }

    /// Waits for the link. The next attempt is after `wait` ms.
    pub(super) fn waiting(session: Option<String>, now: f64, wait: f64) -> Phase {
        Phase::Waiting { session, next: now + wait, wait }
    }
}

/// Time until the next attempt, after an interval of `wait` ms.
pub(super) fn next_wait(wait: f64) -> f64 {
    (wait * 1.5).min(LONGEST_WAIT_MS)
}
