//! Inputs of the state machine.

use super::{Access, PageWindow, Presence, Section, VerificationId};
use crate::matrix::phone::Dialled;
use crate::matrix::submit_token::Code;
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::uia::{Answer, Password};
use crate::matrix::{ClientSecret, Failure, Json, request_email_token};

/// Source of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The user, with the form. A second press while the request is pending
    /// has no effect.
    Person,
    /// The host application, with a method. It waits for pending requests.
    Method,
}

/// Request that an authentication belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A pending verification's `add`.
    Verification(VerificationId),
    /// The `delete` of the current removal.
    Removal,
    /// The password change.
    Password,
}

/// Reply to a challenge.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The `auth` object of a stage.
    With(Answer),
    /// Continue with a threepid stage: with its code, or after its link was
    /// opened.
    Prove(Code),
    /// Restart without `auth`.
    Anew,
    /// The user or the host application cancels.
    Cancel,
}

/// Field that the user types into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The field for a new address.
    Form(Section),
    /// The field for the code of a pending verification.
    Code(VerificationId),
    /// The field of the dialog.
    Answer(Subject),
    /// The fields for a new password.
    NewPassword,
}

impl Input {
    /// True for an action of the user or a method call, false for a response
    /// or an event.
    pub(super) fn is_asked(&self) -> bool {
        match self {
            Input::Refresh
            | Input::Add { .. }
            | Input::AddPhone { .. }
            | Input::Corrected(_)
            | Input::MayAdd(..)
            | Input::SendAgain(_)
            | Input::Continue(_)
            | Input::Submit(..)
            | Input::Resend(..)
            | Input::TryAgain(..)
            | Input::ChangeAddress(_)
            | Input::Cancel(_)
            | Input::AskRemove { .. }
            | Input::MayRemove(_)
            | Input::ConfirmRemove
            | Input::DismissRemove
            | Input::ChangePassword { .. }
            | Input::OtherWay(_)
            | Input::ResendProof(_)
            | Input::OpenPage(_)
            | Input::FindAgain
            | Input::AcceptTerms(_)
            | Input::Share { .. }
            | Input::AskUnshare { .. }
            | Input::Authenticate(..) => true,
            Input::Access(_)
            | Input::ReadOnly(_)
            | Input::Sections(_)
            | Input::PasswordShown
            | Input::PasswordChanged { .. }
            | Input::HostAuthenticates(_)
            | Input::PersonAuthenticates(_)
            | Input::HostAnswers(..)
            | Input::ProofRequested { .. }
            | Input::ProofSubmitted { .. }
            | Input::Page(..)
            | Input::PageDone(_)
            | Input::MayChange(_)
            | Input::Managed(_)
            | Input::NeedsIdentityServer(_)
            | Input::IdentityServer { .. }
            | Input::Told(_)
            | Input::LookedUp(_)
            | Input::ListRead { .. }
            | Input::TokenRequested { .. }
            | Input::Added { .. }
            | Input::AddSkipped(_)
            | Input::Submitted { .. }
            | Input::Deleted(_)
            | Input::NextLink(_)
            | Input::Restored(_)
            | Input::HeardRecords(_)
            | Input::HeardChanged
            | Input::HeardOpened(_)
            | Input::Returned(_)
            | Input::Presence(_)
            | Input::Thawed
            | Input::Clock { .. }
            | Input::Online
            | Input::Woke
            | Input::Detached => false,
        }
    }
}

/// Input of [`super::Flow::apply`].
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Homeserver or token has changed.
    Access(Access),
    /// The attribute `readonly` has changed.
    ReadOnly(bool),
    /// The attribute `mediums` has changed.
    Sections(Vec<Section>),
    /// `refresh()`, or "Try again" of the list.
    Refresh,
    /// The user or `addEmail` submits an email address.
    Add {
        /// Address as typed.
        address: String,
        /// New client secret, used if a request is sent.
        secret: ClientSecret,
        /// Source of the action.
        by: By,
    },
    /// The user or `addPhone` submits a phone number.
    AddPhone {
        /// MSISDN; empty if the number is invalid.
        msisdn: String,
        /// Country and number as typed.
        dialled: Dialled,
        /// New client secret, used if a request is sent.
        secret: ClientSecret,
        /// Source of the action.
        by: By,
    },
    /// The user edits a field. Its error disappears.
    Corrected(Typed),
    /// The host application's reply to `threepid-before-add`, in this section.
    MayAdd(Section, bool),
    /// "Try again" next to the field of a section.
    SendAgain(Section),
    /// "Continue" in a pending group.
    Continue(VerificationId),
    /// The user submits the code from the email or text message.
    Submit(VerificationId, Code),
    /// "Resend email" in a pending group, with a new client secret, used if the
    /// validation session is restarted.
    Resend(VerificationId, ClientSecret),
    /// "Try again" in a pending group: repeats the failed action. With a new
    /// client secret, used if the validation session is restarted.
    TryAgain(VerificationId, ClientSecret),
    /// "Change address" in a pending group.
    ChangeAddress(VerificationId),
    /// "Cancel" in a pending group.
    Cancel(VerificationId),
    /// "Remove" next to an entry, or `remove()`.
    AskRemove {
        /// Medium of the entry.
        medium: Medium,
        /// Address of the entry.
        address: String,
    },
    /// The host application's reply to `threepid-before-remove`.
    MayRemove(bool),
    /// "Remove" in the dialog.
    ConfirmRemove,
    /// "Cancel" in the dialog, or Escape.
    DismissRemove,
    /// "Change password".
    ChangePassword {
        /// New password as typed.
        password: Password,
        /// Repeated password as typed; `None` while the password is revealed.
        repeated: Option<Password>,
        /// True to end the account's other sessions.
        logout_devices: bool,
    },
    /// The user reveals the new password, which then needs no repetition.
    PasswordShown,
    /// Response of `account/password`.
    PasswordChanged {
        /// `logout_devices` of the request.
        logout_devices: bool,
        /// Success, or the error.
        result: Result<(), Failure>,
    },
    /// The host application will reply to the challenge with this number.
    HostAuthenticates(u32),
    /// The user has to reply to the challenge with this number.
    PersonAuthenticates(u32),
    /// The host application's reply to the challenge with this number. It may
    /// be late.
    HostAnswers(u32, Reply),
    /// The user selects another flow.
    OtherWay(Subject),
    /// "Send again" in a threepid stage.
    ResendProof(Subject),
    /// Response of a token request of a threepid stage.
    ProofRequested {
        /// Authentication that the stage belongs to.
        subject: Subject,
        /// Client secret of the request.
        secret: ClientSecret,
        /// The validation session, or the error.
        result: Result<request_email_token::Response, Failure>,
    },
    /// Response of the `submit_url` of a threepid stage.
    ProofSubmitted {
        /// Authentication that the stage belongs to.
        subject: Subject,
        /// True if the code was correct.
        result: Result<bool, Failure>,
    },
    /// The user opens the fallback page, or opens it again.
    OpenPage(Subject),
    /// State of the fallback page's window.
    Page(Subject, PageWindow),
    /// The fallback page of this UIA session sent `authDone`.
    PageDone(String),
    /// Response of `GET capabilities`: true if the server permits the element's
    /// changes.
    MayChange(bool),
    /// URL of the page on which the account is managed, if there is one.
    Managed(Option<String>),
    /// True if the server requires an identity server, and none is set.
    NeedsIdentityServer(bool),
    /// The property `identityServer` has changed.
    IdentityServer {
        /// Host and port; `None` if the property is not set.
        host: Option<String>,
        /// True if the browser can compute `sha256`.
        can_hash: bool,
    },
    /// "Try again" in the identity server's group.
    FindAgain,
    /// The user accepts the identity server's terms: the URLs of the documents.
    AcceptTerms(Vec<String>),
    /// Response of [`super::Effect::Ask`].
    Told(Result<Json, Failure>),
    /// Response of `lookup`: the addresses that are shared by this account.
    LookedUp(Result<Vec<String>, Failure>),
    /// "Share" next to an entry.
    Share {
        /// Medium of the entry.
        medium: Medium,
        /// Address of the entry.
        address: String,
        /// New client secret, used if a request is sent.
        secret: ClientSecret,
    },
    /// "Stop sharing" next to an entry.
    AskUnshare {
        /// Medium of the entry.
        medium: Medium,
        /// Address of the entry.
        address: String,
    },
    /// The user replies to the challenge of this request.
    Authenticate(Subject, Reply),
    /// Response of `GET account/3pid`.
    ListRead {
        /// Number of the [`super::Effect::ReadList`].
        number: u32,
        /// The list, or the error.
        result: Result<Vec<Threepid>, Failure>,
    },
    /// Response of `requestToken`.
    TokenRequested {
        /// Draft or pending verification of the request.
        id: VerificationId,
        /// The validation session, or the error.
        result: Result<request_email_token::Response, Failure>,
    },
    /// Response of `add`.
    Added {
        /// Pending verification of the request.
        id: VerificationId,
        /// Success, or the error.
        result: Result<(), Failure>,
    },
    /// `add` was not sent, because another tab holds the lock.
    AddSkipped(VerificationId),
    /// Response of `submit_url`.
    Submitted {
        /// Pending verification of the request.
        id: VerificationId,
        /// True if the code was correct.
        result: Result<bool, Failure>,
    },
    /// Response of `delete` of the current removal, with its
    /// `id_server_unbind_result`.
    Deleted(Result<Option<String>, Failure>),
    /// The attribute `next-link` has changed; an absolute URL.
    NextLink(Option<String>),
    /// Stored document of this account, as [`super::Flow::records`] wrote it.
    Restored(Json),
    /// Stored document of another element of this account.
    HeardRecords(Json),
    /// Another element of this account has changed the list.
    HeardChanged,
    /// Another element of this account reports that the link of the validation
    /// session with this `sid` was opened, or asks to try.
    HeardOpened(String),
    /// The browser returned through `next-link`, with this `sid`.
    Returned(String),
    /// The page state has changed.
    Presence(Presence),
    /// The page was restored from the back/forward cache.
    Thawed,
    /// The machine's clock was set, or the machine slept.
    Clock {
        /// Difference between the machine's clock and the time of the inputs, in
        /// ms. Negative if the machine's clock is behind.
        ahead: f64,
    },
    /// The browser is online again.
    Online,
    /// The time of [`super::Flow::next_wake`] is reached.
    Woke,
    /// The element left the page; all requests were aborted.
    Detached,
}
