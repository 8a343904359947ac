//! `POST /_matrix/client/v3/account/password/{email,msisdn}/requestToken`: have
//! a mail or a text message sent to an address that is on the account, to
//! prove that it is really them. Without an access token, to reset a forgotten
//! password.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3accountpasswordemailrequesttoken>,
//! <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3accountpasswordmsisdnrequesttoken>

use super::request_3pid_token_via_email::Response;
use super::{ClientSecret, Errcode, HttpRequest, RequestError, json};

/// Request. The response is that of [`super::request_3pid_token_via_email`].
pub struct Request<'a> {
    /// Client secret of the validation session.
    pub client_secret: &'a ClientSecret,
    /// True if the address is a phone number.
    pub phone: bool,
    /// Address, as in the list.
    pub address: &'a str,
    /// `send_attempt`, as in [`super::request_3pid_token_via_email`].
    pub send_attempt: u32,
}

impl Request<'_> {
    /// Creates the HTTP request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .string("client_secret", self.client_secret.as_str())
            .number("send_attempt", f64::from(self.send_attempt));
        if self.phone {
            // With its `+` it needs no country; the spec wants one named.
            let number = ["+", self.address].concat();
            let body = body.string("country", "GB").string("phone_number", &number).build();
            HttpRequest::post("account/password/msisdn/requestToken", &body)
        } else {
            let body = body.string("email", self.address).build();
            HttpRequest::post("account/password/email/requestToken", &body)
        }
    }
}

/// Number of characters of a `sid` that no server has created.
const MADE_UP_SID_LENGTH: usize = 16;

/// Hides whether an address belongs to an account: where it belongs to none, returns a
/// session that looks like that of any address whose link is not opened.
pub fn hide_unknown_address(
    result: Result<Response, RequestError>,
    client_secret: &ClientSecret,
) -> Result<Response, RequestError> {
    match result {
        Err(failure) if failure.errcode() == Some(&Errcode::ThreepidNotFound) => {
            let sid = client_secret.as_str().chars().take(MADE_UP_SID_LENGTH).collect();
            Ok(Response { sid, submit_url: None, msisdn: None })
        }
        result => result,
    }
}
