//! Removing an address from the account, and stopping to share it.

use super::authenticating::Verdict;
use super::{
    Action, Asked, Effect, Flow, Operation, Problem, Subject, Uia, UiaPhase, same_address,
};
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::uia::Auth;
use crate::matrix::{Errcode, Failure};

/// Kind of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Removes the address from the account.
    Remove,
    /// Stops sharing the address, which stays on the account.
    Unshare,
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
    pub wish: Wish,
    /// True if the last lookup found the address.
    pub shared: bool,
    /// True if no other entry can recover the account.
    pub last: bool,
    /// State of the removal.
    pub phase: RemovalPhase,
    /// True if the entry is no longer on the list.
    pub(super) gone: Option<String>,
    /// True until the host application has replied to `threepid-before-remove`.
    pub(super) awaits_word: bool,
}

/// State of a removal.
#[derive(Clone, Debug, PartialEq)]
pub enum RemovalPhase {
    /// The dialog is open.
    Asking,
    /// `delete` is pending.
    Deleting,
    /// The request failed. The dialog stays open.
    Failed(Problem),
    /// The server requires authentication.
    Authenticating(Box<Uia>),
    /// The response was lost. The list is read to find out the result.
    Uncertain(Failure),
    /// The request succeeded. The list is read again.
    Reading {
        /// `id_server_unbind_result` of the response.
        unbind_result: Option<String>,
    },
}

impl RemovalPhase {
    /// True while the dialog is open.
    pub fn is_asking(&self) -> bool {
        match self {
            RemovalPhase::Asking
            | RemovalPhase::Deleting
            | RemovalPhase::Failed(_)
            | RemovalPhase::Uncertain(_)
            | RemovalPhase::Reading { .. } => true,
            RemovalPhase::Authenticating(_) => false,
        }
    }

    /// True while a request is pending.
    pub fn is_busy(&self) -> bool {
        match self {
            RemovalPhase::Deleting | RemovalPhase::Uncertain(_) | RemovalPhase::Reading { .. } => {
                true
            }
            RemovalPhase::Asking | RemovalPhase::Failed(_) | RemovalPhase::Authenticating(_) => {
                false
            }
        }
    }
}

impl Removal {
    /// Purpose of the request.
    pub(super) fn action(&self) -> Action {
        match self.wish {
            Wish::Remove => Action::Remove,
            Wish::Unshare => Action::Unbind,
        }
    }

    /// The displayed error.
    pub fn problem(&self) -> Option<&Problem> {
        match &self.phase {
            RemovalPhase::Failed(problem) => Some(problem),
            RemovalPhase::Asking
            | RemovalPhase::Deleting
            | RemovalPhase::Authenticating(_)
            | RemovalPhase::Uncertain(_)
            | RemovalPhase::Reading { .. } => None,
        }
    }

    pub(super) fn forget_problem_if(&mut self, mut ended: impl FnMut(&Problem) -> bool) {
        match &mut self.phase {
            RemovalPhase::Failed(problem) if ended(problem) => self.phase = RemovalPhase::Asking,
            RemovalPhase::Authenticating(uia) => uia.forget_problem_if(ended),
            RemovalPhase::Asking
            | RemovalPhase::Deleting
            | RemovalPhase::Failed(_)
            | RemovalPhase::Uncertain(_)
            | RemovalPhase::Reading { .. } => {}
        }
    }
}

impl Flow {
    /// Entry that an address selects: the one with the same text, else the only
    /// one that servers treat as equal. An address that is not on the list
    /// selects itself. If several entries are equal, there is no result.
    pub fn entry_meant(&self, medium: &Medium, address: &str) -> Option<String> {
        let entries = self.list.entries().unwrap_or_default();
        let alike =
            |it: &&Threepid| it.medium == *medium && same_address(medium, &it.address, address);
        let mut meant = entries.iter().filter(alike);
        let entry = self.list.position(medium, address).map(|at| &*entries[at].address);
        match (entry, meant.nth(1)) {
            (Some(entry), Some(_)) if entry != address => None,
            (entry, _) => Some(entry.unwrap_or(address).to_owned()),
        }
    }

    pub(super) fn ask_remove(&mut self, medium: Medium, address: String) {
        let operation = Operation::Remove(medium.clone(), address.clone());
        if let Some(code) = self.refusal() {
            return self.settle(operation, Err(code));
        }
        // The entry's own word for it counts.
        let Some(address) = self.entry_meant(&medium, &address) else {
            return self.settle(operation, Err("invalid-address"));
        };
        let asked = |removal: &Removal| {
            removal.wish == Wish::Remove && removal.medium == medium && removal.address == address
        };
        if self.removals.iter().any(asked) {
            return;
        }
        let entries = self.list.entries().unwrap_or_default();
        let index = self.list.position(&medium, &address);
        let place = self.place(&medium, &address).map_or(entries.len(), |(_, at)| at);
        let emails = entries.iter().filter(|entry| entry.medium == Medium::Email).count();
        let last = index.is_some() && medium == Medium::Email && emails == 1;
        self.removals.push(Removal {
            medium,
            address,
            index: place,
            last,
            wish: Wish::Remove,
            shared: false,
            phase: RemovalPhase::Asking,
            gone: None,
            awaits_word: true,
        });
        let removal = &self.removals[self.removals.len() - 1];
        let before =
            Effect::Before(Action::Remove, removal.medium.clone(), removal.address.clone());
        self.effects.push(before);
    }

    /// Handles the reply to `threepid-before-remove` for the newest removal
    /// that waits for it: a listener can start another removal.
    pub(super) fn may_remove(&mut self, may: bool) {
        let Some(at) = self.removals.iter().rposition(|removal| removal.awaits_word) else {
            return;
        };
        self.removals[at].awaits_word = false;
        if !may {
            let removal = self.removals.remove(at);
            let operation = Operation::Remove(removal.medium, removal.address);
            self.settle(operation, Err("cancelled"));
        }
    }

    pub(super) fn confirm_remove(&mut self) {
        let may = |removal: &&mut Removal| {
            !removal.awaits_word && removal.problem().is_none_or(|it| it.until().is_none())
        };
        if let Some(removal) = self.removals.first_mut().filter(may) {
            match removal.phase {
                RemovalPhase::Asking | RemovalPhase::Failed(_) => {
                    removal.phase = RemovalPhase::Deleting;
                    self.request_delete(None);
                }
                RemovalPhase::Deleting
                | RemovalPhase::Authenticating(_)
                | RemovalPhase::Uncertain(_)
                | RemovalPhase::Reading { .. } => {}
            }
        }
    }

    pub(super) fn request_delete(&mut self, auth: Option<Auth>) {
        let shared = |it: &Removal| self.shared(&it.medium, &it.address) == Some(true);
        let shared = self.removals.first().is_some_and(shared);
        if let Some(removal) = self.removals.first_mut() {
            removal.shared = shared && self.identity.is_some();
            self.effects.push(Effect::Delete {
                wish: removal.wish,
                shared: removal.shared,
                medium: removal.medium.clone(),
                address: removal.address.clone(),
                auth,
            });
        }
    }

    pub(super) fn deleted(&mut self, result: Result<Option<String>, Failure>) {
        let Some(removal) = self.removals.first() else {
            return;
        };
        let (wish, action) = (removal.wish, removal.action());
        let uia = match &removal.phase {
            RemovalPhase::Deleting => None,
            RemovalPhase::Authenticating(uia) if uia.is_under_way() => Some(uia.clone()),
            // Nothing is under way.
            RemovalPhase::Asking
            | RemovalPhase::Failed(_)
            | RemovalPhase::Authenticating(_)
            | RemovalPhase::Uncertain(_)
            | RemovalPhase::Reading { .. } => return,
        };
        match result {
            Ok(unbind_result) if wish == Wish::Unshare => self.removed(unbind_result),
            Ok(unbind_result) => self.reread(RemovalPhase::Reading { unbind_result }),
            // Gone already is what was wanted.
            Err(failure)
                if wish == Wish::Remove
                    && matches!(
                        failure.errcode(),
                        Some(Errcode::NotFound | Errcode::ThreepidNotFound)
                    ) =>
            {
                let unbind_result = None;
                self.reread(RemovalPhase::Reading { unbind_result });
            }
            Err(failure) => match self.judge(action, uia, failure) {
                Verdict::Ask(uia) => {
                    self.removals[0].phase = RemovalPhase::Authenticating(uia);
                    self.challenged(Subject::Removal);
                }
                Verdict::Anew(uia) => {
                    self.removals[0].phase = RemovalPhase::Authenticating(uia);
                    self.request_delete(None);
                }
                Verdict::Rest(uia) => self.removals[0].phase = RemovalPhase::Authenticating(uia),
                Verdict::Over(failure, uia) => self.delete_failed(failure, uia),
            },
        }
    }

    fn delete_failed(&mut self, failure: Failure, uia: Option<Box<Uia>>) {
        if failure.is_uncertain() {
            return self.reread(RemovalPhase::Uncertain(failure));
        }
        let action = self.removals[0].action();
        let problem = self.trouble(action, &failure);
        self.removals[0].phase = match uia {
            // The dialog stays, unless it is the embedder's, or its session is
            // good for nothing any more.
            Some(mut uia) if uia.asked == Asked::Person && !failure.is_of_session() => {
                uia.phase = UiaPhase::Failed(problem);
                RemovalPhase::Authenticating(uia)
            }
            Some(_) | None => RemovalPhase::Failed(problem),
        };
    }

    fn reread(&mut self, phase: RemovalPhase) {
        self.removals[0].phase = phase;
        self.read_list();
    }

    /// Closes the removal's dialog.
    pub(super) fn dismiss_remove(&mut self) {
        let Some(removal) = self.removals.first() else {
            return;
        };
        let under_way = match &removal.phase {
            // Done but for the list: nothing left to be stopped.
            RemovalPhase::Reading { .. } => return,
            RemovalPhase::Deleting => true,
            RemovalPhase::Authenticating(uia) => uia.is_under_way(),
            RemovalPhase::Asking | RemovalPhase::Failed(_) | RemovalPhase::Uncertain(_) => false,
        };
        let removal = self.removals.remove(0);
        if under_way {
            self.effects.push(Effect::AbortDelete);
            self.read_list();
        }
        if removal.wish == Wish::Remove {
            let operation = Operation::Remove(removal.medium, removal.address);
            self.settle(operation, Err("cancelled"));
        }
    }
}
