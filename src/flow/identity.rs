//! The identity server, and its terms. Nothing else is asked for before they are
//! accepted, and nothing of the homeserver's ever waits for it.

use super::{Access, Action, Effect, Flow, Focus, Problem, Question, Slot, Verification, Wish};
use crate::matrix::identity::{hash_details, terms};
use crate::matrix::{Errcode, Failure, Json, accepted_terms};

/// An identity server, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// Host and port.
    pub host: String,
    /// The browser can do `sha256`.
    can_hash: bool,
    /// How far it is.
    pub phase: IdentityPhase,
    /// What went wrong last, until something goes right.
    pub problem: Option<Problem>,
    /// The person waits for what they pressed.
    pub asked: bool,
    /// It says that its terms are not accepted, whatever the account says.
    unsigned: bool,
    /// Its policies, by name and language; those that the person has accepted
    /// taken out, once that is known.
    policies: Json,
    /// What the account says of terms.
    kept: Json,
    /// The documents that the person accepts, until the identity server knows.
    accepted: Vec<String>,
    /// How addresses are disguised.
    pub(super) details: Option<hash_details::Response>,
}

/// The phases of asking an identity server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityPhase {
    /// Nothing was asked yet.
    New,
    /// Its terms are being read.
    ReadingTerms,
    /// Which of them the person has accepted is being read.
    ReadingAccepted,
    /// The person is asked to accept the others.
    Terms,
    /// They are being accepted.
    Accepting,
    /// They are; the account is to know it.
    Keeping,
    /// Nothing stands in between, and nothing is under way.
    Open,
    /// How addresses are to be disguised is being read.
    ReadingDetails,
    /// Whose the addresses are is being read.
    LookingUp,
    /// The same two, because that had changed in between.
    ReadingDetailsAnew,
    /// The last time.
    LookingUpAnew,
}

use IdentityPhase as Phase;

impl Identity {
    fn new(host: String, can_hash: bool) -> Identity {
        Identity {
            host,
            can_hash,
            phase: Phase::New,
            problem: None,
            asked: false,
            unsigned: false,
            policies: Json::Null,
            kept: Json::Null,
            accepted: Vec::new(),
            details: None,
        }
    }

    /// The same, for another account: nothing is known.
    pub(super) fn anew(self) -> Identity {
        Identity::new(self.host, self.can_hash)
    }

    /// Whether addresses may be sent there.
    pub fn is_open(&self) -> bool {
        match self.phase {
            Phase::Open
            | Phase::ReadingDetails
            | Phase::LookingUp
            | Phase::ReadingDetailsAnew
            | Phase::LookingUpAnew => true,
            Phase::New
            | Phase::ReadingTerms
            | Phase::ReadingAccepted
            | Phase::Terms
            | Phase::Accepting
            | Phase::Keeping => false,
        }
    }

    /// The policies that the person is asked to accept.
    pub fn policies(&self) -> Option<&Json> {
        match self.phase {
            Phase::Terms | Phase::Accepting => Some(&self.policies),
            Phase::New
            | Phase::ReadingTerms
            | Phase::ReadingAccepted
            | Phase::Keeping
            | Phase::Open
            | Phase::ReadingDetails
            | Phase::LookingUp
            | Phase::ReadingDetailsAnew
            | Phase::LookingUpAnew => None,
        }
    }

    /// What is under way was given up, or failed.
    pub(super) fn detach(&mut self) {
        self.asked = false;
        self.phase = match self.phase {
            Phase::New | Phase::ReadingTerms | Phase::ReadingAccepted => Phase::New,
            Phase::Terms | Phase::Accepting => Phase::Terms,
            Phase::Keeping
            | Phase::Open
            | Phase::ReadingDetails
            | Phase::LookingUp
            | Phase::ReadingDetailsAnew
            | Phase::LookingUpAnew => Phase::Open,
        };
    }
}

impl Flow {
    /// Another identity server (its host and port), or none: nothing of the
    /// one before is left.
    pub(super) fn set_identity_server(&mut self, host: Option<String>, can_hash: bool) {
        let before = self.identity.take().map(|it| it.host);
        self.drop_held(Slot::Identity);
        self.identity = host.map(|host| Identity::new(host, can_hash));
        if before.is_some() {
            while let Some(at) = self.pending.iter().position(|it| it.id_server == before) {
                self.drop_verification(at);
            }
            // Never behind another.
            if self.removals.first().is_some_and(|it| it.wish == Wish::Unshare) {
                self.removals.remove(0);
                self.effects.push(Effect::AbortDelete);
            }
            self.mark_shared(&mut |_| None);
        }
        if self.access == Access::Granted && self.list.entries().is_some() {
            self.look_up();
        }
    }

    /// Whether addresses may be sent to this identity server.
    pub(super) fn is_open(&self, host: &str) -> bool {
        self.identity.as_ref().is_some_and(|it| it.host == host && it.is_open())
    }

    pub(super) fn ask(&mut self, phase: IdentityPhase, question: Question) {
        if let Some(identity) = &mut self.identity {
            identity.phase = phase;
            self.effects.push(Effect::Ask(question));
        }
    }

    /// The person accepts these documents.
    pub(super) fn accept_terms(&mut self, urls: Vec<String>) {
        if let Some(identity) = &mut self.identity
            && identity.phase == Phase::Terms
        {
            identity.asked = true;
            accepted_terms::add(&mut identity.kept, &urls);
            identity.accepted = urls.clone();
            self.ask(Phase::Accepting, Question::Accept(urls));
        }
    }

    /// What was asked is answered; all but whose the addresses are.
    pub(super) fn told(&mut self, result: Result<Json, Failure>) {
        let Some(identity) = &mut self.identity else { return };
        let body = match result {
            Ok(body) => body,
            // Nothing was accepted yet.
            Err(failure)
                if identity.phase == Phase::ReadingAccepted
                    && (failure.is_of_path() || failure.errcode() == Some(&Errcode::NotFound)) =>
            {
                Json::Null
            }
            // The identity server knows; that the account does not means that
            // it is asked once more, some day.
            Err(_) if identity.phase == Phase::Keeping => Json::Null,
            Err(failure) => return self.not_told(&failure),
        };
        match identity.phase {
            Phase::ReadingTerms => {
                identity.policies = terms::read(&body);
                if accepted_terms::missing(&identity.policies, &[]).is_some() {
                    self.ask(Phase::ReadingAccepted, Question::Accepted);
                } else {
                    self.told_accepted();
                }
            }
            Phase::ReadingAccepted => {
                identity.kept = body;
                self.told_accepted();
            }
            Phase::Accepting => {
                identity.unsigned = false;
                identity.accepted.clear();
                let kept = std::mem::replace(&mut identity.kept, Json::Null);
                self.ask(Phase::Keeping, Question::Keep(kept));
            }
            Phase::Keeping => self.opened(),
            phase @ (Phase::ReadingDetails | Phase::ReadingDetailsAnew) => {
                identity.details = hash_details::read(&body, identity.can_hash);
                if identity.details.is_some() {
                    self.look_up_now(phase == Phase::ReadingDetailsAnew);
                } else {
                    // Not without showing the addresses themselves.
                    self.not_found(Problem::CannotLookUp);
                }
            }
            // Nothing was asked.
            Phase::New | Phase::Terms | Phase::Open | Phase::LookingUp | Phase::LookingUpAnew => {}
        }
    }

    fn told_accepted(&mut self) {
        let Some(identity) = &mut self.identity else { return };
        let accepted = accepted_terms::read(&identity.kept);
        let accepted = if identity.unsigned { &[][..] } else { &accepted };
        match accepted_terms::missing(&identity.policies, accepted) {
            Some(policies) => {
                identity.policies = policies;
                identity.accepted.clear();
                identity.phase = Phase::Terms;
                identity.problem = None;
                // They stand in the way of what the person was about.
                let about = std::mem::take(&mut identity.asked);
                if about || self.pending.iter().any(Verification::is_share) {
                    self.focus(Focus::Terms);
                }
                self.finish_sharing();
            }
            // It wants what it does not name.
            None if identity.unsigned => self.not_found(Problem::ConsentMissing { terms: None }),
            None => self.opened(),
        }
    }

    /// Nothing stands in between any more.
    fn opened(&mut self) {
        self.look_up_now(false);
        self.go_on_after(&Problem::ConsentMissing { terms: None });
        // What is pending from before may be through.
        if self.may_try() && self.presence.is_here() {
            let shares = |it: &&Verification| it.is_share();
            let ids: Vec<_> = self.pending.iter().filter(shares).map(|it| it.id).collect();
            ids.into_iter().for_each(|id| self.may_be_tried(id));
            self.try_what_came_back();
        }
    }

    pub(super) fn not_told(&mut self, failure: &Failure) {
        let was_open = self.identity.as_ref().is_some_and(Identity::is_open);
        let problem = self.trouble(Action::Find, failure);
        if was_open && self.identity.as_ref().is_some_and(|it| !it.is_open()) {
            // Terms are being read by now, and say the rest.
            self.finish_sharing();
        } else {
            self.not_found(problem);
        }
    }

    fn not_found(&mut self, problem: Problem) {
        if let Some(identity) = &mut self.identity {
            identity.detach();
            identity.problem = Some(problem);
        }
        self.finish_sharing();
    }

    /// The identity server's terms have to be accepted (again).
    pub(super) fn terms_again(&mut self) {
        let Some(identity) = &mut self.identity else { return };
        let reads = identity.phase == Phase::New || identity.is_open();
        // Else they are on their way, or in front of the person.
        identity.unsigned |= reads || !matches!(identity.phase, Phase::Accepting | Phase::Keeping);
        if reads {
            self.ask(Phase::ReadingTerms, Question::Terms);
        }
    }

    /// What went wrong with the identity server.
    pub(super) fn identity_problem(&self) -> Option<&Problem> {
        self.identity.as_ref()?.problem.as_ref()
    }

    /// A limit is over.
    pub(super) fn identity_woke(&mut self) {
        if let Some(identity) = &mut self.identity {
            identity.problem = None;
            if self.access == Access::Granted {
                self.identity_goes_on();
            }
        }
    }

    /// What was in the way is not any more: nobody has to press a button for it.
    pub(super) fn identity_goes_on(&mut self) {
        match &self.identity {
            Some(identity) if !identity.accepted.is_empty() => {
                self.accept_terms(identity.accepted.clone());
            }
            Some(_) | None => self.look_up(),
        }
    }
}
