//! The identity server and its terms. Before the terms are accepted, there is
//! no other request to it. The homeserver's requests never wait for the
//! identity server.

use super::{Access, Action, Effect, Flow, Focus, Problem, Question, Slot, Verification, Wish};
use crate::matrix::identity::{hash_details, terms};
use crate::matrix::{Errcode, Failure, Json, accepted_terms};

/// State of an identity server.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// Host and port of the identity server.
    pub host: String,
    /// True if the browser can compute `sha256`.
    can_hash: bool,
    /// State of the requests.
    pub phase: IdentityPhase,
    /// Displayed error, until a request succeeds.
    pub problem: Option<Problem>,
    /// True while the user waits for the result of a button.
    pub asked: bool,
    /// True if the identity server says that its terms are not accepted. The
    /// account data may say otherwise.
    unsigned: bool,
    /// Policies of the terms, without those that the user has accepted.
    policies: Json,
    /// Account data `m.accepted_terms`.
    kept: Json,
    /// Documents that the user accepts, until the identity server confirms it.
    accepted: Vec<String>,
    /// Algorithms and pepper of the hashes.
    pub(super) details: Option<hash_details::Response>,
}

/// State of the requests to an identity server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityPhase {
    /// No request was sent yet.
    New,
    /// `GET terms` is pending.
    ReadingTerms,
    /// `GET account_data/m.accepted_terms` is pending.
    ReadingAccepted,
    /// The user has to accept the remaining terms.
    Terms,
    /// `POST terms` is pending.
    Accepting,
    /// `PUT account_data/m.accepted_terms` is pending.
    Keeping,
    /// The terms are accepted, and no request is pending.
    Open,
    /// `GET hash_details` is pending.
    ReadingDetails,
    /// `POST lookup` is pending.
    LookingUp,
    /// Both requests are repeated, because the pepper has changed between them.
    ReadingDetailsAnew,
    /// The second `POST lookup` is pending.
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

    /// Creates the state for another account.
    pub(super) fn anew(self) -> Identity {
        Identity::new(self.host, self.can_hash)
    }

    /// True if the terms are accepted, so that addresses may be sent.
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

    /// Policies that the user has to accept.
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

    /// Ends the pending request, which was aborted or has failed.
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
    /// Resets the state for another identity server (its host and port), or
    /// none.
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

    /// True if addresses may be sent to this identity server.
    pub(super) fn is_open(&self, host: &str) -> bool {
        self.identity.as_ref().is_some_and(|it| it.host == host && it.is_open())
    }

    pub(super) fn ask(&mut self, phase: IdentityPhase, question: Question) {
        if let Some(identity) = &mut self.identity {
            identity.phase = phase;
            self.effects.push(Effect::Ask(question));
        }
    }

    /// Accepts these documents for the user.
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

    /// Handles the response of a request, except of `lookup`.
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

    /// Continues after the terms are accepted.
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

    /// Asks the user to accept the terms, also if they were accepted before.
    pub(super) fn terms_again(&mut self) {
        let Some(identity) = &mut self.identity else { return };
        let reads = identity.phase == Phase::New || identity.is_open();
        // Else they are on their way, or in front of the person.
        identity.unsigned |= reads || !matches!(identity.phase, Phase::Accepting | Phase::Keeping);
        if reads {
            self.ask(Phase::ReadingTerms, Question::Terms);
        }
    }

    /// Displays an error of the identity server.
    pub(super) fn identity_problem(&self) -> Option<&Problem> {
        self.identity.as_ref()?.problem.as_ref()
    }

    /// Continues after a rate limit.
    pub(super) fn identity_woke(&mut self) {
        if let Some(identity) = &mut self.identity {
            identity.problem = None;
            if self.access == Access::Granted {
                self.identity_goes_on();
            }
        }
    }

    /// Continues by itself after the network is back or a rate limit has ended.
    pub(super) fn identity_goes_on(&mut self) {
        match &self.identity {
            Some(identity) if !identity.accepted.is_empty() => {
                self.accept_terms(identity.accepted.clone());
            }
            Some(_) | None => self.look_up(),
        }
    }
}
