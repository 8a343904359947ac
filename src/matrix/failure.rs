//! Why a request did not succeed.

use std::sync::Arc;

use super::uia::Challenge;
use super::{Errcode, Json, Secrets, redact, retry_after};

/// Everything that can come instead of the wished-for answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The browser says that it is offline, and nothing got through.
    Offline,
    /// No connection, a broken one, or one that CORS forbids: browsers do not
    /// say which.
    Network,
    /// No answer within the time limit.
    Timeout,
    /// There is no access token (any more) to send the request with.
    NoSession {
        /// The server said that the same session can be taken up again.
        soft_logout: bool,
    },
    /// The access token is none that a header can carry; nothing was sent.
    InvalidToken,
    /// The answer is not the JSON of a Matrix server: a proxy's page, a broken
    /// body, an object without an `errcode`.
    NotMatrix {
        /// The HTTP status it came with.
        status: u16,
    },
    /// A code was to go where others could read it; nothing was sent.
    Unsafe,
    /// 401 with `flows`: user-interactive authentication is asked for.
    Challenge(Arc<Challenge>),
    /// The server said no, with an `errcode`.
    Server(ServerError),
}

/// The server's own error.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerError {
    /// What kind of error.
    pub errcode: Errcode,
    /// The HTTP status.
    pub status: u16,
    /// The server's English, cut, without secrets; for developers, never shown.
    pub message: String,
    /// How long to wait, in ms.
    pub retry_after_ms: Option<f64>,
    /// With `M_UNKNOWN_TOKEN`: the session can be renewed.
    pub soft_logout: bool,
    /// With `M_CONSENT_NOT_GIVEN`: where the terms are.
    pub consent_uri: Option<String>,
    /// With `M_RESOURCE_LIMIT_EXCEEDED`: whom to ask.
    pub admin_contact: Option<String>,
}

impl Failure {
    pub(super) fn from_response(
        status: u16,
        retry_after: Option<&str>,
        body: Option<Json>,
        secrets: &Secrets,
    ) -> Failure {
        let body = body.unwrap_or(Json::Null);
        if status == 401 && matches!(body.get("flows"), Some(Json::Array(_))) {
            return Failure::Challenge(Arc::new(Challenge::read(&body, secrets)));
        }
        // A proxy's 429 without a Matrix body is a rate limit all the same.
        let errcode = match (Errcode::read(&body, secrets), status) {
            (Some(errcode), _) => errcode,
            (None, 429) => Errcode::LimitExceeded,
            (None, _) => return Failure::NotMatrix { status },
        };
        let link = |name| secrets.whole(body.str(name)?);
        Failure::Server(ServerError {
            errcode,
            status,
            message: secrets.take_out(body.str("error").unwrap_or_default(), redact::TEXT),
            retry_after_ms: retry_after::read(retry_after, &body),
            soft_logout: body.is_true("soft_logout"),
            consent_uri: link("consent_uri"),
            admin_contact: link("admin_contact"),
        })
    }

    /// The server's `errcode`, if it gave one.
    pub fn errcode(&self) -> Option<&Errcode> {
        match self {
            Failure::Server(error) => Some(&error.errcode),
            Failure::Challenge(challenge) => challenge.errcode.as_ref(),
            Failure::Offline
            | Failure::Network
            | Failure::Timeout
            | Failure::NoSession { .. }
            | Failure::InvalidToken
            | Failure::Unsafe
            | Failure::NotMatrix { .. } => None,
        }
    }

    /// Whether the answer to a request with a UIA session may mean that the
    /// server has forgotten the session, or takes it for another request's.
    pub fn is_of_session(&self) -> bool {
        match self {
            Failure::Server(error) => match error.errcode {
                Errcode::Unknown => matches!(error.status, 400 | 403),
                Errcode::Forbidden => error.status == 403,
                _ => false,
            },
            Failure::Offline
            | Failure::Network
            | Failure::Timeout
            | Failure::NoSession { .. }
            | Failure::InvalidToken
            | Failure::Unsafe
            | Failure::NotMatrix { .. }
            | Failure::Challenge(_) => false,
        }
    }

    /// Whether the server seems not to know the path.
    pub fn is_of_path(&self) -> bool {
        match self {
            Failure::Server(error) => error.errcode == Errcode::Unrecognized,
            Failure::NotMatrix { status } => *status == 404,
            Failure::Offline
            | Failure::Network
            | Failure::Timeout
            | Failure::NoSession { .. }
            | Failure::InvalidToken
            | Failure::Unsafe
            | Failure::Challenge(_) => false,
        }
    }

    /// Whether there is no access token that could be used.
    pub fn is_of_token(&self) -> bool {
        matches!(self, Failure::NoSession { .. } | Failure::InvalidToken)
    }

    /// Whether the identity server wants another access token of its own. By
    /// way of `bind` its status may be any.
    pub fn is_of_identity_token(&self) -> bool {
        match self {
            Failure::Server(error) => {
                matches!(error.errcode, Errcode::Unauthorized | Errcode::UnknownToken)
            }
            Failure::Offline
            | Failure::Network
            | Failure::Timeout
            | Failure::NoSession { .. }
            | Failure::InvalidToken
            | Failure::Unsafe
            | Failure::NotMatrix { .. }
            | Failure::Challenge(_) => false,
        }
    }

    /// Whether the server refuses something of what was asked, as it stands.
    pub fn is_of_parameter(&self) -> bool {
        self.errcode() == Some(&Errcode::InvalidParam)
    }

    /// Whether the same may well succeed a little later: what nobody had asked
    /// for is then tried again without a word.
    pub fn may_pass(&self) -> bool {
        match self {
            Failure::Offline | Failure::Network | Failure::Timeout | Failure::NotMatrix { .. } => {
                true
            }
            Failure::Server(error) => error.status >= 500,
            Failure::NoSession { .. }
            | Failure::InvalidToken
            | Failure::Unsafe
            | Failure::Challenge(_) => false,
        }
    }

    /// Whether the server may have done what was asked for although we did
    /// not hear of it.
    pub fn is_uncertain(&self) -> bool {
        match self {
            Failure::Network | Failure::Timeout | Failure::NotMatrix { .. } => true,
            Failure::Offline
            | Failure::NoSession { .. }
            | Failure::InvalidToken
            | Failure::Unsafe
            | Failure::Challenge(_)
            | Failure::Server(_) => false,
        }
    }
}
