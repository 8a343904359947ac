//! `POST /_matrix/client/v3/account/3pid/email/requestToken`: have a mail sent
//! with a link that validates the address.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidemailrequesttoken>

use super::phone::is_msisdn;
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
    /// Where the server sends the browser once the mail's link was opened.
    pub next_link: Option<&'a str>,
    /// Host and port of the identity server that is to send the mail: for
    /// servers of r0.5 and older, which send none themselves.
    pub id_server: Option<&'a str>,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The id of the validation session: any string that is not empty.
    pub sid: String,
    /// The mail holds a code, which goes there; see [`super::submit_token`].
    pub submit_url: Option<String>,
    /// Of a phone number: how the server will list it, if it says so.
    pub msisdn: Option<String>,
}

impl Request<'_> {
    /// The request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .text("client_secret", self.client_secret.as_str())
            .text("email", self.email)
            .number("send_attempt", f64::from(self.send_attempt))
            .maybe_text("next_link", self.next_link)
            .maybe_text("id_server", self.id_server)
            .done();
        HttpRequest::post("account/3pid/email/requestToken", &body)
    }
}

/// Reads the answer; `None` if it has no `sid`.
pub fn read(body: &Json) -> Option<Response> {
    let text = |name| body.str(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let msisdn = text("msisdn").filter(|msisdn| is_msisdn(msisdn));
    Some(Response { sid: text("sid")?, submit_url: text("submit_url"), msisdn })
}
