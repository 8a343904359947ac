//! URL and access token of the identity server.

use std::cell::RefCell;

use wasm_bindgen_futures::JsFuture;

use super::config::Config;
use super::hooks::Hooks;
use crate::matrix::identity::register;
use crate::matrix::{Failure, Json, json};

/// One identity server, for one account. Never displayed, stored or logged.
#[derive(Default)]
pub struct Identity {
    /// Host and port; `None` if no identity server is set.
    pub host: Option<String>,
    /// Base URL, without a trailing slash.
    url: String,
    /// Access token of the host application.
    given: Option<String>,
    /// Access token that the element has requested.
    own: RefCell<Option<String>>,
}

impl Identity {
    /// Creates it from the configuration.
    pub fn new(config: &Config) -> Identity {
        Identity {
            host: config.identity_server.clone(),
            url: config.identity_url.clone(),
            given: config.identity_token.clone(),
            own: RefCell::default(),
        }
    }

    /// Copies it for a homeserver token that may belong to another account.
    pub fn anew(&self) -> Identity {
        let Identity { host, url, given, .. } = self;
        let own = RefCell::default();
        Identity { host: host.clone(), url: url.clone(), given: given.clone(), own }
    }

    /// Drops the requested token. Returns true if there was one.
    pub fn forget(&self) -> bool {
        self.own.take().is_some()
    }

    /// URL of an endpoint.
    pub fn url(&self, path: &str) -> String {
        [&*self.url, path].concat()
    }

    /// True if it is a path of the identity server.
    pub fn has(&self, path: &str) -> bool {
        path.as_bytes().first() == Some(&b'/')
    }

    /// Access token, if there is one: of the host application, or requested.
    pub fn token(&self) -> Option<String> {
        self.given.clone().or_else(|| self.own.borrow().clone())
    }

    /// Stores a requested token.
    pub fn register(&self, body: &Json) -> Result<(), Failure> {
        let token = register::read(body).ok_or(Failure::NotMatrix { status: 200 })?;
        self.own.replace(Some(token));
        Ok(())
    }
}

/// Hashes of these texts; `None` if the browser can't compute them.
pub async fn hash(hooks: &Hooks, texts: &[String], pepper: &str) -> Vec<String> {
    let texts = json::to_js(&texts.into());
    let hashes = JsFuture::from(hooks.hash(&texts, pepper)).await.ok();
    let hashes = hashes.and_then(json::from_js).unwrap_or(Json::Null);
    json::object().json("it", hashes).done().strings("it")
}
