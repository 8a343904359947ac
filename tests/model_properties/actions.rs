//! What can happen, by chance.

use matrix_threepids::model::{PageState, SessionState};
use proptest::prelude::*;

use crate::remote_tab::{Told, told};

pub const MARKER: &str = "correct horse battery staple";
pub const CODE: &str = "no-battery";

pub const ADDRESSES: [&str; 6] = [
    "alice@example.org",
    "ALICE@example.org",
    "bob@example.org",
    " carol@example.org ",
    "dora@example.org",
    "nonsense",
];

/// As servers list them; the last is none.
pub const NUMBERS: [&str; 3] = ["447700900001", "447700900002", ""];

/// Something that happens. Numbers choose among what is there.
#[derive(Clone, Debug)]
pub enum Step {
    Add {
        address: usize,
        by_method: bool,
        may: bool,
    },
    AddPhone {
        number: usize,
        by_method: bool,
        may: bool,
    },
    Continue(usize),
    /// The code from the mail, or none.
    Submit(usize, bool),
    Resend {
        which: usize,
        by_method: bool,
    },
    TryAgain(usize),
    ChangeAddress(usize),
    Cancel(usize),
    Remove {
        address: usize,
        by_method: bool,
        may: bool,
    },
    RemovePhone(usize),
    ConfirmRemove,
    DismissRemove,
    Refresh {
        by_method: bool,
    },
    /// Somebody answers a challenge.
    Authenticate {
        which: usize,
        how: How,
    },
    /// A request that is under way is answered.
    Answer {
        which: usize,
        server: Server,
    },
    /// A request that is not under way is answered all the same.
    Stale {
        which: usize,
        server: Server,
    },
    /// Another tab was adding the same.
    Skip(usize),
    /// So many ms go by.
    Time(u32),
    Access(SessionState),
    ReadOnly(bool),
    /// The attribute `mediums` names phone numbers, or not.
    Phones(bool),
    NextLink(bool),
    Presence(PageState),
    /// The browser has a network again.
    Online,
    /// Out of the back/forward cache.
    Thaw,
    /// Another tab tells what it has.
    Hear(Vec<Told>),
    /// What this element kept so many steps ago is heard or read again.
    Recall {
        which: usize,
        restored: bool,
    },
    HearChanged,
    /// A link was opened, another tab says.
    HearOpened(usize),
    /// The browser comes back by a link.
    Return(usize),
    /// The element leaves the page and comes back.
    Detach,
}

#[derive(Clone, Copy, Debug)]
pub enum How {
    Password,
    SessionOnly,
    Prove,
    Anew,
    OtherWay,
    OpenPage,
    PageDone,
    Resend,
    Cancel,
}

/// What a server (or what is in between) answers.
#[derive(Clone, Copy, Debug)]
pub enum Server {
    /// Yes; a list has the addresses of these bits.
    Yes {
        list: u8,
    },
    No(u16, &'static str),
    Lost(u8),
}

pub const REFUSALS: [(u16, &str); 23] = [
    (401, r#"{"session":"s","flows":[{"stages":["m.login.password"]}]}"#),
    (401, r#"{"session":"t","flows":[{"stages":["m.login.password"]}],"errcode":"M_FORBIDDEN"}"#),
    (401, r#"{"session":"u","flows":[{"stages":["m.login.dummy"]}]}"#),
    (
        401,
        r#"{"flows":[{"stages":["m.login.dummy","m.login.password"]}],"completed":["m.login.dummy"]}"#,
    ),
    (401, r#"{"flows":[]}"#),
    (
        401,
        r#"{"session":"v","flows":[{"stages":["m.login.sso"]},{"stages":["m.login.password"]}]}"#,
    ),
    (401, r#"{"session":"v","flows":[{"stages":["m.login.email.identity","m.login.terms"]}]}"#),
    (
        401,
        r#"{"session":"v","flows":[{"stages":["m.login.email.identity","m.login.terms"]}],"completed":["m.login.terms"]}"#,
    ),
    (401, r#"{"session":"w","flows":[{"stages":["m.login.registration_token"]}]}"#),
    (404, r#"{"errcode":"M_UNRECOGNIZED"}"#),
    (400, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#),
    (400, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#),
    (400, r#"{"errcode":"M_SESSION_EXPIRED"}"#),
    (400, r#"{"errcode":"M_INVALID_PARAM"}"#),
    (400, r#"{"errcode":"M_THREEPID_IN_USE"}"#),
    (400, r#"{"errcode":"M_THREEPID_MEDIUM_NOT_SUPPORTED"}"#),
    (400, r#"{"errcode":"M_UNKNOWN"}"#),
    (403, r#"{"errcode":"M_FORBIDDEN"}"#),
    (404, r#"{"errcode":"M_NOT_FOUND"}"#),
    (500, r#"{"errcode":"M_UNKNOWN"}"#),
    (429, r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":0}"#),
    (429, r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":40000}"#),
    (502, "<html>"),
];

pub fn server() -> impl Strategy<Value = Server> {
    prop_oneof![
        4 => any::<u8>().prop_map(|list| Server::Yes { list }),
        5 => prop::sample::select(&REFUSALS[..]).prop_map(|(status, body)| Server::No(status, body)),
        1 => (0..5u8).prop_map(Server::Lost),
    ]
}

pub fn access() -> impl Strategy<Value = SessionState> {
    prop_oneof![
        4 => Just(SessionState::Active),
        1 => Just(SessionState::AwaitingToken),
        1 => Just(SessionState::Expired),
        1 => Just(SessionState::MissingHomeserver),
        1 => Just(SessionState::InvalidHomeserver),
        1 => Just(SessionState::InvalidToken),
    ]
}

fn presence() -> impl Strategy<Value = PageState> {
    (prop::bool::weighted(0.7), prop::bool::weighted(0.8), prop::bool::weighted(0.1)).prop_map(
        |(visible, focused, offline)| PageState {
            visible,
            focused: visible && focused,
            offline,
            shown: true,
        },
    )
}

fn time() -> impl Strategy<Value = u32> {
    prop_oneof![
        6 => 0..90_000u32,
        1 => 0..4_000_000u32,
        1 => 80_000_000..90_000_000u32,
    ]
}

/// What the person or the embedder does.
fn wish() -> impl Strategy<Value = Step> {
    let which = || 0..8usize;
    let address = || 0..ADDRESSES.len();
    let how = prop_oneof![
        4 => Just(How::Password),
        1 => Just(How::SessionOnly),
        2 => Just(How::Prove),
        1 => Just(How::Anew),
        1 => Just(How::OtherWay),
        1 => Just(How::OpenPage),
        1 => Just(How::PageDone),
        1 => Just(How::Resend),
        1 => Just(How::Cancel),
    ];
    prop_oneof![
        6 => (address(), any::<bool>(), prop::bool::weighted(0.9))
            .prop_map(|(address, by_method, may)| Step::Add { address, by_method, may }),
        4 => (0..NUMBERS.len(), any::<bool>(), prop::bool::weighted(0.9))
            .prop_map(|(number, by_method, may)| Step::AddPhone { number, by_method, may }),
        6 => which().prop_map(Step::Continue),
        4 => (which(), prop::bool::weighted(0.8)).prop_map(|(which, typed)| Step::Submit(which, typed)),
        4 => (which(), any::<bool>()).prop_map(|(which, by_method)| Step::Resend { which, by_method }),
        2 => which().prop_map(Step::TryAgain),
        2 => which().prop_map(Step::ChangeAddress),
        1 => which().prop_map(Step::Cancel),
        3 => (address(), any::<bool>(), prop::bool::weighted(0.9))
            .prop_map(|(address, by_method, may)| Step::Remove { address, by_method, may }),
        1 => (0..2usize).prop_map(Step::RemovePhone),
        3 => Just(Step::ConfirmRemove),
        1 => Just(Step::DismissRemove),
        1 => any::<bool>().prop_map(|by_method| Step::Refresh { by_method }),
        8 => (which(), how).prop_map(|(which, how)| Step::Authenticate { which, how }),
        2 => access().prop_map(Step::Access),
        1 => prop::bool::weighted(0.2).prop_map(Step::ReadOnly),
        1 => prop::bool::weighted(0.8).prop_map(Step::Phones),
        1 => any::<bool>().prop_map(Step::NextLink),
        1 => Just(Step::Detach),
    ]
}

/// What happens around them.
fn chance() -> impl Strategy<Value = Step> {
    let which = || 0..8usize;
    prop_oneof![
        24 => (which(), server()).prop_map(|(which, server)| Step::Answer { which, server }),
        3 => (which(), server()).prop_map(|(which, server)| Step::Stale { which, server }),
        2 => which().prop_map(Step::Skip),
        5 => time().prop_map(Step::Time),
        5 => presence().prop_map(Step::Presence),
        1 => Just(Step::Online),
        1 => Just(Step::Thaw),
        3 => prop::collection::vec(told(), 1..3).prop_map(Step::Hear),
        3 => (0..64usize, any::<bool>())
            .prop_map(|(which, restored)| Step::Recall { which, restored }),
        1 => Just(Step::HearChanged),
        2 => which().prop_map(Step::HearOpened),
        1 => which().prop_map(Step::Return),
    ]
}

pub fn step() -> impl Strategy<Value = Step> {
    prop_oneof![wish(), chance()]
}
