//! `GET` and `POST /_matrix/identity/v2/terms`: what has to be accepted before
//! anything else, and that it is.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/#terms-of-service>

use crate::matrix::{HttpRequest, Json, json};

const PATH: &str = "/_matrix/identity/v2/terms";

/// Creates the HTTP request, which needs no access token.
pub fn request() -> HttpRequest {
    HttpRequest::get("").at_identity_server(PATH)
}

/// Policies of the server, by name and language.
pub fn read(body: &Json) -> Json {
    body.get("policies").cloned().unwrap_or(Json::Null)
}

/// Creates the request that accepts these documents. It needs the access token.
/// The response is an empty object.
pub fn accept(urls: &[String]) -> HttpRequest {
    HttpRequest::post("", &json::object().json("user_accepts", urls.into()).build())
        .at_identity_server(PATH)
}
