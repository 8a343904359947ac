//! The identity server and its terms. Before the terms are accepted, there is
//! no other request to it. The homeserver's requests never wait for the
//! identity server.

mod lookup;
pub(in crate::model) mod sharing;

use crate::matrix::identity_service::{hash_details, terms};
use crate::matrix::{Errcode, Json, RequestError, accepted_terms};
use crate::model::{
    Action, ApiRequest, Effect, FocusTarget, IdentityRequest, Model, RemovalKind, RequestKey,
    SessionState, UserError, Verification,
};

/// State of an identity server.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityServer {
    /// Host and port of the identity server.
    pub server_name: String,
    /// True if the browser can compute `sha256`.
    can_hash: bool,
    /// State of the requests.
    pub phase: IdentityPhase,
    /// Displayed error, until a request succeeds.
    pub problem: Option<UserError>,
    /// True while the user waits for the result of a button.
    pub user_initiated: bool,
    /// True if the identity server says that its terms are not accepted. The
    /// account data may say otherwise.
    terms_unsigned: bool,
    /// Policies of the terms, without those that the user has accepted.
    policies: Json,
    /// Account data `m.accepted_terms`.
    account_accepted_terms: Json,
    /// Documents that the user accepts, until the identity server confirms it.
    accepted: Vec<String>,
    /// Algorithms and pepper of the hashes.
    pub(in crate::model) hash_details: Option<hash_details::Response>,
}

/// State of the requests to an identity server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityPhase {
    /// No request was sent yet.
    Idle,
    /// `GET terms` is pending.
    ReadingTerms,
    /// `GET account_data/m.accepted_terms` is pending.
    ReadingAccepted,
    /// The user has to accept the remaining terms.
    AwaitingAcceptance,
    /// `POST terms` is pending.
    Accepting,
    /// `PUT account_data/m.accepted_terms` is pending.
    StoringAcceptance,
    /// The terms are accepted, and no request is pending.
    Ready,
    /// `GET hash_details` is pending.
    LoadingHashDetails,
    /// `POST lookup` is pending.
    LookingUp,
    /// Both requests are repeated, because the pepper has changed between them.
    ReloadingHashDetails,
    /// The second `POST lookup` is pending.
    RetryingLookup,
}

use IdentityPhase as Phase;

impl IdentityServer {
    fn new(server_name: String, can_hash: bool) -> IdentityServer {
        IdentityServer {
            server_name,
            can_hash,
            phase: Phase::Idle,
            problem: None,
            user_initiated: false,
            terms_unsigned: false,
            policies: Json::Null,
            account_accepted_terms: Json::Null,
            accepted: Vec::new(),
            hash_details: None,
        }
    }

    /// Creates the state for another account.
    pub(in crate::model) fn reset(self) -> IdentityServer {
        IdentityServer::new(self.server_name, self.can_hash)
    }

    /// True if the terms are accepted, so that addresses may be sent.
    pub fn is_ready(&self) -> bool {
        match self.phase {
            Phase::Ready
            | Phase::LoadingHashDetails
            | Phase::LookingUp
            | Phase::ReloadingHashDetails
            | Phase::RetryingLookup => true,
            Phase::Idle
            | Phase::ReadingTerms
            | Phase::ReadingAccepted
            | Phase::AwaitingAcceptance
            | Phase::Accepting
            | Phase::StoringAcceptance => false,
        }
    }

    /// Policies that the user has to accept.
    pub fn policies(&self) -> Option<&Json> {
        match self.phase {
            Phase::AwaitingAcceptance | Phase::Accepting => Some(&self.policies),
            Phase::Idle
            | Phase::ReadingTerms
            | Phase::ReadingAccepted
            | Phase::StoringAcceptance
            | Phase::Ready
            | Phase::LoadingHashDetails
            | Phase::LookingUp
            | Phase::ReloadingHashDetails
            | Phase::RetryingLookup => None,
        }
    }

    /// Ends the pending request, which was aborted or has failed.
    pub(in crate::model) fn detach(&mut self) {
        self.user_initiated = false;
        self.phase = match self.phase {
            Phase::Idle | Phase::ReadingTerms | Phase::ReadingAccepted => Phase::Idle,
            Phase::AwaitingAcceptance | Phase::Accepting => Phase::AwaitingAcceptance,
            Phase::StoringAcceptance
            | Phase::Ready
            | Phase::LoadingHashDetails
            | Phase::LookingUp
            | Phase::ReloadingHashDetails
            | Phase::RetryingLookup => Phase::Ready,
        };
    }
}

impl Model {
    /// Resets the state for another identity server (its host and port), or
    /// none.
    pub(in crate::model) fn set_identity_server(&mut self, host: Option<String>, can_hash: bool) {
        let before = self.identity_server.take().map(|it| it.server_name);
        self.drop_delayed(RequestKey::IdentityServer);
        self.identity_server = host.map(|host| IdentityServer::new(host, can_hash));
        if before.is_some() {
            while let Some(at) = self.verifications.iter().position(|it| it.id_server == before) {
                self.remove_verification(at);
            }
            // Never behind another.
            if self.removals.first().is_some_and(|it| it.kind == RemovalKind::Unbind) {
                self.removals.remove(0);
                self.effects.push(Effect::Abort(RequestKey::Delete));
            }
            self.update_shared(&mut |_| None);
        }
        if self.access == SessionState::Active && self.list.entries().is_some() {
            self.schedule_lookup();
        }
    }

    /// True if addresses may be sent to this identity server.
    pub(in crate::model) fn identity_server_ready(&self, host: &str) -> bool {
        self.identity_server.as_ref().is_some_and(|it| it.server_name == host && it.is_ready())
    }

    pub(in crate::model) fn send_identity_request(
        &mut self,
        phase: IdentityPhase,
        question: IdentityRequest,
    ) {
        if let Some(identity) = &mut self.identity_server {
            identity.phase = phase;
            self.send(ApiRequest::Identity(question));
        }
    }

    /// Accepts these documents for the user.
    pub(in crate::model) fn accept_terms(&mut self, urls: Vec<String>) {
        if let Some(identity) = &mut self.identity_server
            && identity.phase == Phase::AwaitingAcceptance
        {
            identity.user_initiated = true;
            accepted_terms::with_accepted(&mut identity.account_accepted_terms, &urls);
            identity.accepted = urls.clone();
            self.send_identity_request(Phase::Accepting, IdentityRequest::AcceptTerms(urls));
        }
    }

    /// Handles the response of a request, except of `lookup`.
    pub(in crate::model) fn identity_responded(&mut self, result: Result<Json, RequestError>) {
        let Some(identity) = &mut self.identity_server else { return };
        let body = match result {
            Ok(body) => body,
            // Nothing was accepted yet.
            Err(failure)
                if identity.phase == Phase::ReadingAccepted
                    && (failure.is_unknown_endpoint()
                        || failure.errcode() == Some(&Errcode::NotFound)) =>
            {
                Json::Null
            }
            // The identity server knows; that the account does not means that
            // it is asked once more, some day.
            Err(_) if identity.phase == Phase::StoringAcceptance => Json::Null,
            Err(failure) => return self.identity_request_failed(&failure),
        };
        match identity.phase {
            Phase::ReadingTerms => {
                identity.policies = terms::read(&body);
                if accepted_terms::unaccepted(&identity.policies, &[]).is_some() {
                    self.send_identity_request(
                        Phase::ReadingAccepted,
                        IdentityRequest::GetAcceptedTerms,
                    );
                } else {
                    self.evaluate_terms();
                }
            }
            Phase::ReadingAccepted => {
                identity.account_accepted_terms = body;
                self.evaluate_terms();
            }
            Phase::Accepting => {
                identity.terms_unsigned = false;
                identity.accepted.clear();
                let kept = std::mem::replace(&mut identity.account_accepted_terms, Json::Null);
                self.send_identity_request(
                    Phase::StoringAcceptance,
                    IdentityRequest::StoreAcceptedTerms(kept),
                );
            }
            Phase::StoringAcceptance => self.on_terms_settled(),
            phase @ (Phase::LoadingHashDetails | Phase::ReloadingHashDetails) => {
                identity.hash_details = hash_details::read(&body, identity.can_hash);
                if identity.hash_details.is_some() {
                    self.send_lookup(phase == Phase::ReloadingHashDetails);
                } else {
                    // Not without showing the addresses themselves.
                    self.lookup_failed(UserError::LookupUnsupported);
                }
            }
            // Nothing was asked.
            Phase::Idle
            | Phase::AwaitingAcceptance
            | Phase::Ready
            | Phase::LookingUp
            | Phase::RetryingLookup => {}
        }
    }

    fn evaluate_terms(&mut self) {
        let Some(identity) = &mut self.identity_server else { return };
        let accepted = accepted_terms::read(&identity.account_accepted_terms);
        let accepted = if identity.terms_unsigned { &[][..] } else { &accepted };
        match accepted_terms::unaccepted(&identity.policies, accepted) {
            Some(policies) => {
                identity.policies = policies;
                identity.accepted.clear();
                identity.phase = Phase::AwaitingAcceptance;
                identity.problem = None;
                // They stand in the way of what the person was about.
                let about = std::mem::take(&mut identity.user_initiated);
                if about || self.verifications.iter().any(Verification::is_share) {
                    self.focus(FocusTarget::Terms);
                }
                self.finish_sharing();
            }
            // It wants what it does not name.
            None if identity.terms_unsigned => {
                self.lookup_failed(UserError::ConsentNotGiven { terms: None })
            }
            None => self.on_terms_settled(),
        }
    }

    /// Continues after the terms are accepted.
    fn on_terms_settled(&mut self) {
        self.send_lookup(false);
        self.resume_after(&UserError::ConsentNotGiven { terms: None });
        // What is pending from before may be through.
        if self.can_auto_retry() && self.page_state.is_active() {
            let shares = |it: &&Verification| it.is_share();
            let ids: Vec<_> = self.verifications.iter().filter(shares).map(|it| it.id).collect();
            ids.into_iter().for_each(|id| self.queue_auto_retry(id));
            self.run_next_auto_retry();
        }
    }

    pub(in crate::model) fn identity_request_failed(&mut self, failure: &RequestError) {
        let was_open = self.identity_server.as_ref().is_some_and(IdentityServer::is_ready);
        let problem = self.report_failure(Action::Lookup, failure);
        if was_open && self.identity_server.as_ref().is_some_and(|it| !it.is_ready()) {
            // Terms are being read by now, and say the rest.
            self.finish_sharing();
        } else {
            self.lookup_failed(problem);
        }
    }

    fn lookup_failed(&mut self, problem: UserError) {
        if let Some(identity) = &mut self.identity_server {
            identity.detach();
            identity.problem = Some(problem);
        }
        self.finish_sharing();
    }

    /// Asks the user to accept the terms, also if they were accepted before.
    pub(in crate::model) fn reload_terms(&mut self) {
        let Some(identity) = &mut self.identity_server else { return };
        let reads = identity.phase == Phase::Idle || identity.is_ready();
        // Else they are on their way, or in front of the person.
        identity.terms_unsigned |=
            reads || !matches!(identity.phase, Phase::Accepting | Phase::StoringAcceptance);
        if reads {
            self.send_identity_request(Phase::ReadingTerms, IdentityRequest::GetTerms);
        }
    }

    /// Displays an error of the identity server.
    pub(in crate::model) fn identity_problem(&self) -> Option<&UserError> {
        self.identity_server.as_ref()?.problem.as_ref()
    }

    /// Continues after a rate limit.
    pub(in crate::model) fn identity_rate_limit_expired(&mut self) {
        if let Some(identity) = &mut self.identity_server {
            identity.problem = None;
            if self.access == SessionState::Active {
                self.resume_identity_server();
            }
        }
    }

    /// Continues by itself after the network is back or a rate limit has ended.
    pub(in crate::model) fn resume_identity_server(&mut self) {
        match &self.identity_server {
            Some(identity) if !identity.accepted.is_empty() => {
                self.accept_terms(identity.accepted.clone());
            }
            Some(_) | None => self.schedule_lookup(),
        }
    }
}
