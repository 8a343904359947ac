//! The list of confirmed addresses.

use super::verification::{DAY_MS, LINK_LIFE_MS as HOUR_MS};
use super::{
    Action, Effect, Event, Flow, Focus, Notice, Operation, Outcome, Phase, Problem, Removal,
    RemovalPhase, Section, Sharing, Verification, Wish, same_address, sharing::is_success,
};
use crate::matrix::Failure;
use crate::matrix::threepids::{Medium, Threepid};

/// Start of Matrix, in ms since the epoch: the earliest valid time.
const MATRIX_BEGAN_MS: f64 = 1_388_534_400_000.0;

/// State of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum List {
    /// No request was sent yet.
    Loading,
    /// The first request is pending.
    First {
        /// Number of the request.
        number: u32,
    },
    /// The first request failed.
    Failed(Problem),
    /// The list is displayed.
    Shown {
        /// Entries of the list.
        entries: Vec<Threepid>,
        /// State of reading it again.
        reading: Reading,
    },
}

/// State of reading a displayed list again.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// No request is pending.
    No,
    /// The request with this number is pending.
    Now(u32),
    /// The request failed, so the displayed list may be old.
    Failed(Problem),
}

impl List {
    /// Displayed entries; `None` before the first list.
    pub fn entries(&self) -> Option<&[Threepid]> {
        match self {
            List::Shown { entries, .. } => Some(entries),
            List::Loading | List::First { .. } | List::Failed(_) => None,
        }
    }

    /// Error of the last request.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            List::Failed(problem) | List::Shown { reading: Reading::Failed(problem), .. } => {
                Some(problem)
            }
            List::Loading | List::First { .. } | List::Shown { .. } => None,
        }
    }

    /// True if the list has this address.
    pub fn holds(&self, medium: &Medium, address: &str) -> bool {
        self.position(medium, address).is_some()
    }

    /// Index of the entry with this address: with the same text, else one that
    /// servers treat as equal.
    pub fn position(&self, medium: &Medium, address: &str) -> Option<usize> {
        place_of(&self.entries()?.iter().collect::<Vec<_>>(), medium, address)
    }

    pub(super) fn forget_problem(&mut self) {
        match self {
            List::Failed(_) => *self = List::Loading,
            List::Shown { reading, .. } => *reading = Reading::No,
            List::Loading | List::First { .. } => {}
        }
    }

    /// Ends a pending request.
    pub(super) fn detach(&mut self) {
        match self {
            List::First { .. } => *self = List::Loading,
            List::Shown { reading, .. } => *reading = Reading::No,
            List::Loading | List::Failed(_) => {}
        }
    }

    /// True while a request is pending.
    pub(super) fn is_being_read(&self) -> bool {
        self.awaited().is_some()
    }

    fn awaited(&self) -> Option<u32> {
        match self {
            List::First { number } | List::Shown { reading: Reading::Now(number), .. } => {
                Some(*number)
            }
            List::Loading | List::Failed(_) | List::Shown { .. } => None,
        }
    }
}

/// Index of this address: with the same text, else one that servers treat as
/// equal.
#[inline(never)]
pub(super) fn place_of(entries: &[&Threepid], medium: &Medium, address: &str) -> Option<usize> {
    let is = |entry: &&Threepid| entry.medium == *medium && entry.address == address;
    let alike = |it: &&Threepid| it.medium == *medium && same_address(medium, &it.address, address);
    entries.iter().position(is).or_else(|| entries.iter().position(alike))
}

impl Flow {
    /// Reads the list, unless a request is pending.
    pub(super) fn refresh(&mut self) {
        match self.access.refusal() {
            None if self.list.is_being_read() => self.quiet = false,
            None => self.read_list(),
            Some(code) => self.settle(Operation::Refresh, Err(code)),
        }
    }

    /// Reads the list again, because the pending response may be too old.
    pub(super) fn read_list(&mut self) {
        self.quiet = false;
        self.ids += 1;
        let number = self.ids;
        match &mut self.list {
            List::Shown { reading, .. } => *reading = Reading::Now(number),
            list => *list = List::First { number },
        }
        self.effects.push(Effect::ReadList { number });
    }

    /// Reads the list in the background. Errors are not displayed.
    pub(super) fn read_list_quietly(&mut self) {
        if !self.list.is_being_read() {
            self.read_list();
            self.quiet = true;
        }
    }

    pub(super) fn list_read(&mut self, number: u32, result: Result<Vec<Threepid>, Failure>) {
        if self.list.awaited() != Some(number) {
            return;
        }
        match result {
            Ok(mut entries) => {
                let before = self.list.entries().map(<[Threepid]>::to_vec);
                for entry in &mut entries {
                    entry.added_at = self.possible(entry.added_at);
                    entry.validated_at = self.possible(entry.validated_at);
                    entry.shared = self.shared(&entry.medium, &entry.address);
                }
                self.show_list(entries, Reading::No);
                let shown = self.shown();
                self.settle(Operation::Refresh, Ok(Outcome::List(shown)));
                self.finish_what_waited_for_the_list(Some(before.as_deref()));
                self.look_up();
            }
            Err(failure) if self.quiet && failure.may_pass() && !self.awaits_list() => {
                self.list.detach();
            }
            // Where it is not shown, only the end of the session is of interest.
            Err(failure) if self.password.is_some() && !failure.is_of_token() => {
                self.list.detach();
            }
            Err(failure) => {
                let said = self.is_uncertain() && !self.awaits_list();
                let problem = self.trouble(Action::List, &failure);
                match &mut self.list {
                    // What the list was to decide says so already, where it happened.
                    List::Shown { reading, .. } if said => *reading = Reading::No,
                    List::Shown { reading, .. } => *reading = Reading::Failed(problem.clone()),
                    list => *list = List::Failed(problem.clone()),
                }
                self.settle_failed(Operation::Refresh, &failure, &problem);
                self.finish_what_waited_for_the_list(None);
            }
        }
        self.after_coming_back();
    }

    /// True if a verification waits for the list after `add` succeeded.
    fn awaits_list(&self) -> bool {
        let awaits = |it: &Verification| {
            !it.is_share() && matches!(it.phase, Phase::Adopting | Phase::AddedElsewhere)
        };
        self.pending.iter().any(awaits)
    }

    /// True if the result of an `add` or `delete` depends on the list.
    fn is_uncertain(&self) -> bool {
        let adding = |pending: &Verification| matches!(pending.phase, Phase::Uncertain { .. });
        let removing = |removal: &Removal| matches!(removal.phase, RemovalPhase::Uncertain(_));
        self.pending.iter().any(adding) || self.removals.first().is_some_and(removing)
    }

    fn show_list(&mut self, entries: Vec<Threepid>, reading: Reading) {
        let before = self.list.entries().is_some().then(|| self.shown());
        for section in entries.iter().filter_map(|it| Section::of(&it.medium)) {
            self.form_of_mut(section).supported = true;
        }
        self.list = List::Shown { entries, reading };
        match before {
            _ if self.password.is_some() => {}
            None => self.emit(Event::Ready),
            Some(before) if before != self.shown() => self.emit(Event::Change),
            Some(_) => {}
        }
    }

    /// A server's time in ms, if it is valid: after the start of Matrix, and at
    /// most a day ahead.
    fn possible(&self, time: Option<f64>) -> Option<f64> {
        time.filter(|at| (MATRIX_BEGAN_MS..self.now + DAY_MS).contains(at))
    }

    /// Finishes `add` and `delete` after the list was read. `before` is the
    /// list before, if it was known. If reading the list failed, the responses
    /// of `add` and `delete` count.
    fn finish_what_waited_for_the_list(&mut self, before: Option<Option<&[Threepid]>>) {
        let fresh = before.is_some();
        // First, so that no list that lags brings back what was removed.
        self.finish_removal(before);
        let mut at = 0;
        while let Some(pending) = self.pending.get(at) {
            if pending.is_share() {
                at += usize::from(!self.share_without_list(at, fresh));
                continue;
            }
            let listed = fresh && self.list.holds(&pending.medium, &pending.address);
            match &pending.phase {
                // What was read from the storage may be another's: the next list tells.
                Phase::Adopting if !fresh && !pending.own => at += 1,
                Phase::Adopting => self.adopt_listed(at, before.flatten()),
                Phase::AddedElsewhere if listed => self.adopt_listed(at, before.flatten()),
                // Others say so: the next list tells.
                Phase::AddedElsewhere if !fresh => at += 1,
                // It was taken off again meanwhile.
                Phase::AddedElsewhere => drop(self.drop_verification(at)),
                Phase::Uncertain { .. } if !listed => {
                    self.back_from_uncertainty(at);
                    at += 1;
                }
                // An answer will come.
                Phase::Trying(_) => at += 1,
                Phase::Authenticating { uia, .. } if uia.is_under_way() => at += 1,
                // A request whose answer nobody heard has done it, or another client.
                Phase::Sent
                | Phase::Submitting { .. }
                | Phase::Unconfirmed
                | Phase::Waiting { .. }
                | Phase::Trouble { .. }
                | Phase::Uncertain { .. }
                | Phase::Authenticating { .. }
                    if listed =>
                {
                    self.adopt_listed(at, before.flatten());
                }
                Phase::Sent
                | Phase::Submitting { .. }
                | Phase::Unconfirmed
                | Phase::Waiting { .. }
                | Phase::Trouble { .. }
                | Phase::Uncertain { .. }
                | Phase::Authenticating { .. } => at += 1,
            }
        }
    }

    fn finish_removal(&mut self, before: Option<Option<&[Threepid]>>) {
        let Some(removal) = self.removals.first_mut() else {
            return;
        };
        if before.is_some() && removal.wish == Wish::Unshare {
            // What is shared will be looked up.
            return;
        }
        let mut gone = false;
        if before.is_some() {
            let now = self.list.entries().unwrap_or_default();
            let before = before.flatten().unwrap_or_default();
            let is =
                |it: &Threepid, address: &str| it.medium == removal.medium && it.address == address;
            let left = |address: &str| now.iter().filter(|it| is(it, address)).count();
            let is_gone =
                |address: &str| left(address) < before.iter().filter(|it| is(it, address)).count();
            gone = left(&removal.address) == 0 || is_gone(&removal.address);
            // A server to which two are the same may have taken the other one.
            let other = before.iter().find(|it| {
                it.medium == removal.medium
                    && same_address(&it.medium, &it.address, &removal.address)
                    && is_gone(&it.address)
            });
            removal.gone = match (gone, other) {
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
        match std::mem::replace(&mut removal.phase, RemovalPhase::Asking) {
            RemovalPhase::Reading { unbind_result } => self.removed(unbind_result),
            RemovalPhase::Uncertain(_) if gone => self.removed(None),
            RemovalPhase::Uncertain(failure) => {
                let problem = self.trouble(action, &failure);
                self.removals[0].phase = RemovalPhase::Failed(problem);
            }
            phase @ (RemovalPhase::Asking
            | RemovalPhase::Deleting
            | RemovalPhase::Authenticating(_)
            | RemovalPhase::Failed(_)) => removal.phase = phase,
        }
    }

    /// Finishes the verification at `at`: its address is on the account, or
    /// shared.
    fn adopt_listed(&mut self, at: usize, before: Option<&[Threepid]>) {
        let pending = &self.pending[at];
        let entries = self.list.entries().unwrap_or_default();
        let is_new = |it: &&Threepid| {
            let is = |other: &Threepid| other.medium == it.medium && other.address == it.address;
            it.medium == pending.medium
                && match before {
                    Some(before) => !before.iter().any(is),
                    None => it.added_at.is_some_and(|added| added > pending.sent_at - HOUR_MS),
                }
        };
        let listed = self.list.position(&pending.medium, &pending.address).map(|at| &entries[at]);
        let ours = matches!(pending.phase, Phase::Adopting);
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
        self.adopt(at, address.cloned());
    }

    /// Reports this address. Without an address, there is no report.
    pub(super) fn adopt(&mut self, at: usize, address: Option<String>) {
        let own = matches!(self.pending[at].phase, Phase::Adopting | Phase::Uncertain { .. });
        let done = self.drop_verification(at);
        self.ended(&done, true);
        if own {
            self.effects.push(Effect::TellChanged);
        }
        let medium = done.medium;
        let Some(address) = address else {
            if own && let Some(section) = self.section_of(&medium) {
                // The group is gone.
                self.focus(Focus::Field(section));
            }
            return;
        };
        let shares = done.id_server.is_some();
        if shares {
            self.set_shared(&medium, &address, true);
        } else if !self.list.holds(&medium, &address) {
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
        self.notice = Some(match shares {
            true => Notice::Sharing(Sharing::Shared, of.0, of.1),
            false => Notice::Added(of.0, of.1),
        });
        if let Some((section, at)) = self.place(&medium, &address) {
            self.focus(Focus::Entry(section, at));
        }
        self.emit(match shares {
            true => Event::Shared { medium, address },
            false => Event::Added { medium, address },
        });
    }

    /// Finishes the current removal: its address is no longer on the account.
    pub(super) fn removed(&mut self, unbind_result: Option<String>) {
        if self.removals[0].wish == Wish::Unshare {
            return self.unbound(unbind_result);
        }
        let removal = self.removals.remove(0);
        let operation = Operation::Remove(removal.medium.clone(), removal.address.clone());
        let (medium, mut address) = (removal.medium, removal.address);
        match removal.gone {
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
        self.effects.push(Effect::TellChanged);
        let of = (medium.clone(), address.clone());
        self.notice = Some(if removal.shared {
            let gone = is_success(&unbind_result);
            let sharing = if gone { Sharing::RemovedUnshared } else { Sharing::RemovedShared };
            Notice::Sharing(sharing, of.0, of.1)
        } else {
            Notice::Removed(of.0, of.1)
        });
        if let Some(section) = self.section_of(&medium) {
            let left = self.entries(section).len();
            self.focus(match removal.index.min(left.saturating_sub(1)) {
                _ if left == 0 => Focus::Field(section),
                next => Focus::RemoveButton(section, next),
            });
        }
        self.emit(Event::Removed {
            medium: medium.clone(),
            address: address.clone(),
            unbind_result: unbind_result.clone(),
        });
        self.settle(operation, Ok(Outcome::Removed { medium, address, unbind_result }));
    }

    fn edit_list(&mut self, edit: impl FnOnce(&mut Vec<Threepid>)) {
        if let List::Shown { entries, reading } = &self.list {
            let (mut entries, reading) = (entries.clone(), reading.clone());
            edit(&mut entries);
            self.show_list(entries, reading);
        }
    }
}
