//! `POST /_matrix/client/v3/account/3pid/delete`: take an address off the
//! account.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3piddelete>

use super::{HttpRequest, Json, json, uia::AuthData};

/// Request.
pub struct Request<'a> {
    /// Medium, as in the list.
    pub medium: &'a str,
    /// Address, as in the list.
    pub address: &'a str,
    /// Host and port of the identity server at which the address is shared.
    pub id_server: Option<&'a str>,
    /// `auth` object; not in the spec, but some servers require it.
    pub auth: Option<&'a AuthData>,
}

impl Request<'_> {
    /// Creates the HTTP request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .string("medium", self.medium)
            .string("address", self.address)
            .optional_string("id_server", self.id_server)
            .optional("auth", self.auth.map(AuthData::json))
            .build();
        HttpRequest::post("account/3pid/delete", &body)
    }
}

pub(super) const UNBIND_RESULT: &str = "id_server_unbind_result";

/// Parses `id_server_unbind_result`: `success`, `no-support` or any other text;
/// `None` if it is missing.
pub fn parse_response(body: &Json) -> Option<String> {
    body.str(UNBIND_RESULT).map(str::to_owned)
}
