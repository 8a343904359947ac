//! `POST /_matrix/client/r0/account/3pid`, deprecated: put a validated address
//! on the account. For servers from before `account/3pid/add` (r0.6.0).
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pid>

use super::{ClientSecret, HttpRequest, Json, json, uia::Auth};

/// What is asked for. The answer is an empty object.
pub struct Request<'a> {
    /// The validation session, from `requestToken`.
    pub sid: &'a str,
    /// The secret that went with it.
    pub client_secret: &'a ClientSecret,
    /// Host and port of the identity server that has validated it.
    pub id_server: &'a str,
    /// It is to tell others, too, whose the address is.
    pub bind: bool,
    /// Left out of the first request.
    pub auth: Option<&'a Auth>,
}

impl Request<'_> {
    /// The request. The credentials' name has changed with the time.
    pub fn http(&self) -> HttpRequest {
        let creds = json::object()
            .text("sid", self.sid)
            .text("client_secret", self.client_secret.as_str())
            .text("id_server", self.id_server)
            .done();
        let body = json::object()
            .json("three_pid_creds", creds.clone())
            .json("threePidCreds", creds)
            .maybe("bind", self.bind.then_some(Json::Bool(true)))
            .maybe("auth", self.auth.map(Auth::json))
            .done();
        HttpRequest::post("account/3pid", &body)
    }
}
