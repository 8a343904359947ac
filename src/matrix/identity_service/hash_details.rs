//! `GET /_matrix/identity/v2/hash_details`: how addresses are to be disguised.
//! Needs the token.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/#get_matrixidentityv2hash_details>

use crate::matrix::{HttpRequest, Json};

/// The only supported algorithm. The other one of the spec, `none`, sends
/// addresses in plain text.
pub const SHA256: &str = "sha256";

/// Response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Pepper of the hashes.
    pub pepper: String,
}

/// Creates the HTTP request.
pub fn request() -> HttpRequest {
    HttpRequest::get("").at_identity_server("/_matrix/identity/v2/hash_details")
}

/// Parses the response; `None` if addresses can't be hashed. `can_hash` is true
/// if the browser can compute hashes.
pub fn read(body: &Json, can_hash: bool) -> Option<Response> {
    let may = can_hash && body.strings("algorithms").iter().any(|name| name == SHA256);
    Some(Response { pepper: body.str("lookup_pepper").filter(|_| may)?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::matrix::json::parse;

    #[test]
    fn hash_details_without_sha256_are_refused() {
        for (body, can_hash, want) in [
            (r#"{"algorithms":["none","sha256"],"lookup_pepper":"p"}"#, true, Some("p")),
            (r#"{"algorithms":["none","sha256"],"lookup_pepper":"p"}"#, false, None),
            (r#"{"algorithms":["none"],"lookup_pepper":"p"}"#, true, None),
            (r#"{"algorithms":["sha256"],"lookup_pepper":""}"#, true, Some("")),
            (r#"{"algorithms":["sha256"],"lookup_pepper":"p"}"#, false, None),
            (r#"{"algorithms":["sha512"],"lookup_pepper":"p"}"#, true, None),
            (r#"{"algorithms":["sha256"]}"#, true, None),
            ("{}", true, None),
        ] {
            let got = read(&parse(body).expect("JSON"), can_hash);
            assert_eq!(got.as_ref().map(|it| &*it.pepper), want, "{body}");
        }
    }
}
