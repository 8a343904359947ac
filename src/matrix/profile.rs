//! `GET /_matrix/client/v3/profile/{userId}`: what a person calls themselves.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3profileuserid>

use super::call::{Call, encoded};
use super::{BaseUrl, Json};

/// Creates the HTTP request.
pub fn request(homeserver: &BaseUrl, token: &str, user_id: &str) -> Call {
    let path = ["/_matrix/client/v3/profile/", &encoded(user_id)].concat();
    Call::get(homeserver.endpoint(&path)).with_token(token)
}

/// Longest display name that is displayed, in characters.
const LENGTH: usize = 256;

/// Display name, if there is one.
pub fn read(body: &Json) -> Option<String> {
    let name = body.str("displayname").map(str::trim).filter(|name| !name.is_empty());
    name.map(|name| name.chars().take(LENGTH).collect())
}
