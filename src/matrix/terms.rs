//! What the stage `m.login.terms` names to be accepted.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#terms-of-service-at-registration>

use super::Json;
use super::uia::{Challenge, TERMS};

/// The documents, each as `[name, url]` in the language (a BCP 47 tag), or as
/// near as there is; without `url` where following that could do harm.
pub fn documents(challenge: &Challenge, language: &str) -> Vec<Json> {
    let policies = challenge.params.get(TERMS).and_then(|terms| terms.get("policies"));
    let mut documents = Vec::new();
    if let Some(Json::Object(policies)) = policies {
        for (_, policy) in policies {
            documents.extend(document(policy, language));
        }
    }
    documents
}

fn document(policy: &Json, language: &str) -> Option<Json> {
    let primary = language.split_once('-').map_or(language, |(primary, _)| primary);
    let Json::Object(members) = policy else { return None };
    let mut best = None;
    for (tag, text) in members {
        let Some(name) = text.str("name") else { continue };
        let nearness = match tag {
            tag if tag == language => 4,
            tag if tag == primary => 3,
            tag if tag == "en" => 2,
            _ => 1,
        };
        if best.is_none_or(|(_, _, before)| before < nearness) {
            best = Some((name, text.str("url"), nearness));
        }
    }
    let (name, url, _) = best?;
    let mut document = vec![name.to_owned()];
    document.extend(url.filter(|url| url.starts_with("http")).map(str::to_owned));
    Some(document.as_slice().into())
}

#[cfg(test)]
mod tests {
    use super::{Json, documents};
    use crate::matrix::{Failure, HttpResponse};

    const BODY: &str = r#"{"flows":[{"stages":["m.login.terms"]}],"params":{"m.login.terms":{"policies":{
        "privacy_policy":{"version":"1.0",
            "en":{"name":"Privacy policy","url":"https://example.org/en"},
            "fr":{"name":"Confidentialité","url":"https://example.org/fr"}},
        "terms":{"version":"2","de":{"name":"Bedingungen","url":"javascript:alert(1)"}},
        "odd":{"version":"1"},
        "odder":7}}}}"#;

    #[test]
    fn each_in_the_language_or_as_near_as_there_is() {
        let answer = HttpResponse { status: 401, retry_after: None, body: BODY.to_owned() };
        let Err(Failure::Challenge(challenge)) = answer.json() else { panic!("no challenge") };
        for (language, first) in
            [("fr-CA", "Confidentialité"), ("fr", "Confidentialité"), ("nl", "Privacy policy")]
        {
            let documents = documents(&challenge, language);
            let [Json::Array(one), Json::Array(other)] = documents.as_slice() else {
                panic!("{documents:?}")
            };
            assert_eq!((&one[0], one.len()), (&first.into(), 2));
            assert_eq!(other.as_slice(), ["Bedingungen".into()]);
        }
    }
}
