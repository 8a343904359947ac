//! What the person is told when something goes wrong, and what they can do.
//! One variant for each text.

use super::{Action, Policy, Section};
use crate::matrix::{Errcode, Failure};

/// When a server limits the rate and does not say for how long.
const DEFAULT_LIMIT_MS: f64 = 60_000.0;

/// Something that went wrong, from the person's side.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// This is no address.
    NotAnAddress,
    /// It is on the list already.
    AlreadyYours,
    /// It belongs to an account already.
    InUse,
    /// The server does not take this address.
    Denied,
    /// The server takes no address, and never had one: perhaps it has none at all.
    MayLackEmails,
    /// The server sends no mail at all.
    NoMail,
    /// The server could not send the mail this time.
    MailFailed,
    /// This is no phone number.
    NotANumber,
    /// The number is on the list already.
    NumberAlreadyYours,
    /// The number belongs to an account already.
    NumberInUse,
    /// The server does not take this number.
    NumberDenied,
    /// The server takes no number, and never had one: perhaps it has none at all.
    MayLackPhones,
    /// The server sends no text messages at all.
    NoSms,
    /// The server could not send the text message this time.
    SmsFailed,
    /// What is shared can only be known by showing the addresses themselves.
    CannotLookUp,
    /// The server cannot end a share but with the address.
    CannotUnshare,
    /// The server allows no changes.
    ChangesForbidden,
    /// Too many attempts.
    RateLimited {
        /// When it is over, in ms since the epoch.
        until: f64,
        /// How long it was from the start, in ms.
        wait: f64,
    },
    /// The server cannot be reached.
    Network,
    /// The server did not answer.
    Timeout,
    /// The browser is offline.
    Offline,
    /// The answer was not a Matrix server's.
    Http(u16),
    /// The session is over; said once, above everything.
    SessionEnded,
    /// The password was wrong.
    WrongPassword,
    /// The new password is missing.
    NoPassword,
    /// It was not repeated as it was.
    PasswordsDiffer,
    /// The server does not take it.
    PasswordRefused(Policy),
    /// The password was wrong, or is not: an answer got lost that may have
    /// said that it was changed.
    PerhapsChanged,
    /// The code from the mail was wrong.
    WrongCode,
    /// There is none.
    NoCode,
    /// There is none from the text message.
    NoSmsCode,
    /// The current password is missing.
    NoCurrentPassword,
    /// The registration token is missing.
    NoToken,
    /// The server wants it sent where others could read it.
    UnsafeCode,
    /// No way to authenticate that we can go.
    NoWayToAuthenticate,
    /// The registration token was wrong.
    WrongToken,
    /// The link that proves an address was not opened (yet).
    NotProved,
    /// What has to be done in the other window is not done (yet).
    NotDone,
    /// The account is locked.
    Locked,
    /// The account is suspended.
    Suspended,
    /// The account was deactivated.
    Deactivated,
    /// A guest's account.
    Guest,
    /// The server has reached a limit.
    ResourceLimit {
        /// Where to ask, if that is a link.
        contact: Option<String>,
    },
    /// The server's terms have to be accepted.
    ConsentMissing {
        /// Where they are, if that is a link.
        terms: Option<String>,
    },
    /// Anything else, by its code.
    Other(String),
}

/// What can be done about a problem.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Retry {
    /// The same again makes no sense: correct it, or leave it.
    Never,
    /// The same again, now.
    Now,
    /// The same again at this time (ms since the epoch).
    At(f64),
}

impl Problem {
    /// What a failure of this action means to the person.
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

    /// What it is called in a section.
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

    /// A limit until then, both in ms since the epoch.
    pub(super) fn limit(until: f64, now: f64) -> Problem {
        Problem::RateLimited { until, wait: until - now }
    }

    /// What can be done about it.
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

    /// Whether another address would help.
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

    /// Whether another new password would help.
    pub fn is_of_the_password(&self) -> bool {
        matches!(self, Problem::NoPassword | Problem::PasswordRefused(_))
    }

    /// Whether what is typed is what is wrong: while it is being corrected, it
    /// is not wrong any more.
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

    /// Whether another answer to a challenge would help.
    pub fn is_of_the_answer(&self) -> bool {
        self.is_of_what_is_typed() || *self == Problem::PerhapsChanged
    }

    /// Where the person can do something about it.
    pub fn link(&self) -> Option<&str> {
        let (Problem::ResourceLimit { contact: link } | Problem::ConsentMissing { terms: link }) =
            self
        else {
            return None;
        };
        link.as_deref()
    }

    /// Whether it can be got over without another address or server.
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

    /// Of a limit: when it is over, and how long it was from the start.
    pub(super) fn limited(&self) -> Option<(f64, f64)> {
        let Problem::RateLimited { until, wait } = self else { return None };
        Some((*until, *wait))
    }

    /// When it is over by itself, in ms since the epoch.
    pub fn until(&self) -> Option<f64> {
        match self.retry() {
            Retry::At(until) => Some(until),
            Retry::Never | Retry::Now => None,
        }
    }
}

/// What a server names, if it is safe to be followed: no `javascript:`.
fn link(text: &Option<String>) -> Option<String> {
    let text = text.as_ref()?;
    let safe = ["https://", "http://", "mailto:"];
    safe.iter().any(|scheme| text.starts_with(scheme)).then(|| text.clone())
}
