//! `GET /_matrix/client/v3/capabilities`: what the server lets the person do.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3capabilities>

use super::{HttpRequest, Json};

/// The request.
pub fn request() -> HttpRequest {
    HttpRequest::get("capabilities")
}

/// Whether addresses may be added and removed (`m.3pid_changes`): they may, if
/// nothing is said of it.
pub fn may_change_threepids(body: &Json) -> bool {
    let capability = body.get("capabilities").and_then(|all| all.get("m.3pid_changes"));
    !matches!(capability.and_then(|it| it.get("enabled")), Some(Json::Bool(false)))
}

#[cfg(test)]
mod tests {
    use super::may_change_threepids;
    use crate::matrix::json;

    #[test]
    fn what_is_not_forbidden_is_allowed() {
        for (body, may) in [
            (r#"{"capabilities":{"m.3pid_changes":{"enabled":false}}}"#, false),
            (r#"{"capabilities":{"m.3pid_changes":{"enabled":true}}}"#, true),
            (r#"{"capabilities":{"m.3pid_changes":{"enabled":"false"}}}"#, true),
            (r#"{"capabilities":{"m.3pid_changes":{}}}"#, true),
            (r#"{"capabilities":{"m.3pid_changes":null}}"#, true),
            (r#"{"capabilities":{"m.change_password":{"enabled":false}}}"#, true),
            (r#"{"capabilities":[]}"#, true),
            ("{}", true),
            ("[]", true),
        ] {
            assert_eq!(may_change_threepids(&json::parse(body).expect("JSON")), may, "{body}");
        }
    }
}
