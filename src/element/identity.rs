//! The identity server: where it is, and its access token.

use std::cell::RefCell;

use wasm_bindgen_futures::JsFuture;

use super::config::Config;
use super::hooks::Hooks;
use crate::matrix::identity::register;
use crate::matrix::{Failure, Json, json};

/// One identity server, as it was set, for one account. Nothing of this is ever
/// shown, stored or logged.
#[derive(Default)]
pub struct Identity {
    /// Host and port, if there is one.
    pub host: Option<String>,
    /// The base URL, without a slash at its end.
    url: String,
    /// The embedder's token.
    given: Option<String>,
    /// A token that we got ourselves.
    own: RefCell<Option<String>>,
}

impl Identity {
    /// The one that is set, without a token of our own.
    pub fn new(config: &Config) -> Identity {
        Identity {
            host: config.identity_server.clone(),
            url: config.identity_url.clone(),
            given: config.identity_token.clone(),
            own: RefCell::default(),
        }
    }

    /// The same for a token that may be of another account.
    pub fn anew(&self) -> Identity {
        let Identity { host, url, given, .. } = self;
        let own = RefCell::default();
        Identity { host: host.clone(), url: url.clone(), given: given.clone(), own }
    }

    /// The next request gets a token of its own. Whether there was one.
    pub fn forget(&self) -> bool {
        self.own.take().is_some()
    }

    /// The URL of an endpoint.
    pub fn url(&self, path: &str) -> String {
        [&*self.url, path].concat()
    }

    /// Whether it is a path of the identity server's: only those begin so.
    pub fn has(&self, path: &str) -> bool {
        path.as_bytes().first() == Some(&b'/')
    }

    /// The token, if there is one: the embedder's, else one of our own.
    pub fn token(&self) -> Option<String> {
        self.given.clone().or_else(|| self.own.borrow().clone())
    }

    /// Keeps the token that was got there.
    pub fn register(&self, body: &Json) -> Result<(), Failure> {
        let token = register::read(body).ok_or(Failure::NotMatrix { status: 200 })?;
        self.own.replace(Some(token));
        Ok(())
    }
}

/// These texts, hashed; none of them, if the browser cannot.
pub async fn hash(hooks: &Hooks, texts: &[String], pepper: &str) -> Vec<String> {
    let texts = json::to_js(&texts.into());
    let hashes = JsFuture::from(hooks.hash(&texts, pepper)).await.ok();
    let hashes = hashes.and_then(json::from_js).unwrap_or(Json::Null);
    json::object().json("it", hashes).done().strings("it")
}
