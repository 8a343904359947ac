//! User-interactive authentication around a request, whichever it is.

use std::sync::Arc;

use super::{Action, Back, Effect, Flow, Operation, Phase, Problem, RemovalPhase, Reply, Subject};
use crate::matrix::Failure;
use crate::matrix::uia::{Answer, Auth, Challenge, DUMMY, PASSWORD};

/// The authentication of one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Uia {
    /// What the server asked last.
    pub challenge: Arc<Challenge>,
    /// Who answers.
    pub asked: Asked,
    /// How far it is.
    pub phase: UiaPhase,
}

/// Who is asked for the answer to a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The person, in our dialog.
    Person,
    /// The embedder, who has a dialog of their own.
    Host,
}

/// How far an authentication is.
#[derive(Clone, Debug, PartialEq)]
pub enum UiaPhase {
    /// Waiting for the answer.
    Asking,
    /// The last answer did not do.
    Failed(Problem),
    /// The request with the answer is under way.
    Checking,
}

/// What the person has to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Type the password.
    Password,
    /// Nothing.
    Dummy,
    /// Something that this element cannot do.
    Unsupported,
}

impl Stage {
    fn of(stage: &str) -> Stage {
        match stage {
            PASSWORD => Stage::Password,
            DUMMY => Stage::Dummy,
            _ => Stage::Unsupported,
        }
    }

    /// The next stage of the shortest flow that the person can go to its end.
    pub fn next(challenge: &Challenge) -> Stage {
        let stages = |flow| challenge.remaining(flow).map(Stage::of).collect::<Vec<_>>();
        let flows = challenge.flows.iter().map(|flow| stages(flow));
        flows
            .filter(|stages| !stages.is_empty() && !stages.contains(&Stage::Unsupported))
            .min_by_key(Vec::len)
            .and_then(|stages| stages.first().copied())
            .unwrap_or(Stage::Unsupported)
    }
}

impl Uia {
    /// A challenge that the server just sent; one that names an error says so.
    pub(super) fn new(challenge: Arc<Challenge>, problem: Option<Problem>) -> Uia {
        let problem = match Stage::next(&challenge) {
            Stage::Unsupported => Some(Problem::NoWayToAuthenticate),
            Stage::Password | Stage::Dummy => problem,
        };
        Uia {
            challenge,
            asked: Asked::Person,
            phase: problem.map_or(UiaPhase::Asking, UiaPhase::Failed),
        }
    }

    /// What went wrong.
    pub fn problem(&self) -> Option<&Problem> {
        match &self.phase {
            UiaPhase::Failed(problem) => Some(problem),
            UiaPhase::Asking | UiaPhase::Checking => None,
        }
    }

    pub(super) fn forget_problem_if(&mut self, ended: impl FnOnce(&Problem) -> bool) {
        if self.problem().is_some_and(ended) {
            self.phase = UiaPhase::Asking;
        }
    }

    fn auth(&self, answer: Answer) -> Auth {
        Auth { session: self.challenge.session.clone(), answer }
    }
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

    /// The authentication that a challenge asks for. One that names an error
    /// says that the answer before it did not do.
    pub(super) fn asked_anew(
        &mut self,
        action: Action,
        before: Option<&Uia>,
        challenge: Arc<Challenge>,
    ) -> Uia {
        // Nobody can meet it, or the stage that asks for nothing was not enough.
        let hopeless = challenge.flows.is_empty()
            || before.is_some_and(|before| {
                Stage::next(&before.challenge) == Stage::Dummy
                    && before.challenge.completed == challenge.completed
            });
        let mut problem = None;
        if hopeless || challenge.errcode.is_some() {
            problem = Some(self.trouble(action, &Failure::Challenge(challenge.clone())));
        }
        Uia::new(
            challenge,
            problem.map(|it| if hopeless { Problem::NoWayToAuthenticate } else { it }),
        )
    }

    /// A challenge came for this request: nothing to do, or somebody is asked.
    pub(super) fn challenged(&mut self, subject: Subject) {
        let Some(uia) = self.uia(subject) else {
            return;
        };
        let challenge = uia.challenge.clone();
        if uia.phase == UiaPhase::Asking && Stage::next(&challenge) == Stage::Dummy {
            return self.authenticate(subject, Reply::With(Answer::Dummy));
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

    pub(super) fn authenticate(&mut self, subject: Subject, reply: Reply) {
        let Some(uia) = self.uia(subject) else {
            return;
        };
        match reply {
            // What is under way cannot be answered again.
            Reply::With(_) if uia.phase == UiaPhase::Checking => {}
            Reply::With(answer) => {
                let auth = uia.auth(answer);
                uia.phase = UiaPhase::Checking;
                match subject {
                    Subject::Verification(id) => self.request_add(id, Some(auth)),
                    Subject::Removal => self.request_delete(Some(auth)),
                }
            }
            Reply::Cancel => match subject {
                Subject::Verification(id) => self.stop_adding(id),
                Subject::Removal => self.dismiss_remove(),
            },
        }
    }

    fn uia(&mut self, subject: Subject) -> Option<&mut Uia> {
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
            RemovalPhase::Authenticating(uia) => uia.phase == UiaPhase::Checking,
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
