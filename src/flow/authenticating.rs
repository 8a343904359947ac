//! User-interactive authentication around a request, whichever it is.

use std::sync::Arc;

use super::{
    Action, Asked, Back, Check, Effect, Flow, Operation, Phase, Problem, RemovalPhase, Reply,
    Stage, Subject, Uia, UiaPhase,
};
use crate::matrix::uia::{Answer, Auth, Challenge, DUMMY};
use crate::matrix::{Errcode, Failure};

/// What the answer to a request means for its authentication.
pub(super) enum Verdict {
    /// Somebody is to be asked.
    Ask(Uia),
    /// The request is to be sent from the start, without `auth`.
    Anew(Uia),
    /// It stays as it is: what nobody had asked for came to nothing.
    Rest(Uia),
    /// That is over; the request failed.
    Over(Failure, Option<Uia>),
}

impl Flow {
    /// The authentication that the person has in front of them: one dialog at
    /// a time, a removal's first.
    pub fn in_front(&self) -> Option<(Subject, &Uia)> {
        let removal = self.removals.first().and_then(|removal| match &removal.phase {
            RemovalPhase::Authenticating(uia) => Some((Subject::Removal, uia)),
            _ => None,
        });
        let mut pending = self.pending.iter().filter_map(|pending| match &pending.phase {
            // Should it have failed, what was typed is still there.
            Phase::Authenticating { uia, .. }
            | Phase::Uncertain { back: Back::Dialog { uia, .. }, .. } => {
                Some((Subject::Verification(pending.id), uia))
            }
            _ => None,
        });
        let by_person = |(_, uia): &(Subject, &Uia)| uia.asked == Asked::Person;
        removal.filter(by_person).or_else(|| pending.find(by_person))
    }

    /// What it means that the request that `uia` was about failed so.
    pub(super) fn judge(&mut self, action: Action, uia: Option<Uia>, failure: Failure) -> Verdict {
        match (failure, uia) {
            (Failure::Challenge(challenge), uia) => {
                Verdict::Ask(self.asked_anew(action, uia, challenge))
            }
            (failure, Some(uia))
                if uia.phase == UiaPhase::Checking(Check::Look) && failure.may_pass() =>
            {
                Verdict::Rest(Uia { phase: UiaPhase::Asking, ..uia })
            }
            // The server is asked anew, once, without the session.
            (failure, Some(uia))
                if !uia.restarted && uia.challenge.session.is_some() && failure.is_of_session() =>
            {
                let refused = failure.errcode() == Some(&Errcode::Forbidden);
                let check = if refused { Check::Refused } else { Check::Anew };
                Verdict::Anew(Uia { restarted: true, phase: UiaPhase::Checking(check), ..uia })
            }
            (failure, uia) => Verdict::Over(failure, uia),
        }
    }

    /// The authentication that a challenge asks for, after the one before.
    fn asked_anew(
        &mut self,
        action: Action,
        before: Option<Uia>,
        challenge: Arc<Challenge>,
    ) -> Uia {
        let mut uia = Uia::new(challenge, self.list.entries().unwrap_or_default());
        let (mut problem, mut quiet, mut again) = (None, false, false);
        if let Some(mut before) = before {
            let done = uia.challenge.completed.len() > before.challenge.completed.len();
            match &before.phase {
                // What was typed is still in the field.
                UiaPhase::Checking(Check::Anew) => again = before.asked == Asked::Person,
                UiaPhase::Checking(Check::Refused) => problem = Some(before.not_enough()),
                UiaPhase::Checking(Check::Look) => quiet = true,
                UiaPhase::Checking(Check::Answer | Check::Code)
                | UiaPhase::Asking
                | UiaPhase::Failed(_) => {
                    // Servers that forget a session may just begin another.
                    let another = uia.challenge.session != before.challenge.session
                        && uia.challenge.errcode.is_none();
                    if another && !before.restarted && !done {
                        before.restarted = true;
                        again = before.asked == Asked::Person;
                    } else {
                        problem = Some(before.not_enough()).filter(|_| !done);
                    }
                }
            }
            // It may have been done after the server had looked.
            if let Some(Stage::Page { done: since, .. }) = before.stage_mut()
                && std::mem::take(since)
                && !done
            {
                (again, problem) = (true, None);
            }
            again &= uia.follow(before);
        }
        if uia.ways.is_empty() {
            problem = Some(Problem::NoWayToAuthenticate);
        }
        let errcode = uia.challenge.errcode.as_ref().filter(|_| !quiet);
        if errcode.is_some() || problem == Some(Problem::NoWayToAuthenticate) {
            let usual = matches!(errcode, None | Some(Errcode::Forbidden | Errcode::Unauthorized));
            let said = self.trouble(action, &Failure::Challenge(uia.challenge.clone()));
            problem = problem.filter(|_| usual).or(Some(said));
        }
        match problem {
            Some(problem) => uia.phase = UiaPhase::Failed(problem),
            None if again => self.effects.push(Effect::SubmitDialog),
            None => {}
        }
        uia
    }

    /// A challenge came for this request: nothing to do, or somebody is asked.
    pub(super) fn challenged(&mut self, subject: Subject) {
        let Some(uia) = self.uia(subject) else {
            return;
        };
        let challenge = uia.challenge.clone();
        if uia.phase == UiaPhase::Asking && uia.stage() == Some(&Stage::Dummy) {
            return self.send_answer(subject, Answer::Stage(DUMMY), Check::Answer);
        }
        let (action, medium, address) = match subject {
            Subject::Verification(id) => match self.verification(id) {
                Some(it) => (Action::Add, it.medium.clone(), it.address.clone()),
                None => return,
            },
            Subject::Removal => match self.removals.first() {
                Some(it) => (Action::Remove, it.medium.clone(), it.address.clone()),
                None => return,
            },
        };
        self.effects.push(Effect::Challenge { subject, action, medium, address, challenge });
    }

    pub(super) fn host_authenticates(&mut self, subject: Subject) {
        if let Some(uia) = self.uia(subject) {
            uia.asked = Asked::Host;
        }
    }

    /// The person is asked: what can be begun for them is.
    pub(super) fn person_authenticates(&mut self, subject: Subject) {
        let Some(uia) = self.uia(subject).filter(|uia| uia.phase == UiaPhase::Asking) else {
            return;
        };
        match uia.stage() {
            Some(Stage::Address(proof)) if !proof.is_sent() => self.send_proof(subject),
            Some(Stage::Page { opened: false, .. }) => self.effects.push(Effect::OpenPage(subject)),
            Some(
                Stage::Address(_)
                | Stage::Page { .. }
                | Stage::Password
                | Stage::Dummy
                | Stage::Terms
                | Stage::RegistrationToken,
            )
            | None => {}
        }
    }

    /// The person would rather do it another way.
    pub(super) fn other_way(&mut self, subject: Subject) {
        if let Some(uia) = self.uia(subject).filter(|uia| !uia.is_under_way()) {
            uia.way = (uia.way + 1) % uia.ways.len().max(1);
            uia.phase = UiaPhase::Asking;
            self.person_authenticates(subject);
        }
    }

    /// The page of a stage is open in a window of its own.
    pub(super) fn page_opened(&mut self, subject: Subject, open: bool) {
        if let Some(Stage::Page { opened, .. }) = self.uia(subject).and_then(Uia::stage_mut) {
            *opened = open;
        }
    }

    /// The page in that window says that it is done.
    pub(super) fn page_done(&mut self) {
        let Some((subject, _)) = self.in_front() else { return };
        let Some(uia) = self.uia(subject) else { return };
        let under_way = uia.is_under_way();
        if let Some(Stage::Page { done, .. }) = uia.stage_mut() {
            *done = under_way;
            if !under_way {
                self.send_answer(subject, Answer::SessionOnly, Check::Answer);
            }
        }
    }

    /// The person is back: they may have done it elsewhere.
    pub(super) fn look_whether_done(&mut self) {
        let Some((subject, uia)) = self.in_front() else { return };
        if uia.is_under_way() || uia.problem().is_some_and(|problem| problem.until().is_some()) {
            return;
        }
        match uia.stage() {
            Some(Stage::Page { opened: true, .. }) => {
                self.send_answer(subject, Answer::SessionOnly, Check::Look);
            }
            Some(Stage::Address(proof)) if !proof.wants_code() => {
                self.hand_in_proof(subject, Check::Look);
            }
            Some(
                Stage::Page { .. }
                | Stage::Address(_)
                | Stage::Password
                | Stage::Dummy
                | Stage::Terms
                | Stage::RegistrationToken,
            )
            | None => {}
        }
    }

    pub(super) fn authenticate(&mut self, subject: Subject, reply: Reply) {
        if self.uia(subject).is_none() {
            return;
        }
        match reply {
            Reply::With(answer) => self.send_answer(subject, answer, Check::Answer),
            Reply::Prove(code) => self.prove(subject, code),
            Reply::Anew => {
                if let Some(uia) = self.uia(subject).filter(|uia| !uia.is_under_way()) {
                    uia.phase = UiaPhase::Checking(Check::Anew);
                    self.request(subject, None);
                }
            }
            Reply::Cancel => match subject {
                Subject::Verification(id) => self.stop_adding(id),
                Subject::Removal => self.dismiss_remove(),
            },
        }
    }

    /// Sends the request again, with this answer.
    pub(super) fn send_answer(&mut self, subject: Subject, answer: Answer, check: Check) {
        let Some(uia) = self.uia(subject) else { return };
        match uia.phase {
            // The same is under way; from now on, the person waits for it.
            UiaPhase::Checking(Check::Look) => uia.phase = UiaPhase::Checking(check),
            // What is under way cannot be answered again.
            UiaPhase::Checking(_) => {}
            UiaPhase::Asking | UiaPhase::Failed(_) => {
                // Whoever tries once more may have it begun anew once more.
                uia.restarted &= uia.phase == UiaPhase::Asking;
                let auth = uia.auth(answer);
                uia.phase = UiaPhase::Checking(check);
                self.request(subject, Some(auth));
            }
        }
    }

    /// Sends the request that an authentication is about.
    pub(super) fn request(&mut self, subject: Subject, auth: Option<Auth>) {
        match subject {
            Subject::Verification(id) => self.request_add(id, auth),
            Subject::Removal => self.request_delete(auth),
        }
    }

    pub(super) fn uia(&mut self, subject: Subject) -> Option<&mut Uia> {
        match subject {
            Subject::Verification(id) => {
                let pending = self.verification_mut(id)?;
                match &mut pending.phase {
                    Phase::Authenticating { uia, .. } => Some(uia),
                    _ => None,
                }
            }
            Subject::Removal => match &mut self.removals.first_mut()?.phase {
                RemovalPhase::Authenticating(uia) => Some(uia),
                _ => None,
            },
        }
    }

    /// The removal's dialog was closed.
    pub(super) fn dismiss_remove(&mut self) {
        let Some(removal) = self.removals.first() else {
            return;
        };
        let under_way = match &removal.phase {
            // Done but for the list: nothing left to be stopped.
            RemovalPhase::Reading { .. } => return,
            RemovalPhase::Deleting => true,
            RemovalPhase::Authenticating(uia) => uia.is_under_way(),
            RemovalPhase::Asking | RemovalPhase::Failed(_) | RemovalPhase::Uncertain(_) => false,
        };
        let removal = self.removals.remove(0);
        if under_way {
            self.effects.push(Effect::AbortDelete);
            self.read_list();
        }
        let operation = Operation::Remove(removal.medium, removal.address);
        self.settle(operation, Err("cancelled"));
    }
}
