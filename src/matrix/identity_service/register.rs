//! `POST /_matrix/identity/v2/account/register`: get an access token. The body
//! is what [`crate::matrix::request_openid_token`] was answered.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2accountregister>

use crate::matrix::{HttpRequest, Json};

/// Creates the HTTP request, which needs no access token.
pub fn request(openid: &Json) -> HttpRequest {
    HttpRequest::post("", openid).at_identity_server("/_matrix/identity/v2/account/register")
}

/// Access token. Older servers use another name for it.
pub fn read(body: &Json) -> Option<String> {
    let token = |name| body.str(name).filter(|token| !token.is_empty());
    token("token").or_else(|| token("access_token")).map(str::to_owned)
}
