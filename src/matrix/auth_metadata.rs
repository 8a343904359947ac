//! `GET /_matrix/client/v1/auth_metadata`: where the person manages an account
//! that the server leaves to OAuth 2.0.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientv1auth_metadata>

use super::Json;

/// Path under the base URL. The request needs no access token.
pub const PATH: &str = "/_matrix/client/v1/auth_metadata";
/// Path of the same data for older servers, under the base URL or the server
/// name.
pub const WELL_KNOWN: &str = "/.well-known/matrix/client";

/// Action of the page with the account's addresses.
const ACTION: &str = "org.matrix.profile";

/// URL of the page on which the account is managed, with the action.
pub fn read(body: &Json) -> Option<String> {
    let uri = body.str("account_management_uri")?;
    let known = body.strings("account_management_actions_supported");
    let acts = known.is_empty() || known.iter().any(|action| action == ACTION);
    management_url(uri, acts)
}

/// The same from a `.well-known` (MSC2965).
pub fn read_well_known(body: &Json) -> Option<String> {
    management_url(body.get("org.matrix.msc2965.authentication")?.str("account")?, true)
}

/// `None` if the link is not a web page.
fn management_url(uri: &str, acts: bool) -> Option<String> {
    if !uri.starts_with("https://") && !uri.starts_with("http://") {
        return None;
    }
    if !acts {
        return Some(uri.to_owned());
    }
    let (uri, hash, fragment) = match uri.split_once('#') {
        Some((uri, fragment)) => (uri, "#", fragment),
        None => (uri, "", ""),
    };
    let before = if uri.split_once('?').is_some() { "&action=" } else { "?action=" };
    Some([uri, before, ACTION, hash, fragment].concat())
}

#[cfg(test)]
mod tests {
    use super::{read, read_well_known};
    use crate::matrix::json;

    #[test]
    fn management_url_has_profile_action_if_supported() {
        for (body, page) in [
            (
                r#"{"account_management_uri":"https://a.example/account"}"#,
                Some("https://a.example/account?action=org.matrix.profile"),
            ),
            (
                r#"{"account_management_uri":"https://a.example/?x=1#y"}"#,
                Some("https://a.example/?x=1&action=org.matrix.profile#y"),
            ),
            (
                r#"{"account_management_uri":"https://a.example/","account_management_actions_supported":["org.matrix.devices_list"]}"#,
                Some("https://a.example/"),
            ),
            (
                r#"{"account_management_uri":"https://a.example/","account_management_actions_supported":["org.matrix.profile"]}"#,
                Some("https://a.example/?action=org.matrix.profile"),
            ),
            (r#"{"account_management_uri":"javascript:alert(1)"}"#, None),
            (r#"{"issuer":"https://a.example/"}"#, None),
            ("{}", None),
        ] {
            assert_eq!(read(&json::parse(body).expect("JSON")).as_deref(), page, "{body}");
        }
    }

    #[test]
    fn well_known_of_older_server_has_management_url() {
        let body = r#"{"m.homeserver":{"base_url":"https://m.example"},"org.matrix.msc2965.authentication":{"issuer":"https://a.example/","account":"https://a.example/account"}}"#;
        let page = read_well_known(&json::parse(body).expect("JSON"));
        assert_eq!(page.as_deref(), Some("https://a.example/account?action=org.matrix.profile"));
        assert_eq!(read_well_known(&json::parse("{}").expect("JSON")), None);
    }
}
