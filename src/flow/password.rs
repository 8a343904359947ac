//! Form of `<matrix-account-password>`, which changes the password.

use super::authenticating::Verdict;
use super::{
    Action, Asked, Effect, Event, Flow, Focus, Notice, Problem, Retry, Slot, Subject, Uia, UiaPhase,
};
use crate::matrix::uia::{Auth, Password};
use crate::matrix::{Errcode, Failure};

/// Largest number of characters of a password, as of Synapse.
pub const MAX_PASSWORD: usize = 512;
/// Number of bytes from which other servers may reject a password as too long.
const LONG_PASSWORD: usize = 64;

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
    Wrong(Problem),
    /// The request is pending.
    Changing(NewPassword),
    /// The server requires authentication.
    Authenticating(NewPassword, Box<Uia>),
}

/// New password, and the user's choice about other sessions.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPassword {
    password: Password,
    logout_devices: bool,
}

/// Reason for which a server rejects a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// `M_WEAK_PASSWORD`
    Weak,
    /// `M_PASSWORD_TOO_SHORT`
    TooShort,
    /// The password is longer than [`MAX_PASSWORD`].
    TooLong,
    /// The server rejects the request, and the password is long.
    TooLongHere,
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

impl Policy {
    /// Policy of an errcode.
    pub(super) fn of(errcode: &Errcode) -> Option<Policy> {
        Some(match errcode {
            Errcode::WeakPassword => Policy::Weak,
            Errcode::PasswordTooShort => Policy::TooShort,
            Errcode::PasswordNoDigit => Policy::NoDigit,
            Errcode::PasswordNoUppercase => Policy::NoUppercase,
            Errcode::PasswordNoLowercase => Policy::NoLowercase,
            Errcode::PasswordNoSymbol => Policy::NoSymbol,
            Errcode::PasswordInDictionary => Policy::InDictionary,
            _ => return None,
        })
    }
}

impl PasswordForm {
    /// True while the user waits without a dialog.
    pub fn is_busy(&self) -> bool {
        match self {
            PasswordForm::Changing(_) => true,
            PasswordForm::Authenticating(_, uia) => uia.asked == Asked::Host,
            PasswordForm::Loading | PasswordForm::Editing | PasswordForm::Wrong(_) => false,
        }
    }

    /// The displayed error.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            PasswordForm::Wrong(problem) => Some(problem),
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Changing(_)
            | PasswordForm::Authenticating(..) => None,
        }
    }

    /// State of the authentication.
    pub(super) fn uia(&self) -> Option<&Uia> {
        match self {
            PasswordForm::Authenticating(_, uia) => Some(uia),
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Wrong(_)
            | PasswordForm::Changing(_) => None,
        }
    }

    pub(super) fn forget_problem_if(&mut self, ended: &mut dyn FnMut(&Problem) -> bool) {
        match self {
            PasswordForm::Wrong(problem) if ended(problem) => *self = PasswordForm::Editing,
            PasswordForm::Authenticating(_, uia) => uia.forget_problem_if(ended),
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Wrong(_)
            | PasswordForm::Changing(_) => {}
        }
    }
}

impl Flow {
    /// Handles a submitted password. The user repeats it unless it is revealed.
    pub(super) fn change_password(
        &mut self,
        password: Password,
        repeated: Option<Password>,
        logout_devices: bool,
    ) {
        if self.refusal().is_some() {
            return;
        }
        match &mut self.password {
            Some(form @ (PasswordForm::Editing | PasswordForm::Wrong(_))) => {
                if let Some(Retry::At(_)) = form.problem().map(Problem::retry) {
                    return;
                }
                self.notice = None;
                let differ = repeated.is_some_and(|repeated| repeated != password);
                let (problem, focus) = if password.0.is_empty() {
                    (Problem::NoPassword, Focus::NewPassword)
                } else if differ {
                    (Problem::PasswordsDiffer, Focus::RepeatedPassword)
                } else if password.0.chars().count() > MAX_PASSWORD {
                    (Problem::PasswordRefused(Policy::TooLong), Focus::NewPassword)
                } else {
                    *form = PasswordForm::Changing(NewPassword { password, logout_devices });
                    return self.request_password(None);
                };
                *form = PasswordForm::Wrong(problem);
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
    pub(super) fn password_shown(&mut self) {
        if let Some(form) = &mut self.password {
            form.forget_problem_if(&mut |problem| *problem == Problem::PasswordsDiffer);
        }
    }

    /// Displays the form after the capabilities arrived.
    pub(super) fn password_may_be_changed(&mut self) {
        if let Some(form @ PasswordForm::Loading) = &mut self.password {
            *form = at_rest(self.perhaps_changed);
        }
    }

    pub(super) fn request_password(&mut self, auth: Option<Auth>) {
        if let Some(PasswordForm::Changing(new) | PasswordForm::Authenticating(new, _)) =
            &self.password
        {
            self.effects.push(Effect::ChangePassword {
                new_password: new.password.clone(),
                logout_devices: new.logout_devices,
                auth,
            });
        }
    }

    pub(super) fn password_changed(&mut self, logout_devices: bool, result: Result<(), Failure>) {
        let Some(before) = self.password.replace(PasswordForm::Editing) else {
            self.password = None;
            return;
        };
        let failure = match result {
            // Even after the dialog was closed.
            Ok(()) => {
                self.perhaps_changed = false;
                self.notice = Some(Notice::PasswordChanged { logout_devices });
                return self.emit(Event::PasswordChanged { logout_devices });
            }
            Err(failure) => failure,
        };
        let (new, uia) = match before {
            PasswordForm::Changing(new) => (new, None),
            PasswordForm::Authenticating(new, uia) if uia.is_under_way() => (new, Some(uia)),
            // Nobody waits for it.
            form @ (PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Wrong(_)
            | PasswordForm::Authenticating(..)) => {
                self.password = Some(form);
                return;
            }
        };
        self.perhaps_changed |= may_have_changed(&failure);
        match self.judge(Action::ChangePassword, uia, failure) {
            Verdict::Ask(mut uia) => {
                if self.perhaps_changed && uia.problem() == Some(&Problem::WrongPassword) {
                    uia.phase = UiaPhase::Failed(Problem::PerhapsChanged);
                }
                if uia.stage().is_none() && self.list.entries().is_none() {
                    // With an address of the account there may be a way.
                    self.read_list_quietly();
                }
                self.password = Some(PasswordForm::Authenticating(new, uia));
                self.challenged(Subject::Password);
            }
            Verdict::Anew(uia) => {
                self.password = Some(PasswordForm::Authenticating(new, uia));
                self.request_password(None);
            }
            Verdict::Rest(uia) => self.password = Some(PasswordForm::Authenticating(new, uia)),
            Verdict::Over(failure, uia) => self.password_failed(new, failure, uia),
        }
    }

    fn password_failed(&mut self, new: NewPassword, failure: Failure, uia: Option<Box<Uia>>) {
        let mut problem = self.trouble(Action::ChangePassword, &failure);
        let wrong = matches!(failure.errcode(), Some(Errcode::BadJson | Errcode::InvalidParam));
        if wrong && new.password.0.len() > LONG_PASSWORD {
            problem = Problem::PasswordRefused(Policy::TooLongHere);
        }
        let refused = problem.is_of_the_password();
        self.password = Some(match uia {
            // The dialog stays, unless it is the embedder's, or is not what
            // something has to be done in.
            Some(mut uia) if uia.asked == Asked::Person && !refused && !failure.is_of_session() => {
                uia.phase = UiaPhase::Failed(problem);
                PasswordForm::Authenticating(new, uia)
            }
            Some(_) | None => PasswordForm::Wrong(problem),
        });
        if refused {
            self.focus(Focus::NewPassword);
        }
    }

    /// Handles that the dialog was closed. The pending request may still
    /// succeed.
    pub(super) fn dismiss_password(&mut self) {
        if let Some(PasswordForm::Authenticating(_, uia)) = &self.password {
            self.perhaps_changed |= uia.is_under_way();
            self.drop_held(Slot::Password);
            self.password = Some(at_rest(self.perhaps_changed));
        }
    }

    /// Handles that the element left the page.
    pub(super) fn detach_password(&mut self) {
        if let Some(form) = &mut self.password {
            self.perhaps_changed |= form.uia().is_some_and(Uia::is_under_way);
            *form = PasswordForm::Loading;
        }
    }

    /// Continues when the network is back or the token is new. Returns true if
    /// there is an action to continue, with the text that is in the fields.
    pub(super) fn password_goes_on(&mut self, broken_off: &Problem) -> bool {
        let Some(form) = &mut self.password else { return false };
        let dialog = form.uia().and_then(Uia::problem);
        let is = form.problem().or(dialog) == Some(broken_off);
        form.forget_problem_if(&mut |problem| problem == broken_off);
        is
    }
}

/// State of the form while no request is pending.
fn at_rest(perhaps_changed: bool) -> PasswordForm {
    match perhaps_changed {
        true => PasswordForm::Wrong(Problem::PerhapsChanged),
        false => PasswordForm::Editing,
    }
}

/// True if the server may have changed the password despite the error. Some
/// servers change it first and fail later.
fn may_have_changed(failure: &Failure) -> bool {
    match failure {
        Failure::Server(error) => error.status >= 500,
        failure => failure.is_uncertain(),
    }
}
