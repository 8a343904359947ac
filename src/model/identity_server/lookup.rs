//! Lookup of the listed addresses at the identity server, after its terms are
//! accepted, to find out which are shared.

use crate::matrix::get_3pids::Threepid;
use crate::matrix::identity_service::lookup;
use crate::matrix::{Errcode, Index, RequestError};
use crate::model::identity_server::IdentityPhase as Phase;
use crate::model::{FocusTarget, IdentityRequest, Model, Section, UserError};

impl Model {
    /// Repeats the failed request of the identity server.
    pub(in crate::model) fn retry_lookup(&mut self) {
        if let Some(identity) = &mut self.identity_server {
            identity.user_initiated = true;
            self.schedule_lookup();
        }
    }

    /// Sends the next request of a lookup. Called after each list, and when an
    /// obstacle is gone.
    pub(in crate::model) fn schedule_lookup(&mut self) {
        let Some(identity) = &self.identity_server else { return };
        let limited = identity.problem.as_ref().and_then(UserError::retry_at);
        match identity.phase {
            _ if limited.is_some_and(|until| until > self.now) => self.finish_sharing(),
            Phase::Idle => {
                self.send_identity_request(Phase::ReadingTerms, IdentityRequest::GetTerms)
            }
            Phase::Ready
            | Phase::LoadingHashDetails
            | Phase::LookingUp
            | Phase::ReloadingHashDetails
            | Phase::RetryingLookup => self.send_lookup(false),
            // Something is under way, or waits for the person.
            Phase::ReadingTerms
            | Phase::ReadingAccepted
            | Phase::AwaitingAcceptance
            | Phase::Accepting
            | Phase::StoringAcceptance => self.finish_sharing(),
        }
    }

    pub(in crate::model) fn send_lookup(&mut self, anew: bool) {
        let can = |it: &Threepid| Section::from_medium(&it.medium).is_some();
        let shown = self.visible_threepids().into_iter().filter(can);
        let addresses: Vec<_> =
            shown.map(|it| lookup::lookup_key(&it.medium, &it.address)).collect();
        let Some(identity) = &mut self.identity_server else { return };
        if addresses.is_empty() {
            identity.phase = Phase::Ready;
            return self.apply_lookup();
        }
        let (reading, looking) = match anew {
            false => (Phase::LoadingHashDetails, Phase::LookingUp),
            true => (Phase::ReloadingHashDetails, Phase::RetryingLookup),
        };
        match identity.hash_details.clone() {
            Some(details) => self.send_identity_request(
                looking,
                IdentityRequest::Lookup { hash_details: details, addresses },
            ),
            None => self.send_identity_request(reading, IdentityRequest::GetHashDetails),
        }
    }

    /// Handles the response of `lookup`.
    pub(in crate::model) fn lookup_responded(&mut self, result: Result<Vec<String>, RequestError>) {
        let Some(identity) = &mut self.identity_server else { return };
        let again = match identity.phase {
            Phase::LookingUp => false,
            Phase::RetryingLookup => true,
            Phase::Idle
            | Phase::ReadingTerms
            | Phase::ReadingAccepted
            | Phase::AwaitingAcceptance
            | Phase::Accepting
            | Phase::StoringAcceptance
            | Phase::Ready
            | Phase::LoadingHashDetails
            | Phase::ReloadingHashDetails => return,
        };
        identity.phase = Phase::Ready;
        match result {
            Ok(shared) => {
                let shared = Index::new(shared.iter().map(|key| ["", key]));
                self.update_shared(&mut |it| {
                    let key = lookup::lookup_key(&it.medium, &it.address);
                    let is = |_| shared.first(["", &key]).is_some();
                    Section::from_medium(&it.medium).map(is)
                });
                self.apply_lookup();
            }
            Err(failure) => {
                // It changes now and then: once more, with the new one.
                identity.hash_details = None;
                if !again && failure.errcode() == Some(&Errcode::InvalidPepper) {
                    self.send_lookup(true);
                } else {
                    self.identity_request_failed(&failure);
                }
            }
        }
    }

    pub(in crate::model) fn apply_lookup(&mut self) {
        self.finish_sharing();
        let Some(identity) = &mut self.identity_server else { return };
        identity.problem = None;
        if std::mem::take(&mut identity.user_initiated)
            && let Some(section) = self.sections.first().copied()
        {
            // What was pressed is gone.
            self.focus(match self.has_entries(section) {
                true => FocusTarget::Entry(section, 0),
                false => FocusTarget::Field(section),
            });
        }
    }
}
