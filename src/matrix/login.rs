//! `GET` and `POST /_matrix/client/v3/login`: the ways to sign in, and signing
//! in.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#login>

use super::absolute_request::{AbsoluteRequest, percent_encode};
use super::uia::{PASSWORD, SecretText};
use super::{ApiVersion, BaseUrl, Json, email, json, server_name_of};

const PATH: &str = "login";

/// Supported login types of a server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Methods {
    /// `m.login.password`
    pub password: bool,
    /// `m.login.sso`, with its identity providers.
    pub sso: Option<Vec<Provider>>,
}

/// Identity provider of single sign-on.
#[derive(Clone, Debug, PartialEq)]
pub struct Provider {
    /// Id for the redirect.
    pub id: String,
    /// Name for display.
    pub name: String,
    /// Icon, as a URL of the media repository.
    pub icon: Option<String>,
}

/// User who signs in.
#[derive(Clone, Debug, PartialEq)]
pub enum Identifier {
    /// `m.id.user`: a Matrix ID or its localpart.
    User(String),
    /// `m.id.thirdparty`: an address of the account.
    Thirdparty {
        /// `email` or `msisdn`
        medium: &'static str,
        /// Address of this medium.
        address: String,
    },
}

/// Session after a login.
#[derive(Clone, PartialEq)]
pub struct Login {
    /// Full Matrix ID.
    pub user_id: String,
    /// Access token.
    pub access_token: String,
    /// Device ID.
    pub device_id: Option<String>,
}

impl Login {
    /// True if the token can be sent in a header, and the Matrix ID is valid.
    pub fn is_usable(&self) -> bool {
        let token = &*self.access_token;
        // Headers have no characters beyond U+00FF, and lose spaces at the ends.
        let fits = |it: char| it <= '\u{ff}' && !it.is_control();
        let is_id = |id: &str| id.len() <= 255 && server_name_of(id).is_some();
        token.chars().all(fits) && token.trim() == token && is_id(&self.user_id)
    }
}

/// Creates the request for the login types.
pub fn methods(homeserver: &BaseUrl, api: ApiVersion) -> AbsoluteRequest {
    AbsoluteRequest::get(homeserver.client_endpoint(api, PATH))
}

/// Parses the login types.
pub fn read_methods(homeserver: &BaseUrl, body: &Json) -> Methods {
    let mut methods = Methods::default();
    for flow in body.array("flows") {
        match flow.str("type") {
            Some(PASSWORD) => methods.password = true,
            Some("m.login.sso") => {
                let providers = flow.array("identity_providers").iter();
                methods.sso = Some(providers.filter_map(|it| provider(homeserver, it)).collect());
            }
            Some(_) | None => {}
        }
    }
    methods
}

fn provider(homeserver: &BaseUrl, provider: &Json) -> Option<Provider> {
    let id = provider.str("id")?;
    let name = provider.str("name").map(readable).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| readable(id));
    let icon = provider.str("icon").and_then(|icon| icon.strip_prefix("mxc://"));
    // One that anybody may read: nobody is signed in yet.
    let icon = icon.and_then(|icon| icon.split_once('/')).map(|(server, media)| {
        let path =
            ["/_matrix/media/v3/download/", &percent_encode(server), "/", &percent_encode(media)]
                .concat();
        homeserver.endpoint(&path)
    });
    Some(Provider { id: id.to_owned(), name, icon })
}

/// Longest name of a provider, in characters.
const MAX_NAME_LENGTH: usize = 60;

/// Name for a button: one line, truncated, without control characters of text
/// direction.
fn readable(name: &str) -> String {
    let is_odd = |it: &char| {
        matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || it.is_control()
            || *it == '\u{feff}'
    };
    let name: String = name.trim().chars().filter(|it| !is_odd(it)).take(MAX_NAME_LENGTH).collect();
    name.trim().to_owned()
}

impl Identifier {
    /// Parses what the user types: a Matrix ID, a user name, an email address,
    /// or a phone number with its calling code.
    pub fn parse(text: &str) -> Identifier {
        let text = text.trim();
        if let Some(address) = email::parse(text) {
            return Identifier::Thirdparty { medium: "email", address };
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let separators = |it: char| it.is_ascii_digit() || " +-./()\u{a0}\u{2011}".contains(it);
        if text.starts_with('+') && digits.len() > 5 && text.chars().all(separators) {
            return Identifier::Thirdparty { medium: "msisdn", address: digits };
        }
        // Some write `@alice`, and mean `alice`.
        let localpart = text.strip_prefix('@').filter(|rest| !rest.contains(':'));
        Identifier::User(localpart.unwrap_or(text).to_owned())
    }

    fn json(&self) -> Json {
        match self {
            Identifier::User(user) => {
                json::object().string("type", "m.id.user").string("user", user).build()
            }
            Identifier::Thirdparty { medium, address } => json::object()
                .string("type", "m.id.thirdparty")
                .string("medium", medium)
                .string("address", address)
                .build(),
        }
    }
}

/// Creates the request of a login with a password. A previous device is reused;
/// `name` is the name of a new one.
pub fn with_password(
    homeserver: &BaseUrl,
    api: ApiVersion,
    who: &Identifier,
    password: &SecretText,
    device: Device,
) -> AbsoluteRequest {
    let user = match who {
        Identifier::User(user) => Some(&**user),
        Identifier::Thirdparty { .. } => None,
    };
    let body = json::object()
        .string("type", PASSWORD)
        .json("identifier", who.json())
        // Servers from before `identifier` look for this one.
        .optional_string("user", user)
        .string("password", &password.0);
    AbsoluteRequest::post(homeserver.client_endpoint(api, PATH), &device.put_into(body).build())
}

/// Creates the request of a login with a token of single sign-on.
pub fn with_token(
    homeserver: &BaseUrl,
    api: ApiVersion,
    token: &str,
    device: Device,
) -> AbsoluteRequest {
    let body = json::object().string("type", "m.login.token").string("token", token);
    AbsoluteRequest::post(homeserver.client_endpoint(api, PATH), &device.put_into(body).build())
}

/// Device of a new session.
#[derive(Clone, Copy, Default)]
pub struct Device<'a> {
    /// Previous device ID.
    pub id: Option<&'a str>,
    /// Name of a new device.
    pub name: Option<&'a str>,
}

impl Device<'_> {
    fn put_into(self, body: json::ObjectBuilder) -> json::ObjectBuilder {
        body.optional_string("device_id", self.id)
            .optional_string("initial_device_display_name", self.name)
    }
}

/// Parses the session of a login response.
pub fn read(body: &Json) -> Option<Login> {
    let text = |name| body.str(name).filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Login {
        user_id: text("user_id")?,
        access_token: text("access_token")?,
        device_id: text("device_id"),
    })
}

/// URL at which single sign-on starts. It returns to `redirect_url`.
///
/// Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3loginssoredirectidpid>
pub fn sso_redirect(
    homeserver: &BaseUrl,
    api: ApiVersion,
    provider: Option<&str>,
    redirect_url: &str,
) -> String {
    let provider = provider.map(|id| ["/", &percent_encode(id)].concat()).unwrap_or_default();
    let query = ["?redirectUrl=", &percent_encode(redirect_url)].concat();
    homeserver.client_endpoint(api, &[PATH, "/sso/redirect", &provider, &query].concat())
}
