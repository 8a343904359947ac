//! Errors of requests.

use std::sync::Arc;

use super::uia::Challenge;
use super::{Errcode, Json, Secrets, redact, retry_after};

/// Error of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestError {
    /// The browser is offline, and the request failed.
    Offline,
    /// No connection, a broken one, or one that CORS forbids. Browsers do not
    /// say which.
    Network,
    /// No response within the timeout.
    Timeout,
    /// There is no access token for the request.
    SessionExpired {
        /// True if the same session can be resumed.
        soft_logout: bool,
    },
    /// The access token can't be sent in a header. No request was sent.
    InvalidToken,
    /// The response is not the JSON of a Matrix server: a proxy's page, a
    /// broken body, or an object without an `errcode`.
    InvalidResponse {
        /// HTTP status of the response.
        status: u16,
    },
    /// The `submit_url` is not safe for a code. No request was sent.
    InsecureUrl,
    /// 401 with `flows`: the server requires user-interactive authentication.
    Challenge(Arc<Challenge>),
    /// Error response with an `errcode`.
    Server(ServerError),
}

/// Error of the server.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerError {
    /// Error code.
    pub errcode: Errcode,
    /// HTTP status.
    pub status: u16,
    /// Text of the server for developers, truncated and without secrets. Never
    /// displayed.
    pub message: String,
    /// Time until the next attempt, in ms.
    pub retry_after_ms: Option<f64>,
    /// With `M_UNKNOWN_TOKEN`: true if the session can be resumed.
    pub soft_logout: bool,
    /// With `M_CONSENT_NOT_GIVEN`: URL of the terms.
    pub consent_uri: Option<String>,
    /// With `M_RESOURCE_LIMIT_EXCEEDED`: contact of the administrator.
    pub admin_contact: Option<String>,
}

impl RequestError {
    pub(super) fn from_response(
        status: u16,
        retry_after: Option<&str>,
        body: Option<Json>,
        secrets: &Secrets,
    ) -> RequestError {
        let body = body.unwrap_or(Json::Null);
        if status == 401 && matches!(body.get("flows"), Some(Json::Array(_))) {
            return RequestError::Challenge(Arc::new(Challenge::read(&body, secrets)));
        }
        // A proxy's 429 without a Matrix body is a rate limit all the same.
        let errcode = match (Errcode::read(&body, secrets), status) {
            (Some(errcode), _) => errcode,
            (None, 429) => Errcode::LimitExceeded,
            (None, _) => return RequestError::InvalidResponse { status },
        };
        let link = |name| secrets.whole(body.str(name)?);
        RequestError::Server(ServerError {
            errcode,
            status,
            message: secrets.redact(body.str("error").unwrap_or_default(), redact::MAX_TEXT_LENGTH),
            retry_after_ms: retry_after::read(retry_after, &body),
            soft_logout: body.is_true("soft_logout"),
            consent_uri: link("consent_uri"),
            admin_contact: link("admin_contact"),
        })
    }

    /// Error code of the server, if there is one.
    pub fn errcode(&self) -> Option<&Errcode> {
        match self {
            RequestError::Server(error) => Some(&error.errcode),
            RequestError::Challenge(challenge) => challenge.errcode.as_ref(),
            RequestError::Offline
            | RequestError::Network
            | RequestError::Timeout
            | RequestError::SessionExpired { .. }
            | RequestError::InvalidToken
            | RequestError::InsecureUrl
            | RequestError::InvalidResponse { .. } => None,
        }
    }

    /// True if there was no response.
    pub fn has_no_response(&self) -> bool {
        match self {
            RequestError::Offline | RequestError::Network | RequestError::Timeout => true,
            RequestError::SessionExpired { .. }
            | RequestError::InvalidToken
            | RequestError::InsecureUrl
            | RequestError::InvalidResponse { .. }
            | RequestError::Challenge(_)
            | RequestError::Server(_) => false,
        }
    }

    /// True if the server may no longer know the UIA session of the request, or
    /// may have it for another request. There is no error code for this: servers
    /// send whichever they like.
    pub fn may_be_unknown_uia_session(&self) -> bool {
        match self {
            RequestError::Server(error) => {
                (400..=499).contains(&error.status)
                    && error.status != 429
                    && !error.errcode.is_validation_error()
                    && !error.errcode.is_unrelated_to_uia()
            }
            RequestError::Offline
            | RequestError::Network
            | RequestError::Timeout
            | RequestError::SessionExpired { .. }
            | RequestError::InvalidToken
            | RequestError::InsecureUrl
            | RequestError::InvalidResponse { .. }
            | RequestError::Challenge(_) => false,
        }
    }

    /// True if the server seems not to know the path.
    pub fn is_unknown_endpoint(&self) -> bool {
        match self {
            RequestError::Server(error) => error.errcode == Errcode::Unrecognized,
            RequestError::InvalidResponse { status } => *status == 404,
            RequestError::Offline
            | RequestError::Network
            | RequestError::Timeout
            | RequestError::SessionExpired { .. }
            | RequestError::InvalidToken
            | RequestError::InsecureUrl
            | RequestError::Challenge(_) => false,
        }
    }

    /// True if there is no usable access token.
    pub fn is_of_token(&self) -> bool {
        matches!(self, RequestError::SessionExpired { .. } | RequestError::InvalidToken)
    }

    /// True if the identity server requires another access token. With `bind`,
    /// the status may be any.
    pub fn is_invalid_identity_token(&self) -> bool {
        match self {
            RequestError::Server(error) => {
                matches!(error.errcode, Errcode::Unauthorized | Errcode::UnknownToken)
            }
            RequestError::Offline
            | RequestError::Network
            | RequestError::Timeout
            | RequestError::SessionExpired { .. }
            | RequestError::InvalidToken
            | RequestError::InsecureUrl
            | RequestError::InvalidResponse { .. }
            | RequestError::Challenge(_) => false,
        }
    }

    /// True if the server rejects a value of the request.
    pub fn is_invalid_param(&self) -> bool {
        self.errcode() == Some(&Errcode::InvalidParam)
    }

    /// True if the same request can succeed a little later. Automatic attempts
    /// are then repeated without a message.
    pub fn is_transient(&self) -> bool {
        match self {
            RequestError::Offline
            | RequestError::Network
            | RequestError::Timeout
            | RequestError::InvalidResponse { .. } => true,
            RequestError::Server(error) => error.status >= 500,
            RequestError::SessionExpired { .. }
            | RequestError::InvalidToken
            | RequestError::InsecureUrl
            | RequestError::Challenge(_) => false,
        }
    }

    /// True if the server may have executed the request although the response
    /// is lost.
    pub fn is_outcome_unknown(&self) -> bool {
        match self {
            RequestError::Network
            | RequestError::Timeout
            | RequestError::InvalidResponse { .. } => true,
            RequestError::Offline
            | RequestError::SessionExpired { .. }
            | RequestError::InvalidToken
            | RequestError::InsecureUrl
            | RequestError::Challenge(_)
            | RequestError::Server(_) => false,
        }
    }
}
