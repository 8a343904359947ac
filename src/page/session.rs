//! Who is signed in: kept in the tab's `sessionStorage`, and nowhere else.

use std::fmt;

use crate::matrix::login::Login;
use crate::matrix::{BaseUrl, json};

/// A session with a homeserver.
#[derive(Clone, PartialEq)]
pub struct Session {
    /// The homeserver.
    pub homeserver: BaseUrl,
    /// Who, and the access token.
    pub login: Login,
}

impl Session {
    /// As it is kept.
    pub fn write(&self) -> String {
        let json = json::object()
            .text("homeserver", self.homeserver.as_str())
            .text("userId", &self.login.user_id)
            .text("accessToken", &self.login.access_token)
            .maybe_text("deviceId", self.login.device_id.as_deref())
            .done();
        json::to_string(&json)
    }

    /// Reads what was kept, which may be anything.
    pub fn read(text: &str) -> Option<Session> {
        let json = json::parse(text)?;
        let text = |name| json.str(name).filter(|text: &&str| !text.is_empty()).map(str::to_owned);
        let login = Login {
            user_id: text("userId")?,
            access_token: text("accessToken")?,
            device_id: text("deviceId"),
        };
        let homeserver = BaseUrl::parse(json.str("homeserver")?).ok()?;
        login.is_usable().then_some(Session { homeserver, login })
    }

    /// The key of the account's pending verifications, for all tabs.
    pub fn account(&self) -> String {
        [self.homeserver.as_str(), " ", &self.login.user_id].concat()
    }

    /// What the person is called until the server says more.
    pub fn localpart(&self) -> &str {
        let id = &*self.login.user_id;
        id.strip_prefix('@').and_then(|id| id.split(':').next()).unwrap_or(id)
    }
}

// Holds the access token.
impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} at {}", self.login.user_id, self.homeserver.as_str())
    }
}

/// How long single sign-on may take, in ms.
const LEAVE_MS: f64 = 15.0 * 60_000.0;
/// By how much a clock may have been set back meanwhile, in ms.
const CLOCK_MS: f64 = 60_000.0;

/// What is remembered while single sign-on is elsewhere. A page that is opened
/// with a token, and without this or with another nonce, has been sent here by
/// somebody else.
#[derive(Clone, PartialEq)]
pub struct Leave {
    /// Where the token is good.
    pub homeserver: BaseUrl,
    /// Comes back with the token, in the URL.
    pub nonce: String,
    /// When it began, in ms since the epoch.
    pub at: f64,
}

impl Leave {
    /// As it is kept.
    pub fn write(&self) -> String {
        let json = json::object()
            .text("homeserver", self.homeserver.as_str())
            .text("nonce", &self.nonce)
            .number("at", self.at)
            .done();
        json::to_string(&json)
    }

    /// Reads what was kept, which may be anything.
    pub fn read(text: &str) -> Option<Leave> {
        let json = json::parse(text)?;
        Some(Leave {
            homeserver: BaseUrl::parse(json.str("homeserver")?).ok()?,
            nonce: json.str("nonce")?.to_owned(),
            at: json.number("at")?,
        })
    }

    /// Whether a browser that comes with this nonce, now, comes back from there.
    pub fn is_answered_by(&self, nonce: Option<&str>, now: f64) -> bool {
        let age = now - self.at;
        let is_mine = !self.nonce.is_empty() && nonce == Some(&*self.nonce);
        is_mine && (-CLOCK_MS..LEAVE_MS).contains(&age)
    }
}

// The nonce is for this browser only.
impl fmt::Debug for Leave {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "to {} at {}", self.homeserver.as_str(), self.at)
    }
}
