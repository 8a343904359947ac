//! What can happen to an element.

use super::{Access, PageWindow, Presence, Section, VerificationId};
use crate::matrix::phone::Dialled;
use crate::matrix::submit_token::Code;
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::uia::{Answer, Password};
use crate::matrix::{ClientSecret, Failure, Json, request_email_token};

/// Who wants something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The person, by the form: a second press while the first is in flight
    /// is the same wish.
    Person,
    /// The embedder, by a method: waits for its turn.
    Method,
}

/// Whose authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A pending verification's `add`.
    Verification(VerificationId),
    /// The `delete` of the removal in front.
    Removal,
    /// The change of the password.
    Password,
}

/// The answer to a challenge.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Go on with this.
    With(Answer),
    /// The link that proves an address was opened, or here is its code.
    Prove(Code),
    /// Begin from the start.
    Anew,
    /// The person or the embedder would rather not.
    Cancel,
}

/// What a person types into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The field for a new address.
    Form(Section),
    /// The field for the code of a pending verification.
    Code(VerificationId),
    /// The field of the dialog.
    Answer(Subject),
    /// Those for a new password.
    NewPassword,
}

impl Input {
    /// Whether it is the person's doing, or a method's, and not what came of it.
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

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Homeserver and token came, went or changed.
    Access(Access),
    /// The attribute `readonly`.
    ReadOnly(bool),
    /// The attribute `mediums`.
    Sections(Vec<Section>),
    /// Read the list.
    Refresh,
    /// An address was handed in.
    Add {
        /// As typed.
        address: String,
        /// A fresh one, in case it is needed.
        secret: ClientSecret,
        /// By whom.
        by: By,
    },
    /// A phone number was handed in.
    AddPhone {
        /// As servers list it; empty if it is none.
        msisdn: String,
        /// As typed.
        dialled: Dialled,
        /// A fresh one, in case it is needed.
        secret: ClientSecret,
        /// By whom.
        by: By,
    },
    /// The person corrects what they have typed.
    Corrected(Typed),
    /// The embedder's answer to `threepid-before-add`, in this section.
    MayAdd(Section, bool),
    /// "Try again" beside the field of a section.
    SendAgain(Section),
    /// "Continue" in a pending group.
    Continue(VerificationId),
    /// The code from the mail was typed in.
    Submit(VerificationId, Code),
    /// "Resend email" in a pending group. With a fresh secret, in case it is
    /// needed.
    Resend(VerificationId, ClientSecret),
    /// "Try again" in a pending group: what failed there. With a fresh secret,
    /// in case it is needed.
    TryAgain(VerificationId, ClientSecret),
    /// "Change address" in a pending group.
    ChangeAddress(VerificationId),
    /// "Cancel" in a pending group.
    Cancel(VerificationId),
    /// "Remove" beside an entry.
    AskRemove {
        /// Of the entry.
        medium: Medium,
        /// Of the entry.
        address: String,
    },
    /// The embedder's answer to `threepid-before-remove`.
    MayRemove(bool),
    /// "Remove" in the dialog.
    ConfirmRemove,
    /// "Cancel" in the dialog, or Escape.
    DismissRemove,
    /// "Change password".
    ChangePassword {
        /// As typed.
        password: Password,
        /// As typed once more; nothing where they could see what they typed.
        repeated: Option<Password>,
        /// Whether the account's other sessions are to end.
        logout_devices: bool,
    },
    /// They can see what they type: it need not be repeated.
    PasswordShown,
    /// `account/password` was answered.
    PasswordChanged {
        /// Of the request.
        logout_devices: bool,
        /// Nothing, or why not.
        result: Result<(), Failure>,
    },
    /// The embedder will answer the challenge with this number.
    HostAuthenticates(u32),
    /// Nobody but the person answers it.
    PersonAuthenticates(u32),
    /// The embedder's answer to it, however late.
    HostAnswers(u32, Reply),
    /// They would rather do it another way.
    OtherWay(Subject),
    /// "Resend" of a message that proves an address.
    ResendProof(Subject),
    /// That message was asked for.
    ProofRequested {
        /// For whose authentication.
        subject: Subject,
        /// The secret that it was asked for with.
        secret: ClientSecret,
        /// The `sid`, and what belongs to it.
        result: Result<request_email_token::Response, Failure>,
    },
    /// The `submit_url` of a proof was answered.
    ProofSubmitted {
        /// For whose authentication.
        subject: Subject,
        /// Whether the code was right.
        result: Result<bool, Failure>,
    },
    /// The page of a stage is to be opened, perhaps again.
    OpenPage(Subject),
    /// The page of a stage is in this window.
    Page(Subject, PageWindow),
    /// The page that was opened for this session says that it is done.
    PageDone(String),
    /// `GET capabilities` was answered: whether what the element is for may be
    /// changed.
    MayChange(bool),
    /// Where the person manages their account, if that is anywhere.
    Managed(Option<String>),
    /// The server validates no addresses itself, and no identity server is set.
    NeedsIdentityServer(bool),
    /// The property `identityServer`.
    IdentityServer {
        /// Host and port; none, if none is set.
        host: Option<String>,
        /// The browser can do `sha256`.
        can_hash: bool,
    },
    /// "Try again" beside what the identity server did not do.
    FindAgain,
    /// Its terms are accepted: the URLs of the documents.
    AcceptTerms(Vec<String>),
    /// [`super::Effect::Ask`] was answered.
    Told(Result<Json, Failure>),
    /// `lookup` was answered: which of the addresses are theirs.
    LookedUp(Result<Vec<String>, Failure>),
    /// "Share" beside an entry.
    Share {
        /// Of the entry.
        medium: Medium,
        /// Of the entry.
        address: String,
        /// A fresh one, in case it is needed.
        secret: ClientSecret,
    },
    /// "Stop sharing" beside an entry.
    AskUnshare {
        /// Of the entry.
        medium: Medium,
        /// Of the entry.
        address: String,
    },
    /// The person answers the challenge of this request.
    Authenticate(Subject, Reply),
    /// `GET account/3pid` was answered.
    ListRead {
        /// Of [`super::Effect::ReadList`].
        number: u32,
        /// The list.
        result: Result<Vec<Threepid>, Failure>,
    },
    /// `requestToken` was answered.
    TokenRequested {
        /// For which draft or pending verification.
        id: VerificationId,
        /// The `sid`, and what belongs to it.
        result: Result<request_email_token::Response, Failure>,
    },
    /// `add` was answered.
    Added {
        /// For which pending verification.
        id: VerificationId,
        /// Nothing, or why not.
        result: Result<(), Failure>,
    },
    /// `add` was not sent: another tab was adding the same.
    AddSkipped(VerificationId),
    /// `submit_url` was answered.
    Submitted {
        /// For which pending verification.
        id: VerificationId,
        /// Whether the code was right.
        result: Result<bool, Failure>,
    },
    /// `delete` of the removal in front was answered.
    Deleted(Result<Option<String>, Failure>),
    /// The attribute `next-link`, as an absolute URL.
    NextLink(Option<String>),
    /// What was kept for this account, by [`super::Flow::records`].
    Restored(Json),
    /// What another element of this account keeps.
    HeardRecords(Json),
    /// Another element of this account has changed the list.
    HeardChanged,
    /// Another element of this account knows that the link of the validation
    /// session with this `sid` was opened, or that it is worth a try.
    HeardOpened(String),
    /// The browser came back by `next_link`, with this `sid`.
    Returned(String),
    /// Whether somebody looks.
    Presence(Presence),
    /// The page was taken out of the back/forward cache.
    Thawed,
    /// The clock was set, or the machine slept: it is so far ahead of the time
    /// that is passed in now, in ms.
    Clock {
        /// Less than nothing, where it is behind.
        ahead: f64,
    },
    /// The browser has a network again.
    Online,
    /// The time of [`super::Flow::next_wake`] has come.
    Woke,
    /// The element left the page; all requests were aborted.
    Detached,
}
