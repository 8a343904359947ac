//! Steps of the sign-in.

use super::trouble::Trouble;
use crate::matrix::login::Methods;
use crate::matrix::{BaseUrl, ServerName};

/// Status text of the form.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// Signing out: the request is pending.
    SigningOut,
    /// Signed out: the server has confirmed it.
    SignedOut,
    /// Signed out, but the server can't be reached.
    SignedOutHere,
    /// The server has ended the session.
    SessionEnded,
    /// A rate limit has ended.
    LimitOver,
    /// Single sign-on has failed with this error.
    Failed(Trouble),
}

/// Homeserver of a discovery.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// Base URL of the homeserver.
    pub homeserver: BaseUrl,
    /// Server name for display.
    pub name: String,
}

/// Step of the sign-in.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The user enters a server.
    Server(Option<Trouble>),
    /// The user enters the URL of this server's homeserver.
    Address(ServerName, Option<Trouble>),
    /// Discovery is in progress.
    Looking(Looking),
    /// Discovery of the fixed server has failed.
    Unavailable(Trouble),
    /// The user signs in.
    Methods(Server, Methods, Form),
    /// Accounts are managed by OAuth 2.0, at this URL.
    Managed(Server, String),
    /// The login with the token of single sign-on is pending.
    Redeeming(BaseUrl),
}

/// Pending request of a discovery.
#[derive(Clone, Debug, PartialEq)]
pub enum Looking {
    /// `.well-known` of the server.
    WellKnown(ServerName),
    /// `versions` of the homeserver.
    Versions(Server, Because),
    /// `auth_metadata` of the homeserver.
    Metadata(Server),
    /// Login types of the homeserver.
    Methods(Server),
}

/// Source of a homeserver's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// The server's `.well-known`.
    Told,
    /// The server name, because there is no `.well-known`.
    Guessed,
    /// The user.
    Typed,
}

/// Form for user name and password.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// Waits for the user.
    Open(Option<Trouble>),
    /// The request is pending.
    Sending,
}
