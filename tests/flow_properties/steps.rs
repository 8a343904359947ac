//! What can happen, by chance.

use matrix_threepids::flow::Access;
use proptest::prelude::*;

pub const MARKER: &str = "correct horse battery staple";

pub const ADDRESSES: [&str; 6] = [
    "alice@example.org",
    "ALICE@example.org",
    "bob@example.org",
    " carol@example.org ",
    "dora@example.org",
    "nonsense",
];

/// Something that happens. Numbers choose among what is there.
#[derive(Clone, Debug)]
pub enum Step {
    Add {
        address: usize,
        by_method: bool,
        may: bool,
    },
    SendAgain,
    Continue(usize),
    Resend {
        which: usize,
        by_method: bool,
    },
    ChangeAddress(usize),
    Cancel(usize),
    Remove {
        address: usize,
        by_method: bool,
        may: bool,
    },
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
    /// So many ms go by.
    Time(u32),
    Access(Access),
    ReadOnly(bool),
    /// The browser has a network again.
    Online,
    /// The element leaves the page and comes back.
    Detach,
}

#[derive(Clone, Copy, Debug)]
pub enum How {
    Password,
    SessionOnly,
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

pub const REFUSALS: [(u16, &str); 14] = [
    (401, r#"{"session":"s","flows":[{"stages":["m.login.password"]}]}"#),
    (401, r#"{"session":"t","flows":[{"stages":["m.login.password"]}],"errcode":"M_FORBIDDEN"}"#),
    (401, r#"{"session":"u","flows":[{"stages":["m.login.dummy"]}]}"#),
    (
        401,
        r#"{"flows":[{"stages":["m.login.dummy","m.login.password"]}],"completed":["m.login.dummy"]}"#,
    ),
    (401, r#"{"flows":[]}"#),
    (400, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#),
    (400, r#"{"errcode":"M_THREEPID_IN_USE"}"#),
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

pub fn access() -> impl Strategy<Value = Access> {
    prop_oneof![
        4 => Just(Access::Granted),
        1 => Just(Access::Awaited),
        1 => Just(Access::Ended),
        1 => Just(Access::NoHomeserver),
    ]
}

pub fn step() -> impl Strategy<Value = Step> {
    let which = || 0..8usize;
    let address = || 0..ADDRESSES.len();
    let how = prop_oneof![
        4 => Just(How::Password),
        1 => Just(How::SessionOnly),
        1 => Just(How::Cancel),
    ];
    prop_oneof![
        6 => (address(), any::<bool>(), prop::bool::weighted(0.9))
            .prop_map(|(address, by_method, may)| Step::Add { address, by_method, may }),
        2 => Just(Step::SendAgain),
        6 => which().prop_map(Step::Continue),
        4 => (which(), any::<bool>()).prop_map(|(which, by_method)| Step::Resend { which, by_method }),
        2 => which().prop_map(Step::ChangeAddress),
        1 => which().prop_map(Step::Cancel),
        3 => (address(), any::<bool>(), prop::bool::weighted(0.9))
            .prop_map(|(address, by_method, may)| Step::Remove { address, by_method, may }),
        3 => Just(Step::ConfirmRemove),
        1 => Just(Step::DismissRemove),
        1 => any::<bool>().prop_map(|by_method| Step::Refresh { by_method }),
        8 => (which(), how).prop_map(|(which, how)| Step::Authenticate { which, how }),
        24 => (which(), server()).prop_map(|(which, server)| Step::Answer { which, server }),
        3 => (which(), server()).prop_map(|(which, server)| Step::Stale { which, server }),
        4 => (0..90_000u32).prop_map(Step::Time),
        2 => access().prop_map(Step::Access),
        1 => prop::bool::weighted(0.2).prop_map(Step::ReadOnly),
        1 => Just(Step::Online),
        1 => Just(Step::Detach),
    ]
}
