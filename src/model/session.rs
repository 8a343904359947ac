//! State of the session: homeserver and token. Actions that failed without a
//! token or a network continue when there is one.

use crate::matrix::capabilities::Capability;

use super::{
    Effect, ErrorReport, HostEvent, ListRequest, MethodCall, Model, Request, ResendState, Section,
    UiEffect, UserError, VerificationPhase,
};

/// State of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// No token was set yet. The element sends no request and displays no
    /// error.
    AwaitingToken,
    /// The page has loaded, and `homeserver` is missing.
    MissingHomeserver,
    /// `homeserver` is not a valid URL. The element sends no request.
    InvalidHomeserver,
    /// There are a homeserver and a token.
    Active,
    /// The session has ended. The state is kept until there is a new token.
    Expired,
    /// The token can't be sent in a header. The state is kept until there is
    /// another token.
    InvalidToken,
}

impl SessionState {
    /// True while the element waits for another token.
    pub fn is_expired(self) -> bool {
        match self {
            SessionState::Expired | SessionState::InvalidToken => true,
            SessionState::AwaitingToken
            | SessionState::MissingHomeserver
            | SessionState::InvalidHomeserver
            | SessionState::Active => false,
        }
    }

    /// Error code if no request is possible now.
    pub(super) fn error_code(self) -> Option<&'static str> {
        match self {
            SessionState::MissingHomeserver => Some("missing-homeserver"),
            SessionState::InvalidHomeserver => Some("invalid-homeserver"),
            SessionState::InvalidToken => Some("invalid-token"),
            SessionState::AwaitingToken | SessionState::Expired => Some("no-session"),
            SessionState::Active => None,
        }
    }
}

impl Model {
    pub(super) fn set_session_state(&mut self, access: SessionState) {
        let before = std::mem::replace(&mut self.access, access);
        if access == before {
            return;
        }
        match access {
            // Without a token, there is nothing to read.
            SessionState::Active if self.is_reset() => {
                self.email_form.supported = true;
                self.can_change_password();
            }
            SessionState::Active => {
                match self.password {
                    // Only for what an authentication may want to know.
                    Some(_) => self.refresh_silently(),
                    None => self.read_list(),
                }
                let capability = match self.password {
                    Some(_) => Capability::ChangePassword,
                    None => Capability::ThreepidChanges,
                };
                self.read_capabilities(capability);
                if before.is_expired() {
                    self.resume_after(&UserError::SessionExpired);
                }
            }
            SessionState::MissingHomeserver
            | SessionState::InvalidHomeserver
            | SessionState::InvalidToken => {
                if let Some(code) = access.error_code() {
                    self.report(ErrorReport::local(code));
                    self.resolve(MethodCall::Refresh, Err(code));
                }
            }
            SessionState::Expired => self.emit(HostEvent::SessionExpired { soft_logout: false }),
            SessionState::AwaitingToken => {}
        }
    }

    pub(super) fn read_capabilities(&mut self, capability: Capability) {
        let request = ListRequest::ReadCapabilities(capability);
        self.effects.push(Effect::Request(Request::List(request)));
    }

    /// Continues the actions that failed without a token or a network.
    pub(super) fn resume_after(&mut self, broken_off: &UserError) {
        if self.list.problem() == Some(broken_off) {
            self.read_list();
        }
        if self.identity_problem() == Some(broken_off) {
            match broken_off {
                // A new token may be another person's, who has accepted nothing.
                UserError::SessionExpired => self.schedule_lookup(),
                _ => self.resume_identity_server(),
            }
        }
        for section in [Section::Emails, Section::Phones] {
            if self.form_of(section).problem() == Some(broken_off) {
                self.retry_send(section);
            }
        }
        // In a dialog the person is there, and presses.
        let typed = *broken_off != UserError::Network;
        let mut again = false;
        let ids: Vec<_> = self.verifications.iter().map(|pending| pending.id).collect();
        for id in ids {
            let Some(pending) = self.verification_mut(id) else {
                continue;
            };
            let resend =
                matches!(&pending.resend, ResendState::Failed(problem) if problem == broken_off);
            if resend {
                pending.start_sending();
            }
            match &mut pending.phase {
                VerificationPhase::Failed { problem, .. } if problem == broken_off => {
                    self.on_continue(id);
                }
                // The password was not kept here; the field still has it.
                VerificationPhase::Authenticating { uia, .. } if typed => {
                    again |= uia.problem() == Some(broken_off);
                    uia.forget_problem_if(|problem| problem == broken_off);
                }
                VerificationPhase::Authenticating { .. }
                | VerificationPhase::Failed { .. }
                | VerificationPhase::AwaitingUser
                | VerificationPhase::SubmittingCode { .. }
                | VerificationPhase::Adding(_)
                | VerificationPhase::Polling { .. }
                | VerificationPhase::NeedsAuth
                | VerificationPhase::OutcomeUnknown { .. }
                | VerificationPhase::Refreshing
                | VerificationPhase::AddedElsewhere => {}
            }
            if resend {
                self.send_resend_request(id);
            }
        }
        if !typed {
            return;
        }
        for removal in &mut self.removals {
            again |= removal.problem() == Some(broken_off);
            removal.forget_problem_if(|problem| problem == broken_off);
        }
        again |= self.resume_password_change(broken_off);
        // Another token may be another person's.
        if again && *broken_off == UserError::Offline {
            self.effects.push(Effect::Ui(UiEffect::SubmitDialog));
        }
    }
}
