//! `POST /_matrix/client/v3/account/3pid/msisdn/requestToken`: have a text
//! message sent that validates a phone number.
//!
//! The response is [`super::request_3pid_token_via_email::Response`]. Servers that
//! forward an identity server's response also name the parsed number.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken>

use super::phone_number::PhoneInput;
use super::{ClientSecret, HttpRequest, json};

/// Request.
pub struct Request<'a> {
    /// Client secret of the validation session.
    pub client_secret: &'a ClientSecret,
    /// Country and number as typed.
    pub phone: &'a PhoneInput,
    /// `send_attempt`, as for an email.
    pub send_attempt: u32,
    /// URL to which the server redirects the browser, if the message contains a
    /// link.
    pub next_link: Option<&'a str>,
    /// Host and port of the identity server, for servers of r0.5 and older.
    pub id_server: Option<&'a str>,
}

impl Request<'_> {
    /// Creates the HTTP request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .string("client_secret", self.client_secret.as_str())
            .string("country", &self.phone.country)
            .string("phone_number", &self.phone.number)
            .number("send_attempt", f64::from(self.send_attempt))
            .optional_string("next_link", self.next_link)
            .optional_string("id_server", self.id_server)
            .build();
        HttpRequest::post("account/3pid/msisdn/requestToken", &body)
    }
}
