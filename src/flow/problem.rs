//! Errors in the user's terms, and what the user can do. Each text has one
//! variant.

use super::{Action, Policy, Section};
use crate::matrix::{Errcode, Failure};

/// Length of a rate limit for which the server gives no time, in ms.
const DEFAULT_LIMIT_MS: f64 = 60_000.0;

/// Error in the user's terms.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// The email address is invalid.
    NotAnAddress,
    /// The email address is already on the list.
    AlreadyYours,
    /// The email address belongs to an account.
    InUse,
    /// The server does not permit this email address.
    Denied,
    /// The server refused the email address, and may not support email
    /// addresses.
    MayLackEmails,
    /// The server sends no emails.
    NoMail,
    /// The server failed to send the email.
    MailFailed,
    /// The phone number is invalid.
    NotANumber,
    /// The phone number is already on the list.
    NumberAlreadyYours,
    /// The phone number belongs to an account.
    NumberInUse,
    /// The server does not permit this phone number.
    NumberDenied,
    /// The server refused the phone number, and may not support phone numbers.
    MayLackPhones,
    /// The server sends no text messages.
    NoSms,
    /// The server failed to send the text message.
    SmsFailed,
    /// A lookup would need addresses in plain text.
    CannotLookUp,
    /// The server can't stop sharing without removing the address.
    CannotUnshare,
    /// The server permits no changes.
    ChangesForbidden,
    /// A rate limit of the server.
    RateLimited {
        /// End of the rate limit, in ms since the epoch.
        until: f64,
        /// Length of the rate limit, in ms.
        wait: f64,
    },
    /// The server can't be reached.
    Network,
    /// The server did not respond in time.
    Timeout,
    /// The browser is offline.
    Offline,
    /// The response is not one of a Matrix server.
    Http(u16),
    /// The session has ended. This error is displayed once, at the top.
    SessionEnded,
    /// The password is wrong.
    WrongPassword,
    /// The new password is missing.
    NoPassword,
    /// The repeated password differs.
    PasswordsDiffer,
    /// The server does not accept the new password.
    PasswordRefused(Policy),
    /// The server refused the old password. An earlier change has no response,
    /// so the new password may be the current one.
    PerhapsChanged,
    /// The code is wrong.
    WrongCode,
    /// The code from the email is missing.
    NoCode,
    /// The code from the text message is missing.
    NoSmsCode,
    /// The current password is missing.
    NoCurrentPassword,
    /// The registration token is missing.
    NoToken,
    /// The `submit_url` is not safe for a code.
    UnsafeCode,
    /// No flow of the challenge is supported.
    NoWayToAuthenticate,
    /// The registration token is wrong.
    WrongToken,
    /// The link of a threepid stage is not opened yet.
    NotProved,
    /// The fallback page is not done yet.
    NotDone,
    /// The account is locked.
    Locked,
    /// The account is suspended.
    Suspended,
    /// The account was deactivated.
    Deactivated,
    /// The account is a guest's.
    Guest,
    /// A resource limit of the server is reached.
    ResourceLimit {
        /// Link to the server's administrator, if there is one.
        contact: Option<String>,
    },
    /// The user has to accept the server's terms.
    ConsentMissing {
        /// Link to the terms, if there is one.
        terms: Option<String>,
    },
    /// Any other error, with its code.
    Other(String),
}

/// Next step of the user after an error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Retry {
    /// The same action fails again. The user corrects the input, or leaves it.
    Never,
    /// The same action can be repeated now.
    Now,
    /// The same action can be repeated at this time, in ms since the epoch.
    At(f64),
}

impl Problem {
    /// Converts a failure of this action to an error in the user's terms.
    pub fn of(action: Action, failure: &Failure, now: f64) -> Problem {
        if action == Action::Unbind && failure.is_of_path() {
            return Problem::CannotUnshare;
        }
        let error = match failure {
            Failure::Offline => return Problem::Offline,
            Failure::Network => return Problem::Network,
            Failure::Timeout => return Problem::Timeout,
            Failure::NoSession { .. } | Failure::InvalidToken => return Problem::SessionEnded,
            Failure::Unsafe => return Problem::UnsafeCode,
            Failure::NotMatrix { status } => return Problem::Http(*status),
            Failure::Challenge(challenge) => {
                return match &challenge.errcode {
                    Some(Errcode::Forbidden) if action.is_change() => Problem::WrongPassword,
                    Some(code) => Problem::Other(code.as_str().to_owned()),
                    None => Problem::NoWayToAuthenticate,
                };
            }
            Failure::Server(error) => error,
        };
        match &error.errcode {
            Errcode::ThreepidInUse => Problem::InUse,
            Errcode::ThreepidDenied | Errcode::DestinationRejected => Problem::Denied,
            Errcode::ThreepidMediumNotSupported => Problem::NoMail,
            Errcode::InvalidEmail | Errcode::InvalidAddress | Errcode::InvalidPhoneNumber => {
                Problem::NotAnAddress
            }
            Errcode::EmailSendError | Errcode::SendError => Problem::MailFailed,
            Errcode::InvalidParam if matches!(action, Action::Send | Action::Share) => {
                Problem::NotAnAddress
            }
            // Where accounts are managed elsewhere, the endpoints of changes are not known.
            Errcode::Forbidden | Errcode::Unrecognized
                if matches!(action, Action::Send)
                    || (action.is_change() && !matches!(action, Action::Bind | Action::Unbind)) =>
            {
                Problem::ChangesForbidden
            }
            Errcode::LimitExceeded => {
                Problem::limit(now + error.retry_after_ms.unwrap_or(DEFAULT_LIMIT_MS), now)
            }
            // Whatever the word: Sydent's is this.
            Errcode::Unknown | Errcode::Other(_) if error.status == 429 => {
                Problem::limit(now + error.retry_after_ms.unwrap_or(DEFAULT_LIMIT_MS), now)
            }
            Errcode::TermsNotSigned => Problem::ConsentMissing { terms: None },
            Errcode::UserLocked => Problem::Locked,
            Errcode::UserSuspended => Problem::Suspended,
            Errcode::UserDeactivated => Problem::Deactivated,
            Errcode::GuestAccessForbidden => Problem::Guest,
            Errcode::ResourceLimitExceeded => {
                Problem::ResourceLimit { contact: link(&error.admin_contact) }
            }
            Errcode::ConsentNotGiven => Problem::ConsentMissing { terms: link(&error.consent_uri) },
            Errcode::TokenIncorrect => Problem::WrongCode,
            // Sydent takes a wrong code for a session that is not valid.
            Errcode::InvalidParam | Errcode::Unknown | Errcode::NoValidSession
                if action == Action::Submit =>
            {
                Problem::WrongCode
            }
            _ if matches!(action, Action::Send | Action::Prove | Action::Share)
                && error.status >= 500 =>
            {
                Problem::MailFailed
            }
            code => Policy::of(code)
                .map_or_else(|| Problem::Other(code.as_str().to_owned()), Problem::PasswordRefused),
        }
    }

    /// The variant of this error in a section.
    pub(super) fn in_section(self, section: Option<Section>) -> Problem {
        if section != Some(Section::Phones) {
            return self;
        }
        match self {
            Problem::NotAnAddress => Problem::NotANumber,
            Problem::AlreadyYours => Problem::NumberAlreadyYours,
            Problem::InUse => Problem::NumberInUse,
            Problem::Denied => Problem::NumberDenied,
            Problem::MayLackEmails => Problem::MayLackPhones,
            Problem::NoMail => Problem::NoSms,
            Problem::MailFailed => Problem::SmsFailed,
            Problem::NoCode => Problem::NoSmsCode,
            same => same,
        }
    }

    /// A rate limit until this time. Both are in ms since the epoch.
    pub(super) fn limit(until: f64, now: f64) -> Problem {
        Problem::RateLimited { until, wait: until - now }
    }

    /// Next step of the user.
    pub fn retry(&self) -> Retry {
        match self {
            Problem::NotAnAddress
            | Problem::AlreadyYours
            | Problem::InUse
            | Problem::Denied
            | Problem::MayLackEmails
            | Problem::MayLackPhones
            | Problem::NoMail
            | Problem::NotANumber
            | Problem::NumberAlreadyYours
            | Problem::NumberInUse
            | Problem::NumberDenied
            | Problem::CannotUnshare
            | Problem::ChangesForbidden
            | Problem::SessionEnded
            | Problem::WrongPassword
            | Problem::NoPassword
            | Problem::PasswordsDiffer
            | Problem::PasswordRefused(_)
            | Problem::PerhapsChanged
            | Problem::WrongCode
            | Problem::NoCode
            | Problem::NoSmsCode
            | Problem::NoCurrentPassword
            | Problem::NoToken
            | Problem::UnsafeCode
            | Problem::WrongToken
            | Problem::NotProved
            | Problem::NotDone
            | Problem::Deactivated
            | Problem::Guest => Retry::Never,
            Problem::RateLimited { until, .. } => Retry::At(*until),
            Problem::MailFailed
            | Problem::CannotLookUp
            // Its form is gone until asked again.
            | Problem::NoSms
            | Problem::SmsFailed
            | Problem::NoWayToAuthenticate
            | Problem::Network
            | Problem::Timeout
            | Problem::Offline
            | Problem::Http(_)
            | Problem::Locked
            | Problem::Suspended
            | Problem::ResourceLimit { .. }
            | Problem::ConsentMissing { .. }
            | Problem::Other(_) => Retry::Now,
        }
    }

    /// True if another address can succeed.
    pub fn is_of_the_address(&self) -> bool {
        matches!(
            self,
            Problem::NotAnAddress
                | Problem::AlreadyYours
                | Problem::InUse
                | Problem::Denied
                | Problem::NotANumber
                | Problem::NumberAlreadyYours
                | Problem::NumberInUse
                | Problem::NumberDenied
        )
    }

    /// True if another new password can succeed.
    pub fn is_of_the_password(&self) -> bool {
        matches!(self, Problem::NoPassword | Problem::PasswordRefused(_))
    }

    /// True if the error is one of the typed text. It disappears while the user
    /// edits the field.
    pub fn is_of_what_is_typed(&self) -> bool {
        self.is_of_the_address()
            || self.is_of_the_password()
            || matches!(
                self,
                Problem::PasswordsDiffer
                    | Problem::WrongPassword
                    | Problem::NoCurrentPassword
                    | Problem::WrongToken
                    | Problem::NoToken
                    | Problem::WrongCode
                    | Problem::NoCode
                    | Problem::NoSmsCode
            )
    }

    /// True if another reply to the challenge can succeed.
    pub fn is_of_the_answer(&self) -> bool {
        self.is_of_what_is_typed() || *self == Problem::PerhapsChanged
    }

    /// Link of the error, if there is one.
    pub fn link(&self) -> Option<&str> {
        let (Problem::ResourceLimit { contact: link } | Problem::ConsentMissing { terms: link }) =
            self
        else {
            return None;
        };
        link.as_deref()
    }

    /// True if the same action can succeed later.
    pub fn is_recoverable(&self) -> bool {
        matches!(
            self,
            Problem::WrongPassword
                | Problem::PerhapsChanged
                | Problem::PasswordRefused(_)
                | Problem::WrongCode
                | Problem::WrongToken
                | Problem::NoCurrentPassword
                | Problem::NoToken
                | Problem::NotProved
                | Problem::NotDone
                | Problem::SessionEnded
        ) || (self.retry() != Retry::Never && *self != Problem::NoSms)
    }

    /// End and length of a rate limit, in ms.
    pub(super) fn limited(&self) -> Option<(f64, f64)> {
        let Problem::RateLimited { until, wait } = self else { return None };
        Some((*until, *wait))
    }

    /// Time at which the error ends by itself, in ms since the epoch.
    pub fn until(&self) -> Option<f64> {
        match self.retry() {
            Retry::At(until) => Some(until),
            Retry::Never | Retry::Now => None,
        }
    }
}

/// Link of a server, if it is a web page: no `javascript:`.
fn link(text: &Option<String>) -> Option<String> {
    let text = text.as_ref()?;
    let safe = ["https://", "http://", "mailto:"];
    safe.iter().any(|scheme| text.starts_with(scheme)).then(|| text.clone())
}
