//! Session of the account page, stored only in the tab's `sessionStorage`.

use std::fmt;

use crate::matrix::login::Login;
use crate::matrix::{BaseUrl, json};

/// Session with a homeserver.
#[derive(Clone, PartialEq)]
pub struct Session {
    /// Base URL of the homeserver.
    pub homeserver: BaseUrl,
    /// Matrix ID, device and access token.
    pub login: Login,
}

impl Session {
    /// Converts to the stored text.
    pub fn write(&self) -> String {
        let json = json::object()
            .text("homeserver", self.homeserver.as_str())
            .text("userId", &self.login.user_id)
            .text("accessToken", &self.login.access_token)
            .maybe_text("deviceId", self.login.device_id.as_deref())
            .done();
        json::to_string(&json)
    }

    /// Parses the stored text, which is not trusted.
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

    /// Key of the account's pending verifications, for all tabs.
    pub fn account(&self) -> String {
        [self.homeserver.as_str(), " ", &self.login.user_id].concat()
    }

    /// Name of the user, until the display name is known.
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

/// Timeout of single sign-on, in ms.
const LEAVE_MS: f64 = 15.0 * 60_000.0;
/// Largest correction of the clock in the meantime, in ms.
const CLOCK_MS: f64 = 60_000.0;

/// Stored state of single sign-on. If the page is opened with a token, but
/// without this state or with another nonce, another site has sent the browser.
#[derive(Clone, PartialEq)]
pub struct Leave {
    /// Homeserver of the token.
    pub homeserver: BaseUrl,
    /// Nonce, which returns in the URL with the token.
    pub nonce: String,
    /// Time of the start, in ms since the epoch.
    pub at: f64,
}

impl Leave {
    /// Converts to the stored text.
    pub fn write(&self) -> String {
        let json = json::object()
            .text("homeserver", self.homeserver.as_str())
            .text("nonce", &self.nonce)
            .number("at", self.at)
            .done();
        json::to_string(&json)
    }

    /// Parses the stored text, which is not trusted.
    pub fn read(text: &str) -> Option<Leave> {
        let json = json::parse(text)?;
        Some(Leave {
            homeserver: BaseUrl::parse(json.str("homeserver")?).ok()?,
            nonce: json.str("nonce")?.to_owned(),
            at: json.number("at")?,
        })
    }

    /// True if this nonce is right, and single sign-on has not timed out.
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
