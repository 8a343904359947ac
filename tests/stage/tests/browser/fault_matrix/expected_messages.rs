//! What the person sees of each fault, in each place.

use super::request::Request;
use crate::fault_injection::Fault;

/// What the person sees.
pub enum Seen {
    /// An alert; "Try again" if no other button sends the request again.
    TryAgain(&'static str),
    /// An alert; the button that sent the request is still there.
    Alert(&'static str),
    /// That it will go on, once there is a network.
    Offline,
    /// How long to wait; the button is back afterwards.
    Limit,
    /// That the session is over, with or without the hope of another.
    SessionOver {
        /// The session can be taken up again.
        soft_logout: bool,
    },
    /// Nothing: nobody has asked for it.
    Quiet,
    /// Nothing, but that the link is still waited for.
    Waiting,
    /// Nothing: it is done.
    Done,
}

/// Of [`Seen::Waiting`].
pub const WAITING: &str = "We'll finish as soon as you open the link in the email";
/// Of [`Seen::Offline`].
pub const OFFLINE: &str = "You're offline. We'll continue when you're back online.";
/// Of [`Seen::Limit`], for as long as the fault has it.
pub const LIMITED: &str = "Too many attempts. Try again in 1 minute 30 seconds.";
/// Of [`Seen::SessionOver`].
pub const SESSION_OVER: &str = "Your session has ended. Sign in again to continue.";

const NETWORK: Seen =
    Seen::TryAgain("Can't reach the server. Check your connection and try again.");

/// What is seen when this request meets this fault.
pub fn of(request: Request, fault: Fault) -> Seen {
    if let Some(seen) = of_what_nobody_asked_for(request, fault) {
        return seen;
    }
    match fault {
        Fault::Refused | Fault::Reset | Fault::NoCors => NETWORK,
        Fault::HiddenAnswer | Fault::Lost => match request {
            Request::Password | Request::Session | Request::Waiting | Request::Delete => Seen::Done,
            // What they have asked for is not known all the same.
            Request::FirstList
            | Request::Account
            | Request::Send
            | Request::Resend
            | Request::Continue
            | Request::Return
            | Request::Whoami
            | Request::ListAfterAdd
            | Request::ListAfterDelete => NETWORK,
        },
        Fault::NoAnswer => Seen::TryAgain("The server took too long to answer. Try again."),
        Fault::Offline => Seen::Offline,
        Fault::Limited => Seen::Limit,
        Fault::ServerError => match request {
            Request::Send | Request::Resend => {
                Seen::TryAgain("The server couldn't send the email. Try again later.")
            }
            Request::FirstList
            | Request::Account
            | Request::Continue
            | Request::Return
            | Request::Whoami
            | Request::Password
            | Request::Session
            | Request::Waiting
            | Request::ListAfterAdd
            | Request::Delete
            | Request::ListAfterDelete => Seen::TryAgain("Something went wrong (M_UNKNOWN)"),
        },
        Fault::BadGateway => Seen::TryAgain("Something went wrong (HTTP 502)"),
        // The deprecated endpoint adds the address.
        Fault::Unrecognized if adds(request) => Seen::Done,
        Fault::Maintenance => Seen::TryAgain("Something went wrong (HTTP 404)"),
        Fault::BrokenJson | Fault::EmptyBody => match request {
            Request::Send | Request::Resend => {
                Seen::TryAgain("The server couldn't send the email. Try again later.")
            }
            Request::FirstList
            | Request::Account
            | Request::Continue
            | Request::Return
            | Request::Whoami
            | Request::Password
            | Request::Session
            | Request::Waiting
            | Request::ListAfterAdd
            | Request::Delete
            | Request::ListAfterDelete => Seen::TryAgain("Something went wrong (HTTP 200)"),
        },
        Fault::Unrecognized => match request {
            // It has never listed one.
            Request::Send => Seen::Alert("This server may not support email addresses"),
            Request::Resend
            | Request::Continue
            | Request::Return
            | Request::Password
            | Request::Session
            | Request::Waiting => Seen::Alert("This server doesn't let you change your addresses"),
            Request::Delete => Seen::Alert("This server can't remove addresses"),
            // The UIA session may be gone: the element starts another one, once.
            Request::Whoami => Seen::Done,
            // These change nothing.
            Request::FirstList
            | Request::Account
            | Request::ListAfterAdd
            | Request::ListAfterDelete => Seen::TryAgain("Something went wrong (M_UNRECOGNIZED)"),
        },
        Fault::SoftLogout => Seen::SessionOver { soft_logout: true },
        Fault::Logout => Seen::SessionOver { soft_logout: false },
    }
}

/// True for a request of `add`.
fn adds(request: Request) -> bool {
    match request {
        Request::Continue
        | Request::Return
        | Request::Password
        | Request::Session
        | Request::Waiting => true,
        Request::FirstList
        | Request::Account
        | Request::Send
        | Request::Resend
        | Request::Whoami
        | Request::ListAfterAdd
        | Request::Delete
        | Request::ListAfterDelete => false,
    }
}

/// What is seen of a request that the widget sends by itself, where that is
/// another thing than if the person had asked for it.
fn of_what_nobody_asked_for(request: Request, fault: Fault) -> Option<Seen> {
    let quiet = match request {
        // The list is there all the same.
        Request::Account => Seen::Done,
        Request::Return => Seen::Quiet,
        Request::Waiting => Seen::Waiting,
        Request::FirstList
        | Request::Send
        | Request::Resend
        | Request::Continue
        | Request::Whoami
        | Request::Password
        | Request::Session
        | Request::ListAfterAdd
        | Request::Delete
        | Request::ListAfterDelete => return None,
    };
    let is_quiet = match fault {
        // The next try gets over it.
        Fault::Reset
        | Fault::NoAnswer
        | Fault::ServerError
        | Fault::BadGateway
        | Fault::Maintenance
        | Fault::BrokenJson
        | Fault::EmptyBody
        | Fault::NoCors => true,
        // The list meets it, too.
        Fault::Refused => request != Request::Account,
        Fault::HiddenAnswer | Fault::Lost => request != Request::Waiting,
        // Nothing is tried, and only who waits is told why.
        Fault::Offline => request == Request::Return,
        // Obeyed, or nothing that a next try gets over.
        Fault::Limited | Fault::Unrecognized | Fault::SoftLogout | Fault::Logout => {
            request == Request::Account
        }
    };
    is_quiet.then_some(quiet)
}
