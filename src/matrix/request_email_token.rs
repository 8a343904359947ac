//! `POST /_matrix/client/v3/account/3pid/email/requestToken`: have a mail sent
//! with a link that validates the address.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidemailrequesttoken>

use super::{ClientSecret, HttpRequest, Json, json};

/// What is asked for.
pub struct Request<'a> {
    /// The client's secret for this validation.
    pub client_secret: &'a ClientSecret,
    /// The address.
    pub email: &'a str,
    /// The server sends a mail only if this is greater than the last number
    /// that it saw for the same address and secret. Starts with 1.
    pub send_attempt: u32,
}

impl Request<'_> {
    /// The request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object([
            ("client_secret", Some(self.client_secret.as_str().into())),
            ("email", Some(self.email.into())),
            ("send_attempt", Some(f64::from(self.send_attempt).into())),
        ]);
        HttpRequest::post("account/3pid/email/requestToken", &body)
    }
}

/// The id of the validation session. Any non-empty string is passed back as
/// it came; `None` if there is no such thing.
pub fn read(body: &Json) -> Option<String> {
    let sid = body.str("sid").filter(|sid| !sid.is_empty());
    sid.map(str::to_owned)
}
