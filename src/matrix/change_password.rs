//! `POST /_matrix/client/v3/account/password`: change the account's password.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3accountpassword>

use super::uia::{AuthData, SecretText};
use super::{HttpRequest, json};

/// Request. The response is an empty object.
pub struct Request<'a> {
    /// New password.
    pub new_password: &'a SecretText,
    /// True to end all other sessions of the account.
    pub logout_devices: bool,
    /// `auth` object; `None` in the first request.
    pub auth: Option<&'a AuthData>,
}

impl Request<'_> {
    /// Creates the HTTP request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .string("new_password", &self.new_password.0)
            .bool("logout_devices", self.logout_devices)
            .optional("auth", self.auth.map(AuthData::json))
            .build();
        HttpRequest::post("account/password", &body)
    }
}
