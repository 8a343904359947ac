//! `GET` and `PUT /_matrix/client/v3/user/{userId}/account_data/m.accepted_terms`:
//! which documents the person has accepted, whichever client they used.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#maccepted_terms>

use super::{HttpRequest, Json, Method, json};

const PATH: &str = "account_data/m.accepted_terms";
const ACCEPTED: &str = "accepted";

/// The request for what is kept.
pub fn get(user_id: &str) -> HttpRequest {
    HttpRequest::get("").of_user(user_id, PATH)
}

/// The request that keeps this.
pub fn put(user_id: &str, content: &Json) -> HttpRequest {
    let request = HttpRequest::post("", content).of_user(user_id, PATH);
    HttpRequest { method: Method::Put, ..request }
}

/// The URLs of the documents.
pub fn read(content: &Json) -> Vec<String> {
    content.strings(ACCEPTED)
}

/// What was kept, with these accepted as well.
pub fn with(content: Json, urls: &[String]) -> Json {
    let mut accepted = read(&content);
    for url in urls {
        if !accepted.contains(url) {
            accepted.push(url.clone());
        }
    }
    let mut members = content.into_members();
    members.retain(|(name, _)| name != ACCEPTED);
    members.push((ACCEPTED.to_owned(), Json::from(&*accepted)));
    Json::Object(members)
}

/// Of these policies, those of which no document is among the `accepted` ones:
/// one in any language is enough.
///
/// Spec: <https://spec.matrix.org/latest/identity-service-api/#get_matrixidentityv2terms>
pub fn missing(policies: &Json, accepted: &[String]) -> Json {
    let url = |(_, document): &(String, Json)| document.str("url").map(str::to_owned);
    let mut missing = json::object_of(policies.clone()).done().into_members();
    missing.retain(|(_, policy)| {
        let documents = policy.clone().into_members();
        let urls: Vec<String> = documents.iter().filter_map(url).collect();
        !urls.is_empty() && !urls.iter().any(|url| accepted.contains(url))
    });
    Json::Object(missing)
}

#[cfg(test)]
mod tests {
    use super::{missing, with};
    use crate::matrix::json::parse;

    #[test]
    fn a_policy_is_accepted_in_any_language() {
        let policies = r#"{"a":{"version":"1","en":{"name":"A","url":"a/en"},"de":{"name":"A","url":"a/de"}},
            "b":{"en":{"name":"B","url":"b/en"}},"c":{"version":"2"},"d":7}"#;
        let policies = parse(policies).expect("JSON");
        let left = |accepted: &[&str]| {
            let accepted: Vec<String> = accepted.iter().map(|it| (*it).to_owned()).collect();
            let left = missing(&policies, &accepted).into_members();
            left.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(left(&[]), ["a", "b"]);
        assert_eq!(left(&["a/de"]), ["b"]);
        assert_eq!(left(&["x", "a/en", "b/en"]), [""; 0]);
    }

    #[test]
    fn what_was_kept_stays() {
        let url = ["new".to_owned(), "old".to_owned()];
        for (before, after) in [
            (r#"{"accepted":["old"],"other":1}"#, r#"{"other":1,"accepted":["old","new"]}"#),
            (r#"{"accepted":"odd"}"#, r#"{"accepted":["new","old"]}"#),
            ("null", r#"{"accepted":["new","old"]}"#),
        ] {
            let kept = with(parse(before).expect("JSON"), &url);
            assert_eq!(Some(kept), parse(after), "{before}");
        }
    }
}
