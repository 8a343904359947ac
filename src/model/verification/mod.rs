//! A pending verification: from the first message until the address is on the
//! list.

mod add;
mod resend;
mod submit_code;

use crate::matrix::get_3pids::Medium;
use crate::matrix::phone_number::PhoneInput;
use crate::matrix::request_3pid_token_via_email::Response;
use crate::matrix::{ClientSecret, RequestError};
use crate::model::{Draft, MethodResult, Uia, UserError, is_same_address};

/// Time after which the group says where else the email may be, in ms.
const NO_MAIL_HINT_DELAY_MS: f64 = 60_000.0;
/// Time for which "Resend email" is disabled after it was used, in ms.
const RESEND_COOLDOWN_MS: f64 = 30_000.0;
/// Time between the first and the second attempt, in ms.
pub(in crate::model) const FIRST_POLL_DELAY_MS: f64 = 2_000.0;
/// Longest time between two attempts, in ms.
pub(in crate::model) const MAX_POLL_DELAY_MS: f64 = 15_000.0;
/// Time for which servers usually accept a link, in ms.
pub(in crate::model) const LINK_LIFETIME_MS: f64 = 3_600_000.0;
/// Time after which a verification is deleted, in ms.
pub(in crate::model) const DAY_MS: f64 = 86_400_000.0;

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
    /// Replacing the forgotten password of the address's account.
    Reset,
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
    pub phone: Option<PhoneInput>,
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
    pub validations: Vec<ValidationSession>,
    /// Client secret of a restart whose message was not sent yet.
    pub(in crate::model) next_secret: Option<ClientSecret>,
    /// True if the server accepts the `next_link`.
    pub(in crate::model) use_next_link: bool,
    /// State of "Resend email".
    pub resend: ResendState,
    /// State of adding the address.
    pub phase: VerificationPhase,
    /// True if "Continue" has restarted once without its UIA session.
    pub(in crate::model) restarted: bool,
    /// True if the dialog opens by "Continue" only: it has opened by itself
    /// before, or was closed.
    pub(in crate::model) auto_prompted: bool,
    /// True if the dialog may open by itself: the link was opened, or the page
    /// was hidden since the message was sent.
    pub(in crate::model) may_auto_prompt: bool,
    /// True if the link was opened, as far as is known, and no `add` has failed
    /// for the lack of it since.
    pub(in crate::model) link_opened: bool,
    /// True if the server named the validation sessions to this element, so
    /// that they belong to this address. Other scripts can write to the storage.
    pub(in crate::model) own: bool,
    /// UIA session whose dialog was closed between two stages.
    pub(in crate::model) resumable_uia: Option<String>,
    /// True if another tab waits for the link with a completed UIA session, and
    /// will finish the verification.
    pub(in crate::model) owned_by_other_tab: bool,
}

/// Validation session of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidationSession {
    /// Id of the session.
    pub sid: String,
    /// Client secret of the session.
    pub secret: ClientSecret,
    /// URL that accepts the code, if the message contains a code and no link.
    pub submit_url: Option<String>,
}

/// State of "Resend email", which is independent of [`VerificationPhase`].
#[derive(Clone, Debug, PartialEq)]
pub enum ResendState {
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
    CoolingDown(f64),
    /// The request failed.
    Failed(UserError),
}

/// State of adding the address.
#[derive(Clone, Debug, PartialEq)]
pub enum VerificationPhase {
    /// Waits for the user: the link, then "Continue".
    AwaitingUser,
    /// `add` is pending, without authentication.
    Adding(AddAttempt),
    /// The server requires authentication.
    Authenticating {
        /// State of the authentication.
        uia: Box<Uia>,
        /// Validation session of the request, counted from the newest.
        session_index: usize,
    },
    /// The code was submitted.
    SubmittingCode {
        /// Completed UIA session.
        session: Option<String>,
    },
    /// Only the link is missing. `add` is repeated at intervals.
    Polling {
        /// Completed UIA session.
        session: Option<String>,
        /// Time of the next attempt, in ms since the epoch.
        next_poll_at: f64,
        /// Time between the last attempt and the next one, in ms.
        poll_delay: f64,
    },
    /// The server required authentication for an automatic attempt.
    NeedsAuth,
    /// `add` failed.
    Failed {
        /// Error of the request.
        problem: UserError,
        /// Completed UIA session.
        session: Option<String>,
    },
    /// The response of `add` was lost. The list is read to find out the result.
    OutcomeUnknown {
        /// Reason for the missing response.
        failure: RequestError,
        /// State to restore if the address is not on the list.
        return_to: ReturnTo,
    },
    /// The server has added the address. The list is read again.
    Refreshing,
    /// Another tab reports that the address was added. The list decides.
    AddedElsewhere,
}

/// One attempt of `add` without the dialog.
#[derive(Clone, Debug, PartialEq)]
pub struct AddAttempt {
    /// Completed UIA session, sent as `auth {session}`.
    pub session: Option<String>,
    /// Validation session, counted from the newest.
    pub session_index: usize,
    /// Reason for the attempt.
    pub trigger: Trigger,
}

/// Reason for an attempt of `add`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trigger {
    /// The user has pressed "Continue".
    User,
    /// The user has returned to the page.
    PageReturn,
    /// The interval of [`VerificationPhase::Polling`] is over.
    Poll {
        /// Time since the last attempt, in ms.
        wait: f64,
    },
}

/// State before an `add` whose response was lost.
#[derive(Clone, Debug, PartialEq)]
pub enum ReturnTo {
    /// The group, without a dialog.
    Verification {
        /// Completed UIA session.
        session: Option<String>,
    },
    /// The dialog, which stays open.
    AuthDialog {
        /// State of the authentication.
        uia: Box<Uia>,
        /// Validation session, counted from the newest.
        nth: usize,
    },
}

impl Verification {
    /// Creates a verification whose first message was sent.
    pub(in crate::model) fn new(draft: Draft, mut answer: Response, now: f64) -> Verification {
        let mut pending = Verification::unsent(draft, now);
        // The server knows best how it will list a number.
        if let (Some(msisdn), Some(_)) = (answer.msisdn.take(), &pending.phone) {
            pending.address = msisdn;
        }
        pending.attempt = 1;
        pending.validations.push(ValidationSession::new(answer, pending.secret.clone()));
        pending
    }

    /// Creates a verification whose first message was not sent yet.
    pub(in crate::model) fn unsent(draft: Draft, now: f64) -> Verification {
        Verification {
            id: draft.id,
            id_server: None,
            medium: draft.section().medium(),
            address: draft.address,
            phone: draft.phone,
            secret: draft.secret,
            attempt: 0,
            sent_at: now,
            expired: false,
            validations: Vec::new(),
            next_secret: None,
            use_next_link: draft.use_next_link,
            resend: ResendState::Ready,
            phase: VerificationPhase::AwaitingUser,
            restarted: false,
            auto_prompted: false,
            may_auto_prompt: false,
            link_opened: false,
            own: true,
            resumable_uia: None,
            owned_by_other_tab: false,
        }
    }

    /// True if it belongs to this address and purpose.
    pub(in crate::model) fn matches(
        &self,
        id_server: &Option<String>,
        medium: &Medium,
        address: &str,
    ) -> bool {
        self.id_server == *id_server
            && self.medium == *medium
            && is_same_address(medium, &self.address, address)
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
    pub fn is_first_send(&self) -> bool {
        !self.is_sent() && matches!(self.resend, ResendState::Sending { .. })
    }

    /// True while the user waits for a request, or for the list after it.
    pub fn is_busy(&self) -> bool {
        match &self.phase {
            VerificationPhase::Adding(attempt) => attempt.trigger == Trigger::User,
            VerificationPhase::SubmittingCode { .. }
            | VerificationPhase::OutcomeUnknown { .. }
            | VerificationPhase::Refreshing => true,
            VerificationPhase::Authenticating { .. }
            | VerificationPhase::AwaitingUser
            | VerificationPhase::Polling { .. }
            | VerificationPhase::NeedsAuth
            | VerificationPhase::Failed { .. }
            | VerificationPhase::AddedElsewhere => false,
        }
    }

    /// True if only the link is missing, so that it finishes by itself.
    pub fn is_waiting(&self) -> bool {
        match &self.phase {
            VerificationPhase::Adding(AddAttempt { trigger: Trigger::Poll { .. }, .. })
            | VerificationPhase::Polling { .. } => true,
            VerificationPhase::Adding(_)
            | VerificationPhase::SubmittingCode { .. }
            | VerificationPhase::Authenticating { .. }
            | VerificationPhase::AwaitingUser
            | VerificationPhase::NeedsAuth
            | VerificationPhase::Failed { .. }
            | VerificationPhase::OutcomeUnknown { .. }
            | VerificationPhase::Refreshing
            | VerificationPhase::AddedElsewhere => false,
        }
    }

    /// True if the link is probably too old.
    pub fn is_expired(&self, now: f64) -> bool {
        self.expired || now >= self.sent_at + LINK_LIFETIME_MS
    }

    /// True if the message contains a code for the group's field.
    pub fn needs_code(&self) -> bool {
        self.validations.last().is_some_and(|newest| newest.submit_url.is_some())
    }

    /// The displayed error.
    pub fn problem(&self) -> Option<&UserError> {
        match (&self.phase, &self.resend) {
            (VerificationPhase::Failed { problem, .. }, _) | (_, ResendState::Failed(problem)) => {
                Some(problem)
            }
            _ => None,
        }
    }

    /// End of the rate limit, in ms since the epoch.
    pub(in crate::model) fn limited_until(&self) -> Option<f64> {
        self.limited().map(|(until, _)| until)
    }

    /// End of the rate limit and its length, in ms.
    pub(in crate::model) fn limited(&self) -> Option<(f64, f64)> {
        let asked = match &self.phase {
            VerificationPhase::Authenticating { uia, .. } => uia.problem(),
            _ => None,
        };
        self.problem().or(asked).and_then(UserError::limited)
    }

    /// True if the group says where else the email may be.
    pub fn shows_no_mail_hint(&self, now: f64) -> bool {
        now >= self.sent_at + NO_MAIL_HINT_DELAY_MS && !self.is_expired(now)
    }

    pub(in crate::model) fn sent_outcome(&self) -> MethodResult {
        MethodResult::Sent {
            medium: self.medium.clone(),
            address: self.address.clone(),
            attempt: self.attempt,
        }
    }

    /// Next time at which the view changes, in ms since the epoch. Limits and
    /// attempts have times of their own.
    pub(in crate::model) fn next_timer(&self, now: f64) -> f64 {
        let mut wake = self.resend.cooldown_end().unwrap_or(f64::INFINITY);
        for age in [NO_MAIL_HINT_DELAY_MS, LINK_LIFETIME_MS, DAY_MS] {
            if self.sent_at + age > now {
                wake = wake.min(self.sent_at + age);
            }
        }
        wake
    }

    pub(in crate::model) fn forget_problem_if(
        &mut self,
        now: f64,
        mut ended: impl FnMut(&UserError) -> bool,
    ) {
        match &mut self.phase {
            VerificationPhase::Failed { problem, session } if ended(problem) => {
                self.phase = VerificationPhase::idle(session.take(), now);
            }
            VerificationPhase::Authenticating { uia, .. } => uia.forget_problem_if(&mut ended),
            _ => {}
        }
        if matches!(&self.resend, ResendState::Failed(problem) if ended(problem)) {
            self.resend = ResendState::Ready;
        }
    }

    /// Disables "Resend email" for a while after a message was sent again.
    pub(in crate::model) fn start_cooldown(&mut self, now: f64) {
        let rests = self.attempt > 1 && now < self.sent_at + RESEND_COOLDOWN_MS;
        self.resend =
            if rests { ResendState::CoolingDown(self.sent_at) } else { ResendState::Ready };
    }

    pub(in crate::model) fn end_cooldown(&mut self, now: f64) {
        if self.resend.cooldown_end().is_some_and(|until| until <= now) {
            self.resend = ResendState::Ready;
        }
    }

    pub(in crate::model) fn detach(&mut self, now: f64) {
        if matches!(self.resend, ResendState::Sending { .. }) {
            self.resend = ResendState::Ready;
        }
        self.phase = match &self.phase {
            VerificationPhase::Polling { session, .. }
            | VerificationPhase::Failed { session, .. }
            | VerificationPhase::SubmittingCode { session }
            | VerificationPhase::Adding(AddAttempt { session, .. })
            | VerificationPhase::OutcomeUnknown {
                return_to: ReturnTo::Verification { session },
                ..
            } => VerificationPhase::idle(session.clone(), now),
            VerificationPhase::AwaitingUser
            | VerificationPhase::NeedsAuth
            | VerificationPhase::Authenticating { .. }
            | VerificationPhase::OutcomeUnknown {
                return_to: ReturnTo::AuthDialog { .. }, ..
            } => VerificationPhase::AwaitingUser,
            // The server has said yes: the next list tells.
            VerificationPhase::Refreshing => VerificationPhase::Refreshing,
            VerificationPhase::AddedElsewhere => VerificationPhase::AddedElsewhere,
        };
    }

    /// True if the server may be adding the address at the moment.
    pub(in crate::model) fn is_being_added(&self) -> bool {
        match &self.phase {
            VerificationPhase::Authenticating { uia, .. } => uia.has_progress(),
            VerificationPhase::Adding(_) | VerificationPhase::OutcomeUnknown { .. } => true,
            VerificationPhase::AwaitingUser
            | VerificationPhase::SubmittingCode { .. }
            | VerificationPhase::Polling { .. }
            | VerificationPhase::NeedsAuth
            | VerificationPhase::Failed { .. }
            | VerificationPhase::Refreshing
            | VerificationPhase::AddedElsewhere => false,
        }
    }
}

impl ResendState {
    /// Time at which the button is enabled again, in ms since the epoch.
    pub fn cooldown_end(&self) -> Option<f64> {
        match self {
            ResendState::Sent(at) | ResendState::CoolingDown(at) => Some(at + RESEND_COOLDOWN_MS),
            ResendState::Ready | ResendState::Sending { .. } | ResendState::Failed(_) => None,
        }
    }
}

impl ValidationSession {
    pub(in crate::model) fn new(answer: Response, secret: ClientSecret) -> ValidationSession {
        ValidationSession { sid: answer.sid, secret, submit_url: answer.submit_url }
    }

    /// True if it is the same session. The `submit_url` may differ.
    pub(in crate::model) fn is(&self, other: &ValidationSession) -> bool {
        self.sid == other.sid && self.secret == other.secret
    }
}

impl VerificationPhase {
    /// Waits for the link if the UIA session is complete, otherwise for
    /// "Continue".
    pub(in crate::model) fn idle(session: Option<String>, now: f64) -> VerificationPhase {
        match session {
            Some(_) => VerificationPhase::polling(session, now, FIRST_POLL_DELAY_MS),
            None => VerificationPhase::AwaitingUser,
        }
    }

    /// Waits for the link. The next attempt is after `wait` ms.
    pub(in crate::model) fn polling(
        session: Option<String>,
        now: f64,
        poll_delay: f64,
    ) -> VerificationPhase {
        VerificationPhase::Polling { session, next_poll_at: now + poll_delay, poll_delay }
    }
}

/// Time until the next attempt, after an interval of `wait` ms.
pub(in crate::model) fn next_poll_delay(wait: f64) -> f64 {
    (wait * 1.5).min(MAX_POLL_DELAY_MS)
}
