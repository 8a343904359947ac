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
        Some(Session {
            homeserver: BaseUrl::parse(json.str("homeserver")?).ok()?,
            login: Login {
                user_id: text("userId")?,
                access_token: text("accessToken")?,
                device_id: text("deviceId"),
            },
        })
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

/// What is remembered while single sign-on is elsewhere. A page that is opened
/// with a token and without this has been sent here by somebody else.
#[derive(Clone, Debug, PartialEq)]
pub struct Leave {
    /// Where the token is good.
    pub homeserver: BaseUrl,
}

impl Leave {
    /// As it is kept.
    pub fn write(&self) -> String {
        self.homeserver.as_str().to_owned()
    }

    /// Reads what was kept.
    pub fn read(text: &str) -> Option<Leave> {
        Some(Leave { homeserver: BaseUrl::parse(text).ok()? })
    }
}
