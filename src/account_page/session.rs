//! Session of the account page, stored only in the tab's `sessionStorage`.

use std::fmt;

use crate::matrix::login::Login;
use crate::matrix::{ApiVersion, BaseUrl, Json, json};

/// Session with a homeserver.
#[derive(Clone, PartialEq)]
pub struct Session {
    /// Base URL of the homeserver.
    pub homeserver: BaseUrl,
    /// API version of the homeserver.
    pub api: ApiVersion,
    /// Matrix ID, device and access token.
    pub login: Login,
}

impl Session {
    /// Converts to the stored text.
    pub fn write(&self) -> String {
        let json = json::object()
            .string("homeserver", self.homeserver.as_str())
            .string("api", self.api.name())
            .string("userId", &self.login.user_id)
            .string("accessToken", &self.login.access_token)
            .optional_string("deviceId", self.login.device_id.as_deref())
            .build();
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
        login.is_usable().then_some(Session { homeserver, api: read_api(&json), login })
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

/// API version of a stored homeserver.
fn read_api(stored: &Json) -> ApiVersion {
    stored.str("api").and_then(ApiVersion::from_name).unwrap_or_default()
}

/// Timeout of single sign-on, in ms.
const SSO_REDIRECT_LIFETIME_MS: f64 = 15.0 * 60_000.0;
/// Largest correction of the clock in the meantime, in ms.
const CLOCK_TOLERANCE_MS: f64 = 60_000.0;

/// Stored state of single sign-on. If the page is opened with a token, but
/// without this state or with another nonce, another site has sent the browser.
#[derive(Clone, PartialEq)]
pub struct SsoRedirect {
    /// Homeserver of the token.
    pub homeserver: BaseUrl,
    /// API version of the homeserver.
    pub api: ApiVersion,
    /// Nonce, which returns in the URL with the token.
    pub nonce: String,
    /// Time of the start, in ms since the epoch.
    pub at: f64,
}

impl SsoRedirect {
    /// Converts to the stored text.
    pub fn write(&self) -> String {
        let json = json::object()
            .string("homeserver", self.homeserver.as_str())
            .string("api", self.api.name())
            .string("nonce", &self.nonce)
            .number("at", self.at)
            .build();
        json::to_string(&json)
    }

    /// Parses the stored text, which is not trusted.
    pub fn read(text: &str) -> Option<SsoRedirect> {
        let json = json::parse(text)?;
        Some(SsoRedirect {
            homeserver: BaseUrl::parse(json.str("homeserver")?).ok()?,
            api: read_api(&json),
            nonce: json.str("nonce")?.to_owned(),
            at: json.number("at")?,
        })
    }

    /// True if this nonce is right, and single sign-on has not timed out.
    pub fn is_answered_by(&self, nonce: Option<&str>, now: f64) -> bool {
        let age = now - self.at;
        let is_mine = !self.nonce.is_empty() && nonce == Some(&*self.nonce);
        is_mine && (-CLOCK_TOLERANCE_MS..SSO_REDIRECT_LIFETIME_MS).contains(&age)
    }
}

// The nonce is for this browser only.
impl fmt::Debug for SsoRedirect {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "to {} at {}", self.homeserver.as_str(), self.at)
    }
}
