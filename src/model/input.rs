//! Inputs of the model.

use super::{FallbackWindow, PageState, Section, SessionState, VerificationId};
use crate::matrix::get_3pids::{Medium, Threepid};
use crate::matrix::phone_number::PhoneInput;
use crate::matrix::submit_token::Code;
use crate::matrix::uia::{SecretText, StageAnswer};
use crate::matrix::{ClientSecret, Json, RequestError, request_3pid_token_via_email};

/// Source of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initiator {
    /// The user, with the form. A second press while the request is pending
    /// has no effect.
    User,
    /// The host application, with a method. It waits for pending requests.
    HostMethod,
}

/// Request that an authentication belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UiaTarget {
    /// A pending verification's `add`.
    Verification(VerificationId),
    /// The `delete` of the current removal.
    Removal,
    /// The password change.
    Password,
}

/// Reply to a challenge.
#[derive(Clone, Debug, PartialEq)]
pub enum UiaReply {
    /// The `auth` object of a stage.
    Auth(StageAnswer),
    /// Continue with a threepid stage: with its code, or after its link was
    /// opened.
    ValidatedThreepid(Code),
    /// Restart without `auth`.
    Restart,
    /// The user or the host application cancels.
    Cancel,
}

/// Field that the user types into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditedField {
    /// The field for a new address.
    Form(Section),
    /// The field for the code of a pending verification.
    Code(VerificationId),
    /// The field of the dialog.
    Answer(UiaTarget),
    /// The fields for a new password.
    NewPassword,
}

impl Input {
    /// True for an action of the user or a method call, false for a response
    /// or an event.
    pub fn is_user_action(&self) -> bool {
        match self {
            Input::Refresh
            | Input::AddEmail { .. }
            | Input::AddPhone { .. }
            | Input::Edited(_)
            | Input::HostDecidedAdd(..)
            | Input::Continue(_)
            | Input::SubmitCode(..)
            | Input::Resend(..)
            | Input::Retry(..)
            | Input::ChangeAddress(_)
            | Input::CancelChange(_)
            | Input::Cancel(_)
            | Input::RemoveRequested { .. }
            | Input::HostDecidedRemove(_)
            | Input::RemoveConfirmed
            | Input::RemoveCanceled
            | Input::ChangePassword { .. }
            | Input::UseOtherOption(_)
            | Input::ResendUiaToken(_)
            | Input::OpenFallbackPage(_)
            | Input::RetryLookup
            | Input::AcceptTerms(_)
            | Input::Share { .. }
            | Input::UnshareRequested { .. }
            | Input::UserReplied(..) => true,
            Input::SessionChanged(_)
            | Input::ReadOnly(_)
            | Input::Sections(_)
            | Input::PasswordRevealed
            | Input::StatusHeld(_)
            | Input::PasswordChangeResponded { .. }
            | Input::HostWillAuthenticate(_)
            | Input::UserWillAuthenticate(_)
            | Input::HostReplied(..)
            | Input::UiaTokenRequested { .. }
            | Input::UiaTokenSubmitted { .. }
            | Input::FallbackWindowChanged(..)
            | Input::FallbackPageDone(_)
            | Input::CapabilityLoaded(_)
            | Input::ManagementUrlLoaded(_)
            | Input::NeedsIdentityServer(_)
            | Input::IdentityServerSet { .. }
            | Input::IdentityResponded(_)
            | Input::LookupResponded(_)
            | Input::ListLoaded { .. }
            | Input::TokenResponded { .. }
            | Input::AddResponded { .. }
            | Input::AddLockUnavailable(_)
            | Input::CodeResponded { .. }
            | Input::DeleteResponded(_)
            | Input::NextLink(_)
            | Input::StorageLoaded(_)
            | Input::TabRecords(_)
            | Input::TabListChanged
            | Input::TabLinkOpened(_)
            | Input::ReturnedFromLink(_)
            | Input::PageStateChanged(_)
            | Input::RestoredFromBfcache
            | Input::ClockChanged { .. }
            | Input::Online
            | Input::TimerFired
            | Input::Disconnected => false,
        }
    }
}

/// Input of [`super::Model::update`].
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Homeserver or token has changed.
    SessionChanged(SessionState),
    /// The attribute `readonly` has changed.
    ReadOnly(bool),
    /// The attribute `mediums` has changed.
    Sections(Vec<Section>),
    /// `refresh()`, or "Try again" of the list.
    Refresh,
    /// The user or `addEmail` submits an email address.
    AddEmail {
        /// Address as typed.
        address: String,
        /// New client secret, used if a request is sent.
        secret: ClientSecret,
        /// Source of the action.
        initiator: Initiator,
    },
    /// The user or `addPhone` submits a phone number.
    AddPhone {
        /// MSISDN; empty if the number is invalid.
        msisdn: String,
        /// Country and number as typed.
        phone: PhoneInput,
        /// New client secret, used if a request is sent.
        secret: ClientSecret,
        /// Source of the action.
        initiator: Initiator,
    },
    /// The user edits a field. Its error disappears.
    Edited(EditedField),
    /// The host application's reply to `threepid-before-add`, in this section.
    HostDecidedAdd(Section, bool),
    /// "Continue" in a pending group.
    Continue(VerificationId),
    /// The user submits the code from the email or text message.
    SubmitCode(VerificationId, Code),
    /// "Resend email" in a pending group, with a new client secret, used if the
    /// validation session is restarted.
    Resend(VerificationId, ClientSecret),
    /// "Try again" in a pending group: repeats the failed action. With a new
    /// client secret, used if the validation session is restarted.
    Retry(VerificationId, ClientSecret),
    /// "Change address" in a pending group.
    ChangeAddress(VerificationId),
    /// "Cancel" after "Change address", or Escape.
    CancelChange(Section),
    /// The pointer is on the status line (true), or has left it.
    StatusHeld(bool),
    /// "Cancel" in a pending group.
    Cancel(VerificationId),
    /// "Remove" next to an entry, or `remove()`.
    RemoveRequested {
        /// Medium of the entry.
        medium: Medium,
        /// Address of the entry.
        address: String,
    },
    /// The host application's reply to `threepid-before-remove`.
    HostDecidedRemove(bool),
    /// "Remove" in the dialog.
    RemoveConfirmed,
    /// "Cancel" in the dialog, or Escape.
    RemoveCanceled,
    /// "Change password".
    ChangePassword {
        /// New password as typed.
        password: SecretText,
        /// Repeated password as typed; `None` while the password is revealed.
        repeated: Option<SecretText>,
        /// True to end the account's other sessions.
        logout_devices: bool,
    },
    /// The user reveals the new password, which then needs no repetition.
    PasswordRevealed,
    /// Response of `account/password`.
    PasswordChangeResponded {
        /// `logout_devices` of the request.
        logout_devices: bool,
        /// Success, or the error.
        result: Result<(), RequestError>,
    },
    /// The host application will reply to the challenge with this number.
    HostWillAuthenticate(u32),
    /// The user has to reply to the challenge with this number.
    UserWillAuthenticate(u32),
    /// The host application's reply to the challenge with this number. It may
    /// be late.
    HostReplied(u32, UiaReply),
    /// The user selects another flow.
    UseOtherOption(UiaTarget),
    /// "Send again" in a threepid stage.
    ResendUiaToken(UiaTarget),
    /// Response of a token request of a threepid stage.
    UiaTokenRequested {
        /// Authentication that the stage belongs to.
        subject: UiaTarget,
        /// Client secret of the request.
        secret: ClientSecret,
        /// The validation session, or the error.
        result: Result<request_3pid_token_via_email::Response, RequestError>,
    },
    /// Response of the `submit_url` of a threepid stage.
    UiaTokenSubmitted {
        /// Authentication that the stage belongs to.
        subject: UiaTarget,
        /// True if the code was correct.
        result: Result<bool, RequestError>,
    },
    /// The user opens the fallback page, or opens it again.
    OpenFallbackPage(UiaTarget),
    /// State of the fallback page's window.
    FallbackWindowChanged(UiaTarget, FallbackWindow),
    /// The fallback page of this UIA session sent `authDone`.
    FallbackPageDone(String),
    /// Response of `GET capabilities`: true if the server permits the element's
    /// changes.
    CapabilityLoaded(bool),
    /// URL of the page on which the account is managed, if there is one.
    ManagementUrlLoaded(Option<String>),
    /// True if the server requires an identity server, and none is set.
    NeedsIdentityServer(bool),
    /// The property `identityServer` has changed.
    IdentityServerSet {
        /// Host and port; `None` if the property is not set.
        server_name: Option<String>,
        /// True if the browser can compute `sha256`.
        can_hash: bool,
    },
    /// "Try again" in the identity server's group.
    RetryLookup,
    /// The user accepts the identity server's terms: the URLs of the documents.
    AcceptTerms(Vec<String>),
    /// Response of [`super::ApiRequest::Identity`].
    IdentityResponded(Result<Json, RequestError>),
    /// Response of `lookup`: the addresses that are shared by this account.
    LookupResponded(Result<Vec<String>, RequestError>),
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
    UnshareRequested {
        /// Medium of the entry.
        medium: Medium,
        /// Address of the entry.
        address: String,
    },
    /// The user replies to the challenge of this request.
    UserReplied(UiaTarget, UiaReply),
    /// Response of `GET account/3pid`.
    ListLoaded {
        /// Number of the [`super::ListRequest::ReadList`].
        number: u32,
        /// The list, or the error.
        result: Result<Vec<Threepid>, RequestError>,
    },
    /// Response of `requestToken`.
    TokenResponded {
        /// Draft or pending verification of the request.
        id: VerificationId,
        /// The validation session, or the error.
        result: Result<request_3pid_token_via_email::Response, RequestError>,
    },
    /// Response of `add`.
    AddResponded {
        /// Pending verification of the request.
        id: VerificationId,
        /// Success, or the error.
        result: Result<(), RequestError>,
    },
    /// `add` was not sent, because another tab holds the lock.
    AddLockUnavailable(VerificationId),
    /// Response of `submit_url`.
    CodeResponded {
        /// Pending verification of the request.
        id: VerificationId,
        /// True if the code was correct.
        result: Result<bool, RequestError>,
    },
    /// Response of `delete` of the current removal, with its
    /// `id_server_unbind_result`.
    DeleteResponded(Result<Option<String>, RequestError>),
    /// The attribute `next-link` has changed; an absolute URL.
    NextLink(Option<String>),
    /// Stored document of this account, as [`super::Model::to_stored_state`] wrote it.
    StorageLoaded(Json),
    /// Stored document of another element of this account.
    TabRecords(Json),
    /// Another element of this account has changed the list.
    TabListChanged,
    /// Another element of this account reports that the link of the validation
    /// session with this `sid` was opened, or asks to try.
    TabLinkOpened(String),
    /// The browser returned through `next-link`, with this `sid`.
    ReturnedFromLink(String),
    /// The page state has changed.
    PageStateChanged(PageState),
    /// The page was restored from the back/forward cache.
    RestoredFromBfcache,
    /// The machine's clock was set, or the machine slept.
    ClockChanged {
        /// Difference between the machine's clock and the time of the inputs, in
        /// ms. Negative if the machine's clock is behind.
        clock_offset: f64,
    },
    /// The browser is online again.
    Online,
    /// The time of [`super::Model::next_timer`] is reached.
    TimerFired,
    /// The element left the page; all requests were aborted.
    Disconnected,
}
