//! What the stage `m.login.terms` names to be accepted.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#terms-of-service-at-registration>

use super::Json;
use super::uia::{Challenge, TERMS};

/// A document.
#[derive(Debug, PartialEq)]
pub struct Document {
    /// What it is called, in its language.
    pub name: String,
    /// Where it is; nothing, where following that could do harm.
    pub url: Option<String>,
}

/// The documents, each in the language (a BCP 47 tag), or as near as there is.
pub fn documents(challenge: &Challenge, language: &str) -> Vec<Document> {
    match challenge.params.get(TERMS).and_then(|terms| terms.get("policies")) {
        Some(Json::Object(policies)) => {
            policies.iter().filter_map(|(_, policy)| document(policy, language)).collect()
        }
        _ => Vec::new(),
    }
}

fn document(policy: &Json, language: &str) -> Option<Document> {
    let primary = language.split('-').next().unwrap_or_default();
    let in_language = |tag| policy.get(tag).filter(|it| it.str("name").is_some());
    let any = || match policy {
        Json::Object(members) => members.iter().find_map(|(tag, _)| in_language(tag)),
        _ => None,
    };
    let wanted = [language, primary, "en"].into_iter().find_map(in_language).or_else(any)?;
    let url = wanted.str("url").filter(|url| url.starts_with("http"));
    Some(Document { name: wanted.str("name")?.to_owned(), url: url.map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::documents;
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
            let names: Vec<_> = documents.iter().map(|it| &*it.name).collect();
            assert_eq!(names, [first, "Bedingungen"]);
            assert!(documents[0].url.is_some() && documents[1].url.is_none());
        }
    }
}
