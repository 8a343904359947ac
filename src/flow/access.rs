//! State of the session: homeserver and token. Actions that failed without a
//! token or a network continue when there is one.

use crate::matrix::capabilities::Capability;

use super::{Effect, ErrorReport, Event, Flow, Operation, Phase, Problem, Resend, Section};

/// State of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// No token was set yet. The element sends no request and displays no
    /// error.
    Awaited,
    /// The page has loaded, and `homeserver` is missing.
    NoHomeserver,
    /// `homeserver` is not a valid URL. The element sends no request.
    InvalidHomeserver,
    /// There are a homeserver and a token.
    Granted,
    /// The session has ended. The state is kept until there is a new token.
    Ended,
    /// The token can't be sent in a header. The state is kept until there is
    /// another token.
    InvalidToken,
}

impl Access {
    /// True while the element waits for another token.
    pub fn is_over(self) -> bool {
        match self {
            Access::Ended | Access::InvalidToken => true,
            Access::Awaited
            | Access::NoHomeserver
            | Access::InvalidHomeserver
            | Access::Granted => false,
        }
    }

    /// Error code if no request is possible now.
    pub(super) fn refusal(self) -> Option<&'static str> {
        match self {
            Access::NoHomeserver => Some("missing-homeserver"),
            Access::InvalidHomeserver => Some("invalid-homeserver"),
            Access::InvalidToken => Some("invalid-token"),
            Access::Awaited | Access::Ended => Some("no-session"),
            Access::Granted => None,
        }
    }
}

impl Flow {
    pub(super) fn set_access(&mut self, access: Access) {
        let before = std::mem::replace(&mut self.access, access);
        if access == before {
            return;
        }
        match access {
            Access::Granted => {
                match self.password {
                    // Only for what an authentication may want to know.
                    Some(_) => self.read_list_quietly(),
                    None => self.read_list(),
                }
                let capability = match self.password {
                    Some(_) => Capability::ChangePassword,
                    None => Capability::ThreepidChanges,
                };
                self.effects.push(Effect::ReadCapabilities(capability));
                if before.is_over() {
                    self.go_on_after(&Problem::SessionEnded);
                }
            }
            Access::NoHomeserver | Access::InvalidHomeserver | Access::InvalidToken => {
                if let Some(code) = access.refusal() {
                    self.report(ErrorReport::local(code));
                    self.settle(Operation::Refresh, Err(code));
                }
            }
            Access::Ended => self.emit(Event::SessionExpired { soft_logout: false }),
            Access::Awaited => {}
        }
    }

    /// Continues the actions that failed without a token or a network.
    pub(super) fn go_on_after(&mut self, broken_off: &Problem) {
        if self.list.problem() == Some(broken_off) {
            self.read_list();
        }
        if self.identity_problem() == Some(broken_off) {
            match broken_off {
                // A new token may be another person's, who has accepted nothing.
                Problem::SessionEnded => self.look_up(),
                _ => self.identity_goes_on(),
            }
        }
        for section in [Section::Emails, Section::Phones] {
            if self.form_of(section).problem() == Some(broken_off) {
                self.send_again(section);
            }
        }
        // In a dialog the person is there, and presses.
        let typed = *broken_off != Problem::Network;
        let mut again = false;
        let ids: Vec<_> = self.pending.iter().map(|pending| pending.id).collect();
        for id in ids {
            let Some(pending) = self.verification_mut(id) else {
                continue;
            };
            let resend =
                matches!(&pending.resend, Resend::Failed(problem) if problem == broken_off);
            if resend {
                pending.start_sending();
            }
            match &mut pending.phase {
                Phase::Trouble { problem, .. } if problem == broken_off => {
                    self.continue_verification(id);
                }
                // The password was not kept here; the field still has it.
                Phase::Authenticating { uia, .. } if typed => {
                    again |= uia.problem() == Some(broken_off);
                    uia.forget_problem_if(|problem| problem == broken_off);
                }
                Phase::Authenticating { .. }
                | Phase::Trouble { .. }
                | Phase::Sent
                | Phase::Submitting { .. }
                | Phase::Trying(_)
                | Phase::Waiting { .. }
                | Phase::Unconfirmed
                | Phase::Uncertain { .. }
                | Phase::Adopting
                | Phase::AddedElsewhere => {}
            }
            if resend {
                self.repeat_resend(id);
            }
        }
        if !typed {
            return;
        }
        for removal in &mut self.removals {
            again |= removal.problem() == Some(broken_off);
            removal.forget_problem_if(|problem| problem == broken_off);
        }
        again |= self.password_goes_on(broken_off);
        // Another token may be another person's.
        if again && *broken_off == Problem::Offline {
            self.effects.push(Effect::SubmitDialog);
        }
    }
}
