//! "Share" and "Stop sharing": publishing an address at the identity server.
//!
//! A share is a [`Verification`] with another purpose. Stopping to share is a
//! [`Removal`] that leaves the address on the account.

use std::sync::Arc;

use crate::matrix::ClientSecret;
use crate::matrix::get_3pids::{Medium, Threepid};
use crate::matrix::phone_number::PhoneInput;
use crate::model::{
    Draft, Effect, HostEvent, Model, Removal, RemovalKind, RemovalPhase, Section, SharingResult,
    Status, TabEffect, ThreepidList, Verification, VerificationId, VerificationPhase,
};

impl Model {
    /// True if the address is shared; `None` if that is not known.
    pub fn is_shared(&self, medium: &Medium, address: &str) -> Option<bool> {
        let entries = self.list.entries()?;
        entries.get(self.list.position(medium, address)?)?.shared
    }

    /// Pending share of this address.
    pub fn share_in_progress(&self, medium: &Medium, address: &str) -> Option<&Verification> {
        let id_server = Some(self.identity_server.as_ref()?.server_name.clone());
        self.verifications.iter().find(|it| it.matches(&id_server, medium, address))
    }

    /// Pending shares at the identity server.
    pub fn shares_in_progress(&self) -> impl Iterator<Item = &Verification> {
        let own = self.identity_server.as_ref().map(|identity| &identity.server_name);
        self.verifications.iter().filter(move |it| own.is_some() && it.id_server.as_ref() == own)
    }

    /// True if the user can share addresses, and stop it.
    pub fn may_share(&self) -> bool {
        !self.is_readonly() && self.identity_server.as_ref().is_some_and(|it| it.is_ready())
    }

    /// Starts sharing: requests a message of the identity server.
    pub(in crate::model) fn start_share(
        &mut self,
        medium: Medium,
        address: String,
        secret: ClientSecret,
    ) {
        let under_way = self.share_in_progress(&medium, &address).is_some();
        if under_way || self.change_blocked_by().is_some() || !self.may_share() {
            return;
        }
        let Some(section) = Section::from_medium(&medium) else { return };
        let dialled = match section {
            Section::Emails => None,
            // With its `+` it needs no country; the spec wants one named.
            Section::Phones => {
                let number = ["+", &address].concat();
                Some(PhoneInput { country: "GB".to_owned(), number })
            }
        };
        let id_server = self.identity_server.as_ref().map(|it| it.server_name.clone());
        let at = self.next_sent_at(&id_server, &medium, &address);
        let id = self.allocate_id();
        self.status = None;
        let draft =
            Draft { id, address, phone: dialled, secret, replaces: None, use_next_link: true };
        let mut pending = Verification::unsent(draft, at);
        pending.id_server = id_server;
        pending.start_sending();
        self.verifications.push(pending);
        self.send_resend_request(id);
    }

    /// Starts stopping to share: opens the dialog.
    pub(in crate::model) fn ask_unshare(&mut self, medium: Medium, address: String) {
        // One dialog at a time.
        if self.change_blocked_by().is_none()
            && self.removals.is_empty()
            && self.identity_server.is_some()
        {
            let (kind, phase) = (RemovalKind::Unbind, RemovalPhase::Confirming);
            let (index, last, shared, gone, awaits_word) = (0, false, true, None, false);
            let removal = Removal {
                medium,
                address,
                index,
                is_last_email: last,
                kind,
                was_shared: shared,
                phase,
                removed_address: gone,
                awaiting_host_approval: awaits_word,
            };
            self.removals.push(removal);
        }
    }

    /// Handles a successful `bind`.
    pub(in crate::model) fn finish_share(&mut self, id: VerificationId) {
        if let Some(at) = self.verifications.iter().position(|it| it.id == id) {
            let pending = &self.verifications[at];
            if pending.own {
                self.complete_verification(at, Some(pending.address.clone()));
            } else {
                // What was read from the storage may be another's: the identity
                // server tells.
                self.schedule_lookup();
            }
        }
    }

    /// Finishes the current removal, which stops a share.
    pub(in crate::model) fn on_unbound(&mut self, unbind_result: Option<String>) {
        let Removal { medium, address, .. } = self.removals.remove(0);
        self.effects.push(Effect::Tab(TabEffect::BroadcastListChanged));
        let confirmed = is_success(&unbind_result);
        let sharing =
            if confirmed { SharingResult::Unshared } else { SharingResult::UnshareUnconfirmed };
        self.show_status(Status::SharingChanged(sharing, medium.clone(), address.clone()));
        if confirmed {
            self.set_shared(&medium, &address, false);
        } else {
            self.schedule_lookup();
        }
        self.emit(HostEvent::Unshared { medium, address, unbind_result });
    }

    pub(in crate::model) fn set_shared(&mut self, medium: &Medium, address: &str, shared: bool) {
        let at = self.list.position(medium, address);
        let mut index = 0;
        self.update_shared(&mut |entry| {
            index += 1;
            if at == Some(index - 1) { Some(shared) } else { entry.shared }
        });
    }

    /// Result of the lookup for each entry.
    pub(in crate::model) fn update_shared(
        &mut self,
        known: &mut dyn FnMut(&Threepid) -> Option<bool>,
    ) {
        let ThreepidList::Loaded { entries, .. } = &mut self.list else { return };
        let shared: Vec<_> = entries.iter().map(known).collect();
        // The view compares pointers, so the same list stays where it is.
        if entries.iter().map(|entry| entry.shared).eq(shared.iter().copied()) {
            return;
        }
        let before = entries.clone();
        for (entry, shared) in Arc::make_mut(entries).iter_mut().zip(shared) {
            entry.shared = shared;
        }
        self.emit_if_changed(&before);
    }

    /// Finishes requests whose response was lost, after a lookup or without
    /// one.
    pub(in crate::model) fn finish_sharing(&mut self) {
        let mut at = 0;
        while let Some(pending) = self.verifications.get(at) {
            let shared = self.is_shared(&pending.medium, &pending.address) == Some(true);
            let uncertain = matches!(pending.phase, VerificationPhase::OutcomeUnknown { .. });
            let awaits = pending.is_being_added() && !uncertain;
            if pending.is_share() && shared && !awaits {
                // By a request whose answer nobody heard, or another client.
                self.complete_verification(at, Some(pending.address.clone()));
                continue;
            }
            if pending.is_share()
                && matches!(
                    pending.phase,
                    VerificationPhase::Refreshing | VerificationPhase::AddedElsewhere
                )
            {
                self.complete_verification(at, None);
                continue;
            }
            if pending.is_share() && uncertain {
                self.resolve_uncertain_add(at);
            }
            at += 1;
        }
        let Some(removal) = self.removals.first().filter(|it| it.kind == RemovalKind::Unbind)
        else {
            return;
        };
        let gone = self.is_shared(&removal.medium, &removal.address) == Some(false);
        self.end_removal(gone);
    }

    /// Ends a share whose address is no longer on the list. Returns true if it
    /// ended.
    pub(in crate::model) fn drop_share_if_unlisted(&mut self, at: usize, fresh: bool) -> bool {
        let pending = &self.verifications[at];
        let listed = self.list.contains(&pending.medium, &pending.address);
        if fresh && !listed && self.is_visible(pending) {
            let pending = self.remove_verification(at);
            self.add_tombstone(&pending, false);
            return true;
        }
        if !fresh && matches!(pending.phase, VerificationPhase::OutcomeUnknown { .. }) {
            self.resolve_uncertain_add(at);
        }
        false
    }
}

/// True if an `id_server_unbind_result` confirms that sharing has stopped.
pub(in crate::model) fn is_success(unbind_result: &Option<String>) -> bool {
    unbind_result.as_deref() == Some("success")
}
