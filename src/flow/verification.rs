//! A pending verification: from the mail that went out to the address on the
//! list.

use super::{
    Action, Draft, Effect, Event, Flow, Focus, Operation, Outcome, Problem, Subject, Uia,
    uia::UiaPhase,
};
use crate::matrix::threepids::Medium;
use crate::matrix::uia::{Answer, Auth};
use crate::matrix::{ClientSecret, Errcode, Failure};

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
        let hint = Some(self.sent_at + NO_MAIL_HINT_MS);
        let times = [trouble, resend, hint].into_iter().flatten();
        times.filter(|at| *at > now).min_by(f64::total_cmp)
    }

    pub(super) fn forget_problem_if(&mut self, mut ended: impl FnMut(&Problem) -> bool) {
        match &mut self.phase {
            Phase::Trouble { problem, session } if ended(problem) => {
                let session = session.take();
                self.phase = match session {
                    Some(_) => Phase::Waiting { session },
                    None => Phase::Sent,
                };
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
            Phase::Waiting { session } | Phase::Trouble { session, .. } => {
                Phase::Waiting { session: session.clone() }
            }
            Phase::Trying(Try { session, .. }) if session.is_some() => {
                Phase::Waiting { session: session.clone() }
            }
            Phase::Sent
            | Phase::Trying(_)
            | Phase::Authenticating { .. }
            | Phase::Uncertain { .. }
            | Phase::Adopting => Phase::Sent,
        };
    }
}

impl Flow {
    pub(super) fn continue_verification(&mut self, id: VerificationId) {
        let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) else {
            return;
        };
        let session = match &mut pending.phase {
            Phase::Sent => None,
            Phase::Waiting { session } | Phase::Trouble { session, .. } => session.take(),
            Phase::Trying(_)
            | Phase::Authenticating { .. }
            | Phase::Uncertain { .. }
            | Phase::Adopting => return,
        };
        self.try_to_add(id, Try { session, nth: 0 });
    }

    fn try_to_add(&mut self, id: VerificationId, attempt: Try) {
        let auth = attempt
            .session
            .clone()
            .map(|session| Auth { session: Some(session), answer: Answer::SessionOnly });
        self.set_phase(id, Phase::Trying(attempt));
        self.request_add(id, auth);
    }

    pub(super) fn request_add(&mut self, id: VerificationId, auth: Option<Auth>) {
        let Some(pending) = self.verification(id) else {
            return;
        };
        let nth = match &pending.phase {
            Phase::Trying(Try { nth, .. }) | Phase::Authenticating { nth, .. } => *nth,
            _ => 0,
        };
        if let Some(sid) = pending.sids.iter().rev().nth(nth) {
            self.effects.push(Effect::Add {
                id,
                sid: sid.clone(),
                secret: pending.secret.clone(),
                auth,
            });
        }
    }

    pub(super) fn added(&mut self, id: VerificationId, result: Result<(), Failure>) {
        let Some(pending) = self.verification(id) else {
            return;
        };
        let sent = match &pending.phase {
            Phase::Trying(attempt) => Sent::Try(attempt.clone()),
            Phase::Authenticating { uia, nth } if uia.phase == UiaPhase::Checking => {
                Sent::Answer(uia.clone(), *nth)
            }
            // Nothing is under way.
            Phase::Authenticating { .. }
            | Phase::Sent
            | Phase::Waiting { .. }
            | Phase::Trouble { .. }
            | Phase::Uncertain { .. }
            | Phase::Adopting => return,
        };
        let failure = match result {
            Ok(()) => {
                self.set_phase(id, Phase::Adopting);
                return self.read_list();
            }
            Err(failure) => failure,
        };
        let older = pending.sids.len() > sent.nth() + 1;
        match &failure {
            Failure::Challenge(challenge) => {
                let problem = match challenge.errcode {
                    Some(_) => Some(self.trouble(Action::Add, &failure)),
                    None => None,
                };
                let uia = Uia::new(challenge.clone(), problem);
                let nth = sent.nth();
                self.set_phase(id, Phase::Authenticating { uia, nth });
                self.challenged(Subject::Verification(id));
            }
            Failure::Server(error) if error.errcode == Errcode::ThreepidAuthFailed => {
                let (session, nth) = (sent.session(), sent.nth());
                if older {
                    let nth = nth + 1;
                    return self.try_to_add(id, Try { session, nth });
                }
                self.set_phase(id, Phase::Waiting { session });
                if let Sent::Answer(..) = sent {
                    self.focus(Focus::Group(id));
                }
            }
            Failure::Server(error) if sent.is_stale_session(&error.errcode, error.status) => {
                let nth = sent.nth();
                self.try_to_add(id, Try { session: None, nth });
            }
            _ => self.add_failed(id, sent, &failure),
        }
    }

    fn add_failed(&mut self, id: VerificationId, sent: Sent, failure: &Failure) {
        let problem = self.trouble(Action::Add, failure);
        let back = match sent {
            Sent::Try(Try { session, .. }) => Back::Group { session },
            Sent::Answer(uia, nth) => Back::Dialog { uia, nth },
        };
        if failure.is_uncertain() {
            self.set_phase(id, Phase::Uncertain { problem, back });
            self.read_list();
        } else {
            self.go_back(id, problem, back);
        }
    }

    /// The list does not hold the address: `add` did fail.
    pub(super) fn back_from_uncertainty(&mut self, at: usize) {
        let pending = &self.pending[at];
        if let Phase::Uncertain { problem, back } = &pending.phase {
            let (id, problem, back) = (pending.id, problem.clone(), back.clone());
            self.go_back(id, problem, back);
        }
    }

    fn go_back(&mut self, id: VerificationId, problem: Problem, back: Back) {
        let phase = match back {
            Back::Group { session } => Phase::Trouble { problem, session },
            Back::Dialog { mut uia, nth } => {
                uia.phase = UiaPhase::Failed(problem);
                Phase::Authenticating { uia, nth }
            }
        };
        self.set_phase(id, phase);
    }

    pub(super) fn resend(&mut self, id: VerificationId) {
        let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) else {
            return;
        };
        match pending.resend {
            Resend::Sending | Resend::Sent(_) => return,
            Resend::Ready | Resend::Failed(_) => pending.resend = Resend::Sending,
        }
        let effect = Effect::RequestToken {
            id,
            address: pending.address.clone(),
            secret: pending.secret.clone(),
            // Raised for good only when the mail went out, so that asking
            // again after a failure repeats the number.
            attempt: pending.attempt + 1,
        };
        self.effects.push(effect);
    }

    pub(super) fn resent(&mut self, id: VerificationId, result: Result<String, Failure>) {
        let now = self.now;
        let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) else {
            return;
        };
        if pending.resend != Resend::Sending {
            return;
        }
        match result {
            Ok(sid) => {
                pending.attempt += 1;
                pending.sent_at = now;
                pending.resend = Resend::Sent(now);
                if !pending.sids.contains(&sid) {
                    pending.sids.push(sid);
                }
                let event = Event::VerificationSent {
                    medium: pending.medium.clone(),
                    address: pending.address.clone(),
                    attempt: pending.attempt,
                };
                let outcome = pending.sent_outcome();
                self.emit(event);
                self.settle(Operation::Resend(id), Ok(outcome));
            }
            Err(failure) => {
                let problem = self.trouble(Action::Send, &failure);
                self.settle_failed(Operation::Resend(id), &failure);
                if let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) {
                    pending.resend = Resend::Failed(problem);
                }
            }
        }
    }

    /// The person does not want the address any more.
    pub(super) fn cancel(&mut self, id: VerificationId) {
        let Some(pending) = self.verification(id) else {
            return;
        };
        let under_way = match &pending.phase {
            // Done but for the list: nothing left to be stopped.
            Phase::Adopting => return,
            Phase::Authenticating { uia, .. } => uia.phase == UiaPhase::Checking,
            Phase::Trying(_) | Phase::Uncertain { .. } => true,
            Phase::Sent | Phase::Waiting { .. } | Phase::Trouble { .. } => false,
        };
        self.drop_verification(id);
        self.focus(Focus::Field);
        if under_way {
            // It may have gone through: the list tells.
            self.read_list();
        }
    }

    pub(super) fn drop_verification(&mut self, id: VerificationId) {
        self.pending.retain(|pending| pending.id != id);
        if self.form.correcting == Some(id) {
            self.form.correcting = None;
        }
        self.effects.push(Effect::Abort(id));
    }

    fn set_phase(&mut self, id: VerificationId, phase: Phase) {
        if let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) {
            pending.phase = phase;
        }
    }
}

/// The `add` that was just answered.
enum Sent {
    Try(Try),
    Answer(Uia, usize),
}

impl Sent {
    fn nth(&self) -> usize {
        match self {
            Sent::Try(attempt) => attempt.nth,
            Sent::Answer(_, nth) => *nth,
        }
    }

    fn session(&self) -> Option<String> {
        match self {
            Sent::Try(attempt) => attempt.session.clone(),
            Sent::Answer(uia, _) => uia.challenge.session.clone(),
        }
    }

    /// Whether the answer may mean that the server has forgotten the UIA
    /// session, or takes it for another request's: then it is asked anew,
    /// once, without one.
    fn is_stale_session(&self, errcode: &Errcode, status: u16) -> bool {
        self.session().is_some()
            && match errcode {
                Errcode::Unknown => matches!(status, 400 | 403),
                Errcode::Forbidden => status == 403,
                _ => false,
            }
    }
}
