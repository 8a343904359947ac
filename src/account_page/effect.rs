//! Inputs and effects of a visit.

use super::session::{Session, SsoRedirect};
pub use super::sign_in_error::Field;
use super::tab_messages::VerificationStatus;
use crate::matrix::uia::SecretText;
use crate::matrix::{AbsoluteRequest, HttpResponse, Json, RequestError};

/// Response, or the reason why there is none.
pub type Answer = Result<HttpResponse, RequestError>;

/// Purpose of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestPurpose {
    /// Signing in. The number identifies the newest request.
    SignIn(u32),
    /// Reading the display name. The number identifies the session.
    Profile(u32),
    /// Signing out. The number identifies the session.
    Logout(u32),
}

/// State of the browser when the page is opened.
#[derive(Clone, Debug, Default)]
pub struct StartupState {
    /// URL of the page, without query and fragment.
    pub page_url: String,
    /// Stored session of this tab.
    pub session: Option<Session>,
    /// Stored state of single sign-on of this tab.
    pub sso_redirect: Option<SsoRedirect>,
    /// Token of single sign-on in the URL.
    pub login_token: Option<String>,
    /// Nonce in the URL.
    pub nonce: Option<String>,
    /// `sid` in the URL.
    pub sid: Option<String>,
}

/// Input of [`super::PageModel`].
pub enum Input {
    /// The time of a limit or a timeout is reached.
    Tick,
    /// The user submits a server.
    Server(String),
    /// The user submits user name and password.
    Password {
        /// User name, Matrix ID or address, as typed.
        user: String,
        /// Password as typed.
        password: SecretText,
    },
    /// The user starts single sign-on with a provider; without an id, with any.
    Provider {
        /// Id of the provider.
        id: Option<String>,
        /// New nonce, which identifies the tab after single sign-on.
        nonce: String,
        /// Time of the machine's clock, in ms since the epoch.
        at: f64,
    },
    /// The user edits this field.
    Edited(Field),
    /// "Forgot your password?"
    ForgotPassword,
    /// "Back to sign in"
    BackToSignIn,
    /// The element reports that the forgotten password was replaced.
    PasswordReset,
    /// "Use another server"
    OtherServer,
    /// "Try again"
    TryAgain,
    /// Response of a request.
    Response(RequestPurpose, Answer),
    /// The user signs out. These addresses are pending.
    SignOut(Vec<String>),
    /// The user confirms signing out with pending addresses.
    ConfirmSignOut {
        /// True to keep the pending verifications.
        keep_pending: bool,
    },
    /// The user does not sign out.
    CancelSignOut,
    /// The element reports that the session has ended.
    SessionEnded,
    /// Another tab reports the state of a `sid`.
    TabStatus {
        /// `sid` of the validation session.
        sid: String,
        /// Address of the verification.
        address: String,
        /// State of the verification.
        state: VerificationStatus,
    },
    /// A new tab asks for a `sid`.
    TabQuery(String),
    /// Stored document of an account's pending verifications.
    StoredVerifications(String, Json),
    /// The user signs in, in a tab that a link has opened.
    SignInHere,
}

/// Effect of [`super::PageModel`].
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Sends a request.
    Send(RequestPurpose, AbsoluteRequest),
    /// Stores the session in this tab.
    StoreSession(Session),
    /// Removes the session and all pending verifications from the storage.
    /// Those of this account return when its user signs in again.
    ClearStorage,
    /// Deletes the session and everything that belongs to it.
    ClearSession {
        /// True to keep the pending verifications.
        keep_pending: bool,
    },
    /// Stores the state of single sign-on, and opens its URL.
    RedirectToSso(SsoRedirect, String),
    /// Removes the parameters of servers from the URL.
    ClearQuery,
    /// Asks the other tabs for this `sid`.
    QueryTabs(String),
    /// Informs the other tabs of a verification's state.
    SendTabStatus {
        /// `sid` of the validation session.
        sid: String,
        /// Address of the verification.
        address: String,
        /// State of the verification.
        state: VerificationStatus,
    },
    /// Informs the elements of this account that the link of a `sid` was
    /// opened.
    BroadcastLinkOpened {
        /// Homeserver and Matrix ID of the account.
        account: String,
        /// `sid` of the validation session.
        sid: String,
    },
    /// Asks the elements of this account for their stored documents.
    ReadStoredVerifications(String),
    /// Sets the focus.
    Focus(Focus),
}

/// Element that receives the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// The first control of the screen.
    Screen,
    /// The field for the server.
    Server,
    /// The field for the user name.
    User,
    /// The field for the password.
    Password,
}
