//! Errors of the sign-in, in the user's terms. Each text of the page has one
//! variant; other errors use the texts of the elements.

use crate::flow::{Action, Problem};
use crate::matrix::{Errcode, Failure};

/// Error in the user's terms.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The server is missing.
    NoServerTyped,
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
    NoWayIn(String),
    /// The user name is missing.
    NoUserTyped,
    /// The password is missing.
    NoPasswordTyped,
    /// User name or password is wrong. Servers do not say which.
    WrongLogin,
    /// The server refused the token of single sign-on.
    SsoFailed,
    /// The login response is unusable.
    BadLogin(String),
    /// Error of the elements.
    Common(Problem),
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
pub enum Doing {
    /// Reading the login types.
    Looking,
    /// Signing in with a password.
    Password,
    /// Signing in with a token of single sign-on.
    Sso,
}

impl Trouble {
    /// Converts a failure to an error in the user's terms.
    pub fn of(doing: Doing, failure: &Failure, now: f64) -> Trouble {
        let refused = match failure {
            Failure::Server(error) => Some(&error.errcode),
            // Old servers answer a wrong password with flows beside the error.
            Failure::Challenge(challenge) => challenge.errcode.as_ref(),
            Failure::Offline
            | Failure::Network
            | Failure::Timeout
            | Failure::NoSession { .. }
            | Failure::InvalidToken
            | Failure::Unsafe
            | Failure::NotMatrix { .. } => None,
        };
        let is_wrong = match refused {
            Some(Errcode::Forbidden) => true,
            Some(Errcode::InvalidParam | Errcode::NotFound | Errcode::UnknownToken) => true,
            Some(Errcode::Other(code)) => code == "M_INVALID_USERNAME",
            _ => false,
        };
        match doing {
            Doing::Password if is_wrong => Trouble::WrongLogin,
            Doing::Sso if is_wrong => Trouble::SsoFailed,
            Doing::Looking | Doing::Password | Doing::Sso => {
                Trouble::Common(match Problem::of(Action::List, failure, now) {
                    // That promises to go on by itself; here the person does.
                    Problem::Offline => Problem::Network,
                    problem => problem,
                })
            }
        }
    }

    /// Time at which the error ends by itself, in ms since the epoch.
    pub fn until(&self) -> Option<f64> {
        match self {
            Trouble::Common(problem) => problem.until(),
            Trouble::NoServerTyped
            | Trouble::NotAServer
            | Trouble::NotAnAddress
            | Trouble::Insecure
            | Trouble::NoSuchServer(_)
            | Trouble::NotMatrix(_)
            | Trouble::BadWellKnown(_)
            | Trouble::NoWayIn(_)
            | Trouble::NoUserTyped
            | Trouble::NoPasswordTyped
            | Trouble::WrongLogin
            | Trouble::SsoFailed
            | Trouble::BadLogin(_) => None,
        }
    }

    /// Field of the error, which is displayed there until the user edits it.
    pub fn field(&self) -> Option<Field> {
        match self {
            Trouble::NoServerTyped
            | Trouble::NotAServer
            | Trouble::NotAnAddress
            | Trouble::Insecure
            | Trouble::NoSuchServer(_)
            | Trouble::NotMatrix(_)
            | Trouble::BadWellKnown(_)
            | Trouble::NoWayIn(_) => Some(Field::Server),
            Trouble::NoUserTyped => Some(Field::User),
            Trouble::NoPasswordTyped | Trouble::WrongLogin => Some(Field::Password),
            Trouble::SsoFailed | Trouble::BadLogin(_) | Trouble::Common(_) => None,
        }
    }

    /// True if editing this field removes the error.
    pub fn is_of(&self, field: Field) -> bool {
        // Servers do not say which of the two is wrong.
        self.field() == Some(field) || (*self == Trouble::WrongLogin && field == Field::User)
    }
}
