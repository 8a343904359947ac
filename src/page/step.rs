//! How far somebody is who signs in.

use super::trouble::Trouble;
use crate::matrix::login::Methods;
use crate::matrix::{BaseUrl, ServerName};

/// What is said beside the form.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// The server is being told.
    SigningOut,
    /// The server knows.
    SignedOut,
    /// The server could not be told.
    SignedOutHere,
    /// The session has ended by itself.
    SessionEnded,
    /// A rate limit is over.
    LimitOver,
    /// Single sign-on has ended with this.
    Failed(Trouble),
}

/// A homeserver that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// Where it is.
    pub homeserver: BaseUrl,
    /// What the person calls it.
    pub name: String,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The person says which server.
    Server(Option<Trouble>),
    /// The person says where the homeserver of this one is.
    Address(ServerName, Option<Trouble>),
    /// The server is looked for.
    Looking(Looking),
    /// The one server there is could not be found.
    Unavailable(Trouble),
    /// The person chooses a way, and goes it.
    Methods(Server, Methods, Form),
    /// Accounts are managed there.
    Managed(Server, String),
    /// The token of single sign-on is handed in.
    Redeeming(BaseUrl),
}

/// What is asked just now.
#[derive(Clone, Debug, PartialEq)]
pub enum Looking {
    /// Where the homeserver of this one is.
    WellKnown(ServerName),
    /// Whether it is a homeserver.
    Versions(Server, Because),
    /// Whether it manages accounts elsewhere.
    Metadata(Server),
    /// How people sign in.
    Methods(Server),
}

/// Why a homeserver is thought to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// The server said so.
    Told,
    /// It said nothing.
    Guessed,
    /// The person said so.
    Typed,
}

/// The form for name and password.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// To be filled in.
    Open(Option<Trouble>),
    /// The server is asked.
    Sending,
}
