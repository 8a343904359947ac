//! `POST /_matrix/client/r0/account/3pid`, deprecated: put a validated address
//! on the account. For servers without `account/3pid/add`: those from before
//! r0.6.0, and Dendrite.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pid>

use super::{ClientSecret, HttpRequest, Json, json, uia::AuthData};

/// Request. The response is an empty object.
pub struct Request<'a> {
    /// `sid` of the validation session.
    pub sid: &'a str,
    /// Client secret of the validation session.
    pub client_secret: &'a ClientSecret,
    /// Host and port of the identity server of the validation session. `None`
    /// if the homeserver has verified the address.
    pub id_server: Option<&'a str>,
    /// True to share the address, too.
    pub bind: bool,
    /// `auth` object; `None` in the first request.
    pub auth: Option<&'a AuthData>,
}

impl Request<'_> {
    /// Creates the HTTP request. Versions of the spec differ in the name of the
    /// credentials.
    pub fn http(&self) -> HttpRequest {
        let creds = json::object()
            .string("sid", self.sid)
            .string("client_secret", self.client_secret.as_str())
            .optional_string("id_server", self.id_server)
            .build();
        let body = json::object()
            .json("three_pid_creds", creds.clone())
            .json("threePidCreds", creds)
            .optional("bind", self.bind.then_some(Json::Bool(true)))
            .optional("auth", self.auth.map(AuthData::json))
            .build();
        HttpRequest::post("account/3pid", &body)
    }
}
