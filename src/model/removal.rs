//! Removing an address from the account, and stopping to share it.

use super::uia::update::UiaOutcome;
use super::{
    Action, ApiRequest, Effect, HostEffect, MethodCall, Model, RequestKey, Responder, Uia,
    UiaPhase, UiaTarget, UserError, is_same_address,
};
use crate::matrix::get_3pids::{Medium, Threepid};
use crate::matrix::uia::AuthData;
use crate::matrix::{Errcode, RequestError};

/// Kind of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemovalKind {
    /// Removes the address from the account.
    Remove,
    /// Stops sharing the address, which stays on the account.
    Unbind,
}

/// Removal that the user or the host application has started.
#[derive(Clone, Debug, PartialEq)]
pub struct Removal {
    /// Medium of the entry.
    pub medium: Medium,
    /// Address of the entry.
    pub address: String,
    /// Index of the entry in its section, for the focus after the removal.
    pub index: usize,
    /// Kind of a removal.
    pub kind: RemovalKind,
    /// True if the last lookup found the address.
    pub was_shared: bool,
    /// True if no other entry can recover the account.
    pub is_last_email: bool,
    /// State of the removal.
    pub phase: RemovalPhase,
    /// True if the entry is no longer on the list.
    pub(super) removed_address: Option<String>,
    /// True until the host application has replied to `threepid-before-remove`.
    pub(super) awaiting_host_approval: bool,
}

/// State of a removal.
#[derive(Clone, Debug, PartialEq)]
pub enum RemovalPhase {
    /// The dialog is open.
    Confirming,
    /// `delete` is pending.
    Deleting,
    /// The request failed. The dialog stays open.
    Failed(UserError),
    /// The server requires authentication.
    Authenticating(Box<Uia>),
    /// The response was lost. The list is read to find out the result.
    OutcomeUnknown(RequestError),
    /// The request succeeded. The list is read again.
    Refreshing {
        /// `id_server_unbind_result` of the response.
        unbind_result: Option<String>,
    },
}

impl RemovalPhase {
    /// True while the dialog is open.
    pub fn is_asking(&self) -> bool {
        match self {
            RemovalPhase::Confirming
            | RemovalPhase::Deleting
            | RemovalPhase::Failed(_)
            | RemovalPhase::OutcomeUnknown(_)
            | RemovalPhase::Refreshing { .. } => true,
            RemovalPhase::Authenticating(_) => false,
        }
    }

    /// True while a request is pending.
    pub fn is_busy(&self) -> bool {
        match self {
            RemovalPhase::Deleting
            | RemovalPhase::OutcomeUnknown(_)
            | RemovalPhase::Refreshing { .. } => true,
            RemovalPhase::Confirming
            | RemovalPhase::Failed(_)
            | RemovalPhase::Authenticating(_) => false,
        }
    }
}

impl Removal {
    /// Purpose of the request.
    pub(super) fn action(&self) -> Action {
        match self.kind {
            RemovalKind::Remove => Action::Remove,
            RemovalKind::Unbind => Action::Unbind,
        }
    }

    /// The displayed error.
    pub fn problem(&self) -> Option<&UserError> {
        match &self.phase {
            RemovalPhase::Failed(problem) => Some(problem),
            RemovalPhase::Confirming
            | RemovalPhase::Deleting
            | RemovalPhase::Authenticating(_)
            | RemovalPhase::OutcomeUnknown(_)
            | RemovalPhase::Refreshing { .. } => None,
        }
    }

    pub(super) fn forget_problem_if(&mut self, mut ended: impl FnMut(&UserError) -> bool) {
        match &mut self.phase {
            RemovalPhase::Failed(problem) if ended(problem) => {
                self.phase = RemovalPhase::Confirming
            }
            RemovalPhase::Authenticating(uia) => uia.forget_problem_if(ended),
            RemovalPhase::Confirming
            | RemovalPhase::Deleting
            | RemovalPhase::Failed(_)
            | RemovalPhase::OutcomeUnknown(_)
            | RemovalPhase::Refreshing { .. } => {}
        }
    }
}

impl Model {
    /// Entry that an address selects: the one with the same text, else the only
    /// one that servers treat as equal. An address that is not on the list
    /// selects itself. If several entries are equal, there is no result.
    pub fn find_entry(&self, medium: &Medium, address: &str) -> Option<String> {
        let entries = self.list.entries().unwrap_or_default();
        let alike =
            |it: &&Threepid| it.medium == *medium && is_same_address(medium, &it.address, address);
        let mut meant = entries.iter().filter(alike);
        let entry = self.list.position(medium, address).map(|at| &*entries[at].address);
        match (entry, meant.nth(1)) {
            (Some(entry), Some(_)) if entry != address => None,
            (entry, _) => Some(entry.unwrap_or(address).to_owned()),
        }
    }

    pub(super) fn request_removal(&mut self, medium: Medium, address: String) {
        let operation = MethodCall::Remove(medium.clone(), address.clone());
        if let Some(code) = self.change_blocked_by() {
            return self.resolve(operation, Err(code));
        }
        // The entry's own word for it counts.
        let Some(address) = self.find_entry(&medium, &address) else {
            return self.resolve(operation, Err("invalid-address"));
        };
        let asked = |removal: &Removal| {
            removal.kind == RemovalKind::Remove
                && removal.medium == medium
                && removal.address == address
        };
        if self.removals.iter().any(asked) {
            return;
        }
        let entries = self.list.entries().unwrap_or_default();
        let index = self.list.position(&medium, &address);
        let place = self.visible_index(&medium, &address).map_or(entries.len(), |(_, at)| at);
        let emails = entries.iter().filter(|entry| entry.medium == Medium::Email).count();
        let last = index.is_some() && medium == Medium::Email && emails == 1;
        self.removals.push(Removal {
            medium,
            address,
            index: place,
            is_last_email: last,
            kind: RemovalKind::Remove,
            was_shared: false,
            phase: RemovalPhase::Confirming,
            removed_address: None,
            awaiting_host_approval: true,
        });
        let removal = &self.removals[self.removals.len() - 1];
        let before = Effect::Host(HostEffect::ConfirmRemove {
            medium: removal.medium.clone(),
            address: removal.address.clone(),
        });
        self.effects.push(before);
    }

    /// Handles the reply to `threepid-before-remove` for the newest removal
    /// that waits for it: a listener can start another removal.
    pub(super) fn on_host_decided_remove(&mut self, may: bool) {
        let Some(at) = self.removals.iter().rposition(|removal| removal.awaiting_host_approval)
        else {
            return;
        };
        self.removals[at].awaiting_host_approval = false;
        if !may {
            let removal = self.removals.remove(at);
            let operation = MethodCall::Remove(removal.medium, removal.address);
            self.resolve(operation, Err("cancelled"));
        }
    }

    pub(super) fn confirm_remove(&mut self) {
        let may = |removal: &&mut Removal| {
            !removal.awaiting_host_approval
                && removal.problem().is_none_or(|it| it.retry_at().is_none())
        };
        if let Some(removal) = self.removals.first_mut().filter(may) {
            match removal.phase {
                RemovalPhase::Confirming | RemovalPhase::Failed(_) => {
                    removal.phase = RemovalPhase::Deleting;
                    self.request_delete(None);
                }
                RemovalPhase::Deleting
                | RemovalPhase::Authenticating(_)
                | RemovalPhase::OutcomeUnknown(_)
                | RemovalPhase::Refreshing { .. } => {}
            }
        }
    }

    pub(super) fn request_delete(&mut self, auth: Option<AuthData>) {
        let shared = |it: &Removal| self.is_shared(&it.medium, &it.address) == Some(true);
        let shared = self.removals.first().is_some_and(shared);
        if let Some(removal) = self.removals.first_mut() {
            removal.was_shared = shared && self.identity_server.is_some();
            self.effects.push(Effect::api(ApiRequest::Delete {
                kind: removal.kind,
                is_bound: removal.was_shared,
                medium: removal.medium.clone(),
                address: removal.address.clone(),
                auth,
            }));
        }
    }

    pub(super) fn on_delete_response(&mut self, result: Result<Option<String>, RequestError>) {
        let Some(removal) = self.removals.first() else {
            return;
        };
        let (kind, action) = (removal.kind, removal.action());
        let uia = match &removal.phase {
            RemovalPhase::Deleting => None,
            RemovalPhase::Authenticating(uia) if uia.has_progress() => Some(uia.clone()),
            // Nothing is under way.
            RemovalPhase::Confirming
            | RemovalPhase::Failed(_)
            | RemovalPhase::Authenticating(_)
            | RemovalPhase::OutcomeUnknown(_)
            | RemovalPhase::Refreshing { .. } => return,
        };
        match result {
            Ok(unbind_result) if kind == RemovalKind::Unbind => self.on_removed(unbind_result),
            Ok(unbind_result) => {
                self.refresh_with_phase(RemovalPhase::Refreshing { unbind_result })
            }
            // Gone already is what was wanted.
            Err(failure)
                if kind == RemovalKind::Remove
                    && matches!(
                        failure.errcode(),
                        Some(Errcode::NotFound | Errcode::ThreepidNotFound)
                    ) =>
            {
                let unbind_result = None;
                self.refresh_with_phase(RemovalPhase::Refreshing { unbind_result });
            }
            Err(failure) => match self.handle_uia_failure(action, uia, failure) {
                UiaOutcome::NeedsInput(uia) => {
                    self.removals[0].phase = RemovalPhase::Authenticating(uia);
                    self.start_uia(UiaTarget::Removal);
                }
                UiaOutcome::SendAgain(uia, auth) => {
                    self.removals[0].phase = RemovalPhase::Authenticating(uia);
                    self.request_delete(auth);
                }
                UiaOutcome::Unchanged(uia) => {
                    self.removals[0].phase = RemovalPhase::Authenticating(uia)
                }
                UiaOutcome::Failed(failure, uia) => self.on_delete_failed(failure, uia),
            },
        }
    }

    fn on_delete_failed(&mut self, failure: RequestError, uia: Option<Box<Uia>>) {
        if failure.is_outcome_unknown() {
            return self.refresh_with_phase(RemovalPhase::OutcomeUnknown(failure));
        }
        let action = self.removals[0].action();
        let problem = self.report_failure(action, &failure);
        self.removals[0].phase = match uia {
            // The dialog stays, unless it is the embedder's, or its session is
            // good for nothing any more.
            Some(mut uia)
                if uia.responder == Responder::User && !failure.may_be_unknown_uia_session() =>
            {
                uia.phase = UiaPhase::Failed(problem);
                RemovalPhase::Authenticating(uia)
            }
            Some(_) | None => RemovalPhase::Failed(problem),
        };
    }

    fn refresh_with_phase(&mut self, phase: RemovalPhase) {
        self.removals[0].phase = phase;
        self.read_list();
    }

    /// Closes the removal's dialog.
    pub(super) fn cancel_removal(&mut self) {
        let Some(removal) = self.removals.first() else {
            return;
        };
        let under_way = match &removal.phase {
            // Done but for the list: nothing left to be stopped.
            RemovalPhase::Refreshing { .. } => return,
            RemovalPhase::Deleting => true,
            RemovalPhase::Authenticating(uia) => uia.has_progress(),
            RemovalPhase::Confirming
            | RemovalPhase::Failed(_)
            | RemovalPhase::OutcomeUnknown(_) => false,
        };
        let removal = self.removals.remove(0);
        if under_way {
            self.effects.push(Effect::Abort(RequestKey::Delete));
            self.read_list();
        }
        if removal.kind == RemovalKind::Remove {
            let operation = MethodCall::Remove(removal.medium, removal.address);
            self.resolve(operation, Err("cancelled"));
        }
    }
}
