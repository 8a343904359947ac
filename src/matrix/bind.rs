//! `POST /_matrix/client/v3/account/3pid/bind`: have an identity server tell
//! others, who know the address, whose it is.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidbind>

use super::{ClientSecret, HttpRequest, json, uia::Auth};

/// What is asked for. The answer is an empty object.
pub struct Request<'a> {
    /// The validation session, of the identity server.
    pub sid: &'a str,
    /// The secret that went with it.
    pub client_secret: &'a ClientSecret,
    /// Host and port of the identity server.
    pub id_server: &'a str,
    /// Its access token.
    pub id_access_token: &'a str,
    /// Not in the spec, but some servers want UIA here too.
    pub auth: Option<&'a Auth>,
}

impl Request<'_> {
    /// The request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .text("sid", self.sid)
            .text("client_secret", self.client_secret.as_str())
            .text("id_server", self.id_server)
            .text("id_access_token", self.id_access_token)
            .maybe("auth", self.auth.map(Auth::json))
            .done();
        HttpRequest::post("account/3pid/bind", &body)
    }
}
