//! The person leaves and comes back: what is then tried without being asked,
//! and what other tabs say meanwhile.

use super::{Access, Effect, Flow, List, Phase, Try, Verification, VerificationId, Why};

/// How long another tab may take to say that it knows a `sid` (ms).
const RETURN_MS: f64 = 500.0;

/// Whether somebody looks at the page, and whether there is a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// The page is visible.
    pub visible: bool,
    /// It has the focus.
    pub focused: bool,
    /// There is no network.
    pub offline: bool,
    /// The element is rendered: in no hidden panel, say.
    pub shown: bool,
}

impl Presence {
    /// Whether the person is there, as far as a page can tell.
    pub(super) fn is_here(self) -> bool {
        self.visible && self.focused && self.shown
    }
}

/// The browser came back by `next_link`, with this `sid`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Returned {
    sid: String,
    /// How long the other tabs are asked.
    until: f64,
}

impl Returned {
    pub(super) fn until(&self) -> f64 {
        self.until
    }
}

impl Flow {
    /// The page's own state is another.
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

    /// Nobody sees the page: a link may be opened meanwhile.
    fn was_hidden(&mut self) {
        self.pending.iter_mut().for_each(|pending| pending.may_open = pending.is_sent());
    }

    /// The page was taken out of the back/forward cache: time has passed.
    pub(super) fn thawed(&mut self) {
        self.was_hidden();
        if self.access == Access::Granted {
            self.read_list();
        }
        self.come_back();
    }

    /// Tries what may have become possible, after the list under way was read.
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

    /// Whether anything may be tried without being asked.
    pub(super) fn may_try(&self) -> bool {
        self.refusal().is_none() && !self.presence.offline && self.list.entries().is_some()
    }

    /// A verification that may be through: tried here, or where it can be
    /// finished without the person.
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

    /// One at a time, the newest first.
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

    /// Tries those that wait for their link.
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

    /// The time for the next try has come for some.
    pub(super) fn try_those_due(&mut self) {
        if self.may_try() && self.presence.visible {
            let now = self.now;
            self.try_waiting(|pending| pending.next_try(now) <= now);
        }
    }

    /// Who can finish it without the person, does.
    pub(super) fn heard_opened(&mut self, sid: &str) {
        for pending in self.pending.iter_mut().filter(|it| it.has(sid)) {
            pending.may_open = true;
        }
        if self.may_try() {
            self.try_waiting(|pending| pending.has(sid));
        }
    }

    /// The browser came back by `next_link`.
    pub(super) fn returned(&mut self, sid: String) {
        self.looked_for = Some(Returned { sid, until: self.now + RETURN_MS });
        self.look_for_returned();
    }

    /// Whether the `sid` that the browser came back with is pending by now.
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

    /// When to try next, if anybody looks.
    pub(super) fn next_try(&self, now: f64) -> f64 {
        match self.phase {
            Phase::Waiting { next, .. } if !self.is_expired(now) && !self.wants_code() => next,
            _ => f64::INFINITY,
        }
    }
}
