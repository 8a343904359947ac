//! "Share" and "Stop sharing": publishing an address at the identity server.
//!
//! A share is a [`Verification`] with another purpose. Stopping to share is a
//! [`Removal`] that leaves the address on the account.

use super::{
    Draft, Effect, Event, Flow, List, Notice, Phase, Removal, RemovalPhase, Section, Sharing,
    Verification, VerificationId, Wish,
};
use crate::matrix::ClientSecret;
use crate::matrix::phone::Dialled;
use crate::matrix::threepids::{Medium, Threepid};

impl Flow {
    /// True if the address is shared; `None` if that is not known.
    pub fn shared(&self, medium: &Medium, address: &str) -> Option<bool> {
        let entries = self.list.entries()?;
        entries.get(self.list.position(medium, address)?)?.shared
    }

    /// Pending share of this address.
    pub fn sharing(&self, medium: &Medium, address: &str) -> Option<&Verification> {
        let id_server = Some(self.identity.as_ref()?.host.clone());
        self.pending.iter().find(|it| it.is(&id_server, medium, address))
    }

    /// True if the user can share addresses, and stop it.
    pub fn may_share(&self) -> bool {
        !self.is_readonly() && self.identity.as_ref().is_some_and(|it| it.is_open())
    }

    /// Starts sharing: requests a message of the identity server.
    pub(super) fn share(&mut self, medium: Medium, address: String, secret: ClientSecret) {
        let under_way = self.sharing(&medium, &address).is_some();
        if under_way || self.refusal().is_some() || !self.may_share() {
            return;
        }
        let Some(section) = Section::of(&medium) else { return };
        let dialled = match section {
            Section::Emails => None,
            // With its `+` it needs no country; the spec wants one named.
            Section::Phones => {
                let number = ["+", &address].concat();
                Some(Dialled { country: "GB".to_owned(), number })
            }
        };
        let id_server = self.identity.as_ref().map(|it| it.host.clone());
        let at = self.sending_time(&id_server, &medium, &address);
        let id = self.fresh_id();
        self.notice = None;
        let draft = Draft { id, address, dialled, secret, replaces: None, linked: true };
        let mut pending = Verification::unsent(draft, at);
        pending.id_server = id_server;
        pending.start_sending();
        self.pending.push(pending);
        self.repeat_resend(id);
    }

    /// Starts stopping to share: opens the dialog.
    pub(super) fn ask_unshare(&mut self, medium: Medium, address: String) {
        // One dialog at a time.
        if self.refusal().is_none() && self.removals.is_empty() && self.identity.is_some() {
            let (wish, phase) = (Wish::Unshare, RemovalPhase::Asking);
            let (index, last, shared, gone, awaits_word) = (0, false, true, None, false);
            let removal =
                Removal { medium, address, index, last, wish, shared, phase, gone, awaits_word };
            self.removals.push(removal);
        }
    }

    /// Handles a successful `bind`.
    pub(super) fn finish_share(&mut self, id: VerificationId) {
        if let Some(at) = self.pending.iter().position(|it| it.id == id) {
            let pending = &self.pending[at];
            if pending.own {
                self.adopt(at, Some(pending.address.clone()));
            } else {
                // What was read from the storage may be another's: the identity
                // server tells.
                self.look_up();
            }
        }
    }

    /// Finishes the current removal, which stops a share.
    pub(super) fn unbound(&mut self, unbind_result: Option<String>) {
        let Removal { medium, address, .. } = self.removals.remove(0);
        self.effects.push(Effect::TellChanged);
        let confirmed = is_success(&unbind_result);
        let sharing = if confirmed { Sharing::Unshared } else { Sharing::MaybeShared };
        self.notice = Some(Notice::Sharing(sharing, medium.clone(), address.clone()));
        if confirmed {
            self.set_shared(&medium, &address, false);
        } else {
            self.look_up();
        }
        self.emit(Event::Unshared { medium, address, unbind_result });
    }

    pub(super) fn set_shared(&mut self, medium: &Medium, address: &str, shared: bool) {
        let at = self.list.position(medium, address);
        let mut index = 0;
        self.mark_shared(&mut |entry| {
            index += 1;
            if at == Some(index - 1) { Some(shared) } else { entry.shared }
        });
    }

    /// Result of the lookup for each entry.
    pub(super) fn mark_shared(&mut self, known: &mut dyn FnMut(&Threepid) -> Option<bool>) {
        let before = self.shown();
        if let List::Shown { entries, .. } = &mut self.list {
            for entry in entries {
                entry.shared = known(entry);
            }
        }
        if before != self.shown() {
            self.emit(Event::Change);
        }
    }

    /// Finishes requests whose response was lost, after a lookup or without
    /// one.
    pub(super) fn finish_sharing(&mut self) {
        let mut at = 0;
        while let Some(pending) = self.pending.get(at) {
            let shared = self.shared(&pending.medium, &pending.address) == Some(true);
            let uncertain = matches!(pending.phase, Phase::Uncertain { .. });
            let awaits = pending.is_being_added() && !uncertain;
            if pending.is_share() && shared && !awaits {
                // By a request whose answer nobody heard, or another client.
                self.adopt(at, Some(pending.address.clone()));
                continue;
            }
            if pending.is_share()
                && matches!(pending.phase, Phase::Adopting | Phase::AddedElsewhere)
            {
                self.adopt(at, None);
                continue;
            }
            if pending.is_share() && uncertain {
                self.back_from_uncertainty(at);
            }
            at += 1;
        }
        let Some(removal) = self.removals.first().filter(|it| it.wish == Wish::Unshare) else {
            return;
        };
        let gone = self.shared(&removal.medium, &removal.address) == Some(false);
        self.end_removal(gone);
    }

    /// Ends a share whose address is no longer on the list. Returns true if it
    /// ended.
    pub(super) fn share_without_list(&mut self, at: usize, fresh: bool) -> bool {
        let pending = &self.pending[at];
        let listed = self.list.holds(&pending.medium, &pending.address);
        if fresh && !listed && self.shows(pending) {
            let pending = self.drop_verification(at);
            self.ended(&pending, false);
            return true;
        }
        if !fresh && matches!(pending.phase, Phase::Uncertain { .. }) {
            self.back_from_uncertainty(at);
        }
        false
    }
}

/// True if an `id_server_unbind_result` confirms that sharing has stopped.
pub(super) fn is_success(unbind_result: &Option<String>) -> bool {
    unbind_result.as_deref() == Some("success")
}
