//! Request with an absolute URL. The account page looks for homeservers, so
//! many of its requests are not under `/_matrix/client/v3/`.

use std::fmt;

use super::{ApiVersion, BaseUrl, Json, Method, json};

/// Timeout of a request, in ms.
const TIMEOUT_MS: f64 = 30_000.0;
/// Timeout of a request to a server that may not exist, in ms.
const DISCOVERY_TIMEOUT_MS: f64 = 10_000.0;

/// Request of the account page.
#[derive(Clone, PartialEq)]
pub struct AbsoluteRequest {
    /// HTTP method.
    pub method: Method,
    /// Absolute URL. It never contains a secret.
    pub url: String,
    /// Access token for the header `Authorization`.
    pub token: Option<String>,
    /// A JSON body, for `POST`.
    pub body: Option<String>,
    /// Timeout of the request, in ms.
    pub timeout_ms: f64,
}

impl AbsoluteRequest {
    /// Creates a `GET` without an access token, for server discovery.
    pub(super) fn discovery_get(url: String) -> AbsoluteRequest {
        AbsoluteRequest { timeout_ms: DISCOVERY_TIMEOUT_MS, ..AbsoluteRequest::get(url) }
    }

    pub(super) fn get(url: String) -> AbsoluteRequest {
        AbsoluteRequest {
            method: Method::Get,
            url,
            token: None,
            body: None,
            timeout_ms: TIMEOUT_MS,
        }
    }

    pub(super) fn post(url: String, body: &Json) -> AbsoluteRequest {
        let body = Some(json::to_string(body));
        AbsoluteRequest { method: Method::Post, body, ..AbsoluteRequest::get(url) }
    }

    /// Adds an access token.
    pub(super) fn with_token(self, token: &str) -> AbsoluteRequest {
        AbsoluteRequest { token: Some(token.to_owned()), ..self }
    }
}

// The body may hold a password.
impl fmt::Debug for AbsoluteRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} {}", self.method.as_str(), self.url)
    }
}

impl BaseUrl {
    /// URL of an endpoint. `path` is as in the spec.
    pub(super) fn endpoint(&self, path: &str) -> String {
        [self.as_str(), path].concat()
    }

    /// URL of an endpoint of the client-server API.
    pub(super) fn client_endpoint(&self, api: ApiVersion, path: &str) -> String {
        [self.as_str(), api.prefix(), path].concat()
    }
}

/// Percent-encodes a part of a path or query.
pub(super) fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble)]);
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    out
}
