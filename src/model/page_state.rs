//! Visibility, focus and network of the page, and the automatic attempts when
//! the user returns or another tab reports progress.

use super::{
    AddAttempt, Effect, Model, SessionState, TabEffect, ThreepidList, Trigger, Verification,
    VerificationId, VerificationPhase,
};

/// Time in which another tab can claim a `sid`, in ms.
const LINK_RETURN_TIMEOUT_MS: f64 = 500.0;

/// Visibility, focus and network of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageState {
    /// True if the page is visible.
    pub visible: bool,
    /// True if the page has the focus.
    pub focused: bool,
    /// True if the browser is offline.
    pub offline: bool,
    /// True if the element is rendered, and not in a hidden panel.
    pub shown: bool,
}

impl PageState {
    /// True if the user is probably looking at the element.
    pub(super) fn is_active(self) -> bool {
        self.visible && self.focused && self.shown
    }
}

/// Change of the [`PageState`].
pub(super) struct PageStateChange {
    /// True if the page is no longer visible.
    is_hidden: bool,
    /// True if the page has become visible.
    is_visible: bool,
    /// True if the user has started to look at the element.
    is_active: bool,
}

impl PageStateChange {
    /// True if the user returned.
    pub(super) fn is_return(&self) -> bool {
        self.is_visible || self.is_active
    }
}

/// Return of the browser through `next_link`, with a `sid`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LinkReturn {
    sid: String,
    /// End of the time in which other tabs can claim the `sid`, in ms.
    deadline: f64,
}

impl LinkReturn {
    pub(super) fn deadline(&self) -> f64 {
        self.deadline
    }
}

impl Model {
    /// Handles a change of visibility, focus or network.
    pub(super) fn set_page_state(&mut self, presence: PageState) {
        let change = self.replace_page_state(presence);
        if change.is_hidden {
            self.was_hidden();
        }
        if change.is_visible {
            self.hold_status(false);
            // Limits that ended while nobody looked.
            self.on_timer();
        }
        self.refresh_if_outdated(&change);
        if change.is_return() {
            self.on_page_active();
            self.poll_reset();
        }
        if change.is_active {
            self.check_uia_silently();
        }
    }

    pub(super) fn replace_page_state(&mut self, presence: PageState) -> PageStateChange {
        let before = std::mem::replace(&mut self.page_state, presence);
        PageStateChange {
            is_hidden: before.visible && !presence.visible,
            is_visible: presence.visible && !before.visible,
            is_active: presence.is_active() && !before.is_active(),
        }
    }

    /// Reads the list again, because another device may have changed it, or the
    /// user on the page on which the account is managed.
    pub(super) fn refresh_if_outdated(&mut self, change: &PageStateChange) {
        let is_outdated = change.is_visible || (change.is_active && self.changes_disabled());
        if is_outdated
            && self.access == SessionState::Active
            && matches!(self.list, ThreepidList::Loaded { .. })
        {
            self.refresh_silently();
        }
    }

    /// Ends the return of the user, if automatic attempts are possible now. True
    /// if they are due.
    pub(super) fn take_return(&mut self) -> bool {
        self.can_auto_retry() && std::mem::take(&mut self.return_pending)
    }

    /// Handles that the page is hidden. The user may open a link now.
    fn was_hidden(&mut self) {
        self.verifications
            .iter_mut()
            .for_each(|pending| pending.may_auto_prompt = pending.is_sent());
    }

    /// Handles that the page was restored from the back/forward cache.
    pub(super) fn on_bfcache_restore(&mut self) {
        self.was_hidden();
        if self.access == SessionState::Active && !self.is_reset() {
            self.read_list();
        }
        self.on_page_active();
        self.poll_reset();
    }

    /// Starts automatic attempts, after the pending list request.
    pub(super) fn on_page_active(&mut self) {
        self.return_pending = true;
        if !self.list.is_being_read() {
            self.run_return_tasks();
        }
    }

    pub(super) fn run_return_tasks(&mut self) {
        if !self.take_return() {
            return;
        }
        self.poll_all();
        if self.page_state.is_active() {
            let ids: Vec<_> = self.verifications.iter().map(|pending| pending.id).collect();
            ids.into_iter().for_each(|id| self.queue_auto_retry(id));
        }
        self.run_next_auto_retry();
    }

    /// True if automatic attempts are possible.
    pub(super) fn can_auto_retry(&self) -> bool {
        self.change_blocked_by().is_none()
            && !self.page_state.offline
            && self.list.entries().is_some()
    }

    /// Schedules an attempt, here or in the tab that can finish without the
    /// user.
    pub(super) fn queue_auto_retry(&mut self, id: VerificationId) {
        if !self.verification(id).is_some_and(|pending| self.is_visible(pending)) {
            return;
        }
        let Some(pending) = self.verification_mut(id) else { return };
        match pending.phase {
            _ if pending.limited_until().is_some() => {}
            VerificationPhase::AwaitingUser | VerificationPhase::NeedsAuth
                if pending.owned_by_other_tab =>
            {
                // Until that tab says again that it waits: it may be closed.
                pending.owned_by_other_tab = false;
                if let Some(sid) = pending.validations.last().map(|it| it.sid.clone()) {
                    self.effects.push(Effect::Tab(TabEffect::BroadcastLinkOpened(sid)));
                }
            }
            VerificationPhase::AwaitingUser if !pending.needs_code() => {
                self.auto_retry_queue.push(id)
            }
            VerificationPhase::NeedsAuth if pending.may_auto_prompt && !pending.auto_prompted => {
                self.auto_retry_queue.push(id)
            }
            _ => {}
        }
    }

    /// Starts the next scheduled attempt, the newest first. There is one at a
    /// time.
    pub(super) fn run_next_auto_retry(&mut self) {
        let by_itself = |it: &Verification| {
            matches!(
                &it.phase,
                VerificationPhase::Adding(AddAttempt { trigger: Trigger::PageReturn, .. })
            )
        };
        if self.verifications.iter().any(by_itself) {
            return;
        }
        while let Some(id) = self.auto_retry_queue.pop() {
            let phase = self.verification(id).map(|pending| &pending.phase);
            if let Some(VerificationPhase::AwaitingUser | VerificationPhase::NeedsAuth) = phase {
                let attempt =
                    AddAttempt { session: None, session_index: 0, trigger: Trigger::PageReturn };
                return self.start_add(id, attempt);
            }
        }
    }

    /// Starts attempts of verifications that wait for their link.
    fn poll(&mut self, wanted: impl Fn(&Verification) -> bool) {
        for at in 0..self.verifications.len() {
            if !self.is_visible(&self.verifications[at]) {
                continue;
            }
            let pending = &mut self.verifications[at];
            if pending.expired || pending.needs_code() || !wanted(pending) {
                continue;
            }
            if let VerificationPhase::Polling { session, poll_delay: wait, .. } = &mut pending.phase
            {
                let (session, why) = (session.take(), Trigger::Poll { wait: *wait });
                let id = pending.id;
                self.start_add(id, AddAttempt { session, session_index: 0, trigger: why });
            }
        }
    }

    pub(super) fn poll_all(&mut self) {
        if self.can_auto_retry() {
            self.poll(|_| true);
        }
    }

    /// Starts the attempts whose time is reached.
    pub(super) fn poll_due(&mut self) {
        if self.can_auto_retry() && self.page_state.visible {
            let now = self.now;
            self.poll(|pending| pending.next_poll(now) <= now);
        }
    }

    /// Finishes the verification with this `sid`, if it needs no input of the
    /// user.
    pub(super) fn on_tab_link_opened(&mut self, sid: &str) {
        for pending in self.verifications.iter_mut().filter(|it| it.has_sid(sid)) {
            pending.may_auto_prompt = true;
            pending.link_opened = true;
        }
        if self.can_auto_retry() {
            self.poll(|pending| pending.has_sid(sid));
        }
    }

    /// Handles that the browser returned through `next_link`.
    pub(super) fn on_link_return(&mut self, sid: String) {
        self.pending_link_return =
            Some(LinkReturn { sid, deadline: self.now + LINK_RETURN_TIMEOUT_MS });
        self.match_link_return();
    }

    /// Claims the `sid` that the browser returned with, if it is pending. Returns
    /// true if it is.
    pub(super) fn match_link_return(&mut self) -> bool {
        let Some(LinkReturn { sid, .. }) = &self.pending_link_return else { return false };
        let Some(pending) = self.verifications.iter_mut().find(|pending| pending.has_sid(sid))
        else {
            return false;
        };
        pending.may_auto_prompt = true;
        pending.link_opened = true;
        let (id, sid) = (pending.id, sid.clone());
        self.pending_link_return = None;
        self.effects.push(Effect::Tab(TabEffect::RemoveSidFromUrl(sid.clone())));
        self.effects.push(Effect::Tab(TabEffect::BroadcastLinkOpened(sid)));
        if !self.page_state.is_active() {
            // Else it is tried with the others.
            self.queue_auto_retry(id);
        }
        self.on_page_active();
        true
    }
}

impl Verification {
    fn has_sid(&self, sid: &str) -> bool {
        self.validations.iter().any(|validation| validation.sid == sid)
    }

    /// Time of the next attempt, in ms; infinity if there is none.
    pub(super) fn next_poll(&self, now: f64) -> f64 {
        match self.phase {
            VerificationPhase::Polling { next_poll_at: next, .. }
                if !self.is_expired(now) && !self.needs_code() =>
            {
                next
            }
            _ => f64::INFINITY,
        }
    }
}
