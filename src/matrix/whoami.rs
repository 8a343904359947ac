//! `GET /_matrix/client/v3/account/whoami`: whose access token this is.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3accountwhoami>

use super::{HttpRequest, Json};

/// Creates the HTTP request.
pub fn request() -> HttpRequest {
    HttpRequest::get("account/whoami")
}

/// Full Matrix ID.
pub fn read(body: &Json) -> Option<String> {
    body.str("user_id").map(str::to_owned)
}
