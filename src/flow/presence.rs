//! Visibility, focus and network of the page, and the automatic attempts when
//! the user returns or another tab reports progress.

use super::{Access, Effect, Flow, List, Phase, Try, Verification, VerificationId, Why};

/// Time in which another tab can claim a `sid`, in ms.
const RETURN_MS: f64 = 500.0;

/// Visibility, focus and network of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// True if the page is visible.
    pub visible: bool,
    /// True if the page has the focus.
    pub focused: bool,
    /// True if the browser is offline.
    pub offline: bool,
    /// True if the element is rendered, and not in a hidden panel.
    pub shown: bool,
}

impl Presence {
    /// True if the user is probably looking at the element.
    pub(super) fn is_here(self) -> bool {
        self.visible && self.focused && self.shown
    }
}

/// Return of the browser through `next_link`, with a `sid`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Returned {
    sid: String,
    /// End of the time in which other tabs can claim the `sid`, in ms.
    until: f64,
}

impl Returned {
    pub(super) fn until(&self) -> f64 {
        self.until
    }
}

impl Flow {
    /// Handles a change of visibility, focus or network.
    pub(super) fn set_presence(&mut self, presence: Presence) {
        let before = std::mem::replace(&mut self.presence, presence);
        let seen = presence.visible && !before.visible;
        let here = presence.is_here() && !before.is_here();
        if before.visible && !presence.visible {
            self.was_hidden();
        }
        // Another device may have changed it; or the person, where it is managed.
        if seen {
            // Limits that ended while nobody looked.
            self.woke();
        }
        let changed = seen || (here && self.changes_are_off());
        if changed && self.access == Access::Granted && matches!(self.list, List::Shown { .. }) {
            self.read_list_quietly();
        }
        if seen || here {
            self.come_back();
        }
        if here {
            self.look_whether_done();
        }
    }

    /// Handles that the page is hidden. The user may open a link now.
    fn was_hidden(&mut self) {
        self.pending.iter_mut().for_each(|pending| pending.may_open = pending.is_sent());
    }

    /// Handles that the page was restored from the back/forward cache.
    pub(super) fn thawed(&mut self) {
        self.was_hidden();
        if self.access == Access::Granted {
            self.read_list();
        }
        self.come_back();
    }

    /// Starts automatic attempts, after the pending list request.
    pub(super) fn come_back(&mut self) {
        self.back = true;
        if !self.list.is_being_read() {
            self.after_coming_back();
        }
    }

    pub(super) fn after_coming_back(&mut self) {
        if !self.may_try() || !std::mem::take(&mut self.back) {
            return;
        }
        self.try_all_waiting();
        if self.presence.is_here() {
            let ids: Vec<_> = self.pending.iter().map(|pending| pending.id).collect();
            ids.into_iter().for_each(|id| self.may_be_tried(id));
        }
        self.try_what_came_back();
    }

    /// True if automatic attempts are possible.
    pub(super) fn may_try(&self) -> bool {
        self.refusal().is_none() && !self.presence.offline && self.list.entries().is_some()
    }

    /// Schedules an attempt, here or in the tab that can finish without the
    /// user.
    pub(super) fn may_be_tried(&mut self, id: VerificationId) {
        if !self.verification(id).is_some_and(|pending| self.shows(pending)) {
            return;
        }
        let Some(pending) = self.verification_mut(id) else { return };
        match pending.phase {
            _ if pending.limited_until().is_some() => {}
            Phase::Sent | Phase::Unconfirmed if pending.elsewhere => {
                // Until that tab says again that it waits: it may be closed.
                pending.elsewhere = false;
                if let Some(sid) = pending.validations.last().map(|it| it.sid.clone()) {
                    self.effects.push(Effect::TellOpened(sid));
                }
            }
            Phase::Sent if !pending.wants_code() => self.returned.push(id),
            Phase::Unconfirmed if pending.may_open && !pending.asked => self.returned.push(id),
            _ => {}
        }
    }

    /// Starts the next scheduled attempt, the newest first. There is one at a
    /// time.
    pub(super) fn try_what_came_back(&mut self) {
        let by_itself =
            |it: &Verification| matches!(&it.phase, Phase::Trying(Try { why: Why::CameBack, .. }));
        if self.pending.iter().any(by_itself) {
            return;
        }
        while let Some(id) = self.returned.pop() {
            let phase = self.verification(id).map(|pending| &pending.phase);
            if let Some(Phase::Sent | Phase::Unconfirmed) = phase {
                let attempt = Try { session: None, nth: 0, why: Why::CameBack };
                return self.try_to_add(id, attempt);
            }
        }
    }

    /// Starts attempts of verifications that wait for their link.
    fn try_waiting(&mut self, wanted: impl Fn(&Verification) -> bool) {
        for at in 0..self.pending.len() {
            if !self.shows(&self.pending[at]) {
                continue;
            }
            let pending = &mut self.pending[at];
            if pending.expired || pending.wants_code() || !wanted(pending) {
                continue;
            }
            if let Phase::Waiting { session, wait, .. } = &mut pending.phase {
                let (session, why) = (session.take(), Why::Waited { wait: *wait });
                let id = pending.id;
                self.try_to_add(id, Try { session, nth: 0, why });
            }
        }
    }

    pub(super) fn try_all_waiting(&mut self) {
        if self.may_try() {
            self.try_waiting(|_| true);
        }
    }

    /// Starts the attempts whose time is reached.
    pub(super) fn try_those_due(&mut self) {
        if self.may_try() && self.presence.visible {
            let now = self.now;
            self.try_waiting(|pending| pending.next_try(now) <= now);
        }
    }

    /// Finishes the verification with this `sid`, if it needs no input of the
    /// user.
    pub(super) fn heard_opened(&mut self, sid: &str) {
        for pending in self.pending.iter_mut().filter(|it| it.has(sid)) {
            pending.may_open = true;
        }
        if self.may_try() {
            self.try_waiting(|pending| pending.has(sid));
        }
    }

    /// Handles that the browser returned through `next_link`.
    pub(super) fn returned(&mut self, sid: String) {
        self.looked_for = Some(Returned { sid, until: self.now + RETURN_MS });
        self.look_for_returned();
    }

    /// Claims the `sid` that the browser returned with, if it is pending.
    pub(super) fn look_for_returned(&mut self) {
        let Some(Returned { sid, .. }) = &self.looked_for else { return };
        let Some(pending) = self.pending.iter_mut().find(|pending| pending.has(sid)) else {
            return;
        };
        pending.may_open = true;
        let (id, sid) = (pending.id, sid.clone());
        self.looked_for = None;
        self.effects.push(Effect::TidyAddress(sid.clone()));
        self.effects.push(Effect::TellOpened(sid));
        if !self.presence.is_here() {
            // Else it is tried with the others.
            self.may_be_tried(id);
        }
        self.come_back();
    }
}

impl Verification {
    fn has(&self, sid: &str) -> bool {
        self.validations.iter().any(|validation| validation.sid == sid)
    }

    /// Time of the next attempt, in ms; infinity if there is none.
    pub(super) fn next_try(&self, now: f64) -> f64 {
        match self.phase {
            Phase::Waiting { next, .. } if !self.is_expired(now) && !self.wants_code() => next,
            _ => f64::INFINITY,
        }
    }
}
