//! `POST /_matrix/client/v3/account/3pid/email/requestToken`: have a mail sent
//! with a link that validates the address.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidemailrequesttoken>

use super::phone_number::is_msisdn;
use super::{ClientSecret, HttpRequest, Json, json};

/// Request.
pub struct Request<'a> {
    /// Client secret of the validation session.
    pub client_secret: &'a ClientSecret,
    /// Email address.
    pub email: &'a str,
    /// `send_attempt`, from 1. The server sends an email only if this is
    /// greater than the last number for the same address and secret.
    pub send_attempt: u32,
    /// URL to which the server redirects the browser after the link was opened.
    pub next_link: Option<&'a str>,
    /// Host and port of the identity server that sends the email, for servers
    /// of r0.5 and older.
    pub id_server: Option<&'a str>,
}

/// Response.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// Id of the validation session: any string that is not empty.
    pub sid: String,
    /// URL that accepts the code, if the email contains one; see
    /// [`super::submit_token`].
    pub submit_url: Option<String>,
    /// MSISDN that the server will list, if it is a phone number and the
    /// response has it.
    pub msisdn: Option<String>,
}

impl Request<'_> {
    /// Creates the HTTP request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .string("client_secret", self.client_secret.as_str())
            .string("email", self.email)
            .number("send_attempt", f64::from(self.send_attempt))
            .optional_string("next_link", self.next_link)
            .optional_string("id_server", self.id_server)
            .build();
        HttpRequest::post("account/3pid/email/requestToken", &body)
    }
}

/// Parses the response; `None` if it has no `sid`.
pub fn read(body: &Json) -> Option<Response> {
    let text = |name| body.str(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let msisdn = text("msisdn").filter(|msisdn| is_msisdn(msisdn));
    Some(Response { sid: text("sid")?, submit_url: text("submit_url"), msisdn })
}
