//! What happens to a visit, and what it wants done.

use super::session::{Leave, Session};
use super::tabs::State;
pub use super::trouble::Field;
use crate::matrix::uia::Password;
use crate::matrix::{Call, Failure, HttpResponse, Json};

/// What came back: an answer, or why there is none.
pub type Answer = Result<HttpResponse, Failure>;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing in; the number tells the newest from those that were given up.
    SignIn(u32),
    /// The display name; numbered as well: of another person's session it is
    /// not this one's.
    Profile(u32),
    /// Signing out; numbered as well.
    Logout(u32),
}

/// What the page finds when it is opened.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The URL of the page itself, without query and fragment.
    pub here: String,
    /// The session of this tab.
    pub session: Option<Session>,
    /// Single sign-on was begun in this tab.
    pub leave: Option<Leave>,
    /// The token that the browser came with.
    pub login_token: Option<String>,
    /// The nonce beside it.
    pub nonce: Option<String>,
    /// The `sid` that a homeserver sent the browser here with.
    pub sid: Option<String>,
}

/// Something happened.
pub enum Input {
    /// Time has passed.
    Tick,
    /// The person says which server.
    Server(String),
    /// The person signs in by password.
    Password {
        /// Who: a name, a Matrix ID, an address.
        user: String,
        /// The password.
        password: Password,
    },
    /// The person signs in through a provider; without its id, through any.
    Provider {
        /// Which.
        id: Option<String>,
        /// A fresh one, by which the browser is known when it comes back.
        nonce: String,
        /// When, by the clock on the wall: in ms since the epoch.
        at: f64,
    },
    /// The person corrects what is in this field.
    Edited(Field),
    /// Another server, please.
    OtherServer,
    /// The same again, please.
    TryAgain,
    /// A request was answered.
    Answer(Purpose, Answer),
    /// The person signs out; these addresses are pending.
    SignOut(Vec<String>),
    /// The person signs out, although addresses are pending.
    Leave {
        /// They are to be there at the next time.
        keep: bool,
    },
    /// The person stays.
    Stay,
    /// The widget says that the session is over.
    SessionEnded,
    /// Another tab was asked whether it knows a `sid`, and does.
    Told {
        /// Which.
        sid: String,
        /// Whose validation it is.
        address: String,
        /// How far it is.
        state: State,
    },
    /// A new tab asks whether this one knows a `sid`.
    Asked(String),
    /// The records of pending verifications of an account are these.
    Records(String, Json),
    /// The person of a tab that was only opened by a link signs in here.
    SignInHere,
}

/// Something is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send this, and hand in the answer.
    Send(Purpose, Call),
    /// Keep the session in this tab.
    Keep(Session),
    /// Take the session, and all records of pending verifications, out of the
    /// storage. Those of this account come back when its person goes on.
    ClearStorage,
    /// Forget the session, and all else that is kept of it.
    Forget {
        /// Pending verifications stay.
        keep_pending: bool,
    },
    /// Remember that single sign-on was begun, and go there.
    Go(Leave, String),
    /// Take what a server added out of the address bar.
    TidyAddress,
    /// Ask the other tabs whether they know this `sid`.
    AskTabs(String),
    /// Tell them how far it is.
    TellTab {
        /// Which.
        sid: String,
        /// Whose validation it is.
        address: String,
        /// How far it is.
        state: State,
    },
    /// Tell the elements of this account that the link of a `sid` was opened.
    TellOpened {
        /// Homeserver and Matrix ID.
        account: String,
        /// Which.
        sid: String,
    },
    /// Have the elements of this account say what they have pending.
    AskRecords(String),
    /// Put the focus there.
    Focus(Focus),
}

/// Where the focus goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// To what the person is to do first.
    Screen,
    /// To the field for the server.
    Server,
    /// To the field for the user name.
    User,
    /// To the field for the password.
    Password,
}
