//! What went wrong while somebody signs in. One variant for each text of the
//! page's own; what the widget has words for, it says in those.

use crate::flow::{Action, Problem};
use crate::matrix::{Errcode, Failure};

/// Something that went wrong, from the person's side.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// Nothing was typed where the server is asked for.
    NoServerTyped,
    /// What was typed names no server.
    NotAServer,
    /// What was typed is not a homeserver's address.
    NotAnAddress,
    /// A password sent there could be read on the way.
    Insecure,
    /// No such server, or no connection: browsers do not say which.
    NoSuchServer(String),
    /// It is something else.
    NotMatrix(String),
    /// Its `.well-known` is wrong, or leads nowhere.
    BadWellKnown(String),
    /// No method that we know.
    NoWayIn(String),
    /// No user name.
    NoUserTyped,
    /// No password.
    NoPasswordTyped,
    /// User name or password, servers do not say which.
    WrongLogin,
    /// Single sign-on came back with what the server does not take.
    SsoFailed,
    /// The server signed the person in with what cannot be used.
    BadLogin(String),
    /// What can go wrong everywhere.
    Common(Problem),
}

/// What a person types into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Which server, or where it is.
    Server,
    /// The user name.
    User,
    /// The password.
    Password,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Looking for the ways to sign in.
    Looking,
    /// Signing in by password.
    Password,
    /// Signing in by the token of single sign-on.
    Sso,
}

impl Trouble {
    /// What a failure means.
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

    /// When it is over by itself, in ms since the epoch.
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

    /// The field that has to be corrected. It is said there, and until then.
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

    /// Whether it may be over once this field has been changed.
    pub fn is_of(&self, field: Field) -> bool {
        // Servers do not say which of the two is wrong.
        self.field() == Some(field) || (*self == Trouble::WrongLogin && field == Field::User)
    }
}
