//! "Continue" of a pending verification: `add` and its responses.

use super::authenticating::Verdict;
use super::{
    Action, Asked, Back, Effect, Flow, Focus, Phase, Resend, Section, Subject, Try, Uia, UiaPhase,
    Verification, VerificationId, Why, verification,
};
use crate::matrix::uia::{Answer, Auth};
use crate::matrix::{Errcode, Failure};

impl Flow {
    pub(super) fn continue_verification(&mut self, id: VerificationId) {
        let now = self.now;
        let Some(pending) = self.verification_mut(id) else {
            return;
        };
        let session = match &mut pending.phase {
            Phase::Sent | Phase::Unconfirmed => pending.paused.take(),
            Phase::Waiting { session, .. } | Phase::Trouble { session, .. } => session.take(),
            // Already being tried; from now on, the person waits for it.
            Phase::Trying(attempt) => {
                attempt.why = Why::Asked;
                return;
            }
            Phase::Submitting { .. }
            | Phase::Authenticating { .. }
            | Phase::Uncertain { .. }
            | Phase::Adopting
            | Phase::AddedElsewhere => return,
        };
        pending.restarted = false;
        if let Resend::Sent(at) = pending.resend {
            pending.resend = Resend::Resting(at);
        }
        if pending.wants_code() {
            // Which only the person has.
            pending.phase = Phase::resting(session, now);
            return;
        }
        self.try_to_add(id, Try { session, nth: 0, why: Why::Asked });
    }

    pub(super) fn try_to_add(&mut self, id: VerificationId, attempt: Try) {
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
        let (nth, patient) = match &pending.phase {
            Phase::Trying(Try { nth, why, .. }) => (*nth, *why == Why::Asked),
            Phase::Authenticating { nth, .. } => (*nth, true),
            Phase::Sent
            | Phase::Submitting { .. }
            | Phase::Waiting { .. }
            | Phase::Unconfirmed
            | Phase::Trouble { .. }
            | Phase::Uncertain { .. }
            | Phase::Adopting
            | Phase::AddedElsewhere => (0, true),
        };
        if let Some(validation) = pending.validations.iter().rev().nth(nth) {
            self.effects.push(Effect::Add {
                id,
                purpose: pending.purpose(),
                sid: validation.sid.clone(),
                secret: validation.secret.clone(),
                auth,
                patient,
            });
        }
    }

    /// Handles that another tab holds the lock. That tab will report the
    /// result.
    pub(super) fn add_skipped(&mut self, id: VerificationId) {
        if let Some(Phase::Trying(attempt)) = self.verification(id).map(|it| &it.phase) {
            let attempt = attempt.clone();
            match attempt.why {
                // They have pressed "Continue" meanwhile.
                Why::Asked => self.try_to_add(id, attempt),
                Why::CameBack | Why::Waited { .. } => self.rest(id, attempt),
            }
        }
        self.try_what_came_back();
    }

    pub(super) fn added(&mut self, id: VerificationId, result: Result<(), Failure>) {
        let Some(pending) = self.verification_mut(id) else {
            return;
        };
        let sent = match std::mem::replace(&mut pending.phase, Phase::Sent) {
            Phase::Trying(attempt) => Sent::Try(attempt),
            Phase::Authenticating { uia, nth } if uia.is_under_way() => Sent::Answer(uia, nth),
            // Nothing is under way.
            phase @ (Phase::Authenticating { .. }
            | Phase::Sent
            | Phase::Submitting { .. }
            | Phase::Waiting { .. }
            | Phase::Unconfirmed
            | Phase::Trouble { .. }
            | Phase::Uncertain { .. }
            | Phase::Adopting
            | Phase::AddedElsewhere) => {
                pending.phase = phase;
                return;
            }
        };
        let older = pending.validations.len() > sent.nth() + 1;
        let restarted = pending.restarted;
        let failure = match result {
            Ok(()) => {
                pending.phase = Phase::Adopting;
                if pending.is_share() {
                    self.finish_share(id);
                } else {
                    self.read_list();
                }
                return self.try_what_came_back();
            }
            Err(failure) => failure,
        };
        // Of the newest: that an older one is too old is no news.
        if sent.nth() == 0 && failure.errcode().is_some_and(Errcode::is_of_old_validation) {
            pending.expired = true;
        }
        match failure {
            Failure::Challenge(_) if !self.may_ask(id, &sent) => {
                self.set_phase(id, Phase::Unconfirmed);
            }
            Failure::Server(error) if error.errcode.is_of_validation() => {
                let (session, nth, why) = (sent.session(), sent.nth(), sent.why());
                if older {
                    let nth = nth + 1;
                    return self.try_to_add(id, Try { session, nth, why });
                }
                let now = self.now;
                let wait = match why {
                    Why::Waited { wait } => verification::next_wait(wait),
                    Why::Asked | Why::CameBack => verification::FIRST_WAIT_MS,
                };
                if let Some(pending) = self.verification_mut(id) {
                    pending.phase = Phase::waiting(session, now, wait);
                }
                if let Sent::Answer(..) = sent {
                    self.focus(Focus::Group(id));
                }
            }
            // The server is asked anew, once, without the session.
            failure if sent.is_try() && !restarted && failure.is_of_session() => {
                if let Some(pending) = self.verification_mut(id) {
                    pending.restarted = true;
                }
                let (nth, why) = (sent.nth(), sent.why());
                self.try_to_add(id, Try { session: None, nth, why });
            }
            failure => self.not_added(id, sent, failure),
        }
        self.try_what_came_back();
    }

    /// Purpose of the last request of a verification.
    pub(super) fn action_of(&self, id: VerificationId) -> Action {
        let shares = self.verification(id).is_some_and(Verification::is_share);
        if shares { Action::Bind } else { Action::Add }
    }

    fn not_added(&mut self, id: VerificationId, sent: Sent, failure: Failure) {
        let nth = sent.nth();
        let attempt = Try { session: sent.session(), nth, why: sent.why() };
        let uia = match sent {
            Sent::Try(_) => None,
            Sent::Answer(uia, _) => Some(uia),
        };
        let subject = Subject::Verification(id);
        match self.judge(self.action_of(id), uia, failure) {
            Verdict::Ask(uia) => {
                self.set_phase(id, Phase::Authenticating { uia, nth });
                self.challenged(subject);
            }
            Verdict::Anew(uia) => {
                self.set_phase(id, Phase::Authenticating { uia, nth });
                self.request_add(id, None);
            }
            Verdict::Rest(uia) => self.set_phase(id, Phase::Authenticating { uia, nth }),
            Verdict::Over(failure, uia) => {
                let sent = match uia {
                    Some(uia) => Sent::Answer(uia, nth),
                    None => Sent::Try(attempt),
                };
                self.add_failed(id, sent, failure);
            }
        }
    }

    /// True if the dialog may open. By itself it opens only once, if the link
    /// was probably opened, and if no other dialog is open.
    fn may_ask(&mut self, id: VerificationId, sent: &Sent) -> bool {
        match sent.why() {
            Why::Asked => true,
            Why::Waited { .. } => false,
            Why::CameBack => {
                let asks = |phase: &Phase| matches!(phase, Phase::Authenticating { .. });
                let free =
                    self.removals.is_empty() && !self.pending.iter().any(|it| asks(&it.phase));
                let free = free && self.presence.is_here();
                let pending =
                    self.verification_mut(id).filter(|it| free && it.may_open && !it.asked);
                let may = pending.map(|pending| pending.asked = true).is_some();
                if may {
                    self.returned.clear();
                }
                may
            }
        }
    }

    /// Restores the state after an automatic attempt that failed. No error is
    /// displayed.
    fn rest(&mut self, id: VerificationId, attempt: Try) {
        let phase = match attempt.why {
            Why::Waited { wait } => {
                Phase::waiting(attempt.session, self.now, verification::next_wait(wait))
            }
            Why::Asked | Why::CameBack => Phase::Sent,
        };
        self.set_phase(id, phase);
    }

    fn add_failed(&mut self, id: VerificationId, sent: Sent, failure: Failure) {
        let sent = match sent {
            Sent::Try(attempt) if attempt.why != Why::Asked && failure.may_pass() => {
                self.rest(id, attempt);
                if failure.is_uncertain() {
                    self.read_list_quietly();
                }
                return;
            }
            sent => sent,
        };
        let back = match sent {
            Sent::Try(Try { session, .. }) => Back::Group { session },
            // The embedder's dialog is closed by now.
            Sent::Answer(uia, _) if uia.asked == Asked::Host => Back::Group { session: None },
            Sent::Answer(uia, nth) => Back::Dialog { uia, nth },
        };
        if failure.is_uncertain() {
            self.set_phase(id, Phase::Uncertain { failure, back });
            self.read_list();
        } else {
            self.go_back(id, &failure, back);
        }
    }

    /// Handles that the address is not on the list, so that `add` has failed.
    pub(super) fn back_from_uncertainty(&mut self, at: usize) {
        let pending = &mut self.pending[at];
        let id = pending.id;
        if let Phase::Uncertain { failure, back } =
            std::mem::replace(&mut pending.phase, Phase::Sent)
        {
            self.go_back(id, &failure, back);
        }
    }

    fn go_back(&mut self, id: VerificationId, failure: &Failure, back: Back) {
        let section = self.verification(id).and_then(|it| Section::of(&it.medium));
        let problem = self.trouble(self.action_of(id), failure).in_section(section);
        let phase = match back {
            Back::Group { session } => Phase::Trouble { problem, session },
            Back::Dialog { mut uia, nth } => {
                uia.phase = UiaPhase::Failed(problem);
                Phase::Authenticating { uia, nth }
            }
        };
        self.set_phase(id, phase);
    }

    /// Handles that the dialog was closed. The verification stays pending.
    pub(super) fn stop_adding(&mut self, id: VerificationId) {
        let Some(pending) = self.verification(id) else {
            return;
        };
        let under_way = pending.is_being_added();
        let paused = match &pending.phase {
            Phase::Authenticating { uia, .. } => uia.worth_keeping(),
            _ => None,
        };
        if let Some(pending) = self.verification_mut(id) {
            pending.asked = true;
            pending.paused = paused;
            pending.phase = Phase::Sent;
        }
        if under_way {
            self.effects.push(Effect::Abort(id));
            // That gave up a "Resend" too, which nobody wanted stopped.
            self.repeat_resend(id);
            // It may have gone through: the list tells.
            self.read_list();
        }
    }

    pub(super) fn set_phase(&mut self, id: VerificationId, phase: Phase) {
        if let Some(pending) = self.verification_mut(id) {
            pending.phase = phase;
        }
    }
}

/// Request of an `add` response.
enum Sent {
    Try(Try),
    Answer(Box<Uia>, usize),
}

impl Sent {
    fn nth(&self) -> usize {
        match self {
            Sent::Try(attempt) => attempt.nth,
            Sent::Answer(_, nth) => *nth,
        }
    }

    fn why(&self) -> Why {
        match self {
            Sent::Try(attempt) => attempt.why,
            Sent::Answer(..) => Why::Asked,
        }
    }

    fn session(&self) -> Option<String> {
        match self {
            Sent::Try(attempt) => attempt.session.clone(),
            Sent::Answer(uia, _) => uia.challenge.session.clone(),
        }
    }

    /// True if the request had a UIA session and no reply of the user.
    fn is_try(&self) -> bool {
        match self {
            Sent::Try(attempt) => attempt.session.is_some(),
            Sent::Answer(..) => false,
        }
    }
}
