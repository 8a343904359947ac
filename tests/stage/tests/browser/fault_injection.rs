//! What can go wrong with a request, each told from the person's side.

use anyhow::Result;

use crate::error_responses::set_online;
use crate::page_object::Page;
use crate::proxy::{Proxy, Trick};

/// Variants, and all of them in a row.
macro_rules! listed {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$about])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$variant,)*];
        }
    };
}
pub(crate) use listed;

listed! {
    /// What goes wrong.
    Fault {
        /// Nobody listens.
        Refused,
        /// The connection is reset in the middle of an answer; the server
        /// has not heard of the request.
        Reset,
        /// No answer comes, and 30 seconds pass.
        NoAnswer,
        /// The browser is offline.
        Offline,
        /// 429, for [`LIMIT_MS`].
        Limited,
        /// 500 with `M_UNKNOWN`.
        ServerError,
        /// 502 with a proxy's page.
        BadGateway,
        /// 404 with the page of a server that is down for a while.
        Maintenance,
        /// 200 with half a JSON.
        BrokenJson,
        /// 200 with nothing.
        EmptyBody,
        /// 404 with `M_UNRECOGNIZED`.
        Unrecognized,
        /// The server does not say that the page may ask it.
        NoCors,
        /// The server has done it, but does not say that the page may know.
        HiddenAnswer,
        /// The session is over, and can be taken up again.
        SoftLogout,
        /// The session is over.
        Logout,
        /// The server has done it, but its answer breaks off.
        Lost,
    }
}

/// How long the server limits the rate.
pub const LIMIT_MS: u32 = 90_000;
/// How long the widget waits for an answer.
const PATIENCE_MS: u32 = 30_000;

/// What Chromium says of an answer that the page may not have.
pub const CORS: &str = "has been blocked by CORS policy";

enum Cause {
    Nobody,
    Offline,
    Trick(Trick),
}

impl Fault {
    fn cause(self) -> Cause {
        Cause::Trick(match self {
            Fault::Refused => return Cause::Nobody,
            Fault::Offline => return Cause::Offline,
            Fault::Reset => Trick::Reset,
            Fault::NoAnswer => Trick::Silence,
            Fault::Limited => Trick::Limited(LIMIT_MS),
            Fault::ServerError => {
                Trick::Instead(500, r#"{"errcode": "M_UNKNOWN", "error": "server's own"}"#)
            }
            Fault::BadGateway => Trick::Instead(502, "<h1>server's own</h1>"),
            Fault::Maintenance => Trick::Instead(404, "<h1>server's own</h1>"),
            Fault::BrokenJson => Trick::Instead(200, r#"{"sid": "server's own"#),
            Fault::EmptyBody => Trick::Instead(200, ""),
            Fault::Unrecognized => {
                Trick::Instead(404, r#"{"errcode": "M_UNRECOGNIZED", "error": "server's own"}"#)
            }
            Fault::NoCors => Trick::NoCors,
            Fault::HiddenAnswer => Trick::Hidden,
            Fault::SoftLogout => Trick::Instead(
                401,
                r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "server's own", "soft_logout": true}"#,
            ),
            Fault::Logout => {
                Trick::Instead(401, r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "server's own"}"#)
            }
            Fault::Lost => Trick::CutOff,
        })
    }

    /// From now on, the next request of this kind meets it.
    pub async fn begin(self, page: &Page, proxy: &Proxy, what: &str) -> Result<()> {
        match self.cause() {
            Cause::Nobody => proxy.close().await,
            Cause::Offline => {
                proxy.close().await;
                set_online(page, false).await?;
            }
            Cause::Trick(trick) => proxy.meets(what, trick),
        }
        Ok(())
    }

    /// Waits until the request has met it, as far as that is to be known, and
    /// lets the time pass that a person would wait.
    pub async fn met(self, page: &Page, proxy: &Proxy) -> Result<()> {
        match self.cause() {
            Cause::Nobody | Cause::Offline => {}
            Cause::Trick(_) => proxy.met().await?,
        }
        if self == Fault::NoAnswer {
            page.pass(PATIENCE_MS).await?;
        }
        Ok(())
    }

    /// It is over.
    pub async fn end(self, page: &Page, proxy: &Proxy) -> Result<()> {
        match self.cause() {
            Cause::Nobody => proxy.open().await,
            Cause::Offline => {
                proxy.open().await?;
                set_online(page, true).await
            }
            // It was met by one request only.
            Cause::Trick(_) => Ok(()),
        }
    }
}
