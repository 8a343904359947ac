//! Form for a new password: it changes the password of an account, or replaces a
//! forgotten one (`password_reset.rs`).

use super::uia::update::UiaOutcome;
use super::{
    Action, ApiRequest, FocusTarget, HostEvent, Model, RequestKey, Responder, Retry, Status, Uia,
    UiaPhase, UiaTarget, UserError, VerificationId,
};
use crate::matrix::uia::{AuthData, SecretText};
use crate::matrix::{Errcode, RequestError};

/// Largest number of characters of a password, as of Synapse.
pub const MAX_PASSWORD_LENGTH: usize = 512;
/// Number of bytes from which other servers may reject a password as too long.
const LONG_PASSWORD_LENGTH: usize = 64;

/// Number of characters. `chars().count()` links a count that is faster in long
/// texts.
fn count_characters(text: &str) -> usize {
    let is_start = |byte: &u8| !(0x80..0xc0).contains(byte);
    text.bytes().filter(is_start).count()
}

/// State of the form.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PasswordForm {
    /// Waits for the capabilities.
    #[default]
    Loading,
    /// Waits for the user.
    Editing,
    /// The typed text is not valid, or the request failed. The fields keep
    /// their text.
    Invalid(UserError),
    /// The request is pending.
    Changing(PasswordChange),
    /// The server requires authentication.
    Authenticating(PasswordChange, Box<Uia>),
    /// The link in the email is not opened yet. The request is repeated until it
    /// is.
    AwaitingLink(PasswordChange, LinkPoll),
}

/// New password, and the user's choice about other sessions.
#[derive(Clone, Debug, PartialEq)]
pub struct PasswordChange {
    password: SecretText,
    logout_devices: bool,
    /// Email that the password was typed for, if it was forgotten.
    pub(super) pending: Option<VerificationId>,
}

/// Purpose of the form for a new password.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum PasswordTask {
    /// The user is signed in, and changes the password.
    #[default]
    Change,
    /// The user has forgotten the password, and replaces it without a token.
    Reset(ResetAttempt),
}

/// Request with the new password, after one press of the button.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResetAttempt {
    /// Validation session of the request, counted from the newest.
    pub(super) session_index: usize,
    /// True if the request has the UIA session of a challenge.
    pub(super) is_challenged: bool,
}

/// Time of the next request while the link is not opened.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkPoll {
    /// Time in ms since the epoch; `None` while the request is pending.
    pub(super) next_at: Option<f64>,
    /// Time between the last request and the next one, in ms.
    pub(super) delay: f64,
}

impl PasswordTask {
    /// The task of `<matrix-password-reset>`, before its first request.
    pub const RESET: PasswordTask =
        PasswordTask::Reset(ResetAttempt { session_index: 0, is_challenged: false });
}

/// Reason for which a server rejects a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyViolation {
    /// `M_WEAK_PASSWORD`
    Weak,
    /// `M_PASSWORD_TOO_SHORT`
    TooShort,
    /// The password is longer than [`MAX_PASSWORD_LENGTH`].
    TooLong,
    /// The server rejects the request, and the password is long.
    TooLongForServer,
    /// `M_PASSWORD_NO_DIGIT`
    NoDigit,
    /// `M_PASSWORD_NO_UPPERCASE`
    NoUppercase,
    /// `M_PASSWORD_NO_LOWERCASE`
    NoLowercase,
    /// `M_PASSWORD_NO_SYMBOL`
    NoSymbol,
    /// `M_PASSWORD_IN_DICTIONARY`
    InDictionary,
}

impl PolicyViolation {
    /// Policy of an errcode.
    pub(super) fn from_errcode(errcode: &Errcode) -> Option<PolicyViolation> {
        Some(match errcode {
            Errcode::WeakPassword => PolicyViolation::Weak,
            Errcode::PasswordTooShort => PolicyViolation::TooShort,
            Errcode::PasswordNoDigit => PolicyViolation::NoDigit,
            Errcode::PasswordNoUppercase => PolicyViolation::NoUppercase,
            Errcode::PasswordNoLowercase => PolicyViolation::NoLowercase,
            Errcode::PasswordNoSymbol => PolicyViolation::NoSymbol,
            Errcode::PasswordInDictionary => PolicyViolation::InDictionary,
            _ => return None,
        })
    }
}

impl PasswordForm {
    /// True while the user waits without a dialog.
    pub fn is_busy(&self) -> bool {
        match self {
            PasswordForm::Changing(_) => true,
            PasswordForm::Authenticating(_, uia) => uia.responder == Responder::Host,
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Invalid(_)
            | PasswordForm::AwaitingLink(..) => false,
        }
    }

    /// The displayed error.
    pub fn problem(&self) -> Option<&UserError> {
        match self {
            PasswordForm::Invalid(problem) => Some(problem),
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Changing(_)
            | PasswordForm::Authenticating(..)
            | PasswordForm::AwaitingLink(..) => None,
        }
    }

    /// State of the authentication.
    pub(super) fn uia(&self) -> Option<&Uia> {
        match self {
            PasswordForm::Authenticating(_, uia) => Some(uia),
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Invalid(_)
            | PasswordForm::Changing(_)
            | PasswordForm::AwaitingLink(..) => None,
        }
    }

    /// True while the server may be replacing a forgotten password.
    pub(super) fn is_being_reset(&self) -> bool {
        match self {
            PasswordForm::Changing(_) => true,
            PasswordForm::AwaitingLink(_, poll) => poll.next_at.is_none(),
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Invalid(_)
            | PasswordForm::Authenticating(..) => false,
        }
    }

    pub(super) fn forget_problem_if(&mut self, ended: &mut dyn FnMut(&UserError) -> bool) {
        match self {
            PasswordForm::Invalid(problem) if ended(problem) => *self = PasswordForm::Editing,
            PasswordForm::Authenticating(_, uia) => uia.forget_problem_if(ended),
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Invalid(_)
            | PasswordForm::Changing(_)
            | PasswordForm::AwaitingLink(..) => {}
        }
    }
}

impl Model {
    /// Handles a submitted password. The user repeats it unless it is revealed.
    pub(super) fn change_password(
        &mut self,
        password: SecretText,
        repeated: Option<SecretText>,
        logout_devices: bool,
    ) {
        if self.change_blocked_by().is_some() || !self.start_reset_attempt() {
            return;
        }
        let pending = self.pending_reset().map(|it| it.id);
        match &mut self.password {
            Some(
                form @ (PasswordForm::Editing
                | PasswordForm::Invalid(_)
                | PasswordForm::AwaitingLink(..)),
            ) => {
                if let Some(Retry::At(_)) = form.problem().map(UserError::retry) {
                    return;
                }
                self.status = None;
                let differ = repeated.is_some_and(|repeated| repeated != password);
                let (problem, focus) = if password.0.is_empty() {
                    (UserError::MissingPassword, FocusTarget::NewPassword)
                } else if differ {
                    (UserError::PasswordsDiffer, FocusTarget::RepeatedPassword)
                } else if count_characters(&password.0) > MAX_PASSWORD_LENGTH {
                    (UserError::PasswordPolicy(PolicyViolation::TooLong), FocusTarget::NewPassword)
                } else {
                    *form = PasswordForm::Changing(PasswordChange {
                        password,
                        logout_devices,
                        pending,
                    });
                    return self.request_password(None);
                };
                *form = PasswordForm::Invalid(problem);
                self.focus(focus);
            }
            Some(
                PasswordForm::Loading
                | PasswordForm::Changing(_)
                | PasswordForm::Authenticating(..),
            )
            | None => {}
        }
    }

    /// Handles that the user reveals the password, which needs no repetition.
    pub(super) fn password_revealed(&mut self) {
        if let Some(form) = &mut self.password {
            form.forget_problem_if(&mut |problem| *problem == UserError::PasswordsDiffer);
        }
    }

    /// Displays the form after the capabilities arrived.
    pub(super) fn can_change_password(&mut self) {
        if let Some(form @ PasswordForm::Loading) = &mut self.password {
            *form = idle_phase(self.password_change_uncertain);
        }
    }

    pub(super) fn request_password(&mut self, auth: Option<AuthData>) {
        if let Some(
            PasswordForm::Changing(new)
            | PasswordForm::Authenticating(new, _)
            | PasswordForm::AwaitingLink(new, _),
        ) = &self.password
        {
            self.send(ApiRequest::ChangePassword {
                new_password: new.password.clone(),
                logout_devices: new.logout_devices,
                auth: auth.or_else(|| self.reset_auth()),
            });
        }
    }

    pub(super) fn on_password_response(
        &mut self,
        logout_devices: bool,
        result: Result<(), RequestError>,
    ) {
        if self.is_reset() {
            return self.on_reset_response(logout_devices, result);
        }
        let Some(before) = self.password.replace(PasswordForm::Editing) else {
            self.password = None;
            return;
        };
        let failure = match result {
            // Even after the dialog was closed.
            Ok(()) => {
                self.password_change_uncertain = false;
                self.show_status(Status::PasswordChanged { logout_devices });
                return self.emit(HostEvent::PasswordChanged { logout_devices });
            }
            Err(failure) => failure,
        };
        let (new, uia) = match before {
            PasswordForm::Changing(new) => (new, None),
            PasswordForm::Authenticating(new, uia) if uia.has_progress() => (new, Some(uia)),
            // Nobody waits for it.
            form @ (PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Invalid(_)
            | PasswordForm::AwaitingLink(..)
            | PasswordForm::Authenticating(..)) => {
                self.password = Some(form);
                return;
            }
        };
        self.password_change_uncertain |= change_outcome_unknown(&failure);
        match self.handle_uia_failure(Action::ChangePassword, uia, failure) {
            UiaOutcome::NeedsInput(mut uia) => {
                if self.password_change_uncertain
                    && uia.problem() == Some(&UserError::WrongPassword)
                {
                    uia.phase = UiaPhase::Failed(UserError::PasswordMayHaveChanged);
                }
                if uia.stage().is_none() && self.list.entries().is_none() {
                    // With an address of the account there may be a way.
                    self.refresh_silently();
                }
                self.password = Some(PasswordForm::Authenticating(new, uia));
                self.start_uia(UiaTarget::Password);
            }
            UiaOutcome::SendAgain(uia, auth) => {
                self.password = Some(PasswordForm::Authenticating(new, uia));
                self.request_password(auth);
            }
            UiaOutcome::Unchanged(uia) => {
                self.password = Some(PasswordForm::Authenticating(new, uia))
            }
            UiaOutcome::Failed(failure, uia) => self.on_password_failed(new, failure, uia),
        }
    }

    fn on_password_failed(
        &mut self,
        new: PasswordChange,
        failure: RequestError,
        uia: Option<Box<Uia>>,
    ) {
        let problem = self.report_password_failure(Action::ChangePassword, &new, &failure);
        let refused = problem.is_password_error();
        self.password = Some(match uia {
            // The dialog stays, unless it is the embedder's, or is not what
            // something has to be done in.
            Some(mut uia)
                if uia.responder == Responder::User
                    && !refused
                    && !failure.may_be_unknown_uia_session() =>
            {
                uia.phase = UiaPhase::Failed(problem);
                PasswordForm::Authenticating(new, uia)
            }
            Some(_) | None => PasswordForm::Invalid(problem),
        });
        if refused {
            self.focus(FocusTarget::NewPassword);
        }
    }

    /// Error of a new password that the server did not take.
    pub(super) fn report_password_failure(
        &mut self,
        action: Action,
        new: &PasswordChange,
        failure: &RequestError,
    ) -> UserError {
        let problem = self.report_failure(action, failure);
        let wrong = matches!(failure.errcode(), Some(Errcode::BadJson | Errcode::InvalidParam));
        match wrong && new.password.0.len() > LONG_PASSWORD_LENGTH {
            true => UserError::PasswordPolicy(PolicyViolation::TooLongForServer),
            false => problem,
        }
    }

    /// Handles that the dialog was closed. The pending request may still
    /// succeed.
    pub(super) fn cancel_password_change(&mut self) {
        if let Some(PasswordForm::Authenticating(_, uia)) = &self.password {
            self.password_change_uncertain |= uia.has_progress();
            self.drop_delayed(RequestKey::Password);
            self.password = Some(idle_phase(self.password_change_uncertain));
        }
    }

    /// Handles that the element left the page.
    pub(super) fn detach_password(&mut self) {
        let is_reset = self.is_reset();
        if let Some(form) = &mut self.password {
            self.password_change_uncertain |=
                form.uia().is_some_and(Uia::has_progress) || is_reset && form.is_being_reset();
            *form = PasswordForm::Loading;
        }
    }

    /// Continues when the network is back or the token is new. Returns true if
    /// there is an action to continue, with the text that is in the fields.
    pub(super) fn resume_password_change(&mut self, broken_off: &UserError) -> bool {
        let Some(form) = &mut self.password else { return false };
        let dialog = form.uia().and_then(Uia::problem);
        let is = form.problem().or(dialog) == Some(broken_off);
        form.forget_problem_if(&mut |problem| problem == broken_off);
        is
    }
}

/// State of the form while no request is pending.
fn idle_phase(perhaps_changed: bool) -> PasswordForm {
    match perhaps_changed {
        true => PasswordForm::Invalid(UserError::PasswordMayHaveChanged),
        false => PasswordForm::Editing,
    }
}

/// True if the server may have changed the password despite the error. Some
/// servers change it first and fail later.
pub(super) fn change_outcome_unknown(failure: &RequestError) -> bool {
    match failure {
        RequestError::Server(error) => error.status >= 500,
        failure => failure.is_outcome_unknown(),
    }
}
