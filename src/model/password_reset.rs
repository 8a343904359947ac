//! Replacing a forgotten password: `<matrix-password-reset>`.
//!
//! The address is that of a [`super::AddForm`], and the email that was sent is a
//! [`super::Verification`], so that limits, "Resend email", storage and other tabs are
//! those of an address that is added. This file has the last step: the new password,
//! which is sent without an access token. Nothing here depends on whether the address
//! belongs to an account.

use super::password_form::change_outcome_unknown;
use super::verification::{FIRST_POLL_DELAY_MS, next_poll_delay};
use super::{
    Action, Effect, FocusTarget, HostEvent, LinkPoll, Model, PasswordForm, PasswordTask,
    RequestKey, Section, SessionState, Status, Verification,
};
use crate::matrix::uia::{AuthData, Challenge, EMAIL_IDENTITY, StageAnswer};
use crate::matrix::{Errcode, RequestError};

impl Model {
    /// Creates the state of `<matrix-password-reset>`.
    pub fn new_for_reset() -> Model {
        let mut model = Model::default();
        model.set_up_for_password(PasswordTask::RESET);
        model.sections.push(Section::Emails);
        model
    }

    /// True if the element is `<matrix-password-reset>`.
    pub fn is_reset(&self) -> bool {
        match self.password_task {
            PasswordTask::Change => false,
            PasswordTask::Reset(_) => true,
        }
    }

    /// Email that the new password waits for.
    pub fn pending_reset(&self) -> Option<&Verification> {
        self.verifications.iter().find(|pending| self.is_reset() && pending.is_sent())
    }

    /// True while the form asks for the address, and not for the new password.
    pub fn asks_for_address(&self) -> bool {
        self.pending_reset().is_none() || self.email_form.replacing().is_some()
    }

    /// True if the new password is sent as soon as the link is opened.
    pub fn awaits_reset_link(&self) -> bool {
        matches!(self.password, Some(PasswordForm::AwaitingLink(..)))
    }

    /// Prepares the request of a new password. Returns false if it can't be sent.
    pub(super) fn start_reset_attempt(&mut self) -> bool {
        if !self.is_reset() {
            return true;
        }
        if self.pending_reset().is_none() {
            return false;
        }
        // A press while the request is pending has no effect.
        if matches!(self.password, Some(PasswordForm::Changing(_))) {
            return false;
        }
        // The request that this one replaces may have reached the server, if it was
        // sent.
        let is_delayed = self.delayed_keys().any(|key| key == RequestKey::Password);
        self.password_change_uncertain |=
            !is_delayed && self.password.as_ref().is_some_and(PasswordForm::is_being_reset);
        self.password_task = PasswordTask::RESET;
        true
    }

    /// The `auth` object of the request, without an access token.
    pub(super) fn reset_auth(&self) -> Option<AuthData> {
        let PasswordTask::Reset(attempt) = &self.password_task else { return None };
        let validations = &self.pending_reset()?.validations;
        let validation = validations.iter().rev().nth(attempt.session_index)?;
        Some(AuthData {
            session: None,
            answer: StageAnswer::Threepid {
                stage: EMAIL_IDENTITY,
                sid: validation.sid.clone(),
                client_secret: validation.secret.clone(),
            },
        })
    }

    pub(super) fn on_reset_response(
        &mut self,
        logout_devices: bool,
        result: Result<(), RequestError>,
    ) {
        let failure = match result {
            // Even after the fields were edited.
            Ok(()) => return self.finish_reset(logout_devices),
            Err(failure) => failure,
        };
        self.password_change_uncertain |= change_outcome_unknown(&failure);
        let now = self.now;
        let (new, polled) = match &self.password {
            Some(PasswordForm::Changing(new)) => (new.clone(), None),
            Some(PasswordForm::AwaitingLink(new, LinkPoll { next_at: None, delay })) => {
                (new.clone(), Some(*delay))
            }
            // Not the response that the form waits for.
            Some(
                PasswordForm::Loading
                | PasswordForm::Editing
                | PasswordForm::Invalid(_)
                | PasswordForm::Authenticating(..)
                | PasswordForm::AwaitingLink(..),
            )
            | None => return,
        };
        if let Some(auth) = self.next_reset_auth(&failure) {
            return self.request_password(Some(auth));
        }
        let next_poll = |delay| LinkPoll { next_at: Some(now + delay), delay };
        let delay = polled.map_or(FIRST_POLL_DELAY_MS, next_poll_delay);
        let waits = is_link_missing(&failure) || polled.is_some() && failure.is_transient();
        self.password = Some(if waits {
            PasswordForm::AwaitingLink(new, next_poll(delay))
        } else {
            let problem = self.report_password_failure(Action::ResetPassword, &new, &failure);
            if problem.is_password_error() {
                self.focus(FocusTarget::NewPassword);
            }
            match problem.retry_at() {
                // The user has no more to do than before.
                Some(at) if polled.is_some() => {
                    let next_at = Some(at.max(now + delay));
                    PasswordForm::AwaitingLink(new, LinkPoll { next_at, delay })
                }
                _ => PasswordForm::Invalid(problem),
            }
        });
    }

    /// True if the element waits for the link, and an earlier request without a
    /// response may have replaced the password.
    pub fn may_have_been_reset(&self) -> bool {
        self.awaits_reset_link() && self.password_change_uncertain
    }

    /// Handles that a new email was sent: what came before it is over.
    pub(super) fn on_reset_email_sent(&mut self) {
        if self.is_reset() {
            self.password_change_uncertain = false;
        }
    }

    /// The `auth` object of another request after a failure: with the UIA session of the
    /// server, or with an older validation session.
    fn next_reset_auth(&mut self, failure: &RequestError) -> Option<AuthData> {
        let sessions = self.pending_reset().map_or(0, |pending| pending.validations.len());
        let PasswordTask::Reset(attempt) = &mut self.password_task else { return None };
        let mut session = None;
        match failure {
            RequestError::Challenge(challenge)
                // With an `errcode`, the stage was tried already.
                if !attempt.is_challenged
                    && challenge.errcode.is_none()
                    && challenge.session.is_some()
                    && takes_email(challenge) =>
            {
                attempt.is_challenged = true;
                session.clone_from(&challenge.session);
            }
            failure if is_link_missing(failure) && attempt.session_index + 1 < sessions => {
                attempt.session_index += 1;
                attempt.is_challenged = false;
            }
            _ => return None,
        }
        Some(AuthData { session, ..self.reset_auth()? })
    }

    fn finish_reset(&mut self, logout_devices: bool) {
        while !self.verifications.is_empty() {
            let pending = self.remove_verification(0);
            // Other tabs have no list that it could be on.
            self.add_tombstone(&pending, false);
        }
        self.password = Some(PasswordForm::Editing);
        self.password_task = PasswordTask::RESET;
        self.password_change_uncertain = false;
        self.show_status(Status::PasswordChanged { logout_devices });
        self.emit(HostEvent::PasswordReset { logout_devices });
        self.focus(FocusTarget::Field(Section::Emails));
    }

    /// Time of the next automatic request, in ms; infinity if there is none.
    pub(super) fn next_reset_poll(&self) -> f64 {
        match &self.password {
            Some(PasswordForm::AwaitingLink(_, LinkPoll { next_at: Some(at), .. }))
                if self.can_poll_reset() && self.page_state.visible =>
            {
                *at
            }
            Some(_) | None => f64::INFINITY,
        }
    }

    fn can_poll_reset(&self) -> bool {
        self.access == SessionState::Active && !self.page_state.offline
    }

    /// Sends the new password again, if it waits for the link.
    pub(super) fn poll_reset(&mut self) {
        if !self.can_poll_reset() {
            return;
        }
        if let Some(PasswordForm::AwaitingLink(_, LinkPoll { next_at: next_at @ Some(_), .. })) =
            &mut self.password
        {
            *next_at = None;
            self.password_task = PasswordTask::RESET;
            self.request_password(None);
        }
    }

    /// Stops to wait for the link, because the user edits the new password or the
    /// address.
    pub(super) fn stop_reset_polls(&mut self) {
        if self.awaits_reset_link() {
            self.drop_delayed(RequestKey::Password);
            self.password = Some(PasswordForm::Editing);
        }
    }

    /// Keeps the newest email only, and forgets the new password when the email that it
    /// waits for is gone: another tab may have finished, or have sent a newer one.
    pub(super) fn check_reset(&mut self) {
        if !self.is_reset() {
            return;
        }
        // The same one in each tab, also of two that were sent at the same time.
        while let [first, second, ..] = &*self.verifications {
            let is_first_newer = match first.sent_at == second.sent_at {
                true => first.address > second.address,
                false => first.sent_at > second.sent_at,
            };
            self.remove_verification(usize::from(is_first_newer));
        }
        let typed_for = match &self.password {
            Some(PasswordForm::Changing(new) | PasswordForm::AwaitingLink(new, _)) => new.pending,
            Some(
                PasswordForm::Loading
                | PasswordForm::Editing
                | PasswordForm::Invalid(_)
                | PasswordForm::Authenticating(..),
            )
            | None => return,
        };
        let pending = self.pending_reset();
        if typed_for != pending.map(|it| it.id) {
            self.drop_delayed(RequestKey::Password);
            self.effects.push(Effect::Abort(RequestKey::Password));
            self.password = Some(PasswordForm::Editing);
        } else if pending.is_some_and(|it| it.is_expired(self.now)) {
            self.stop_reset_polls();
        }
    }
}

/// True if the server takes a validated email address as the only stage.
fn takes_email(challenge: &Challenge) -> bool {
    challenge.flows.iter().any(|flow| *flow == [EMAIL_IDENTITY])
}

/// True if the server found no validated address: the link is not opened, or too old,
/// or there is no such account. The element makes no difference.
fn is_link_missing(failure: &RequestError) -> bool {
    if let RequestError::Challenge(challenge) = failure {
        return takes_email(challenge);
    }
    failure.errcode().is_some_and(|code| {
        code.is_validation_error()
            || matches!(code, Errcode::Unauthorized | Errcode::NotFound | Errcode::ThreepidNotFound)
    })
}
