//! The password of the account is changed: all there is in
//! `<matrix-account-password>`.

use super::authenticating::Verdict;
use super::{
    Action, Asked, Effect, Event, Flow, Focus, Notice, Problem, Retry, Subject, Uia, UiaPhase,
};
use crate::matrix::uia::{Auth, Password};
use crate::matrix::{Errcode, Failure};

/// The form's phases.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PasswordForm {
    /// Whether the password may be changed is being asked.
    #[default]
    Loading,
    /// The person may type.
    Editing,
    /// What was typed will not do, or the same again makes no sense.
    Wrong(Problem),
    /// The request is under way.
    Changing(NewPassword),
    /// The server wants to know that it is really them.
    Authenticating(NewPassword, Box<Uia>),
    /// It failed, and can be repeated.
    Failed(NewPassword, Problem),
}

/// What the person has chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPassword {
    password: Password,
    logout_devices: bool,
    /// A request's answer got lost: it may have been changed.
    lost: bool,
}

/// What a server has against a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// `M_WEAK_PASSWORD`
    Weak,
    /// `M_PASSWORD_TOO_SHORT`
    TooShort,
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
    /// The policy that an errcode speaks of.
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
    /// Whether a request is under way.
    pub fn is_busy(&self) -> bool {
        match self {
            PasswordForm::Changing(_) => true,
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Wrong(_)
            | PasswordForm::Authenticating(..)
            | PasswordForm::Failed(..) => false,
        }
    }

    /// What went wrong.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            PasswordForm::Wrong(problem) | PasswordForm::Failed(_, problem) => Some(problem),
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Changing(_)
            | PasswordForm::Authenticating(..) => None,
        }
    }

    /// Its authentication.
    pub(super) fn uia(&self) -> Option<&Uia> {
        match self {
            PasswordForm::Authenticating(_, uia) => Some(uia),
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Wrong(_)
            | PasswordForm::Changing(_)
            | PasswordForm::Failed(..) => None,
        }
    }

    pub(super) fn uia_mut(&mut self) -> Option<&mut Uia> {
        match self {
            PasswordForm::Authenticating(_, uia) => Some(uia),
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Wrong(_)
            | PasswordForm::Changing(_)
            | PasswordForm::Failed(..) => None,
        }
    }

    pub(super) fn forget_problem_if(&mut self, ended: &mut dyn FnMut(&Problem) -> bool) {
        if self.problem().is_some_and(&mut *ended) {
            *self = PasswordForm::Editing;
        } else if let Some(uia) = self.uia_mut() {
            uia.forget_problem_if(ended);
        }
    }
}

impl Flow {
    /// The person hands in a new password; twice, unless they could see it.
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
            Some(
                form @ (PasswordForm::Editing | PasswordForm::Wrong(_) | PasswordForm::Failed(..)),
            ) => {
                if let Some(Retry::At(_)) = form.problem().map(Problem::retry) {
                    return;
                }
                let differ = repeated.is_some_and(|repeated| repeated != password);
                let (phase, focus) = if password.0.is_empty() {
                    (PasswordForm::Wrong(Problem::NoPassword), Focus::NewPassword)
                } else if differ {
                    (PasswordForm::Wrong(Problem::PasswordsDiffer), Focus::RepeatedPassword)
                } else {
                    *form = PasswordForm::Changing(NewPassword {
                        password,
                        logout_devices,
                        lost: false,
                    });
                    self.notice = None;
                    return self.request_password(None);
                };
                *form = phase;
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

    pub(super) fn password_changed(&mut self, result: Result<(), Failure>) {
        let (mut new, uia) = match self.password.replace(PasswordForm::Editing) {
            Some(PasswordForm::Changing(new)) => (new, None),
            Some(PasswordForm::Authenticating(new, uia)) if uia.is_under_way() => (new, Some(uia)),
            // Nothing is under way.
            form @ (Some(
                PasswordForm::Loading
                | PasswordForm::Editing
                | PasswordForm::Wrong(_)
                | PasswordForm::Authenticating(..)
                | PasswordForm::Failed(..),
            )
            | None) => {
                self.password = form;
                return;
            }
        };
        let logout_devices = new.logout_devices;
        let failure = match result {
            Ok(()) => {
                self.notice = Some(Notice::PasswordChanged { logout_devices });
                return self.emit(Event::PasswordChanged { logout_devices });
            }
            Err(failure) => failure,
        };
        new.lost |= failure.is_uncertain();
        match self.judge(Action::ChangePassword, uia, failure) {
            Verdict::Ask(mut uia) => {
                if new.lost && uia.problem() == Some(&Problem::WrongPassword) {
                    uia.phase = UiaPhase::Failed(Problem::PerhapsChanged);
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
        let problem = self.trouble(Action::ChangePassword, &failure);
        let refused = problem.is_of_the_password();
        self.password = Some(match uia {
            // The dialog stays, unless it is the embedder's, or is not what
            // something has to be done in.
            Some(mut uia) if uia.asked == Asked::Person && !refused && !failure.is_of_session() => {
                uia.phase = UiaPhase::Failed(problem);
                PasswordForm::Authenticating(new, uia)
            }
            Some(_) | None => match problem.retry() {
                Retry::Never => PasswordForm::Wrong(problem),
                Retry::Now | Retry::At(_) => PasswordForm::Failed(new, problem),
            },
        });
        if refused {
            self.focus(Focus::NewPassword);
        }
    }

    /// The dialog was closed.
    pub(super) fn dismiss_password(&mut self) {
        let Some(PasswordForm::Authenticating(new, uia)) = &self.password else { return };
        let under_way = uia.is_under_way();
        let unsure = under_way || new.lost;
        self.password = Some(match unsure {
            true => PasswordForm::Wrong(Problem::PerhapsChanged),
            false => PasswordForm::Editing,
        });
        if under_way {
            self.effects.push(Effect::AbortPassword);
        }
    }

    /// There is a network again: what was broken off goes on. Whether there
    /// is a dialog to be sent.
    pub(super) fn password_goes_on(&mut self, broken_off: &Problem) -> bool {
        let Some(form) = &mut self.password else { return false };
        match form {
            // Another token may be another person's.
            PasswordForm::Failed(new, problem)
                if problem == broken_off && *problem == Problem::Offline =>
            {
                *form = PasswordForm::Changing(new.clone());
                self.request_password(None);
                false
            }
            PasswordForm::Loading
            | PasswordForm::Editing
            | PasswordForm::Wrong(_)
            | PasswordForm::Changing(_)
            | PasswordForm::Authenticating(..)
            | PasswordForm::Failed(..) => {
                let dialog = form.uia().and_then(Uia::problem) == Some(broken_off);
                form.forget_problem_if(&mut |problem| problem == broken_off);
                dialog
            }
        }
    }
}
