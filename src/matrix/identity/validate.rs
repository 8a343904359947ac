//! `POST /_matrix/identity/v2/validate/{email,msisdn}/requestToken`: have a mail
//! or a text message sent that proves whose the address is. Needs the token.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2validateemailrequesttoken>,
//! <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2validatemsisdnrequesttoken>

use crate::matrix::{HttpRequest, request_email_token, request_msisdn_token};

/// `POST /_matrix/identity/v2/validate/msisdn/submitToken`: where the code from
/// a text message goes, with the token; else as [`crate::matrix::submit_token`].
///
/// Spec: <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2validatemsisdnsubmittoken>
pub const SUBMIT_MSISDN: &str = "/_matrix/identity/v2/validate/msisdn/submitToken";

/// The request for a mail: of the homeserver's members.
pub fn email(request: &request_email_token::Request) -> HttpRequest {
    let path = "/_matrix/identity/v2/validate/email/requestToken".into();
    HttpRequest { path, ..request.http() }
}

/// The request for a text message: of the homeserver's members.
pub fn msisdn(request: &request_msisdn_token::Request) -> HttpRequest {
    let path = "/_matrix/identity/v2/validate/msisdn/requestToken".into();
    HttpRequest { path, ..request.http() }
}
