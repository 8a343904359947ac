//! `POST /_matrix/client/v3/account/3pid/msisdn/requestToken`: have a text
//! message sent that validates a phone number.
//!
//! The answer is [`super::request_email_token::Response`]; the servers that
//! pass on an identity server's also say which number they understood.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken>

use super::phone::Dialled;
use super::{ClientSecret, HttpRequest, json};

/// What is asked for.
pub struct Request<'a> {
    /// The client's secret for this validation.
    pub client_secret: &'a ClientSecret,
    /// The number.
    pub dialled: &'a Dialled,
    /// As for a mail: the server sends only if this is greater than the last.
    pub send_attempt: u32,
    /// Where the server sends the browser, should it be validated by a link.
    pub next_link: Option<&'a str>,
    /// As for a mail, of servers of r0.5 and older.
    pub id_server: Option<&'a str>,
}

impl Request<'_> {
    /// The request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .text("client_secret", self.client_secret.as_str())
            .text("country", &self.dialled.country)
            .text("phone_number", &self.dialled.number)
            .number("send_attempt", f64::from(self.send_attempt))
            .maybe_text("next_link", self.next_link)
            .maybe_text("id_server", self.id_server)
            .done();
        HttpRequest::post("account/3pid/msisdn/requestToken", &body)
    }
}
