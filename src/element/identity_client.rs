//! URL and access token of the identity server.

use std::cell::RefCell;

use wasm_bindgen_futures::JsFuture;

use super::config::Config;
use super::js_bridge::JsBridge;
use crate::matrix::identity_service::register;
use crate::matrix::{Json, RequestError, json};

/// One identity server, for one account. Never displayed, stored or logged.
#[derive(Default)]
pub struct IdentityClient {
    /// Host and port; `None` if no identity server is set.
    pub server_name: Option<String>,
    /// Base URL, without a trailing slash.
    url: String,
    /// Access token of the host application.
    host_token: Option<String>,
    /// Access token that the element has requested.
    registered_token: RefCell<Option<String>>,
}

impl IdentityClient {
    /// Creates it from the configuration.
    pub fn new(config: &Config) -> IdentityClient {
        IdentityClient {
            server_name: config.str("identityServer").map(str::to_owned),
            url: config.text("identityUrl").to_owned(),
            host_token: config.str("identityToken").map(str::to_owned),
            registered_token: RefCell::default(),
        }
    }

    /// Copies it for a homeserver token that may belong to another account.
    pub fn for_other_account(&self) -> IdentityClient {
        let IdentityClient { server_name: host, url, host_token: given, .. } = self;
        let own = RefCell::default();
        IdentityClient {
            server_name: host.clone(),
            url: url.clone(),
            host_token: given.clone(),
            registered_token: own,
        }
    }

    /// Drops the requested token. Returns true if there was one.
    pub fn forget(&self) -> bool {
        self.registered_token.take().is_some()
    }

    /// Base URL, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Access token, if there is one: of the host application, or requested.
    pub fn token(&self) -> Option<String> {
        self.host_token.clone().or_else(|| self.registered_token.borrow().clone())
    }

    /// Stores and returns a requested token.
    pub fn register(&self, body: &Json) -> Result<String, RequestError> {
        let token = register::read(body).ok_or(RequestError::InvalidResponse { status: 200 })?;
        self.registered_token.replace(Some(token.clone()));
        Ok(token)
    }
}

/// Hashes of these texts; `None` if the browser can't compute them.
pub async fn hash(bridge: &JsBridge, texts: &[String], pepper: &str) -> Vec<String> {
    let texts = json::to_js(&texts.into());
    let hashes = JsFuture::from(bridge.hash(&texts, pepper)).await.ok();
    let hashes = hashes.and_then(json::from_js).unwrap_or(Json::Null);
    json::object().json("it", hashes).build().strings("it")
}
