//! `POST /_matrix/client/v3/user/{userId}/openid/request_token`: what tells
//! another service whose account this is. The answer is handed to that service
//! as it is.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3useruseridopenidrequest_token>

use super::{HttpRequest, json};

/// Creates the HTTP request.
pub fn request(user_id: &str) -> HttpRequest {
    HttpRequest::post("", &json::object().build()).for_user(user_id, "openid/request_token")
}
