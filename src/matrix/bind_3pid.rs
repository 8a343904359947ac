//! `POST /_matrix/client/v3/account/3pid/bind`: have an identity server tell
//! others, who know the address, whose it is.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidbind>

use super::{ClientSecret, HttpRequest, json, uia::AuthData};

/// Request. The response is an empty object.
pub struct Request<'a> {
    /// `sid` of the identity server's validation session.
    pub sid: &'a str,
    /// Client secret of the validation session.
    pub client_secret: &'a ClientSecret,
    /// Host and port of the identity server.
    pub id_server: &'a str,
    /// Access token of the identity server.
    pub id_access_token: &'a str,
    /// `auth` object; not in the spec, but some servers require it.
    pub auth: Option<&'a AuthData>,
}

impl Request<'_> {
    /// Creates the HTTP request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .string("sid", self.sid)
            .string("client_secret", self.client_secret.as_str())
            .string("id_server", self.id_server)
            .string("id_access_token", self.id_access_token)
            .optional("auth", self.auth.map(AuthData::json))
            .build();
        HttpRequest::post("account/3pid/bind", &body)
    }
}
