//! A request that names its whole URL. The account page looks for homeservers,
//! so that much of what it asks is not below `/_matrix/client/v3/`.

use std::fmt;

use super::{BaseUrl, Json, Method, json};

/// How long a server may take, in ms.
const LIMIT_MS: f64 = 30_000.0;
/// How long one may take that is perhaps not there at all.
const SEARCH_LIMIT_MS: f64 = 10_000.0;

/// A request of the account page.
#[derive(Clone, PartialEq)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The whole URL. Never holds anything secret.
    pub url: String,
    /// The access token, for the header `Authorization`.
    pub token: Option<String>,
    /// A JSON body, for `POST`.
    pub body: Option<String>,
    /// How long the answer may take, in ms.
    pub limit_ms: f64,
}

impl Call {
    /// Something that anybody may read, while a server is looked for.
    pub(super) fn search(url: String) -> Call {
        Call { limit_ms: SEARCH_LIMIT_MS, ..Call::get(url) }
    }

    pub(super) fn get(url: String) -> Call {
        Call { method: Method::Get, url, token: None, body: None, limit_ms: LIMIT_MS }
    }

    pub(super) fn post(url: String, body: &Json) -> Call {
        let body = Some(json::to_string(body));
        Call { method: Method::Post, body, ..Call::get(url) }
    }

    /// With this access token.
    pub(super) fn with_token(self, token: &str) -> Call {
        Call { token: Some(token.to_owned()), ..self }
    }
}

// The body may hold a password.
impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} {}", self.method.as_str(), self.url)
    }
}

impl BaseUrl {
    /// The URL of an endpoint, `path` as the spec has it.
    pub(super) fn endpoint(&self, path: &str) -> String {
        [self.as_str(), path].concat()
    }
}

/// A part of a path or query, so that it says nothing else.
pub(super) fn encoded(text: &str) -> String {
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
