//! A request and an answer, as far as HTTP is concerned.

use std::borrow::Cow;

use super::{Failure, Json, Secrets, delete, json};

/// The methods that the endpoints of this crate use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
}

impl Method {
    /// The method as HTTP spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
        }
    }
}

/// A request to the homeserver (or to the identity server). The access token is not in it: whoever sends
/// it adds the `Authorization` header.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// What follows the prefix of the server's API: [`super::Api::prefix`].
    pub path: Cow<'static, str>,
    /// A JSON body, for `POST` and `PUT`.
    pub body: Option<String>,
}

impl HttpRequest {
    pub(super) fn get(path: &'static str) -> Self {
        Self { method: Method::Get, path: path.into(), body: None }
    }

    pub(super) fn post(path: &'static str, body: &Json) -> Self {
        Self { method: Method::Post, path: path.into(), body: Some(json::to_string(body)) }
    }

    /// The same, to an endpoint of this user's.
    pub(super) fn of_user(self, user_id: &str, path: &str) -> Self {
        let path = ["user/", &encoded(user_id), "/", path].concat();
        Self { path: path.into(), ..self }
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub(super) use super::call::encoded;

/// By the browser: that is there already.
#[cfg(target_arch = "wasm32")]
pub(super) fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
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
    /// The JSON of a success, or why there is none: of a request without
    /// secrets.
    #[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
    pub fn json(&self) -> Result<Json, Failure> {
        self.json_without(Secrets::default)
    }

    /// The JSON of a success, or why there is none; what comes to the ears of
    /// others holds none of the secrets of the request.
    pub fn json_without(&self, secrets: impl FnOnce() -> Secrets) -> Result<Json, Failure> {
        match (self.status, json::parse(&self.body)) {
            (200..=299, Some(Json::Object(mut members))) => {
                for (name, value) in &mut members {
                    if name == delete::UNBIND_RESULT {
                        *value = secrets().take_out_of(value);
                        break;
                    }
                }
                Ok(Json::Object(members))
            }
            (200..=299, Some(body)) => Ok(body),
            (status, body) => {
                let retry_after = self.retry_after.as_deref();
                Err(Failure::from_response(status, retry_after, body, &secrets()))
            }
        }
    }
}
