//! `POST /_matrix/client/v3/account/3pid/add` (UIA): put a validated address
//! on the account.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidadd>

use super::{ClientSecret, HttpRequest, json, uia::AuthData};

/// Request. The response is an empty object.
pub struct Request<'a> {
    /// `sid` of the validation session.
    pub sid: &'a str,
    /// Client secret of the validation session.
    pub client_secret: &'a ClientSecret,
    /// `auth` object; `None` in the first request.
    pub auth: Option<&'a AuthData>,
}

impl Request<'_> {
    /// Creates the HTTP request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .string("sid", self.sid)
            .string("client_secret", self.client_secret.as_str())
            .optional("auth", self.auth.map(AuthData::json))
            .build();
        HttpRequest::post("account/3pid/add", &body)
    }
}
