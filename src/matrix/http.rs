//! A request and an answer, as far as HTTP is concerned.

use super::{Failure, Json, json};

/// The methods that the endpoints of this crate use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
}

impl Method {
    /// The method as HTTP spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// A request to the homeserver. The access token is not in it: whoever sends
/// it adds the `Authorization` header.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// What follows the prefix of the server's API: [`super::Api::prefix`].
    pub path: &'static str,
    /// A JSON body, for `POST`.
    pub body: Option<String>,
}

impl HttpRequest {
    pub(super) fn get(path: &'static str) -> Self {
        Self { method: Method::Get, path, body: None }
    }

    pub(super) fn post(path: &'static str, body: &Json) -> Self {
        Self { method: Method::Post, path, body: Some(json::to_string(body)) }
    }
}

/// What came back, whole.
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The header `Retry-After`, where the browser lets us see it.
    pub retry_after: Option<String>,
    /// The body, as text.
    pub body: String,
}

impl HttpResponse {
    /// The JSON of a success, or why there is none.
    pub fn json(&self) -> Result<Json, Failure> {
        let body = json::parse(&self.body);
        match (self.status, body) {
            (200..=299, Some(body)) => Ok(body),
            (status, body) => {
                Err(Failure::from_response(status, self.retry_after.as_deref(), body))
            }
        }
    }
}
