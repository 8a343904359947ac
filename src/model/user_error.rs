//! Errors in the user's terms, and what the user can do. Each text has one
//! variant.

use super::{Action, PolicyViolation, Section};
use crate::matrix::{Errcode, RequestError};

/// Length of a rate limit for which the server gives no time, in ms.
const DEFAULT_RATE_LIMIT_MS: f64 = 60_000.0;

/// Error in the user's terms.
#[derive(Clone, Debug, PartialEq)]
pub enum UserError {
    /// The email address is invalid.
    InvalidAddress,
    /// The email address is already on the list.
    AlreadyAdded,
    /// The email address belongs to an account.
    InUse,
    /// The server does not permit this email address.
    AddressNotAllowed,
    /// The server refused the email address, and may not support email
    /// addresses.
    EmailMayBeUnsupported,
    /// The server sends no emails.
    EmailUnsupported,
    /// The server failed to send the email.
    EmailNotSent,
    /// The phone number is invalid.
    InvalidNumber,
    /// The phone number is already on the list.
    NumberAlreadyAdded,
    /// The phone number belongs to an account.
    NumberInUse,
    /// The server does not permit this phone number.
    NumberNotAllowed,
    /// The server refused the phone number, and may not support phone numbers.
    PhoneMayBeUnsupported,
    /// The server sends no text messages.
    SmsUnsupported,
    /// The server failed to send the text message.
    SmsNotSent,
    /// A lookup would need addresses in plain text.
    LookupUnsupported,
    /// The server can't remove an address.
    RemovalUnsupported,
    /// The server can't stop sharing without removing the address.
    UnbindUnsupported,
    /// The server permits no changes of addresses.
    ChangesForbidden,
    /// The server permits no changes of the password.
    PasswordChangesForbidden,
    /// The server can't replace a forgotten password by email.
    PasswordResetUnsupported,
    /// A rate limit of the server.
    RateLimited {
        /// End of the rate limit, in ms since the epoch.
        retry_at: f64,
        /// Length of the rate limit, in ms.
        retry_after_ms: f64,
    },
    /// The server can't be reached.
    Network,
    /// The server did not respond in time.
    Timeout,
    /// The browser is offline.
    Offline,
    /// The response is not one of a Matrix server.
    InvalidResponse(u16),
    /// The session has ended. This error is displayed once, at the top.
    SessionExpired,
    /// The password is wrong.
    WrongPassword,
    /// The new password is missing.
    MissingPassword,
    /// The repeated password differs.
    PasswordsDiffer,
    /// The server does not accept the new password.
    PasswordPolicy(PolicyViolation),
    /// The server refused the old password. An earlier change has no response,
    /// so the new password may be the current one.
    PasswordMayHaveChanged,
    /// The code is wrong.
    WrongCode,
    /// The code from the email is missing.
    MissingCode,
    /// The code from the text message is missing.
    MissingSmsCode,
    /// The current password is missing.
    MissingCurrentPassword,
    /// The registration token is missing.
    MissingRegistrationToken,
    /// The `submit_url` is not safe for a code.
    InsecureSubmitUrl,
    /// No flow of the challenge is supported.
    NoSupportedAuthFlow,
    /// The registration token is wrong.
    WrongRegistrationToken,
    /// The link of a threepid stage is not opened yet.
    LinkNotOpened,
    /// The fallback page is not done yet.
    FallbackNotFinished,
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
    ConsentNotGiven {
        /// Link to the terms, if there is one.
        terms: Option<String>,
    },
    /// Any other error, with its code.
    Unknown(String),
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

impl UserError {
    /// Converts a failure of this action to an error in the user's terms.
    pub fn from_failure(action: Action, failure: &RequestError, now: f64) -> UserError {
        if action == Action::Unbind && failure.is_unknown_endpoint() {
            return UserError::UnbindUnsupported;
        }
        if is_reset_unsupported(action, failure) {
            return UserError::PasswordResetUnsupported;
        }
        // A page of a proxy says nothing of the server.
        if action == Action::Remove && failure.errcode() == Some(&Errcode::Unrecognized) {
            return UserError::RemovalUnsupported;
        }
        let error = match failure {
            RequestError::Offline => return UserError::Offline,
            RequestError::Network => return UserError::Network,
            RequestError::Timeout => return UserError::Timeout,
            RequestError::SessionExpired { .. } | RequestError::InvalidToken => {
                return UserError::SessionExpired;
            }
            RequestError::InsecureUrl => return UserError::InsecureSubmitUrl,
            // A success without a validation session.
            RequestError::InvalidResponse { status: 200..=299 } if action.requests_token() => {
                return UserError::EmailNotSent;
            }
            RequestError::InvalidResponse { status } => return UserError::InvalidResponse(*status),
            RequestError::Challenge(challenge) => {
                return match &challenge.errcode {
                    Some(Errcode::Forbidden) if action.modifies_account() => {
                        UserError::WrongPassword
                    }
                    Some(code) => UserError::Unknown(code.as_str().to_owned()),
                    None => UserError::NoSupportedAuthFlow,
                };
            }
            RequestError::Server(error) => error,
        };
        match &error.errcode {
            Errcode::ThreepidInUse => UserError::InUse,
            Errcode::ThreepidDenied | Errcode::DestinationRejected => UserError::AddressNotAllowed,
            Errcode::ThreepidMediumNotSupported => UserError::EmailUnsupported,
            Errcode::InvalidEmail | Errcode::InvalidAddress | Errcode::InvalidPhoneNumber => {
                UserError::InvalidAddress
            }
            Errcode::EmailSendError | Errcode::SendError => UserError::EmailNotSent,
            Errcode::InvalidParam | Errcode::BadJson
                if matches!(
                    action,
                    Action::RequestToken | Action::RequestResetToken | Action::RequestBindToken
                ) =>
            {
                UserError::InvalidAddress
            }
            // Synapse up to 1.125, if emails or text messages are switched off.
            Errcode::Unknown if action == Action::RequestToken && error.status == 400 => {
                UserError::EmailMayBeUnsupported
            }
            // The server behind the one that responds is away.
            Errcode::Unknown if matches!(error.status, 502..=504) => {
                UserError::InvalidResponse(error.status)
            }
            Errcode::Forbidden | Errcode::Unrecognized
                if matches!(action, Action::ChangePassword | Action::ResetPassword) =>
            {
                UserError::PasswordChangesForbidden
            }
            // Where accounts are managed elsewhere, the endpoints of changes are not known.
            Errcode::Forbidden | Errcode::Unrecognized
                if matches!(action, Action::RequestToken)
                    || (action.modifies_account()
                        && !matches!(action, Action::Bind | Action::Unbind)) =>
            {
                UserError::ChangesForbidden
            }
            Errcode::LimitExceeded => UserError::rate_limit(
                now + error.retry_after_ms.unwrap_or(DEFAULT_RATE_LIMIT_MS),
                now,
            ),
            // Whatever the word: Sydent's is this.
            Errcode::Unknown | Errcode::Other(_) if error.status == 429 => UserError::rate_limit(
                now + error.retry_after_ms.unwrap_or(DEFAULT_RATE_LIMIT_MS),
                now,
            ),
            Errcode::TermsNotSigned => UserError::ConsentNotGiven { terms: None },
            Errcode::UserLocked => UserError::Locked,
            Errcode::UserSuspended => UserError::Suspended,
            Errcode::UserDeactivated => UserError::Deactivated,
            Errcode::GuestAccessForbidden => UserError::Guest,
            Errcode::ResourceLimitExceeded => {
                UserError::ResourceLimit { contact: safe_link(&error.admin_contact) }
            }
            Errcode::ConsentNotGiven => {
                UserError::ConsentNotGiven { terms: safe_link(&error.consent_uri) }
            }
            Errcode::TokenIncorrect => UserError::WrongCode,
            // Sydent takes a wrong code for a session that is not valid.
            Errcode::InvalidParam | Errcode::Unknown | Errcode::NoValidSession
                if action == Action::SubmitCode =>
            {
                UserError::WrongCode
            }
            _ if action.requests_token() && error.status >= 500 => UserError::EmailNotSent,
            code => PolicyViolation::from_errcode(code).map_or_else(
                || UserError::Unknown(code.as_str().to_owned()),
                UserError::PasswordPolicy,
            ),
        }
    }

    /// The variant of this error in a section.
    pub(super) fn for_section(self, section: Option<Section>) -> UserError {
        if section != Some(Section::Phones) {
            return self;
        }
        match self {
            UserError::InvalidAddress => UserError::InvalidNumber,
            UserError::AlreadyAdded => UserError::NumberAlreadyAdded,
            UserError::InUse => UserError::NumberInUse,
            UserError::AddressNotAllowed => UserError::NumberNotAllowed,
            UserError::EmailMayBeUnsupported => UserError::PhoneMayBeUnsupported,
            UserError::EmailUnsupported => UserError::SmsUnsupported,
            UserError::EmailNotSent => UserError::SmsNotSent,
            UserError::MissingCode => UserError::MissingSmsCode,
            same => same,
        }
    }

    /// A rate limit until this time. Both are in ms since the epoch.
    pub(super) fn rate_limit(retry_at: f64, now: f64) -> UserError {
        UserError::RateLimited { retry_at, retry_after_ms: retry_at - now }
    }

    /// Next step of the user.
    pub fn retry(&self) -> Retry {
        match self {
            UserError::InvalidAddress
            | UserError::AlreadyAdded
            | UserError::InUse
            | UserError::AddressNotAllowed
            | UserError::EmailMayBeUnsupported
            | UserError::PhoneMayBeUnsupported
            | UserError::EmailUnsupported
            | UserError::InvalidNumber
            | UserError::NumberAlreadyAdded
            | UserError::NumberInUse
            | UserError::NumberNotAllowed
            | UserError::RemovalUnsupported
            | UserError::UnbindUnsupported
            | UserError::ChangesForbidden
            | UserError::PasswordChangesForbidden
            | UserError::PasswordResetUnsupported
            | UserError::SessionExpired
            | UserError::WrongPassword
            | UserError::MissingPassword
            | UserError::PasswordsDiffer
            | UserError::PasswordPolicy(_)
            | UserError::PasswordMayHaveChanged
            | UserError::WrongCode
            | UserError::MissingCode
            | UserError::MissingSmsCode
            | UserError::MissingCurrentPassword
            | UserError::MissingRegistrationToken
            | UserError::InsecureSubmitUrl
            | UserError::WrongRegistrationToken
            | UserError::LinkNotOpened
            | UserError::FallbackNotFinished
            | UserError::Deactivated
            | UserError::Guest => Retry::Never,
            UserError::RateLimited { retry_at: until, .. } => Retry::At(*until),
            UserError::EmailNotSent
            | UserError::LookupUnsupported
            // Its form is gone until asked again.
            | UserError::SmsUnsupported
            | UserError::SmsNotSent
            | UserError::NoSupportedAuthFlow
            | UserError::Network
            | UserError::Timeout
            | UserError::Offline
            | UserError::InvalidResponse(_)
            | UserError::Locked
            | UserError::Suspended
            | UserError::ResourceLimit { .. }
            | UserError::ConsentNotGiven { .. }
            | UserError::Unknown(_) => Retry::Now,
        }
    }

    /// True if another address can succeed.
    pub fn is_address_error(&self) -> bool {
        matches!(
            self,
            UserError::InvalidAddress
                | UserError::AlreadyAdded
                | UserError::InUse
                | UserError::AddressNotAllowed
                | UserError::InvalidNumber
                | UserError::NumberAlreadyAdded
                | UserError::NumberInUse
                | UserError::NumberNotAllowed
        )
    }

    /// True if another new password can succeed.
    pub fn is_password_error(&self) -> bool {
        matches!(self, UserError::MissingPassword | UserError::PasswordPolicy(_))
    }

    /// True if the error is one of the typed text. It disappears while the user
    /// edits the field.
    pub fn is_input_error(&self) -> bool {
        self.is_address_error()
            || self.is_password_error()
            || matches!(
                self,
                UserError::PasswordsDiffer
                    | UserError::WrongPassword
                    | UserError::MissingCurrentPassword
                    | UserError::WrongRegistrationToken
                    | UserError::MissingRegistrationToken
                    | UserError::WrongCode
                    | UserError::MissingCode
                    | UserError::MissingSmsCode
            )
    }

    /// True if another reply to the challenge can succeed.
    pub fn is_reply_error(&self) -> bool {
        self.is_input_error() || *self == UserError::PasswordMayHaveChanged
    }

    /// Link of the error, if there is one.
    pub fn link(&self) -> Option<&str> {
        let (UserError::ResourceLimit { contact: link }
        | UserError::ConsentNotGiven { terms: link }) = self
        else {
            return None;
        };
        link.as_deref()
    }

    /// True if the same action can succeed later.
    pub fn is_recoverable(&self) -> bool {
        matches!(
            self,
            UserError::WrongPassword
                | UserError::PasswordMayHaveChanged
                | UserError::PasswordPolicy(_)
                | UserError::WrongCode
                | UserError::WrongRegistrationToken
                | UserError::MissingCurrentPassword
                | UserError::MissingRegistrationToken
                | UserError::LinkNotOpened
                | UserError::FallbackNotFinished
                | UserError::SessionExpired
        ) || (self.retry() != Retry::Never && *self != UserError::SmsUnsupported)
    }

    /// End and length of a rate limit, in ms.
    pub(super) fn limited(&self) -> Option<(f64, f64)> {
        let UserError::RateLimited { retry_at: until, retry_after_ms: wait } = self else {
            return None;
        };
        Some((*until, *wait))
    }

    /// Time at which the error ends by itself, in ms since the epoch.
    pub fn retry_at(&self) -> Option<f64> {
        match self.retry() {
            Retry::At(until) => Some(until),
            Retry::Never | Retry::Now => None,
        }
    }
}

/// True if the failure says that the server can't replace a forgotten password by
/// email.
fn is_reset_unsupported(action: Action, failure: &RequestError) -> bool {
    let requests_token = action == Action::RequestResetToken;
    if !requests_token && action != Action::ResetPassword {
        return false;
    }
    match failure {
        // The server wants an access token, or stages that can only be done with one.
        RequestError::SessionExpired { .. }
        | RequestError::InvalidToken
        | RequestError::Challenge(_) => true,
        RequestError::Server(error) => match &error.errcode {
            Errcode::ThreepidMediumNotSupported
            | Errcode::ServerNotTrusted
            | Errcode::Unrecognized => true,
            Errcode::Forbidden => requests_token,
            // Synapse up to 1.125, if emails are switched off.
            Errcode::Unknown => requests_token && error.status == 400,
            _ => false,
        },
        RequestError::InvalidResponse { .. } => failure.is_unknown_endpoint(),
        RequestError::Offline
        | RequestError::Network
        | RequestError::Timeout
        | RequestError::InsecureUrl => false,
    }
}

/// Link of a server, if it is a web page: no `javascript:`.
fn safe_link(text: &Option<String>) -> Option<String> {
    let text = text.as_ref()?;
    let safe = ["https://", "http://", "mailto:"];
    safe.iter().any(|scheme| text.starts_with(scheme)).then(|| text.clone())
}
