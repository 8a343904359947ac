//! Effects of the model, in five kinds. The runtime executes each kind in one
//! place.

use std::sync::Arc;

use super::{Purpose, RemovalKind, Section, UiaTarget, UserError, VerificationId};
use crate::matrix::capabilities::Capability;
use crate::matrix::get_3pids::{Medium, Threepid};
use crate::matrix::identity_service::hash_details;
use crate::matrix::phone_number::PhoneInput;
use crate::matrix::submit_token::Code;
use crate::matrix::uia::{AuthData, Challenge, SecretText};
use crate::matrix::{ClientSecret, Json, RequestError};

/// Effect that the runtime executes, in the order of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Sends a request, and aborts the pending one with the same key. The
    /// response is an [`super::Input`].
    Request(Request),
    /// Aborts the pending request with this key.
    Abort(RequestKey),
    /// Asks the host application.
    Host(HostEffect),
    /// Changes the rendered view, or informs the host application, after the
    /// view shows the new state.
    Ui(UiEffect),
    /// Concerns the browser's tabs: this one, and others with the same account.
    Tab(TabEffect),
}

/// Request to a server.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Request that the first list needs.
    List(ListRequest),
    /// Request to one endpoint.
    Api(ApiRequest),
    /// Two requests without an access token, which find the page on which the
    /// account is managed.
    DiscoverAccountManagement,
}

/// Request that the first list needs. The browser loads the code of these
/// before that of all others.
#[derive(Clone, Debug, PartialEq)]
pub enum ListRequest {
    /// `GET account/3pid`
    ReadList {
        /// Number that the response comes back with.
        number: u32,
    },
    /// `GET capabilities`, for one capability.
    ReadCapabilities(Capability),
}

/// Request to one endpoint of the homeserver or of the identity server.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiRequest {
    /// `POST account/3pid/email/requestToken`, or `msisdn/requestToken`. For
    /// sharing, those of the identity server; for a forgotten password, those of
    /// `account/password`.
    RequestToken {
        /// Verification that the response belongs to.
        id: VerificationId,
        /// Purpose of the message.
        purpose: Purpose,
        /// Email address or MSISDN.
        address: String,
        /// Country and number as typed, if it is a phone number.
        phone: Option<PhoneInput>,
        /// Client secret.
        secret: ClientSecret,
        /// `send_attempt`
        attempt: u32,
        /// `next_link`, an absolute URL.
        next_link: Option<String>,
    },
    /// `POST account/3pid/add`. For sharing, `bind`.
    Add {
        /// Verification that the response belongs to.
        id: VerificationId,
        /// Adding or sharing.
        purpose: Purpose,
        /// `sid` of the validation session.
        sid: String,
        /// Client secret of the validation session.
        secret: ClientSecret,
        /// The `auth` object, after a challenge. No other place has its password.
        auth: Option<AuthData>,
        /// True to wait for the Web Lock of the validation session. False to
        /// skip the request ([`super::Input::AddLockUnavailable`]) if another tab has it.
        wait_for_lock: bool,
    },
    /// `POST <submit_url>`. For sharing, the identity server's.
    SubmitCode {
        /// Verification that the response belongs to.
        id: VerificationId,
        /// Adding or sharing.
        purpose: Purpose,
        /// The `submit_url`.
        url: String,
        /// `sid` of the validation session.
        sid: String,
        /// Client secret of the validation session.
        secret: ClientSecret,
        /// The code. No other place has it.
        code: Code,
    },
    /// `POST account/3pid/delete`, or `unbind`.
    Delete {
        /// Removing the address, or stopping to share it.
        kind: RemovalKind,
        /// True if the address is shared, so that the request names the identity
        /// server.
        is_bound: bool,
        /// Medium of the entry.
        medium: Medium,
        /// Address of the entry.
        address: String,
        /// The `auth` object, after a challenge.
        auth: Option<AuthData>,
    },
    /// Request to the identity server, or to the homeserver about its terms.
    Identity(IdentityRequest),
    /// `POST account/password`
    ChangePassword {
        /// The new password.
        new_password: SecretText,
        /// True to end the account's other sessions.
        logout_devices: bool,
        /// The `auth` object, after a challenge.
        auth: Option<AuthData>,
    },
    /// `POST account/password/{email,msisdn}/requestToken`
    RequestUiaToken {
        /// Authentication that the response belongs to.
        subject: UiaTarget,
        /// True if the address is a phone number.
        phone: bool,
        /// Address of the account.
        address: String,
        /// Client secret; `None` for a new one.
        secret: Option<ClientSecret>,
        /// `send_attempt`
        attempt: u32,
    },
    /// `POST <submit_url>` of a threepid stage.
    SubmitUiaToken {
        /// Authentication that the response belongs to.
        subject: UiaTarget,
        /// The `submit_url`.
        url: String,
        /// `sid` of the validation session.
        sid: String,
        /// Client secret of the validation session.
        secret: ClientSecret,
        /// The code. No other place has it.
        code: Code,
    },
}

/// Question to the host application.
#[derive(Clone, Debug, PartialEq)]
pub enum HostEffect {
    /// Fires `threepid-before-add`. The reply is
    /// [`super::Input::HostDecidedAdd`].
    ConfirmAdd {
        /// Section of the address.
        section: Section,
        /// Medium of the address.
        medium: Medium,
        /// The address.
        address: String,
    },
    /// Fires `threepid-before-remove`. The reply is
    /// [`super::Input::HostDecidedRemove`].
    ConfirmRemove {
        /// Medium of the address.
        medium: Medium,
        /// The address.
        address: String,
    },
    /// Offers the challenge to the host application, before a dialog opens.
    OfferChallenge {
        /// Number of the challenge.
        number: u32,
        /// Request that requires authentication.
        action: Action,
        /// Address of the request, if it has one.
        threepid: Option<(Medium, String)>,
        /// The server's challenge.
        challenge: Arc<Challenge>,
    },
}

/// Notification of the host application.
#[derive(Clone, Debug, PartialEq)]
pub enum HostNotification {
    /// Fires an event.
    Event(HostEvent),
    /// Resolves or rejects the promise of a method.
    MethodResult(MethodCall, Result<MethodResult, ErrorReport>),
    /// Rejects the promises of all methods with this code.
    AllMethodsRejected(&'static str),
}

/// Effect that waits until the view shows the new state.
#[derive(Clone, Debug, PartialEq)]
pub enum UiEffect {
    /// Informs the host application.
    Notify(HostNotification),
    /// Sets the focus.
    Focus(FocusTarget),
    /// Sets the text of a field.
    SetFieldValue(Section, String),
    /// Submits the open dialog, or the form for a new password.
    SubmitDialog,
}

/// Effect on this tab, on a new one, or on others with the same account.
#[derive(Clone, Debug, PartialEq)]
pub enum TabEffect {
    /// Informs the other elements of this account that the list has changed.
    BroadcastListChanged,
    /// Asks the other elements of this account to try the validation session
    /// with this `sid`.
    BroadcastLinkOpened(String),
    /// Removes this `sid` from the URL of the page.
    RemoveSidFromUrl(String),
    /// Opens the fallback page of the current stage in a window, if the browser
    /// permits it.
    OpenFallbackPage(UiaTarget),
}

/// Key of a request. At most one request with a key is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKey {
    /// Reading the list.
    List,
    /// Token request of a verification.
    Token(VerificationId),
    /// `add` or `bind` of a verification.
    Add(VerificationId),
    /// Submitting the code of a verification.
    Code(VerificationId),
    /// `delete` or `unbind`.
    Delete,
    /// Changing the password.
    Password,
    /// Requests of a threepid stage.
    UiaToken(UiaTarget),
    /// Capabilities, and the page on which the account is managed.
    Permissions,
    /// Requests to the identity server.
    IdentityServer,
}

impl Effect {
    /// Effect that sends a request to one endpoint.
    pub(super) fn api(request: ApiRequest) -> Effect {
        Effect::Request(Request::Api(request))
    }

    /// Key of the request that the effect sends.
    pub fn request_key(&self) -> Option<RequestKey> {
        match self {
            Effect::Request(request) => Some(request.key()),
            Effect::Abort(_) | Effect::Host(_) | Effect::Ui(_) | Effect::Tab(_) => None,
        }
    }

    /// True if it aborts or replaces the request of the other effect.
    pub(super) fn replaces(&self, other: &Effect) -> bool {
        let key = match self {
            Effect::Abort(key) => Some(*key),
            Effect::Request(_) | Effect::Host(_) | Effect::Ui(_) | Effect::Tab(_) => {
                self.request_key()
            }
        };
        key.is_some() && key == other.request_key()
    }
}

impl Request {
    /// Key of the request.
    pub fn key(&self) -> RequestKey {
        match self {
            Request::List(ListRequest::ReadList { .. }) => RequestKey::List,
            Request::List(ListRequest::ReadCapabilities(_))
            | Request::DiscoverAccountManagement => RequestKey::Permissions,
            Request::Api(request) => match request {
                ApiRequest::RequestToken { id, .. } => RequestKey::Token(*id),
                ApiRequest::Add { id, .. } => RequestKey::Add(*id),
                ApiRequest::SubmitCode { id, .. } => RequestKey::Code(*id),
                ApiRequest::Delete { .. } => RequestKey::Delete,
                ApiRequest::ChangePassword { .. } => RequestKey::Password,
                ApiRequest::RequestUiaToken { subject, .. }
                | ApiRequest::SubmitUiaToken { subject, .. } => RequestKey::UiaToken(*subject),
                ApiRequest::Identity(_) => RequestKey::IdentityServer,
            },
        }
    }
}

/// Request to the identity server that does not belong to one address. The
/// response is [`super::Input::IdentityResponded`].
#[derive(Clone, Debug, PartialEq)]
pub enum IdentityRequest {
    /// `GET terms`
    GetTerms,
    /// `GET account_data/m.accepted_terms`, of the homeserver
    GetAcceptedTerms,
    /// `POST terms`, with these URLs
    AcceptTerms(Vec<String>),
    /// `PUT account_data/m.accepted_terms`, of the homeserver
    StoreAcceptedTerms(Json),
    /// `GET hash_details`
    GetHashDetails,
    /// `POST lookup`. The response is [`super::Input::LookupResponded`].
    Lookup {
        /// Algorithms and pepper of the hashes.
        hash_details: hash_details::Response,
        /// Addresses in plain text; they are hashed before they are sent.
        addresses: Vec<String>,
    },
}

/// Purpose of a request, for its error texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Reading the list.
    List,
    /// Requesting an email or text message.
    RequestToken,
    /// Adding an address to the account.
    Add,
    /// Submitting a code.
    SubmitCode,
    /// Requesting a message of a threepid stage.
    RequestUiaToken,
    /// Removing an address from the account.
    Remove,
    /// Changing the password.
    ChangePassword,
    /// Requesting a message for a forgotten password.
    RequestResetToken,
    /// Replacing a forgotten password.
    ResetPassword,
    /// Requesting a message of the identity server.
    RequestBindToken,
    /// Sharing an address.
    Bind,
    /// Stopping to share an address.
    Unbind,
    /// Looking up which addresses are shared.
    Lookup,
}

impl Action {
    /// True if the request has a server send a message.
    pub(super) fn requests_token(self) -> bool {
        matches!(
            self,
            Action::RequestToken
                | Action::RequestUiaToken
                | Action::RequestResetToken
                | Action::RequestBindToken
        )
    }

    /// True if the server may require authentication.
    pub(super) fn modifies_account(self) -> bool {
        match self {
            Action::Add
            | Action::Remove
            | Action::ChangePassword
            | Action::Bind
            | Action::Unbind => true,
            Action::List
            | Action::RequestToken
            | Action::SubmitCode
            | Action::RequestUiaToken
            | Action::RequestResetToken
            | Action::ResetPassword
            | Action::RequestBindToken
            | Action::Lookup => false,
        }
    }
}

/// DOM event for the host application. No event holds a secret.
#[derive(Clone, Debug, PartialEq)]
pub enum HostEvent {
    /// `threepids-ready`
    Ready,
    /// `threepids-change`
    Change,
    /// `threepid-verification-sent`
    VerificationSent {
        /// Medium of the address.
        medium: Medium,
        /// The address.
        address: String,
        /// `send_attempt`
        attempt: u32,
    },
    /// `threepid-added`
    Added {
        /// Medium of the address.
        medium: Medium,
        /// The address.
        address: String,
    },
    /// `threepid-removed`
    Removed {
        /// Medium of the address.
        medium: Medium,
        /// The address.
        address: String,
        /// `id_server_unbind_result` of the response.
        unbind_result: Option<String>,
    },
    /// `threepid-shared`
    Shared {
        /// Medium of the address.
        medium: Medium,
        /// The address.
        address: String,
    },
    /// `threepid-unshared`
    Unshared {
        /// Medium of the address.
        medium: Medium,
        /// The address.
        address: String,
        /// `id_server_unbind_result` of the response.
        unbind_result: Option<String>,
    },
    /// `password-changed`
    PasswordChanged {
        /// True if the account's other sessions have ended.
        logout_devices: bool,
    },
    /// `password-reset`
    PasswordReset {
        /// True if all sessions of the account have ended.
        logout_devices: bool,
    },
    /// `threepids-session-expired`
    SessionExpired {
        /// True if the same session can be resumed.
        soft_logout: bool,
    },
    /// `threepids-error`
    Error(ErrorReport),
}

/// Error for developers: the detail of `threepids-error`.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorReport {
    /// The server's errcode, or a code of the element.
    pub code: String,
    /// Text of the server, or of the element. Never displayed to the user.
    pub message: String,
    /// HTTP status.
    pub status: Option<u16>,
    /// Time until the next attempt, in ms.
    pub retry_after_ms: Option<f64>,
    /// True if the same action can succeed later.
    pub recoverable: bool,
}

impl ErrorReport {
    /// Error without a response of a server.
    pub fn local(code: &'static str) -> Self {
        Self {
            code: code.to_owned(),
            message: describe_code(code).to_owned(),
            status: None,
            retry_after_ms: None,
            recoverable: !matches!(code, "missing-homeserver" | "invalid-homeserver" | "readonly"),
        }
    }

    /// Report of a failure that is displayed as `problem`.
    pub fn from_failure(failure: &RequestError, problem: &UserError) -> Self {
        let (code, status) = match failure {
            RequestError::Offline => ("offline", None),
            RequestError::Network => ("network", None),
            RequestError::Timeout => ("timeout", None),
            RequestError::SessionExpired { .. } => ("no-session", None),
            RequestError::InvalidToken => ("invalid-token", None),
            RequestError::InsecureUrl => ("http", None),
            RequestError::InvalidResponse { status } => ("http", Some(*status)),
            RequestError::Challenge(challenge) => {
                let code = challenge.errcode.as_ref().map_or("M_FORBIDDEN", |code| code.as_str());
                (code, Some(401))
            }
            RequestError::Server(error) => (error.errcode.as_str(), Some(error.status)),
        };
        let (message, retry_after_ms) = match (failure, problem) {
            (RequestError::Server(error), UserError::RateLimited { retry_after_ms: wait, .. }) => {
                (error.message.as_str(), error.retry_after_ms.map(|_| *wait))
            }
            (RequestError::Server(error), _) => (error.message.as_str(), error.retry_after_ms),
            _ => (describe_code(code), None),
        };
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
            status,
            retry_after_ms,
            recoverable: problem.is_recoverable(),
        }
    }
}

/// Message of a code of the element.
fn describe_code(code: &str) -> &str {
    match code {
        "invalid-homeserver" => {
            "homeserver must be an absolute https:// URL, without user and query"
        }
        "invalid-token" => "accessToken contains characters that no header can have",
        code => code,
    }
}

/// Method call whose promise is pending.
#[derive(Clone, Debug, PartialEq)]
pub enum MethodCall {
    /// `refresh()`
    Refresh,
    /// `addEmail(address)`, `addPhone(number)`: the address, or the argument if
    /// it is not an address.
    Send(String),
    /// `resend(address)`
    Resend(VerificationId),
    /// `remove(medium, address)`
    Remove(Medium, String),
}

/// Value that a method's promise resolves with.
#[derive(Clone, Debug, PartialEq)]
pub enum MethodResult {
    /// The list.
    List(Vec<Threepid>),
    /// The server has sent an email or text message.
    Sent {
        /// Medium of the address.
        medium: Medium,
        /// The address.
        address: String,
        /// `send_attempt`
        attempt: u32,
    },
    /// The address is removed.
    Removed {
        /// Medium of the address.
        medium: Medium,
        /// The address.
        address: String,
        /// `id_server_unbind_result`
        unbind_result: Option<String>,
    },
}

/// Element that receives the focus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FocusTarget {
    /// The field for a new address.
    Field(Section),
    /// The field for the new password.
    NewPassword,
    /// The field for the repeated password.
    RepeatedPassword,
    /// The error of a section without a field.
    FormError(Section),
    /// The group of a pending verification.
    Verification(VerificationId),
    /// The field for the code of a pending verification.
    Code(VerificationId),
    /// The identity server's terms.
    Terms,
    /// The "Share" button of the entry at this index.
    ShareButton(Section, usize),
    /// The open dialog, after its content has changed.
    Dialog,
    /// The entry at this index.
    Entry(Section, usize),
    /// The "Remove" button of the entry at this index.
    RemoveButton(Section, usize),
}
