//! "Continue": putting a verified address on the account.

use super::{
    Action, Asked, Back, Effect, Flow, Focus, Phase, Problem, Subject, Try, Uia, UiaPhase,
    VerificationId,
};
use crate::matrix::uia::{Answer, Auth};
use crate::matrix::{Errcode, Failure};

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
        pending.restarted = false;
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
            Phase::Sent
            | Phase::Waiting { .. }
            | Phase::Trouble { .. }
            | Phase::Uncertain { .. }
            | Phase::Adopting => 0,
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
        let restarted = pending.restarted;
        match failure {
            Failure::Challenge(challenge) => {
                let nth = sent.nth();
                let uia = self.asked_anew(Action::Add, sent.uia(), challenge);
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
            // The server is asked anew, once, without the session.
            failure if !restarted && sent.session().is_some() && failure.is_of_session() => {
                if let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) {
                    pending.restarted = true;
                }
                let nth = sent.nth();
                self.try_to_add(id, Try { session: None, nth });
            }
            failure => self.add_failed(id, sent, &failure),
        }
    }

    fn add_failed(&mut self, id: VerificationId, sent: Sent, failure: &Failure) {
        let problem = self.trouble(Action::Add, failure);
        let back = match sent {
            Sent::Try(Try { session, .. }) => Back::Group { session },
            // The embedder's dialog is closed by now.
            Sent::Answer(Uia { asked: Asked::Host, .. }, _) => Back::Group { session: None },
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

    /// The dialog was closed: what is pending stays, the address is not added.
    pub(super) fn stop_adding(&mut self, id: VerificationId) {
        let Some(pending) = self.verification(id) else {
            return;
        };
        let under_way = pending.is_being_added();
        self.set_phase(id, Phase::Sent);
        if under_way {
            self.effects.push(Effect::Abort(id));
            // That gave up a "Resend" too, which nobody wanted stopped.
            self.repeat_resend(id);
            // It may have gone through: the list tells.
            self.read_list();
        }
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

    /// The challenge that was answered.
    fn uia(&self) -> Option<&Uia> {
        match self {
            Sent::Try(_) => None,
            Sent::Answer(uia, _) => Some(uia),
        }
    }
}
