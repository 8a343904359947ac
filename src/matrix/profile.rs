//! `GET /_matrix/client/v3/profile/{userId}`: what a person calls themselves.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3profileuserid>

use super::absolute_request::{AbsoluteRequest, percent_encode};
use super::{ApiVersion, BaseUrl, Json};

/// Creates the HTTP request.
pub fn request(
    homeserver: &BaseUrl,
    api: ApiVersion,
    token: &str,
    user_id: &str,
) -> AbsoluteRequest {
    let path = ["profile/", &percent_encode(user_id)].concat();
    AbsoluteRequest::get(homeserver.client_endpoint(api, &path)).with_token(token)
}

/// Longest display name that is displayed, in characters.
const MAX_LENGTH: usize = 256;

/// Display name, if there is one.
pub fn read(body: &Json) -> Option<String> {
    let name = body.str("displayname").map(str::trim).filter(|name| !name.is_empty());
    name.map(|name| name.chars().take(MAX_LENGTH).collect())
}
