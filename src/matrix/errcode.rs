//! Matrix error codes. Code distinguishes errors by these, never by HTTP status
//! or by the server's text.

use super::{Json, Secrets};

macro_rules! errcodes {
    ($($variant:ident = $code:literal, $doc:literal;)*) => {
        /// An `errcode`.
        ///
        /// Spec: <https://spec.matrix.org/latest/client-server-api/#standard-error-response>
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Errcode {
            $(#[doc = $doc] $variant,)*
            /// Code without a text of its own.
            Other(String),
        }

        impl Errcode {
            /// Code as the server sends it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Errcode::$variant => $code,)*
                    Errcode::Other(code) => code,
                }
            }
        }

        impl From<&str> for Errcode {
            fn from(code: &str) -> Self {
                match code {
                    $($code => Errcode::$variant,)*
                    other => Errcode::Other(other.to_owned()),
                }
            }
        }

        #[cfg(test)]
        const KNOWN: &[&str] = &[$($code),*];
    };
}

errcodes! {
    BadJson = "M_BAD_JSON", "Something of the request is not as it has to be.";
    ConsentNotGiven = "M_CONSENT_NOT_GIVEN", "The person has to accept the server's terms first, at `consent_uri`.";
    DestinationRejected = "M_DESTINATION_REJECTED", "Identity servers' word for a country that they send nothing to.";
    EmailSendError = "M_EMAIL_SEND_ERROR", "Identity servers' word for a mail that did not go out.";
    Forbidden = "M_FORBIDDEN", "Not allowed; beside UIA flows: the stage failed.";
    GuestAccessForbidden = "M_GUEST_ACCESS_FORBIDDEN", "Guests may not do this.";
    InvalidAddress = "M_INVALID_ADDRESS", "Identity servers' word for a phone number that is none.";
    InvalidEmail = "M_INVALID_EMAIL", "Identity servers' word for an address that is none.";
    InvalidParam = "M_INVALID_PARAM", "A parameter is wrong; of `requestToken`, usually the address.";
    InvalidPepper = "M_INVALID_PEPPER", "Identity servers' word for one that is too old.";
    InvalidPhoneNumber = "M_INVALID_PHONE_NUMBER", "Sydent's word for the same.";
    LimitExceeded = "M_LIMIT_EXCEEDED", "Too many requests.";
    MissingToken = "M_MISSING_TOKEN", "No access token was sent.";
    NotFound = "M_NOT_FOUND", "There is no such thing.";
    NoValidSession = "M_NO_VALID_SESSION", "The validation session is not known.";
    PasswordInDictionary = "M_PASSWORD_IN_DICTIONARY", "The password is a common word.";
    PasswordNoDigit = "M_PASSWORD_NO_DIGIT", "The password has no digit.";
    PasswordNoLowercase = "M_PASSWORD_NO_LOWERCASE", "The password has no lower-case letter.";
    PasswordNoSymbol = "M_PASSWORD_NO_SYMBOL", "The password has no symbol.";
    PasswordNoUppercase = "M_PASSWORD_NO_UPPERCASE", "The password has no upper-case letter.";
    PasswordTooShort = "M_PASSWORD_TOO_SHORT", "The password is too short.";
    ResourceLimitExceeded = "M_RESOURCE_LIMIT_EXCEEDED", "The server has reached a limit of its own.";
    SendError = "M_SEND_ERROR", "Identity servers' word for a text message that did not go out.";
    ServerNotTrusted = "M_SERVER_NOT_TRUSTED", "The server requires an identity server that it trusts.";
    SessionExpired = "M_SESSION_EXPIRED", "The validation session is too old.";
    SessionNotValidated = "M_SESSION_NOT_VALIDATED", "Identity servers' word for an address that is not validated (yet).";
    TermsNotSigned = "M_TERMS_NOT_SIGNED", "The identity server's terms have to be accepted first.";
    ThreepidAuthFailed = "M_THREEPID_AUTH_FAILED", "The address is not validated (yet).";
    ThreepidDenied = "M_THREEPID_DENIED", "The server does not take this address.";
    ThreepidInUse = "M_THREEPID_IN_USE", "The address belongs to an account already.";
    ThreepidMediumNotSupported = "M_THREEPID_MEDIUM_NOT_SUPPORTED", "The server cannot send mail (or text messages).";
    ThreepidNotFound = "M_THREEPID_NOT_FOUND", "The address belongs to no account.";
    TokenIncorrect = "M_TOKEN_INCORRECT", "The code is wrong.";
    Unauthorized = "M_UNAUTHORIZED", "Beside UIA flows: the stage failed. Of an identity server: its token is not good.";
    Unknown = "M_UNKNOWN", "Something else went wrong.";
    UnknownToken = "M_UNKNOWN_TOKEN", "The access token is not (or no longer) good.";
    Unrecognized = "M_UNRECOGNIZED", "The server does not know this endpoint.";
    UserDeactivated = "M_USER_DEACTIVATED", "The account was deactivated.";
    UserLocked = "M_USER_LOCKED", "The account is locked for now.";
    UserSuspended = "M_USER_SUSPENDED", "The account is suspended.";
    WeakPassword = "M_WEAK_PASSWORD", "The password is too easy to guess.";
}

impl Errcode {
    /// True if the validation session is too old, or unknown.
    pub fn is_validation_expired(&self) -> bool {
        matches!(self, Errcode::SessionExpired | Errcode::NoValidSession)
    }

    /// True if the validation session can't be used: not validated, or too old.
    pub fn is_validation_error(&self) -> bool {
        matches!(self, Errcode::ThreepidAuthFailed | Errcode::SessionNotValidated)
            || self.is_validation_expired()
    }

    /// True if the code names a reason that a new UIA session does not change.
    pub(super) fn is_unrelated_to_uia(&self) -> bool {
        matches!(
            self,
            Errcode::ConsentNotGiven
                | Errcode::DestinationRejected
                | Errcode::GuestAccessForbidden
                | Errcode::InvalidAddress
                | Errcode::InvalidEmail
                | Errcode::InvalidPhoneNumber
                | Errcode::LimitExceeded
                | Errcode::PasswordInDictionary
                | Errcode::PasswordNoDigit
                | Errcode::PasswordNoLowercase
                | Errcode::PasswordNoSymbol
                | Errcode::PasswordNoUppercase
                | Errcode::PasswordTooShort
                | Errcode::ResourceLimitExceeded
                | Errcode::ServerNotTrusted
                | Errcode::TermsNotSigned
                | Errcode::ThreepidDenied
                | Errcode::ThreepidInUse
                | Errcode::ThreepidMediumNotSupported
                | Errcode::ThreepidNotFound
                | Errcode::Unrecognized
                | Errcode::UserDeactivated
                | Errcode::UserLocked
                | Errcode::UserSuspended
                | Errcode::WeakPassword
        )
    }

    /// `errcode` of an error's body, if it is valid. Other texts are dropped:
    /// they may be a sentence, or a secret of the request.
    pub(super) fn read(body: &Json, secrets: &Secrets) -> Option<Errcode> {
        let code = body.str("errcode")?;
        let fits =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"_.".contains(&byte);
        if !(1..=64).contains(&code.len()) || !code.bytes().all(fits) {
            return None;
        }
        match Errcode::from(code) {
            Errcode::Other(code) => secrets.whole(&code).map(Errcode::Other),
            known => Some(known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errcode_round_trips() {
        for code in KNOWN.iter().chain(&["M_SOMETHING_NEW", "ORG.EXAMPLE.ODD"]) {
            assert_eq!(Errcode::from(*code).as_str(), *code);
        }
    }

    #[test]
    fn known_codes_have_a_variant() {
        for code in KNOWN {
            assert!(!matches!(Errcode::from(*code), Errcode::Other(_)), "{code}");
        }
    }
}
