//! The requests of all flows.

use crate::error_responses::{ADD, DELETE, LIST, SEND, WHOAMI};
use crate::fault_injection::{Fault, listed};

listed! {
    /// A request, and the place in a flow that it is sent from.
    Request {
        /// The list, for the first time.
        FirstList,
        /// Whose account it is, to find what was kept for it.
        Account,
        /// A mail is asked for.
        Send,
        /// Another mail is asked for.
        Resend,
        /// `add`, to see what the server wants.
        Continue,
        /// `add`, to see whether it is through, when the person comes back.
        Return,
        /// Whose account this is, when the password was typed.
        Whoami,
        /// `add` with the password.
        Password,
        /// `add` after the password, on "Continue".
        Session,
        /// `add` after the password, tried now and then until the link is open.
        Waiting,
        /// The list, after an address was added.
        ListAfterAdd,
        /// `delete`
        Delete,
        /// The list, after an address was removed.
        ListAfterDelete,
    }
}

/// What the person has while a request meets its fault.
pub enum Kept {
    /// Nothing yet.
    Nothing,
    /// What was typed into the field.
    Address,
    /// A pending verification.
    Pending,
    /// A pending verification, and a dialog with what was typed into it.
    Password,
    /// The address on the list.
    Added,
    /// The list without the address.
    Removed,
}

impl Request {
    /// The name of its row.
    pub fn title(self) -> &'static str {
        match self {
            Request::FirstList => "fault matrix: every fault of the first list request",
            Request::Account => "fault matrix: every fault of the first whoami request",
            Request::Send => "fault matrix: every fault of the token request",
            Request::Resend => "fault matrix: every fault of the resend request",
            Request::Continue => "fault matrix: every fault of add on Continue",
            Request::Return => "fault matrix: every fault of add on page return",
            Request::Whoami => "fault matrix: every fault of whoami before the password",
            Request::Password => "fault matrix: every fault of add with the password",
            Request::Session => "fault matrix: every fault of add with the UIA session",
            Request::Waiting => "fault matrix: every fault of add while polling",
            Request::ListAfterAdd => "fault matrix: every fault of the list after adding",
            Request::Delete => "fault matrix: every fault of delete",
            Request::ListAfterDelete => "fault matrix: every fault of the list after removing",
        }
    }

    /// Method and path.
    pub fn what(self) -> &'static str {
        match self {
            Request::FirstList | Request::ListAfterAdd | Request::ListAfterDelete => LIST,
            Request::Send | Request::Resend => SEND,
            Request::Account | Request::Whoami => WHOAMI,
            Request::Continue
            | Request::Return
            | Request::Password
            | Request::Session
            | Request::Waiting => ADD,
            Request::Delete => DELETE,
        }
    }

    /// The request that it follows by itself.
    pub fn follows(self) -> Option<&'static str> {
        match self {
            Request::ListAfterAdd => Some(ADD),
            Request::ListAfterDelete => Some(DELETE),
            Request::FirstList
            | Request::Account
            | Request::Send
            | Request::Resend
            | Request::Continue
            | Request::Return
            | Request::Whoami
            | Request::Password
            | Request::Session
            | Request::Waiting
            | Request::Delete => None,
        }
    }

    /// The button that sends it; none if nobody has to press one.
    pub fn button(self) -> Option<&'static str> {
        match self {
            Request::FirstList
            | Request::Account
            | Request::ListAfterAdd
            | Request::ListAfterDelete => None,
            Request::Send => Some("Add"),
            Request::Resend => Some("Resend email"),
            Request::Continue | Request::Return | Request::Session | Request::Waiting => {
                Some("Continue")
            }
            Request::Whoami | Request::Password => Some("Confirm"),
            Request::Delete => Some("Remove"),
        }
    }

    /// Whether its row has this fault. Whose account it is was never said before
    /// the password: after the end of a session it may be somebody else's, and
    /// nothing is left (`sessions: the user of the next token is unknown`).
    pub fn may_meet(self, fault: Fault) -> bool {
        let ends_session = matches!(fault, Fault::SoftLogout | Fault::Logout);
        !(self == Request::Whoami && ends_session)
    }

    /// Whether a dialog is open meanwhile.
    pub fn is_in_dialog(self) -> bool {
        match self {
            Request::Whoami | Request::Password | Request::Delete => true,
            Request::FirstList
            | Request::Account
            | Request::Send
            | Request::Resend
            | Request::Continue
            | Request::Return
            | Request::Session
            | Request::Waiting
            | Request::ListAfterAdd
            | Request::ListAfterDelete => false,
        }
    }

    /// What the person has meanwhile, and is not to lose.
    pub fn kept(self) -> Kept {
        match self {
            Request::FirstList | Request::Account | Request::Delete => Kept::Nothing,
            Request::Send => Kept::Address,
            Request::Resend
            | Request::Continue
            | Request::Return
            | Request::Session
            | Request::Waiting => Kept::Pending,
            Request::Whoami | Request::Password => Kept::Password,
            Request::ListAfterAdd => Kept::Added,
            Request::ListAfterDelete => Kept::Removed,
        }
    }

    /// How many mails are sent to the address in the end.
    pub fn mails(self) -> usize {
        match self {
            Request::Resend => 2,
            Request::FirstList
            | Request::Account
            | Request::Send
            | Request::Continue
            | Request::Return
            | Request::Whoami
            | Request::Password
            | Request::Session
            | Request::Waiting
            | Request::ListAfterAdd
            | Request::Delete
            | Request::ListAfterDelete => 1,
        }
    }
}
