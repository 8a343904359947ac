//! `GET` and `PUT /_matrix/client/v3/user/{userId}/account_data/m.accepted_terms`:
//! which documents the person has accepted, whichever client they used.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#maccepted_terms>

use super::{HttpRequest, Json, Method};

const PATH: &str = "account_data/m.accepted_terms";
const ACCEPTED: &str = "accepted";

/// Creates the request that reads the account data.
pub fn get_request(user_id: &str) -> HttpRequest {
    HttpRequest::get("").for_user(user_id, PATH)
}

/// Creates the request that writes the account data.
pub fn put_request(user_id: &str, content: &Json) -> HttpRequest {
    let request = HttpRequest::post("", content).for_user(user_id, PATH);
    HttpRequest { method: Method::Put, ..request }
}

/// URLs of the accepted documents.
pub fn read(content: &Json) -> Vec<String> {
    content.strings(ACCEPTED)
}

/// Adds accepted documents to the account data.
pub fn with_accepted(content: &mut Json, urls: &[String]) {
    let mut accepted = read(content);
    for url in urls {
        if !accepted.contains(url) {
            accepted.push(url.clone());
        }
    }
    let mut members = std::mem::replace(content, Json::Null).into_members();
    members.retain(|(name, _)| name != ACCEPTED);
    members.push((ACCEPTED.to_owned(), Json::from(&*accepted)));
    *content = Json::Object(members);
}

/// Policies without an accepted document, in any language.
///
/// Spec: <https://spec.matrix.org/latest/identity-service-api/#get_matrixidentityv2terms>
pub fn unaccepted(policies: &Json, accepted: &[String]) -> Option<Json> {
    let mut missing = policies.clone().into_members();
    missing.retain(|(_, policy)| {
        let Json::Object(documents) = policy else { return false };
        let urls = || documents.iter().filter_map(|(_, document)| document.str("url"));
        urls().next().is_some() && !urls().any(|url| accepted.iter().any(|it| it == url))
    });
    (!missing.is_empty()).then_some(Json::Object(missing))
}

#[cfg(test)]
mod tests {
    use super::{unaccepted, with_accepted};
    use crate::matrix::{Json, json::parse};

    #[test]
    fn policy_counts_as_accepted_in_any_language() {
        let policies = r#"{"a":{"version":"1","en":{"name":"A","url":"a/en"},"de":{"name":"A","url":"a/de"}},
            "b":{"en":{"name":"B","url":"b/en"}},"c":{"version":"2"},"d":7}"#;
        let policies = parse(policies).expect("JSON");
        let left = |accepted: &[&str]| {
            let accepted: Vec<String> = accepted.iter().map(|it| (*it).to_owned()).collect();
            let left = unaccepted(&policies, &accepted).map(Json::into_members).unwrap_or_default();
            left.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(left(&[]), ["a", "b"]);
        assert_eq!(left(&["a/de"]), ["b"]);
        assert_eq!(left(&["x", "a/en", "b/en"]), [""; 0]);
    }

    #[test]
    fn added_urls_keep_existing_account_data() {
        let url = ["new".to_owned(), "old".to_owned()];
        for (before, after) in [
            (r#"{"a":1,"accepted":["old"]}"#, r#"{"a":1,"accepted":["old","new"]}"#),
            (r#"{"accepted":"odd"}"#, r#"{"accepted":["new","old"]}"#),
            ("null", r#"{"accepted":["new","old"]}"#),
        ] {
            let mut kept = parse(before).expect("JSON");
            with_accepted(&mut kept, &url);
            assert_eq!(Some(kept), parse(after), "{before}");
        }
    }
}
