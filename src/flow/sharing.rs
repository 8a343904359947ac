//! "Share" and "Stop sharing": others, who know an address, find the person by
//! it, or do not any more.
//!
//! A share is a [`Verification`] for another purpose, and its end a [`Removal`]
//! that leaves the address on the account: so both survive what those do.

use super::{
    Action, Effect, Event, Flow, Focus, Notice, Phase, Purpose, Removal, RemovalPhase, Section,
    Verification, VerificationId, Wish, same_address,
};
use crate::matrix::ClientSecret;
use crate::matrix::phone::Dialled;
use crate::matrix::threepids::Medium;

impl Flow {
    /// Whether others can find the person by it, where that is known.
    pub fn shared(&self, medium: &Medium, address: &str) -> Option<bool> {
        let entries = self.list.entries()?;
        entries.get(self.list.position(medium, address)?)?.shared
    }

    /// What is pending of sharing this address.
    pub fn sharing(&self, medium: &Medium, address: &str) -> Option<&Verification> {
        self.pending.iter().find(|it| {
            it.is_share()
                && self.shows(it)
                && it.medium == *medium
                && same_address(medium, &it.address, address)
        })
    }

    /// Whether the person can begin to share addresses, or end it.
    pub fn may_share(&self) -> bool {
        !self.is_readonly() && self.identity.as_ref().is_some_and(|it| it.is_open())
    }

    /// "Share" beside an entry: a message proves that the address is theirs.
    pub(super) fn share(&mut self, medium: Medium, address: String, secret: ClientSecret) {
        if let Some(pending) = self.sharing(&medium, &address) {
            let id = pending.id;
            return self.focus(Focus::Group(id));
        }
        let Some(identity) = &self.identity else { return };
        let host = identity.host.clone();
        if self.refusal().is_some() || !identity.is_open() {
            return;
        }
        let Some(section) = Section::of(&medium) else { return };
        let dialled = match section {
            Section::Emails => None,
            // With its `+` it needs no country; the spec wants one named.
            Section::Phones => {
                Some(Dialled { country: "GB".to_owned(), number: ["+", &address].concat() })
            }
        };
        let purpose = Purpose::Share(host);
        let at = self.sending_time(&purpose, &medium, &address);
        let id = self.fresh_id();
        self.notice = None;
        let mut pending = Verification::unsent(id, purpose, medium, address, dialled, secret, at);
        pending.start_sending();
        self.pending.push(pending);
        self.repeat_resend(id);
    }

    /// "Stop sharing" beside an entry.
    pub(super) fn ask_unshare(&mut self, medium: Medium, address: String) {
        // One dialog at a time.
        if self.refusal().is_none() && self.removals.is_empty() && self.identity.is_some() {
            self.removals.push(Removal {
                medium,
                address,
                index: 0,
                last: false,
                wish: Wish::Unshare,
                shared: true,
                phase: RemovalPhase::Asking,
                awaits_word: false,
            });
        }
    }

    /// `bind` went through.
    pub(super) fn finish_share(&mut self, id: VerificationId) {
        if let Some(at) = self.pending.iter().position(|it| it.id == id) {
            self.bound(at, true);
        }
    }

    /// The share at `at` is done.
    pub(super) fn bound(&mut self, at: usize, own: bool) {
        let done = self.drop_verification(at);
        self.ended(&done, true);
        if own {
            self.effects.push(Effect::TellChanged);
        }
        let (medium, address) = (done.medium, done.address);
        self.set_shared(&medium, &address, true);
        self.notice = Some(Notice::Shared(medium.clone(), address.clone()));
        if let Some((section, at)) = self.place(&medium, &address) {
            self.focus(Focus::Entry(section, at));
        }
        self.emit(Event::Shared { medium, address });
    }

    /// The share that the removal in front was to end has ended, as far as the
    /// identity server says so.
    pub(super) fn unbound(&mut self, unbind_result: Option<String>) {
        let Removal { medium, address, .. } = self.removals.remove(0);
        self.effects.push(Effect::TellChanged);
        let confirmed = is_success(unbind_result.as_deref());
        self.notice = Some(Notice::Unshared(medium.clone(), address.clone(), confirmed));
        if confirmed {
            self.set_shared(&medium, &address, false);
        } else {
            self.look_up();
        }
        self.emit(Event::Unshared { medium, address, unbind_result });
    }

    fn set_shared(&mut self, medium: &Medium, address: &str, shared: bool) {
        let at = self.list.position(medium, address);
        self.edit_list(&mut |entries| {
            if let Some(entry) = at.and_then(|at| entries.get_mut(at)) {
                entry.shared = Some(shared);
            }
        });
    }

    /// What is shared was looked up, or cannot be: tells whether what nobody
    /// heard of has worked.
    pub(super) fn finish_sharing(&mut self) {
        let mut at = 0;
        while let Some(pending) = self.pending.get(at) {
            let shares = pending.is_share();
            let shared = self.shared(&pending.medium, &pending.address) == Some(true);
            match &pending.phase {
                _ if !shares => at += 1,
                Phase::Uncertain { .. } if !shared => {
                    self.back_from_uncertainty(at);
                    at += 1;
                }
                // An answer will come.
                Phase::Trying(_) => at += 1,
                Phase::Authenticating { uia, .. } if uia.is_under_way() => at += 1,
                // By a request whose answer nobody heard, or another client.
                Phase::Sent
                | Phase::Submitting { .. }
                | Phase::Unconfirmed
                | Phase::Waiting { .. }
                | Phase::Trouble { .. }
                | Phase::Uncertain { .. }
                | Phase::Authenticating { .. }
                | Phase::Adopting
                | Phase::AddedElsewhere
                    if shared =>
                {
                    self.bound(at, true);
                }
                Phase::Sent
                | Phase::Submitting { .. }
                | Phase::Unconfirmed
                | Phase::Waiting { .. }
                | Phase::Trouble { .. }
                | Phase::Uncertain { .. }
                | Phase::Authenticating { .. }
                | Phase::Adopting
                | Phase::AddedElsewhere => at += 1,
            }
        }
        let Some(removal) = self.removals.first().filter(|it| it.wish == Wish::Unshare) else {
            return;
        };
        if let RemovalPhase::Uncertain(failure) = &removal.phase {
            let failure = failure.clone();
            if self.shared(&removal.medium, &removal.address) == Some(false) {
                self.unbound(None);
            } else {
                let problem = self.trouble(Action::Unbind, &failure);
                self.removals[0].phase = RemovalPhase::Failed(problem);
            }
        }
    }

    /// What becomes of a share when the list is read: without its address, it is
    /// nobody's wish any more.
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

/// Whether an `id_server_unbind_result` says that it is done.
pub(super) fn is_success(unbind_result: Option<&str>) -> bool {
    unbind_result == Some("success")
}
