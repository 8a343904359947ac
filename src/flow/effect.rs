//! Effects of the state machine: requests, events and changes of the page.

use std::sync::Arc;

use super::{Problem, Purpose, Section, Subject, VerificationId, Wish};
use crate::matrix::capabilities::Capability;
use crate::matrix::identity::hash_details;
use crate::matrix::phone::Dialled;
use crate::matrix::submit_token::Code;
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::uia::{Auth, Challenge, Password};
use crate::matrix::{ClientSecret, Failure, Json};

/// Effect that the runner executes, in the order of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// `GET account/3pid`. Aborts the previous one.
    ReadList {
        /// Number that the response comes back with.
        number: u32,
    },
    /// `POST account/3pid/email/requestToken`, or `msisdn/requestToken`. For
    /// sharing, those of the identity server.
    RequestToken {
        /// Verification that the response belongs to.
        id: VerificationId,
        /// Adding or sharing.
        purpose: Purpose,
        /// Email address or MSISDN.
        address: String,
        /// Country and number as typed, if it is a phone number.
        dialled: Option<Dialled>,
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
        auth: Option<Auth>,
        /// True to wait for the Web Lock of the validation session. False to
        /// skip the request ([`super::Input::AddSkipped`]) if another tab has it.
        patient: bool,
    },
    /// `POST <submit_url>`. For sharing, the identity server's.
    SubmitToken {
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
        wish: Wish,
        /// True if the address is shared, so that the request names the identity
        /// server.
        shared: bool,
        /// Medium of the entry.
        medium: Medium,
        /// Address of the entry.
        address: String,
        /// The `auth` object, after a challenge.
        auth: Option<Auth>,
    },
    /// Request to the identity server, or to the homeserver about its terms.
    /// Aborts the previous one.
    Ask(Question),
    /// `POST account/password`
    ChangePassword {
        /// The new password.
        new_password: Password,
        /// True to end the account's other sessions.
        logout_devices: bool,
        /// The `auth` object, after a challenge.
        auth: Option<Auth>,
    },
    /// `GET capabilities`, for one capability.
    ReadCapabilities(Capability),
    /// Requests that find the page on which the account is managed.
    Discover,
    /// `POST account/password/{email,msisdn}/requestToken`
    RequestProof {
        /// Authentication that the response belongs to.
        subject: Subject,
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
    SubmitProof {
        /// Authentication that the response belongs to.
        subject: Subject,
        /// The `submit_url`.
        url: String,
        /// `sid` of the validation session.
        sid: String,
        /// Client secret of the validation session.
        secret: ClientSecret,
        /// The code. No other place has it.
        code: Code,
    },
    /// Opens the fallback page of the current stage in a window, if the browser
    /// permits it.
    OpenPage(Subject),
    /// Aborts the requests of this draft or verification.
    Abort(VerificationId),
    /// Aborts the `delete` request.
    AbortDelete,
    /// Fires a cancelable event. The reply is [`super::Input::MayAdd`] or
    /// [`super::Input::MayRemove`].
    Before(Action, Medium, String),
    /// Offers the challenge to the host application, before a dialog opens.
    Challenge {
        /// Number of the challenge.
        number: u32,
        /// Request that requires authentication.
        action: Action,
        /// Address of the request, if it has one.
        of: Option<(Medium, String)>,
        /// The server's challenge.
        challenge: Arc<Challenge>,
    },
    /// Fires an event.
    Emit(Event),
    /// Resolves or rejects the promise of a method.
    Settle(Operation, Result<Outcome, ErrorReport>),
    /// Rejects the promises of all methods with this code.
    SettleAll(&'static str),
    /// Sets the focus, after the view is rendered.
    Focus(Focus),
    /// Sets the text of a field.
    FillField(Section, String),
    /// Submits the open dialog, or the form for a new password.
    SubmitDialog,
    /// Informs the other elements of this account that the list has changed.
    TellChanged,
    /// Asks the other elements of this account to try the validation session
    /// with this `sid`.
    TellOpened(String),
    /// Removes this `sid` from the URL of the page.
    TidyAddress(String),
}

/// Group of requests of which at most one is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
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
    Proof(Subject),
    /// Capabilities, and the page on which the account is managed.
    Server,
    /// Requests to the identity server.
    Identity,
}

impl Effect {
    /// Slot of the request; `None` if the effect is not a request.
    pub fn slot(&self) -> Option<Slot> {
        Some(match self {
            Effect::ReadList { .. } => Slot::List,
            Effect::RequestToken { id, .. } => Slot::Token(*id),
            Effect::Add { id, .. } => Slot::Add(*id),
            Effect::SubmitToken { id, .. } => Slot::Code(*id),
            Effect::Delete { .. } => Slot::Delete,
            Effect::ChangePassword { .. } => Slot::Password,
            Effect::RequestProof { subject, .. } | Effect::SubmitProof { subject, .. } => {
                Slot::Proof(*subject)
            }
            Effect::ReadCapabilities(_) | Effect::Discover => Slot::Server,
            Effect::Ask(_) => Slot::Identity,
            Effect::OpenPage(_)
            | Effect::Abort(_)
            | Effect::AbortDelete
            | Effect::Before(..)
            | Effect::Challenge { .. }
            | Effect::Emit(_)
            | Effect::Settle(..)
            | Effect::SettleAll(_)
            | Effect::Focus(_)
            | Effect::FillField(..)
            | Effect::SubmitDialog
            | Effect::TellOpened(_)
            | Effect::TellChanged
            | Effect::TidyAddress(_) => return None,
        })
    }

    /// True if it aborts or replaces the other request.
    pub(super) fn is_instead_of(&self, other: &Effect) -> bool {
        let of = other.slot();
        match self {
            Effect::Abort(id) => {
                [Slot::Token(*id), Slot::Add(*id), Slot::Code(*id)].map(Some).contains(&of)
            }
            Effect::AbortDelete => of == Some(Slot::Delete),
            _ => of == self.slot(),
        }
    }
}

/// Request to the identity server that does not belong to one address. The
/// response is [`super::Input::Told`].
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// `GET terms`
    Terms,
    /// `GET account_data/m.accepted_terms`, of the homeserver
    Accepted,
    /// `POST terms`, with these URLs
    Accept(Vec<String>),
    /// `PUT account_data/m.accepted_terms`, of the homeserver
    Keep(Json),
    /// `GET hash_details`
    HashDetails,
    /// `POST lookup`. The response is [`super::Input::LookedUp`].
    LookUp {
        /// Algorithms and pepper of the hashes.
        details: hash_details::Response,
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
    Send,
    /// Adding an address to the account.
    Add,
    /// Submitting a code.
    Submit,
    /// Requesting a message of a threepid stage.
    Prove,
    /// Removing an address from the account.
    Remove,
    /// Changing the password.
    ChangePassword,
    /// Requesting a message of the identity server.
    Share,
    /// Sharing an address.
    Bind,
    /// Stopping to share an address.
    Unbind,
    /// Looking up which addresses are shared.
    Find,
}

impl Action {
    /// True if the server may require authentication.
    pub(super) fn is_change(self) -> bool {
        match self {
            Action::Add
            | Action::Remove
            | Action::ChangePassword
            | Action::Bind
            | Action::Unbind => true,
            Action::List
            | Action::Send
            | Action::Submit
            | Action::Prove
            | Action::Share
            | Action::Find => false,
        }
    }
}

/// DOM event for the host application. No event holds a secret.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
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
            message: in_words(code).to_owned(),
            status: None,
            retry_after_ms: None,
            recoverable: !matches!(code, "missing-homeserver" | "invalid-homeserver" | "readonly"),
        }
    }

    /// Report of a failure that is displayed as `problem`.
    pub fn of(failure: &Failure, problem: &Problem) -> Self {
        let (code, status) = match failure {
            Failure::Offline => ("offline", None),
            Failure::Network => ("network", None),
            Failure::Timeout => ("timeout", None),
            Failure::NoSession { .. } => ("no-session", None),
            Failure::InvalidToken => ("invalid-token", None),
            Failure::Unsafe => ("http", None),
            Failure::NotMatrix { status } => ("http", Some(*status)),
            Failure::Challenge(challenge) => {
                let code = challenge.errcode.as_ref().map_or("M_FORBIDDEN", |code| code.as_str());
                (code, Some(401))
            }
            Failure::Server(error) => (error.errcode.as_str(), Some(error.status)),
        };
        let (message, retry_after_ms) = match (failure, problem) {
            (Failure::Server(error), Problem::RateLimited { wait, .. }) => {
                (error.message.as_str(), error.retry_after_ms.map(|_| *wait))
            }
            (Failure::Server(error), _) => (error.message.as_str(), error.retry_after_ms),
            _ => (in_words(code), None),
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
fn in_words(code: &str) -> &str {
    match code {
        "invalid-homeserver" => {
            "homeserver has to be an absolute URL that begins with https://, \
             without user name, query and fragment"
        }
        "invalid-token" => "accessToken holds what no header can carry",
        code => code,
    }
}

/// Method call whose promise is pending.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
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
pub enum Outcome {
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
pub enum Focus {
    /// The field for a new address.
    Field(Section),
    /// The field for the new password.
    NewPassword,
    /// The field for the repeated password.
    RepeatedPassword,
    /// "Try again" of a section without a field.
    TryAgain(Section),
    /// The group of a pending verification.
    Group(VerificationId),
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
