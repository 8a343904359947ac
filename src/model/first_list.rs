//! Inputs up to the first list, and those that concern nothing but the list.
//!
//! The browser loads the code of this file, and what it calls, before all other
//! code of the model. So that both parts cannot differ, [`Model::update`] uses
//! this file as well.

use super::{
    Effect, HostNotification, Input, Model, RefreshState, SessionState, ThreepidList, UiEffect,
};
use crate::matrix::capabilities::Capability;
use crate::matrix::get_3pids::Threepid;

impl Model {
    /// Processes an input that concerns nothing but the list. `now` is the time in
    /// ms, as for [`Model::update`].
    ///
    /// # Errors
    ///
    /// Returns the input, if it needs [`Model::update`]: it concerns something
    /// else, or there are errors, forms, verifications or dialogs that it may
    /// change.
    pub fn update_list(&mut self, now: f64, input: Input) -> Result<Vec<Effect>, Input> {
        if !self.has_list_only() {
            return Err(input);
        }
        self.now = now;
        match input {
            Input::SessionChanged(
                access @ (SessionState::AwaitingToken | SessionState::Active),
            ) => {
                let before = std::mem::replace(&mut self.access, access);
                if access != before && access == SessionState::Active {
                    self.read_list();
                    self.read_capabilities(Capability::ThreepidChanges);
                }
            }
            Input::ReadOnly(readonly) => self.readonly = readonly,
            Input::Sections(sections)
                if self.list.entries().is_none() || self.sections == sections =>
            {
                self.sections = sections;
            }
            Input::CapabilityLoaded(may) => self.set_changes_allowed(may),
            Input::ManagementUrlLoaded(url) => self.management_url_loaded(url),
            Input::NeedsIdentityServer(needs) => self.needs_identity_server = needs,
            Input::NextLink(next_link) => self.next_link = next_link,
            Input::PageStateChanged(page_state) => {
                let change = self.replace_page_state(page_state);
                self.refresh_if_outdated(&change);
                if change.is_return() {
                    self.return_pending = true;
                    if !self.list.is_being_read() {
                        self.take_return();
                    }
                }
            }
            Input::ListLoaded { number, result: Ok(entries) } => {
                if self.list.is_expected(number) {
                    self.show_list(entries);
                    self.take_return();
                }
            }
            Input::Disconnected => self.leave_page(),
            // Without errors and verifications, nothing depends on them.
            Input::IdentityServerSet { server_name: None, .. }
            | Input::Online
            | Input::TimerFired => {}
            input => return Err(input),
        }
        Ok(self.take_few_effects())
    }

    /// True if there is nothing but the list, or not even that.
    pub fn has_list_only(&self) -> bool {
        let is_session = matches!(self.access, SessionState::AwaitingToken | SessionState::Active);
        is_session
            && self.list.problem().is_none()
            && self.email_form.is_untouched()
            && self.phone_form.is_untouched()
            && self.password.is_none()
            && self.verifications.is_empty()
            && self.removals.is_empty()
            && self.status.is_none()
            && self.identity_server.is_none()
            && self.ended_verifications.is_empty()
            && self.pending_link_return.is_none()
            && self.auto_retry_queue.is_empty()
            && self.has_few_requests()
            && !self.is_submitting_dialog
    }

    /// Displays the entries of a response.
    pub(super) fn show_list(&mut self, mut entries: Vec<Threepid>) {
        for entry in &mut entries {
            entry.added_at = self.plausible_time(entry.added_at);
            entry.validated_at = self.plausible_time(entry.validated_at);
        }
        self.replace_entries(entries, RefreshState::Idle);
        self.resolve_refresh();
    }

    /// Handles that the element left the page, for the list and the session.
    pub(super) fn leave_page(&mut self) {
        self.list.detach();
        let notification = HostNotification::AllMethodsRejected("cancelled");
        self.effects.push(Effect::Ui(UiEffect::Notify(notification)));
        if self.access == SessionState::Active {
            self.access = SessionState::AwaitingToken;
        }
    }
}

impl ThreepidList {
    /// True if the pending request has this number.
    pub(super) fn is_expected(&self, number: u32) -> bool {
        self.expected_response() == Some(number)
    }
}
