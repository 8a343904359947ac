//! `config.json`: the administrator's configuration. All members are optional.
//! Each error names its member, and stops the page, so that it is found at
//! once.

use super::server_input::{ServerInput, ServerInputError};
use crate::matrix::{Json, json};

/// Configuration of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// Homeserver of the page.
    pub homeserver: Homeserver,
    /// Name of the page.
    pub name: Option<String>,
    /// URL of a picture next to the name.
    pub logo: Option<String>,
    /// Name of who runs the page.
    pub operator: Option<String>,
    /// Links to the operator's pages, in the order of `LINKS`.
    pub links: Vec<(OperatorLink, String)>,
    /// `--threepids-*` variables.
    pub theme: Vec<(String, String)>,
    /// Languages of the page. The first is the default.
    pub languages: Vec<String>,
    /// Attribute `mediums` of the element. If it is empty, the page has no such
    /// element.
    pub mediums: String,
    /// True if the page has `<matrix-account-password>`.
    pub password: bool,
}

/// Page of the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorLink {
    /// Page about the operator.
    Imprint,
    /// Page about data protection.
    Privacy,
    /// Page with help for users.
    Help,
}

/// Members of `links`.
const LINKS: [(&str, OperatorLink); 3] = [
    ("imprint", OperatorLink::Imprint),
    ("privacy", OperatorLink::Privacy),
    ("help", OperatorLink::Help),
];

/// Homeserver that users sign in to.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Homeserver {
    /// Any homeserver.
    #[default]
    Any,
    /// Any homeserver. This one is the default of the field.
    Suggested(String),
    /// This homeserver only.
    Fixed(ServerInput),
}

const MEMBERS: [&str; 9] = [
    "homeserver",
    "homeserverFixed",
    "name",
    "logo",
    "operator",
    "links",
    "theme",
    "languages",
    "sections",
];
const SECTIONS: [&str; 3] = ["email", "msisdn", PASSWORD];
const PASSWORD: &str = "password";
/// Tags of the languages with texts, besides English.
const LINGUAS: &str = include_str!("../../locales/LINGUAS");

/// Tags of the languages with texts.
pub fn languages() -> Vec<&'static str> {
    ["en"].into_iter().chain(LINGUAS.split_ascii_whitespace()).collect()
}

impl Config {
    /// Parses the file, which may be missing, or returns all its errors.
    pub fn read(text: Option<&str>) -> Result<Config, Vec<String>> {
        let Some(text) = text else { return Ok(Config::standard()) };
        let Some(json @ Json::Object(_)) = json::parse(text) else {
            return Err(vec!["config.json is not a JSON object".to_owned()]);
        };
        let mut reader = Reader { json: &json, errors: Vec::new() };
        let config = reader.config();
        for (name, _) in json.clone().into_members() {
            if !MEMBERS.contains(&&*name) {
                reader.wrong(&name, &["is unknown; there are ", &MEMBERS.join(", ")].concat());
            }
        }
        if reader.errors.is_empty() { Ok(config) } else { Err(reader.errors) }
    }

    fn standard() -> Config {
        Config { mediums: "email".to_owned(), password: true, ..Config::default() }
    }
}

struct Reader<'a> {
    json: &'a Json,
    errors: Vec<String>,
}

impl Reader<'_> {
    fn config(&mut self) -> Config {
        let theme = self.theme();
        let languages = self.texts("languages", &languages());
        let mut sections = self.texts("sections", &SECTIONS);
        let mut config = Config::standard();
        if !sections.is_empty() {
            config.password = sections.iter().any(|section| section == PASSWORD);
            sections.retain(|section| section != PASSWORD);
            config.mediums = sections.join(" ");
        }
        let (name, logo) = (self.text("name"), self.text("logo"));
        if logo.as_deref().is_some_and(|url| !has_scheme_of(url, &["https", "http"])) {
            self.wrong("logo", "has to be a relative URL, or begin with https://");
        }
        let (operator, links) = (self.text("operator"), self.links());
        let homeserver = self.homeserver();
        Config { homeserver, name, logo, operator, links, theme, languages, ..config }
    }

    fn links(&mut self) -> Vec<(OperatorLink, String)> {
        let members = match self.json.get("links") {
            None => return Vec::new(),
            Some(Json::Object(members)) => members,
            Some(_) => {
                self.wrong("links", "has to be an object of URLs");
                return Vec::new();
            }
        };
        for (name, url) in members {
            let is_link = matches!(url, Json::String(url) if !url.trim().is_empty()
                && has_scheme_of(url.trim(), &["https", "http", "mailto"]));
            let path = ["links.", name].concat();
            if !LINKS.iter().any(|(known, _)| known == name) {
                self.wrong(&path, "is unknown; there are imprint, privacy, help");
            } else if !is_link {
                self.wrong(&path, "has to be a relative URL, or begin with https:// or mailto:");
            }
        }
        let url_of = |name| {
            let url = members.iter().find(|(member, _)| *member == name)?;
            if let Json::String(url) = &url.1 { Some(url.trim().to_owned()) } else { None }
        };
        LINKS.iter().filter_map(|(name, link)| Some((*link, url_of(*name)?))).collect()
    }

    fn homeserver(&mut self) -> Homeserver {
        let fixed = match self.json.get("homeserverFixed") {
            None | Some(Json::Bool(false)) => false,
            Some(Json::Bool(true)) => true,
            Some(_) => {
                self.wrong("homeserverFixed", "has to be true or false");
                false
            }
        };
        let Some(text) = self.text("homeserver") else {
            if fixed {
                self.wrong("homeserverFixed", "is true, but there is no \"homeserver\"");
            }
            return Homeserver::Any;
        };
        match ServerInput::parse(&text) {
            Ok(ServerInput::UserId { .. })
            | Err(ServerInputError::Empty | ServerInputError::Invalid) => {
                let rule = "has to be a server's name (example.org) or a homeserver's address \
                    (https://matrix.example.org)";
                self.wrong("homeserver", rule);
                Homeserver::Any
            }
            Err(ServerInputError::Insecure) => {
                self.wrong("homeserver", "has to begin with https://");
                Homeserver::Any
            }
            Ok(entered @ (ServerInput::Name(_) | ServerInput::Url(_))) if fixed => {
                Homeserver::Fixed(entered)
            }
            Ok(ServerInput::Name(_) | ServerInput::Url(_)) => Homeserver::Suggested(text),
        }
    }

    fn theme(&mut self) -> Vec<(String, String)> {
        let mut theme = Vec::new();
        match self.json.get("theme") {
            None => {}
            Some(Json::Object(members)) => {
                for (name, value) in members {
                    match value {
                        _ if !name.starts_with("--threepids-") => {
                            let name = ["theme.", name].concat();
                            self.wrong(&name, "has to have a name like --threepids-color-accent");
                        }
                        Json::String(value) => theme.push((name.clone(), value.clone())),
                        Json::Null
                        | Json::Bool(_)
                        | Json::Number(_)
                        | Json::Array(_)
                        | Json::Object(_) => {
                            self.wrong(&["theme.", name].concat(), "has to be a text");
                        }
                    }
                }
            }
            Some(_) => self.wrong("theme", "has to be an object of --threepids-* variables"),
        }
        theme
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.json.get(name) {
            None => None,
            Some(Json::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Some(_) => {
                self.wrong(name, "has to be a text");
                None
            }
        }
    }

    /// Parses a list of some of these values.
    fn texts(&mut self, name: &str, known: &[&str]) -> Vec<String> {
        let Some(value) = self.json.get(name) else { return Vec::new() };
        let texts = self.json.strings(name);
        let fits = texts.iter().all(|text| known.contains(&&**text))
            && matches!(value, Json::Array(all) if all.len() == texts.len() && !all.is_empty());
        if fits {
            return texts;
        }
        self.wrong(name, &["has to be a list of some of ", &known.join(", ")].concat());
        Vec::new()
    }

    fn wrong(&mut self, name: &str, what: &str) {
        self.errors.push(["config.json: \"", name, "\" ", what].concat());
    }
}

/// True if the URL is relative, or has one of these schemes: a scheme comes
/// before the first slash.
fn has_scheme_of(url: &str, schemes: &[&str]) -> bool {
    let scheme = url.split('/').next().and_then(|begin| begin.split_once(':'));
    scheme.is_none_or(|(scheme, _)| schemes.contains(&&*scheme.to_ascii_lowercase()))
}
