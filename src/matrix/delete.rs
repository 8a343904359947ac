//! `POST /_matrix/client/v3/account/3pid/delete`: take an address off the
//! account.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3piddelete>

use super::{HttpRequest, Json, json, uia::Auth};

/// What is asked for.
pub struct Request<'a> {
    /// `email`, `msisdn`, or what the list said.
    pub medium: &'a str,
    /// The address, as the list writes it.
    pub address: &'a str,
    /// Host and port of the identity server that is not to know it any more
    /// either.
    pub id_server: Option<&'a str>,
    /// Not in the spec, but some servers want UIA here too.
    pub auth: Option<&'a Auth>,
}

impl Request<'_> {
    /// The request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .text("medium", self.medium)
            .text("address", self.address)
            .maybe_text("id_server", self.id_server)
            .maybe("auth", self.auth.map(Auth::json))
            .done();
        HttpRequest::post("account/3pid/delete", &body)
    }
}

pub(super) const UNBIND_RESULT: &str = "id_server_unbind_result";

/// `id_server_unbind_result`: `success`, `no-support`, what else a server
/// says, or nothing.
pub fn read(body: &Json) -> Option<String> {
    body.str(UNBIND_RESULT).map(str::to_owned)
}
