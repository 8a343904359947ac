//! User-interactive authentication: what the server asks, and how it is
//! answered.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#user-interactive-authentication-api>

use std::fmt;

use super::{ClientSecret, Errcode, Json, Secrets, json, readable, redact};

/// The stage type of a password.
pub const PASSWORD: &str = "m.login.password";
/// The stage type that asks for nothing.
pub const DUMMY: &str = "m.login.dummy";
/// The stage type of documents to be accepted.
pub const TERMS: &str = "m.login.terms";
/// The stage type of a token that the server's administrator hands out.
pub const REGISTRATION_TOKEN: &str = "m.login.registration_token";
/// The stage type of an email address on the account.
pub const EMAIL_IDENTITY: &str = "m.login.email.identity";
/// The stage type of a phone number on the account.
pub const MSISDN: &str = "m.login.msisdn";

/// More documents than that are nothing that a person accepts in a dialog.
const MAX_DOCUMENTS: usize = 50;

/// The body of a 401 answer with `flows`.
#[derive(Clone, Debug, PartialEq)]
pub struct Challenge {
    /// To be handed back with each stage.
    pub session: Option<String>,
    /// The ways through; each is a list of stage types. May be empty.
    pub flows: Vec<Vec<String>>,
    /// What the stages need to know, by stage type.
    pub params: Json,
    /// The stages that are done.
    pub completed: Vec<String>,
    /// Why the last stage failed; without it, none failed.
    pub errcode: Option<Errcode>,
}

impl Challenge {
    pub(super) fn read(body: &Json, secrets: &Secrets) -> Challenge {
        let name = |name: String| secrets.take_out_words(&name, redact::TEXT);
        let names = |names: Vec<String>| names.into_iter().map(name).collect();
        let params = body.get("params").filter(|params| matches!(params, Json::Object(_)));
        Challenge {
            session: body.str("session").map(str::to_owned),
            flows: body.array("flows").iter().map(|flow| names(flow.strings("stages"))).collect(),
            params: params.map_or(Json::Object(Vec::new()), |params| secrets.take_out_of(params)),
            completed: names(body.strings("completed")),
            errcode: Errcode::read(body, secrets),
        }
    }
}

/// A document to be accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its name; its URL, if it has none.
    pub text: String,
    /// Where it is, if that can be followed.
    pub url: Option<String>,
}

/// The documents of [`TERMS`], in this language or as near to it as there is.
/// None, if one of them cannot be shown: nobody accepts what they cannot see.
///
/// Spec: <https://spec.matrix.org/latest/client-server-api/#terms-of-service-at-registration>
pub fn documents(params: &Json, tag: &str) -> Vec<Document> {
    match params.get(TERMS).and_then(|terms| terms.get("policies")) {
        Some(Json::Object(policies)) if policies.len() <= MAX_DOCUMENTS => {
            let each = policies.iter().map(|(_, policy)| document(policy, tag));
            each.collect::<Option<Vec<_>>>().unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn document(policy: &Json, tag: &str) -> Option<Document> {
    let Json::Object(languages) = policy else { return None };
    let like = tag.split('-').next().unwrap_or_default();
    let named = [tag, like, "en"].into_iter().filter_map(|name| policy.get(name));
    named.chain(languages.iter().map(|(_, it)| it)).find_map(read_document)
}

fn read_document(it: &Json) -> Option<Document> {
    // Nothing else is safe to be followed.
    let is_safe = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    let url = it.str("url").filter(is_safe);
    let name = readable(it.str("name").unwrap_or_default());
    let text = if name.trim().is_empty() { readable(url?) } else { name };
    Some(Document { text, url: url.map(str::to_owned) })
}

/// A password (or what is as good as one) on its way to the server. Never
/// printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("Password(…)")
    }
}

/// What answers a challenge. The request's `auth` is this and the session.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The session alone: something was done outside of this client.
    SessionOnly,
    /// A stage that wants no more than to be named: [`DUMMY`], [`TERMS`].
    Stage(&'static str),
    /// `m.login.password`
    Password {
        /// The full Matrix ID; found out before the request is sent.
        user_id: Option<String>,
        /// What the person typed.
        password: Password,
    },
    /// `m.login.registration_token`
    RegistrationToken(Password),
    /// `m.login.email.identity` or `m.login.msisdn`: an address of the account
    /// was validated.
    Threepid {
        /// Which of the two.
        stage: &'static str,
        /// The validation session.
        sid: String,
        /// Its secret.
        client_secret: ClientSecret,
    },
    /// The embedder's own answer: an object without `session`.
    Custom(Json),
}

/// The `auth` of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Auth {
    /// The session that the challenge named, if it did.
    pub session: Option<String>,
    /// The answer to it.
    pub answer: Answer,
}

impl Auth {
    /// As the request holds it.
    pub fn json(&self) -> Json {
        let typed = |stage| json::object().text("type", stage);
        let object = match &self.answer {
            Answer::SessionOnly => json::object(),
            Answer::Stage(stage) => typed(stage),
            Answer::Password { user_id, password } => {
                let user = user_id.as_deref().map(Json::from);
                let identifier = user
                    .clone()
                    .map(|user| json::object().text("type", "m.id.user").json("user", user).done());
                typed(PASSWORD)
                    .maybe("identifier", identifier)
                    // Servers from before `identifier` look for this one.
                    .maybe("user", user)
                    .text("password", &password.0)
            }
            Answer::RegistrationToken(token) => typed(REGISTRATION_TOKEN).text("token", &token.0),
            Answer::Threepid { stage, sid, client_secret } => {
                let creds = json::object().text("sid", sid);
                let creds = creds.text("client_secret", client_secret.as_str()).done();
                typed(stage).json("threepid_creds", creds)
            }
            Answer::Custom(answer) => json::object_of(answer.clone()),
        };
        let mut members = object.done().into_members();
        if let Some(session) = &self.session {
            members.retain(|(name, _)| name != "session");
            members.push(("session".to_owned(), (&**session).into()));
        }
        Json::Object(members)
    }
}
