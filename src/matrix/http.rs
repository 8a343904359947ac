//! HTTP requests and responses.

use std::borrow::Cow;

use super::{Json, RequestError, Secrets, delete_3pid, json};

/// HTTP methods of the endpoints.
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
    /// Name of the method.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
        }
    }
}

/// Destination of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The homeserver.
    Homeserver,
    /// The identity server.
    IdentityServer,
    /// A URL that a homeserver has named. The request has no access token.
    Url,
}

/// Request to the homeserver or to the identity server. It has no access token:
/// the client adds the `Authorization` header.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// HTTP method.
    pub method: Method,
    /// Server of the request.
    pub destination: Destination,
    /// Path. Of the homeserver: after the prefix of the API version,
    /// [`super::ApiVersion::prefix`]. Of the identity server: after its base
    /// URL. Otherwise an absolute URL.
    pub path: Cow<'static, str>,
    /// A JSON body, for `POST` and `PUT`.
    pub body: Option<String>,
}

impl HttpRequest {
    /// Creates a `GET` of the homeserver.
    pub(super) fn get(path: &'static str) -> Self {
        let destination = Destination::Homeserver;
        Self { method: Method::Get, destination, path: path.into(), body: None }
    }

    /// Creates a `POST` to the homeserver.
    pub(super) fn post(path: &'static str, body: &Json) -> Self {
        let body = Some(json::to_string(body));
        Self { method: Method::Post, body, ..Self::get(path) }
    }

    /// Sends it to a path of the identity server.
    pub(super) fn at_identity_server(self, path: &'static str) -> Self {
        Self { destination: Destination::IdentityServer, path: path.into(), ..self }
    }

    /// Sends it to an endpoint of this user.
    pub(super) fn for_user(self, user_id: &str, path: &str) -> Self {
        let path = ["user/", &percent_encode(user_id), "/", path].concat();
        Self { path: path.into(), ..self }
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub(super) use super::absolute_request::percent_encode;

/// Percent-encodes with the browser's function, which costs no bytes.
#[cfg(target_arch = "wasm32")]
pub(super) fn percent_encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Complete response.
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Header `Retry-After`, if CORS exposes it.
    pub retry_after: Option<String>,
    /// Body as text.
    pub body: String,
}

impl HttpResponse {
    /// JSON of a successful response to a request without secrets.
    #[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
    pub fn json(&self) -> Result<Json, RequestError> {
        self.json_without(Secrets::default)
    }

    /// JSON of a successful response. The secrets of the request are removed
    /// from an error.
    pub fn json_without(&self, secrets: impl FnOnce() -> Secrets) -> Result<Json, RequestError> {
        match (self.status, json::parse(&self.body)) {
            (200..=299, Some(Json::Object(mut members))) => {
                for (name, value) in &mut members {
                    if name == delete_3pid::UNBIND_RESULT {
                        *value = secrets().take_out_of(value);
                        break;
                    }
                }
                Ok(Json::Object(members))
            }
            (200..=299, Some(body)) => Ok(body),
            (status, body) => {
                let retry_after = self.retry_after.as_deref();
                Err(RequestError::from_response(status, retry_after, body, &secrets()))
            }
        }
    }
}
