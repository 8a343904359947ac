//! User-interactive authentication (UIA): challenges and `auth` objects.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#user-interactive-authentication-api>

use std::fmt;

use super::{ClientSecret, Errcode, Json, Secrets, json, readable, redact};

/// Stage type of a password.
pub const PASSWORD: &str = "m.login.password";
/// Stage type that needs no action.
pub const DUMMY: &str = "m.login.dummy";
/// Stage type of documents to be accepted.
pub const TERMS: &str = "m.login.terms";
/// Stage type of a registration token.
pub const REGISTRATION_TOKEN: &str = "m.login.registration_token";
/// Stage type of an email address of the account.
pub const EMAIL_IDENTITY: &str = "m.login.email.identity";
/// Stage type of a phone number of the account.
pub const MSISDN: &str = "m.login.msisdn";

/// Largest number of documents in a dialog.
const MAX_DOCUMENTS: usize = 50;

/// Body of a 401 response with `flows`.
#[derive(Clone, Debug, PartialEq)]
pub struct Challenge {
    /// UIA session, sent with each stage.
    pub session: Option<String>,
    /// Flows: each is a list of stage types. May be empty.
    pub flows: Vec<Vec<String>>,
    /// Parameters of the stages, by stage type.
    pub params: Json,
    /// Completed stages.
    pub completed: Vec<String>,
    /// Error of the last stage, if it failed.
    pub errcode: Option<Errcode>,
}

impl Challenge {
    pub(super) fn read(body: &Json, secrets: &Secrets) -> Challenge {
        let name = |name: String| secrets.take_out_words(&name, redact::MAX_TEXT_LENGTH);
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

/// Document to be accepted, in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Language, as the server names it.
    pub language: String,
    /// Name; the URL if it has none.
    pub text: String,
    /// URL, if it is a web page.
    pub url: Option<String>,
}

/// Documents of [`TERMS`], each in every language that can be displayed. Empty if
/// one of them can't be displayed at all, because users can't accept a document
/// that they don't see.
///
/// Spec: <https://spec.matrix.org/latest/client-server-api/#terms-of-service-at-registration>
pub fn documents(params: &Json) -> Vec<Vec<Document>> {
    match params.get(TERMS).and_then(|terms| terms.get("policies")) {
        Some(Json::Object(policies)) if policies.len() <= MAX_DOCUMENTS => {
            let each = policies.iter().map(|(_, policy)| read_translations(policy));
            each.collect::<Option<Vec<_>>>().unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// Translations of a policy. `None` if none can be displayed.
fn read_translations(policy: &Json) -> Option<Vec<Document>> {
    let Json::Object(languages) = policy else { return None };
    let each = languages.iter().filter_map(|(language, it)| read_document(language, it));
    let all: Vec<_> = each.collect();
    (!all.is_empty()).then_some(all)
}

fn read_document(language: &str, it: &Json) -> Option<Document> {
    // Nothing else is safe to be followed.
    let is_safe = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    let url = it.str("url").filter(is_safe);
    let name = readable(it.str("name").unwrap_or_default());
    let text = if name.trim().is_empty() { readable(url?) } else { name };
    Some(Document { language: language.to_owned(), text, url: url.map(str::to_owned) })
}

/// Password or registration token for a request. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(pub String);

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("Password(…)")
    }
}

/// Reply to a challenge. With the UIA session, it is the request's `auth`.
#[derive(Clone, Debug, PartialEq)]
pub enum StageAnswer {
    /// The UIA session only: a stage was completed outside of this client.
    SessionOnly,
    /// A stage without parameters: [`DUMMY`], [`TERMS`].
    Stage(&'static str),
    /// `m.login.password`
    Password {
        /// Full Matrix ID; filled in before the request is sent.
        user_id: Option<String>,
        /// Password as typed.
        password: SecretText,
    },
    /// `m.login.registration_token`
    RegistrationToken(SecretText),
    /// `m.login.email.identity` or `m.login.msisdn`, with a validation session.
    Threepid {
        /// Stage type.
        stage: &'static str,
        /// `sid` of the validation session.
        sid: String,
        /// Client secret of the validation session.
        client_secret: ClientSecret,
    },
    /// Reply of the host application: an object without `session`.
    Custom(Json),
}

/// `auth` object of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthData {
    /// UIA session of the challenge, if it has one.
    pub session: Option<String>,
    /// Reply to the challenge.
    pub answer: StageAnswer,
}

impl AuthData {
    /// JSON for the request.
    pub fn json(&self) -> Json {
        let typed = |stage| json::object().string("type", stage);
        let object = match &self.answer {
            StageAnswer::SessionOnly => json::object(),
            StageAnswer::Stage(stage) => typed(stage),
            StageAnswer::Password { user_id, password } => {
                let user = user_id.as_deref().map(Json::from);
                let identifier = user.clone().map(|user| {
                    json::object().string("type", "m.id.user").json("user", user).build()
                });
                typed(PASSWORD)
                    .optional("identifier", identifier)
                    // Servers from before `identifier` look for this one.
                    .optional("user", user)
                    .string("password", &password.0)
            }
            StageAnswer::RegistrationToken(token) => {
                typed(REGISTRATION_TOKEN).string("token", &token.0)
            }
            StageAnswer::Threepid { stage, sid, client_secret } => {
                let creds = json::object().string("sid", sid);
                let creds = creds.string("client_secret", client_secret.as_str()).build();
                typed(stage).json("threepid_creds", creds)
            }
            StageAnswer::Custom(answer) => json::object_of(answer.clone()),
        };
        let mut members = object.build().into_members();
        if let Some(session) = &self.session {
            members.retain(|(name, _)| name != "session");
            members.push(("session".to_owned(), (&**session).into()));
        }
        Json::Object(members)
    }
}
