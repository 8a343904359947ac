//! `GET /_matrix/client/v3/capabilities`: what the server lets the person do.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3capabilities>

use super::{HttpRequest, Json};

/// Path of the endpoint.
pub const PATH: &str = "capabilities";

/// Creates the HTTP request.
pub fn request() -> HttpRequest {
    HttpRequest::get(PATH)
}

/// Capability that the elements use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// `m.3pid_changes`: add and remove addresses.
    ThreepidChanges,
    /// `m.change_password`
    ChangePassword,
}

/// True if the server permits it, or does not mention it.
pub fn is_enabled(body: &Json, capability: Capability) -> bool {
    let name = match capability {
        Capability::ThreepidChanges => "m.3pid_changes",
        Capability::ChangePassword => "m.change_password",
    };
    let capability = body.get("capabilities").and_then(|all| all.get(name));
    !matches!(capability.and_then(|it| it.get("enabled")), Some(Json::Bool(false)))
}

#[cfg(test)]
mod tests {
    use super::{Capability, is_enabled};
    use crate::matrix::json;

    #[test]
    fn capability_is_allowed_unless_disabled() {
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
            let body = json::parse(body).expect("JSON");
            assert_eq!(is_enabled(&body, Capability::ThreepidChanges), may, "{body:?}");
        }
    }

    #[test]
    fn capabilities_are_independent() {
        let body = r#"{"capabilities":{"m.change_password":{"enabled":false}}}"#;
        let body = json::parse(body).expect("JSON");
        assert!(!is_enabled(&body, Capability::ChangePassword));
        assert!(is_enabled(&body, Capability::ThreepidChanges));
    }
}
