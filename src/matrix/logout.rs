//! `POST /_matrix/client/v3/logout`: the access token is good for nothing any
//! more.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3logout>

use super::absolute_request::AbsoluteRequest;
use super::{BaseUrl, json};

/// Creates the HTTP request.
pub fn request(homeserver: &BaseUrl, token: &str) -> AbsoluteRequest {
    let url = homeserver.endpoint("/_matrix/client/v3/logout");
    AbsoluteRequest::post(url, &json::object().build()).with_token(token)
}
