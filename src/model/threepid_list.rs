//! The list of confirmed addresses.

use std::sync::Arc;

use super::verification::{DAY_MS, LINK_LIFETIME_MS as HOUR_MS};
use super::{
    Action, Effect, FocusTarget, HostEvent, ListRequest, MethodCall, MethodResult, Model, Removal,
    RemovalKind, RemovalPhase, Request, Section, SharingResult, Status, TabEffect, UserError,
    Verification, VerificationPhase, canonical_address, identity_server::sharing::is_success,
    is_same_address,
};
use crate::matrix::get_3pids::{Medium, Threepid, index_entries};
use crate::matrix::{Index, RequestError};

/// Start of Matrix, in ms since the epoch: the earliest valid time.
const MATRIX_START_MS: f64 = 1_388_534_400_000.0;

/// State of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum ThreepidList {
    /// No request was sent yet.
    Idle,
    /// The first request is pending.
    Loading {
        /// Number of the request.
        number: u32,
    },
    /// The first request failed.
    Failed(UserError),
    /// The list is displayed.
    Loaded {
        /// Entries of the list, shared with the view. Equal pointers tell the
        /// view that they are the same as before.
        entries: Arc<Vec<Threepid>>,
        /// State of reading it again.
        reading: RefreshState,
    },
}

/// State of reading a displayed list again.
#[derive(Clone, Debug, PartialEq)]
pub enum RefreshState {
    /// No request is pending.
    Idle,
    /// The request with this number is pending.
    InFlight(u32),
    /// The request failed, so the displayed list may be old.
    Failed(UserError),
}

impl ThreepidList {
    /// Displayed entries; `None` before the first list.
    pub fn entries(&self) -> Option<&[Threepid]> {
        self.shared_entries().map(|entries| &***entries)
    }

    /// The same, to be kept without a copy.
    pub fn shared_entries(&self) -> Option<&Arc<Vec<Threepid>>> {
        match self {
            ThreepidList::Loaded { entries, .. } => Some(entries),
            ThreepidList::Idle | ThreepidList::Loading { .. } | ThreepidList::Failed(_) => None,
        }
    }

    /// Error of the last request.
    pub fn problem(&self) -> Option<&UserError> {
        match self {
            ThreepidList::Failed(problem)
            | ThreepidList::Loaded { reading: RefreshState::Failed(problem), .. } => Some(problem),
            ThreepidList::Idle | ThreepidList::Loading { .. } | ThreepidList::Loaded { .. } => None,
        }
    }

    /// True if the list has this address.
    pub fn contains(&self, medium: &Medium, address: &str) -> bool {
        self.position(medium, address).is_some()
    }

    /// Index of the entry with this address: with the same text, else one that
    /// servers treat as equal.
    pub fn position(&self, medium: &Medium, address: &str) -> Option<usize> {
        position_of(&mut self.entries()?.iter(), medium, address)
    }

    pub(super) fn forget_problem(&mut self) {
        match self {
            ThreepidList::Failed(_) => *self = ThreepidList::Idle,
            ThreepidList::Loaded { reading, .. } => *reading = RefreshState::Idle,
            ThreepidList::Idle | ThreepidList::Loading { .. } => {}
        }
    }

    /// Ends a pending request.
    pub(super) fn detach(&mut self) {
        match self {
            ThreepidList::Loading { .. } => *self = ThreepidList::Idle,
            ThreepidList::Loaded { reading, .. } => *reading = RefreshState::Idle,
            ThreepidList::Idle | ThreepidList::Failed(_) => {}
        }
    }

    /// True while a request is pending.
    pub(super) fn is_being_read(&self) -> bool {
        self.expected_response().is_some()
    }

    pub(super) fn expected_response(&self) -> Option<u32> {
        match self {
            ThreepidList::Loading { number }
            | ThreepidList::Loaded { reading: RefreshState::InFlight(number), .. } => Some(*number),
            ThreepidList::Idle | ThreepidList::Failed(_) | ThreepidList::Loaded { .. } => None,
        }
    }
}

/// Index of this address: with the same text, else one that servers treat as
/// equal.
#[inline(never)]
pub(super) fn position_of(
    entries: &mut dyn Iterator<Item = &Threepid>,
    medium: &Medium,
    address: &str,
) -> Option<usize> {
    let mut alike = None;
    for (at, entry) in entries.enumerate().filter(|(_, entry)| entry.medium == *medium) {
        if entry.address == address {
            return Some(at);
        }
        if alike.is_none() && is_same_address(medium, &entry.address, address) {
            alike = Some(at);
        }
    }
    alike
}

/// Copies to each entry whether it was shared `before`.
fn copy_shared(before: &[Threepid], entries: &mut [Threepid]) {
    if before.iter().all(|entry| entry.shared.is_none()) {
        return;
    }
    let exact = index_entries(before);
    // The server may write an address in another way than before.
    let canonical: Vec<String> = before.iter().map(canonical_key).collect();
    let alike = Index::new(before.iter().zip(&canonical).map(|(it, key)| [it.key()[0], key]));
    for entry in entries {
        let at = exact.first(entry.key()).or_else(|| {
            let key = canonical_key(entry);
            alike.first([entry.key()[0], &key])
        });
        entry.shared = at.and_then(|at| before[at].shared);
    }
}

fn canonical_key(entry: &Threepid) -> String {
    canonical_address(&entry.medium, &entry.address)
}

impl Model {
    /// Reads the list, unless a request is pending.
    pub(super) fn refresh(&mut self) {
        match self.access.error_code() {
            None if self.list.is_being_read() => self.refresh_is_silent = false,
            None => self.read_list(),
            Some(code) => self.resolve(MethodCall::Refresh, Err(code)),
        }
    }

    /// Reads the list again, because the pending response may be too old.
    pub(super) fn read_list(&mut self) {
        self.refresh_is_silent = false;
        self.next_id += 1;
        let number = self.next_id;
        match &mut self.list {
            ThreepidList::Loaded { reading, .. } => *reading = RefreshState::InFlight(number),
            list => *list = ThreepidList::Loading { number },
        }
        self.effects.push(Effect::Request(Request::List(ListRequest::ReadList { number })));
    }

    /// Reads the list in the background. Errors are not displayed.
    pub(super) fn refresh_silently(&mut self) {
        if !self.list.is_being_read() {
            self.read_list();
            self.refresh_is_silent = true;
        }
    }

    pub(super) fn on_list_response(
        &mut self,
        number: u32,
        result: Result<Vec<Threepid>, RequestError>,
    ) {
        if self.list.expected_response() != Some(number) {
            return;
        }
        match result {
            Ok(mut entries) => {
                let before = self.list.shared_entries().cloned();
                copy_shared(before.as_deref().map_or(&[], Vec::as_slice), &mut entries);
                self.show_list(entries);
                self.resolve_after_list(Some(before.as_deref().map(Vec::as_slice)));
                self.schedule_lookup();
            }
            Err(failure)
                if self.refresh_is_silent
                    && failure.is_transient()
                    && !self.has_add_awaiting_list() =>
            {
                self.list.detach();
            }
            // Where it is not shown, only the end of the session is of interest.
            Err(failure) if self.password.is_some() && !failure.is_of_token() => {
                self.list.detach();
            }
            Err(failure) => {
                let said = self.has_unknown_outcome() && !self.has_add_awaiting_list();
                let problem = self.report_failure(Action::List, &failure);
                match &mut self.list {
                    // What the list was to decide says so already, where it happened.
                    ThreepidList::Loaded { reading, .. } if said => *reading = RefreshState::Idle,
                    ThreepidList::Loaded { reading, .. } => {
                        *reading = RefreshState::Failed(problem.clone())
                    }
                    list => *list = ThreepidList::Failed(problem.clone()),
                }
                self.reject(MethodCall::Refresh, &failure, &problem);
                self.resolve_after_list(None);
            }
        }
        self.run_return_tasks();
    }

    /// True if a verification waits for the list after `add` succeeded.
    fn has_add_awaiting_list(&self) -> bool {
        let awaits = |it: &Verification| {
            !it.is_share()
                && matches!(
                    it.phase,
                    VerificationPhase::Refreshing | VerificationPhase::AddedElsewhere
                )
        };
        self.verifications.iter().any(awaits)
    }

    /// True if the result of an `add` or `delete` depends on the list.
    fn has_unknown_outcome(&self) -> bool {
        let adding = |pending: &Verification| {
            matches!(pending.phase, VerificationPhase::OutcomeUnknown { .. })
        };
        let removing = |removal: &Removal| matches!(removal.phase, RemovalPhase::OutcomeUnknown(_));
        self.verifications.iter().any(adding) || self.removals.first().is_some_and(removing)
    }

    /// Resolves the promises of `refresh()`.
    pub(super) fn resolve_refresh(&mut self) {
        let shown = self.visible_threepids();
        self.resolve(MethodCall::Refresh, Ok(MethodResult::List(shown)));
    }

    /// Displays these entries, and informs the host application.
    pub(super) fn replace_entries(&mut self, entries: Vec<Threepid>, reading: RefreshState) {
        for section in entries.iter().filter_map(|it| Section::from_medium(&it.medium)) {
            self.form_of_mut(section).supported = true;
        }
        let before = self.list.shared_entries().cloned();
        // The view compares pointers, so the same list stays where it is.
        let same = before.clone().filter(|before| **before == entries);
        let entries = same.unwrap_or_else(|| Arc::new(entries));
        self.list = ThreepidList::Loaded { entries, reading };
        match before {
            _ if self.password.is_some() => {}
            None => self.emit(HostEvent::Ready),
            Some(before) => self.emit_if_changed(&before),
        }
    }

    /// Informs the host application if other entries are displayed than
    /// `before`.
    pub(super) fn emit_if_changed(&mut self, before: &[Threepid]) {
        let is_visible = |entry: &&Threepid| self.section_of(&entry.medium).is_some();
        let now = self.list.entries().unwrap_or_default();
        if !now.iter().filter(is_visible).eq(before.iter().filter(is_visible)) {
            self.emit(HostEvent::Change);
        }
    }

    /// A server's time in ms, if it is valid: after the start of Matrix, and at
    /// most a day ahead.
    pub(super) fn plausible_time(&self, time: Option<f64>) -> Option<f64> {
        time.filter(|at| (MATRIX_START_MS..self.now + DAY_MS).contains(at))
    }

    /// Finishes `add` and `delete` after the list was read. `before` is the
    /// list before, if it was known. If reading the list failed, the responses
    /// of `add` and `delete` count.
    fn resolve_after_list(&mut self, before: Option<Option<&[Threepid]>>) {
        let fresh = before.is_some();
        // First, so that no list that lags brings back what was removed.
        self.finish_removal(before);
        let mut at = 0;
        while let Some(pending) = self.verifications.get(at) {
            if pending.is_share() {
                at += usize::from(!self.drop_share_if_unlisted(at, fresh));
                continue;
            }
            let listed = fresh && self.list.contains(&pending.medium, &pending.address);
            match &pending.phase {
                // What was read from the storage may be another's: the next list tells.
                VerificationPhase::Refreshing if !fresh && !pending.own => at += 1,
                VerificationPhase::Refreshing => self.complete_if_listed(at, before.flatten()),
                VerificationPhase::AddedElsewhere if listed => {
                    self.complete_if_listed(at, before.flatten())
                }
                // Others say so: the next list tells.
                VerificationPhase::AddedElsewhere if !fresh => at += 1,
                // It was taken off again meanwhile.
                VerificationPhase::AddedElsewhere => drop(self.remove_verification(at)),
                VerificationPhase::OutcomeUnknown { .. } if !listed => {
                    self.resolve_uncertain_add(at);
                    at += 1;
                }
                // An answer will come.
                VerificationPhase::Adding(_) => at += 1,
                VerificationPhase::Authenticating { uia, .. } if uia.has_progress() => at += 1,
                // A request whose answer nobody heard has done it, or another client.
                VerificationPhase::AwaitingUser
                | VerificationPhase::SubmittingCode { .. }
                | VerificationPhase::NeedsAuth
                | VerificationPhase::Polling { .. }
                | VerificationPhase::Failed { .. }
                | VerificationPhase::OutcomeUnknown { .. }
                | VerificationPhase::Authenticating { .. }
                    if listed =>
                {
                    self.complete_if_listed(at, before.flatten());
                }
                VerificationPhase::AwaitingUser
                | VerificationPhase::SubmittingCode { .. }
                | VerificationPhase::NeedsAuth
                | VerificationPhase::Polling { .. }
                | VerificationPhase::Failed { .. }
                | VerificationPhase::OutcomeUnknown { .. }
                | VerificationPhase::Authenticating { .. } => at += 1,
            }
        }
    }

    fn finish_removal(&mut self, before: Option<Option<&[Threepid]>>) {
        let Some(removal) = self.removals.first_mut() else {
            return;
        };
        if before.is_some() && removal.kind == RemovalKind::Unbind {
            // What is shared will be looked up.
            return;
        }
        let mut gone = false;
        if before.is_some() {
            let now = index_entries(self.list.entries().unwrap_or_default());
            let before = before.flatten().unwrap_or_default();
            let earlier = index_entries(before);
            let medium = removal.medium.as_str();
            let left = |address: &str| now.find([medium, address]).len();
            let is_gone = |address: &str| left(address) < earlier.find([medium, address]).len();
            gone = left(&removal.address) == 0 || is_gone(&removal.address);
            // A server to which two are the same may have taken the other one.
            let other = before.iter().find(|it| {
                it.medium == removal.medium
                    && is_same_address(&it.medium, &it.address, &removal.address)
                    && is_gone(&it.address)
            });
            removal.removed_address = match (gone, other) {
                (true, _) => Some(removal.address.clone()),
                (false, other) => other.map(|it| it.address.clone()),
            };
        }
        self.end_removal(gone);
    }

    /// Finishes the current removal after the list was read.
    pub(super) fn end_removal(&mut self, gone: bool) {
        let Some(removal) = self.removals.first_mut() else {
            return;
        };
        let action = removal.action();
        match std::mem::replace(&mut removal.phase, RemovalPhase::Confirming) {
            RemovalPhase::Refreshing { unbind_result } => self.on_removed(unbind_result),
            RemovalPhase::OutcomeUnknown(_) if gone => self.on_removed(None),
            RemovalPhase::OutcomeUnknown(failure) => {
                let problem = self.report_failure(action, &failure);
                self.removals[0].phase = RemovalPhase::Failed(problem);
            }
            phase @ (RemovalPhase::Confirming
            | RemovalPhase::Deleting
            | RemovalPhase::Authenticating(_)
            | RemovalPhase::Failed(_)) => removal.phase = phase,
        }
    }

    /// Finishes the verification at `at`: its address is on the account, or
    /// shared.
    fn complete_if_listed(&mut self, at: usize, before: Option<&[Threepid]>) {
        let pending = &self.verifications[at];
        let entries = self.list.entries().unwrap_or_default();
        let before = before.map(index_entries);
        let is_new = |it: &&Threepid| {
            it.medium == pending.medium
                && match &before {
                    Some(before) => before.first(it.key()).is_none(),
                    None => it.added_at.is_some_and(|added| added > pending.sent_at - HOUR_MS),
                }
        };
        let listed = self.list.position(&pending.medium, &pending.address).map(|at| &entries[at]);
        let ours = matches!(pending.phase, VerificationPhase::Refreshing);
        let mut new = entries.iter().filter(is_new);
        let address = match (listed.filter(|it| pending.own || is_new(it)), new.next(), new.next())
        {
            (Some(entry), ..) => Some(&entry.address),
            // The validation session was for another one than was kept.
            (None, Some(entry), None) if ours => Some(&entry.address),
            // The server said yes, but the list could not be read (or lags).
            (None, None, None) if ours && pending.own => Some(&pending.address),
            (None, ..) => None,
        };
        self.complete_verification(at, address.cloned());
    }

    /// Reports this address. Without an address, there is no report.
    pub(super) fn complete_verification(&mut self, at: usize, address: Option<String>) {
        let own = matches!(
            self.verifications[at].phase,
            VerificationPhase::Refreshing | VerificationPhase::OutcomeUnknown { .. }
        );
        let done = self.remove_verification(at);
        self.add_tombstone(&done, true);
        if own {
            self.effects.push(Effect::Tab(TabEffect::BroadcastListChanged));
        }
        let medium = done.medium;
        let Some(address) = address else {
            if own && let Some(section) = self.section_of(&medium) {
                // The group is gone.
                self.focus(FocusTarget::Field(section));
            }
            return;
        };
        let shares = done.id_server.is_some();
        if shares {
            self.set_shared(&medium, &address, true);
        } else if !self.list.contains(&medium, &address) {
            self.edit_list(|entries| {
                entries.push(Threepid {
                    medium: medium.clone(),
                    address: address.clone(),
                    added_at: None,
                    validated_at: None,
                    shared: None,
                    nth: 0,
                });
            });
        }
        let of = (medium.clone(), address.clone());
        self.show_status(match shares {
            true => Status::SharingChanged(SharingResult::Shared, of.0, of.1),
            false => Status::Added(of.0, of.1),
        });
        if let Some((section, at)) = self.visible_index(&medium, &address) {
            self.focus(FocusTarget::Entry(section, at));
        }
        self.emit(match shares {
            true => HostEvent::Shared { medium, address },
            false => HostEvent::Added { medium, address },
        });
    }

    /// Finishes the current removal: its address is no longer on the account.
    pub(super) fn on_removed(&mut self, unbind_result: Option<String>) {
        if self.removals[0].kind == RemovalKind::Unbind {
            return self.on_unbound(unbind_result);
        }
        let removal = self.removals.remove(0);
        let operation = MethodCall::Remove(removal.medium.clone(), removal.address.clone());
        let (medium, mut address) = (removal.medium, removal.address);
        match removal.removed_address {
            // As the list says.
            Some(gone) => address = gone,
            // It could not be read (or lags).
            None => self.edit_list(|entries| {
                let is = |it: &Threepid| it.medium == medium && it.address == address;
                if let Some(at) = entries.iter().position(is) {
                    entries.remove(at);
                }
            }),
        }
        self.effects.push(Effect::Tab(TabEffect::BroadcastListChanged));
        let of = (medium.clone(), address.clone());
        self.show_status(if removal.was_shared {
            let gone = is_success(&unbind_result);
            let sharing = if gone {
                SharingResult::RemovedAndUnshared
            } else {
                SharingResult::RemovedUnshareUnconfirmed
            };
            Status::SharingChanged(sharing, of.0, of.1)
        } else {
            Status::Removed(of.0, of.1)
        });
        if let Some(section) = self.section_of(&medium) {
            let left = self.entries(section).count();
            self.focus(match removal.index.min(left.saturating_sub(1)) {
                _ if left == 0 => FocusTarget::Field(section),
                next => FocusTarget::RemoveButton(section, next),
            });
        }
        self.emit(HostEvent::Removed {
            medium: medium.clone(),
            address: address.clone(),
            unbind_result: unbind_result.clone(),
        });
        self.resolve(operation, Ok(MethodResult::Removed { medium, address, unbind_result }));
    }

    fn edit_list(&mut self, edit: impl FnOnce(&mut Vec<Threepid>)) {
        if let ThreepidList::Loaded { entries, reading } = &self.list {
            let (mut entries, reading) = (entries.to_vec(), reading.clone());
            edit(&mut entries);
            self.replace_entries(entries, reading);
        }
    }
}
