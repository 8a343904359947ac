//! Taking an address off the account.

use super::authenticating::Verdict;
use super::{
    Action, Asked, Effect, Flow, Operation, Problem, Subject, Uia, UiaPhase, same_address,
};
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::uia::Auth;
use crate::matrix::{Errcode, Failure};

/// What is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// That the address is on the account.
    Remove,
    /// That others find the person by it; it stays on the account.
    Unshare,
}

/// A removal that the person or the embedder asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Removal {
    /// Of the entry.
    pub medium: Medium,
    /// Of the entry.
    pub address: String,
    /// Where in its section the entry stood, for the focus afterwards.
    pub index: usize,
    /// What is to end.
    pub wish: Wish,
    /// The address is shared, as far as is known.
    pub shared: bool,
    /// Nothing else on the list can recover the account.
    pub last: bool,
    /// How far it is.
    pub phase: RemovalPhase,
    /// The entry that the list does not hold any more, since it was asked for.
    pub(super) gone: Option<String>,
    /// The embedder has not said yet whether it may be.
    pub(super) awaits_word: bool,
}

/// A removal's phases.
#[derive(Clone, Debug, PartialEq)]
pub enum RemovalPhase {
    /// The person is asked whether they mean it.
    Asking,
    /// `delete` is under way.
    Deleting,
    /// It failed; the dialog is still open.
    Failed(Problem),
    /// The server wants to know that it is really them.
    Authenticating(Box<Uia>),
    /// No answer came: the list is read to see whether it worked.
    Uncertain(Failure),
    /// It worked: the list is read again.
    Reading {
        /// What the server said of the identity server.
        unbind_result: Option<String>,
    },
}

impl RemovalPhase {
    /// Whether the dialog that asks is open.
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

    /// Whether a request is under way.
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
    /// What its request is for.
    pub(super) fn action(&self) -> Action {
        match self.wish {
            Wish::Remove => Action::Remove,
            Wish::Unshare => Action::Unbind,
        }
    }

    /// What went wrong.
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
    /// The entry that an address means, as it is written there: this very one,
    /// else the only one that is the same to a server. What is not listed means
    /// itself; what could be one of several, none.
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

    /// The embedder's word on the newest removal that waits for it: a listener
    /// that asks for another is asked about that one first.
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

    /// The removal's dialog was closed.
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
