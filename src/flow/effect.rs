//! What the flow wants done, as data.

use std::sync::Arc;

use super::{Problem, Purpose, Section, Subject, VerificationId, Wish};
use crate::matrix::capabilities::Capability;
use crate::matrix::identity::hash_details;
use crate::matrix::phone::Dialled;
use crate::matrix::submit_token::Code;
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::uia::{Auth, Challenge, Password};
use crate::matrix::{ClientSecret, Failure, Json};

/// Something to be done by whoever runs the flow, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// `GET account/3pid`; gives up the read before, if that is under way.
    ReadList {
        /// To be handed back with the answer.
        number: u32,
    },
    /// `POST account/3pid/email/requestToken`, or `msisdn/requestToken`; to share
    /// it, those of the identity server.
    RequestToken {
        /// To be handed back with the answer.
        id: VerificationId,
        /// What for.
        purpose: Purpose,
        /// The address.
        address: String,
        /// Of a phone number: what the server is asked to send to.
        dialled: Option<Dialled>,
        /// The secret.
        secret: ClientSecret,
        /// The number.
        attempt: u32,
        /// Where the browser is sent from the link.
        next_link: Option<String>,
    },
    /// `POST account/3pid/add`; to share it, `bind`.
    Add {
        /// To be handed back with the answer.
        id: VerificationId,
        /// What for.
        purpose: Purpose,
        /// The validation session.
        sid: String,
        /// Its secret.
        secret: ClientSecret,
        /// The answer to a challenge; with its password, which is nowhere else.
        auth: Option<Auth>,
        /// Another tab's try for the same session is waited for; otherwise it
        /// does, and this is [`super::Input::AddSkipped`].
        patient: bool,
    },
    /// `POST <submit_url>`; to share it, of the identity server.
    SubmitToken {
        /// To be handed back with the answer.
        id: VerificationId,
        /// What for.
        purpose: Purpose,
        /// The `submit_url`.
        url: String,
        /// The validation session.
        sid: String,
        /// Its secret.
        secret: ClientSecret,
        /// The code, which is nowhere else.
        code: Code,
    },
    /// `POST account/3pid/delete`; to end a share only, `unbind`.
    Delete {
        /// Which of the two.
        wish: Wish,
        /// The identity server is not to know it any more.
        shared: bool,
        /// Of the entry.
        medium: Medium,
        /// Of the entry.
        address: String,
        /// The answer to a challenge.
        auth: Option<Auth>,
    },
    /// Ask the identity server, or the homeserver about its terms. What was
    /// asked before is given up.
    Ask(Question),
    /// `POST account/password`
    ChangePassword {
        /// The new password.
        new_password: Password,
        /// Whether the account's other sessions end.
        logout_devices: bool,
        /// The answer to a challenge.
        auth: Option<Auth>,
    },
    /// `GET capabilities`, for this one.
    ReadCapabilities(Capability),
    /// Find the page on which the person manages their account.
    Discover,
    /// `POST account/password/{email,msisdn}/requestToken`
    RequestProof {
        /// To be handed back with the answer.
        subject: Subject,
        /// The address is a phone number.
        phone: bool,
        /// The address.
        address: String,
        /// The secret; a fresh one, if there is none yet.
        secret: Option<ClientSecret>,
        /// The number.
        attempt: u32,
    },
    /// `POST <submit_url>`, of a proof.
    SubmitProof {
        /// To be handed back with the answer.
        subject: Subject,
        /// The `submit_url`.
        url: String,
        /// The validation session.
        sid: String,
        /// Its secret.
        secret: ClientSecret,
        /// The code, which is nowhere else.
        code: Code,
    },
    /// Open the page of the stage that is in front in a window of its own, if
    /// the browser lets us without asking.
    OpenPage(Subject),
    /// The requests of this draft or verification are not wanted any more.
    Abort(VerificationId),
    /// The `delete` under way is not wanted any more.
    AbortDelete,
    /// Ask the embedder, who answers with [`super::Input::MayAdd`] or
    /// [`super::Input::MayRemove`].
    Before(Action, Medium, String),
    /// Offer the challenge to the embedder before the person sees it.
    Challenge {
        /// To be handed back with the answer.
        number: u32,
        /// What for.
        action: Action,
        /// The address in question, if it is about one.
        of: Option<(Medium, String)>,
        /// What the server asks.
        challenge: Arc<Challenge>,
    },
    /// Tell the embedder.
    Emit(Event),
    /// End what a method waits for.
    Settle(Operation, Result<Outcome, ErrorReport>),
    /// End everything that methods wait for with this code.
    SettleAll(&'static str),
    /// Put the focus there, once it is on the screen.
    Focus(Focus),
    /// Put this into the field.
    FillField(Section, String),
    /// Press the button that goes on: of the open dialog, else of the form for
    /// a new password.
    SubmitDialog,
    /// Tell the other elements of this account that the list is another.
    TellChanged,
    /// Tell them that the validation session with this `sid` is worth a try.
    TellOpened(String),
    /// Take this `sid` out of the address bar.
    TidyAddress(String),
}

/// What a request is for. Of each kind there is one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The list.
    List,
    /// A message that verifies an address.
    Token(VerificationId),
    /// An address is put on the account, or shared.
    Add(VerificationId),
    /// A code is checked.
    Code(VerificationId),
    /// One is taken off, or not shared any more.
    Delete,
    /// The password is changed.
    Password,
    /// An address is proved.
    Proof(Subject),
    /// What the homeserver can do.
    Server,
    /// The identity server.
    Identity,
}

impl Effect {
    /// What it is for, if it is a request.
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

    /// Whether it gives up another, or takes its place.
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

/// What is asked of the identity server, but for the sake of one address.
/// Answered by [`super::Input::Told`].
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
    /// `POST lookup`; answered by [`super::Input::LookedUp`].
    LookUp {
        /// How the addresses are to be disguised.
        details: hash_details::Response,
        /// Not disguised yet.
        addresses: Vec<String>,
    },
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read the list.
    List,
    /// Have a mail sent.
    Send,
    /// Put an address on the list.
    Add,
    /// Check a code.
    Submit,
    /// Have a message sent that proves an address of the account.
    Prove,
    /// Take one off.
    Remove,
    /// Change the password.
    ChangePassword,
    /// Have the identity server send a message.
    Share,
    /// Share an address.
    Bind,
    /// End that.
    Unbind,
    /// Know what is shared.
    Find,
}

impl Action {
    /// Whether it may ask who the person is.
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

/// An event for the embedder. None holds a secret.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// `threepids-ready`
    Ready,
    /// `threepids-change`
    Change,
    /// `threepid-verification-sent`
    VerificationSent {
        /// The medium.
        medium: Medium,
        /// The address.
        address: String,
        /// `send_attempt`
        attempt: u32,
    },
    /// `threepid-added`
    Added {
        /// The medium.
        medium: Medium,
        /// The address.
        address: String,
    },
    /// `threepid-removed`
    Removed {
        /// The medium.
        medium: Medium,
        /// The address.
        address: String,
        /// `id_server_unbind_result`, as the server said it.
        unbind_result: Option<String>,
    },
    /// `threepid-shared`
    Shared {
        /// The medium.
        medium: Medium,
        /// The address.
        address: String,
    },
    /// `threepid-unshared`
    Unshared {
        /// The medium.
        medium: Medium,
        /// The address.
        address: String,
        /// `id_server_unbind_result`, as the server said it.
        unbind_result: Option<String>,
    },
    /// `password-changed`
    PasswordChanged {
        /// The account's other sessions have ended.
        logout_devices: bool,
    },
    /// `threepids-session-expired`
    SessionExpired {
        /// The session can be taken up again.
        soft_logout: bool,
    },
    /// `threepids-error`
    Error(ErrorReport),
}

/// What a developer is told of an error.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorReport {
    /// The server's errcode, or one of the element's own.
    pub code: String,
    /// The server's English, not for the person; the code, where there was no server.
    pub message: String,
    /// The HTTP status.
    pub status: Option<u16>,
    /// How long to wait, in ms.
    pub retry_after_ms: Option<f64>,
    /// Whether the same can be tried again.
    pub recoverable: bool,
}

impl ErrorReport {
    /// An error that no server had a part in.
    pub fn local(code: &'static str) -> Self {
        Self {
            code: code.to_owned(),
            message: in_words(code).to_owned(),
            status: None,
            retry_after_ms: None,
            recoverable: !matches!(code, "missing-homeserver" | "invalid-homeserver" | "readonly"),
        }
    }

    /// What is told of a failure that the person sees as `problem`.
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

/// A code of our own, for developers.
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

/// What a method of the element waits for.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// `refresh()`
    Refresh,
    /// `addEmail(address)`, `addPhone(number)`: the address, or what was typed
    /// if it is none.
    Send(String),
    /// `resend(address)`
    Resend(VerificationId),
    /// `remove(medium, address)`
    Remove(Medium, String),
}

/// What a method resolves with.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The list.
    List(Vec<Threepid>),
    /// The mail went out.
    Sent {
        /// The medium.
        medium: Medium,
        /// The address.
        address: String,
        /// `send_attempt`
        attempt: u32,
    },
    /// The address is off the list.
    Removed {
        /// The medium.
        medium: Medium,
        /// The address.
        address: String,
        /// `id_server_unbind_result`
        unbind_result: Option<String>,
    },
}

/// Where the focus goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Focus {
    /// The field.
    Field(Section),
    /// The field for the new password.
    NewPassword,
    /// The field in which it is repeated.
    RepeatedPassword,
    /// "Try again" where the field is not there.
    TryAgain(Section),
    /// The group of a pending verification.
    Group(VerificationId),
    /// Its field for the code.
    Code(VerificationId),
    /// The identity server's terms.
    Terms,
    /// The button that shares the entry at this index.
    ShareButton(Section, usize),
    /// The open dialog, in which something else is to be done now.
    Dialog,
    /// The entry at this index.
    Entry(Section, usize),
    /// The "Remove" button of the entry at this index.
    RemoveButton(Section, usize),
}
