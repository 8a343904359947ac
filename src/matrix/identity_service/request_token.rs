//! `POST /_matrix/identity/v2/validate/{email,msisdn}/requestToken`: have a mail
//! or a text message sent that proves whose the address is. Needs the token.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2validateemailrequesttoken>,
//! <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2validatemsisdnrequesttoken>

use crate::matrix::HttpRequest;

/// `POST /_matrix/identity/v2/validate/msisdn/submitToken`: where the code from
/// a text message goes, with the token; else as [`crate::matrix::submit_token`].
///
/// Spec: <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2validatemsisdnsubmittoken>
pub const SUBMIT_MSISDN: &str = "/_matrix/identity/v2/validate/msisdn/submitToken";

/// Converts the homeserver's request for an email or (with `phone`) a text
/// message. The identity server uses the same members.
pub fn for_identity_server(request: HttpRequest, phone: bool) -> HttpRequest {
    let path = match phone {
        false => "/_matrix/identity/v2/validate/email/requestToken",
        true => "/_matrix/identity/v2/validate/msisdn/requestToken",
    };
    request.at_identity_server(path)
}
