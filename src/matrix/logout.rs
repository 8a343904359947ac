//! `POST /_matrix/client/v3/logout`: the access token is good for nothing any
//! more.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3logout>

use super::absolute_request::AbsoluteRequest;
use super::{ApiVersion, BaseUrl, json};

/// Creates the HTTP request.
pub fn request(homeserver: &BaseUrl, api: ApiVersion, token: &str) -> AbsoluteRequest {
    let url = homeserver.client_endpoint(api, "logout");
    AbsoluteRequest::post(url, &json::object().build()).with_token(token)
}
