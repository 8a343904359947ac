//! `POST /_matrix/client/v3/account/3pid/add` (UIA): put a validated address
//! on the account.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidadd>

use super::{ClientSecret, HttpRequest, json, uia::Auth};

/// What is asked for. The answer is an empty object.
pub struct Request<'a> {
    /// The validation session, from `requestToken`.
    pub sid: &'a str,
    /// The secret that went with it.
    pub client_secret: &'a ClientSecret,
    /// Left out of the first request.
    pub auth: Option<&'a Auth>,
}

impl Request<'_> {
    /// The request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .text("sid", self.sid)
            .text("client_secret", self.client_secret.as_str())
            .maybe("auth", self.auth.map(Auth::json))
            .done();
        HttpRequest::post("account/3pid/add", &body)
    }
}
