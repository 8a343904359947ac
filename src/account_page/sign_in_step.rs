//! Steps of the sign-in.

use super::sign_in_error::SignInError;
use crate::matrix::login::Methods;
use crate::matrix::{ApiVersion, BaseUrl, ServerName};

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
    /// The forgotten password was replaced.
    PasswordReset,
    /// Single sign-on has failed with this error.
    Failed(SignInError),
}

/// Homeserver of a discovery.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// Base URL of the homeserver.
    pub homeserver: BaseUrl,
    /// API version of the homeserver; the newest until it responds.
    pub api: ApiVersion,
    /// Server name for display.
    pub name: String,
}

/// Step of the sign-in.
#[derive(Clone, Debug, PartialEq)]
pub enum SignInStep {
    /// The user enters a server.
    Server(Option<SignInError>),
    /// The user enters the URL of this server's homeserver.
    HomeserverUrl(ServerName, Option<SignInError>),
    /// Discovery is in progress.
    Discovering(DiscoveryStep),
    /// Discovery of the fixed server has failed.
    Unavailable(SignInError),
    /// The user signs in.
    ChooseMethod(Server, Methods, Form),
    /// Accounts are managed by OAuth 2.0, at this URL.
    ManagedElsewhere(Server, String),
    /// The login with the token of single sign-on is pending.
    LoggingInWithToken(BaseUrl, ApiVersion),
}

/// Pending request of a discovery.
#[derive(Clone, Debug, PartialEq)]
pub enum DiscoveryStep {
    /// `.well-known` of the server.
    WellKnown(ServerName),
    /// `versions` of the homeserver.
    Versions(Server, UrlSource),
    /// `auth_metadata` of the homeserver.
    Metadata(Server),
    /// Login types of the homeserver.
    Methods(Server),
}

/// Source of a homeserver's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlSource {
    /// The server's `.well-known`.
    WellKnown,
    /// The server name, because there is no `.well-known`.
    ServerName,
    /// The user.
    UserInput,
}

/// Form for user name and password.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// Waits for the user.
    Open(Option<SignInError>),
    /// The request is pending.
    Sending,
    /// In place of the form: the user replaces a forgotten password.
    ResettingPassword,
}
