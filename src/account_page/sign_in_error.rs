//! Errors of the sign-in, in the user's terms. Each text of the page has one
//! variant; other errors use the texts of the elements.

use crate::matrix::{Errcode, RequestError};
use crate::model::{Action, UserError};

/// Error in the user's terms.
#[derive(Clone, Debug, PartialEq)]
pub enum SignInError {
    /// The server is missing.
    MissingServer,
    /// The text is not a server.
    NotAServer,
    /// The text is not the URL of a homeserver.
    NotAnAddress,
    /// The connection would not be encrypted.
    Insecure,
    /// The server does not exist, or there is no connection. Browsers do not
    /// say which.
    NoSuchServer(String),
    /// The server is not a homeserver.
    NotMatrix(String),
    /// The server's `.well-known` is wrong.
    BadWellKnown(String),
    /// The server has no supported login type.
    NoSupportedLogin(String),
    /// The user name is missing.
    MissingUser,
    /// The password is missing.
    MissingPassword,
    /// User name or password is wrong. Servers do not say which.
    WrongLogin,
    /// The server refused the token of single sign-on.
    SsoFailed,
    /// The login response is unusable.
    BadLogin(String),
    /// Error of the elements.
    Widget(UserError),
}

/// Field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Server name or URL.
    Server,
    /// User name.
    User,
    /// Password.
    Password,
}

/// Action that has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInAction {
    /// Reading the login types.
    Looking,
    /// Signing in with a password.
    Password,
    /// Signing in with a token of single sign-on.
    Sso,
}

impl SignInError {
    /// Converts a failure to an error in the user's terms.
    pub fn of(doing: SignInAction, failure: &RequestError, now: f64) -> SignInError {
        let refused = match failure {
            RequestError::Server(error) => Some(&error.errcode),
            // Old servers answer a wrong password with flows beside the error.
            RequestError::Challenge(challenge) => challenge.errcode.as_ref(),
            RequestError::Offline
            | RequestError::Network
            | RequestError::Timeout
            | RequestError::SessionExpired { .. }
            | RequestError::InvalidToken
            | RequestError::InsecureUrl
            | RequestError::InvalidResponse { .. } => None,
        };
        let is_wrong = match refused {
            Some(Errcode::Forbidden) => true,
            Some(Errcode::InvalidParam | Errcode::NotFound | Errcode::UnknownToken) => true,
            Some(Errcode::Other(code)) => code == "M_INVALID_USERNAME",
            _ => false,
        };
        match doing {
            SignInAction::Password if is_wrong => SignInError::WrongLogin,
            SignInAction::Sso if is_wrong => SignInError::SsoFailed,
            SignInAction::Looking | SignInAction::Password | SignInAction::Sso => {
                SignInError::Widget(match UserError::from_failure(Action::List, failure, now) {
                    // That promises to go on by itself; here the person does.
                    UserError::Offline => UserError::Network,
                    problem => problem,
                })
            }
        }
    }

    /// Time at which the error ends by itself, in ms since the epoch.
    pub fn until(&self) -> Option<f64> {
        match self {
            SignInError::Widget(problem) => problem.retry_at(),
            SignInError::MissingServer
            | SignInError::NotAServer
            | SignInError::NotAnAddress
            | SignInError::Insecure
            | SignInError::NoSuchServer(_)
            | SignInError::NotMatrix(_)
            | SignInError::BadWellKnown(_)
            | SignInError::NoSupportedLogin(_)
            | SignInError::MissingUser
            | SignInError::MissingPassword
            | SignInError::WrongLogin
            | SignInError::SsoFailed
            | SignInError::BadLogin(_) => None,
        }
    }

    /// Field of the error, which is displayed there until the user edits it.
    pub fn field(&self) -> Option<Field> {
        match self {
            SignInError::MissingServer
            | SignInError::NotAServer
            | SignInError::NotAnAddress
            | SignInError::Insecure
            | SignInError::NoSuchServer(_)
            | SignInError::NotMatrix(_)
            | SignInError::BadWellKnown(_)
            | SignInError::NoSupportedLogin(_) => Some(Field::Server),
            SignInError::MissingUser => Some(Field::User),
            SignInError::MissingPassword | SignInError::WrongLogin => Some(Field::Password),
            SignInError::SsoFailed | SignInError::BadLogin(_) | SignInError::Widget(_) => None,
        }
    }

    /// True if editing this field removes the error.
    pub fn is_of(&self, field: Field) -> bool {
        // Servers do not say which of the two is wrong.
        self.field() == Some(field) || (*self == SignInError::WrongLogin && field == Field::User)
    }
}
