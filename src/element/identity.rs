//! The identity server: where it is, and its access token.

use std::cell::RefCell;

use wasm_bindgen_futures::JsFuture;

use super::hooks::Hooks;
use crate::matrix::identity::register;
use crate::matrix::{Failure, Json, json};

/// What is known of the identity server. Nothing of this is ever shown, stored
/// or logged.
pub struct Identity {
    hooks: Hooks,
    /// The base URL, without a slash at its end.
    url: RefCell<String>,
    /// A token that we got ourselves.
    own: RefCell<Option<String>>,
}

impl Identity {
    /// None yet.
    pub fn new(hooks: Hooks) -> Identity {
        Identity { hooks, url: RefCell::default(), own: RefCell::default() }
    }

    /// Another one: nothing is known of it.
    pub fn start_over(&self, url: String) {
        self.url.replace(url);
        self.forget();
    }

    /// The next request gets a token of its own. Whether there was one.
    pub fn forget(&self) -> bool {
        self.own.take().is_some()
    }

    /// The URL of an endpoint.
    pub fn url(&self, path: &str) -> String {
        [&*self.url.borrow(), path].concat()
    }

    /// These texts, hashed; none of them, if the browser cannot.
    pub async fn hash(&self, texts: &[String], pepper: &str) -> Vec<String> {
        let texts = json::to_js(&texts.into());
        let hashes = JsFuture::from(self.hooks.hash(&texts, pepper)).await.ok();
        let hashes = hashes.and_then(json::from_js).unwrap_or(Json::Null);
        json::object().json("it", hashes).done().strings("it")
    }

    /// Whether it is a path of the identity server's: only those begin so.
    pub fn has(&self, path: &str) -> bool {
        path.as_bytes().first() == Some(&b'/')
    }

    /// The token, if there is one: the embedder's, else one of our own.
    pub fn token(&self) -> Option<String> {
        self.hooks.identity_token().or_else(|| self.own.borrow().clone())
    }

    /// Keeps the token that was got there.
    pub fn register(&self, body: &Json, url: &str) -> Result<(), Failure> {
        // Unless there is another identity server by now.
        if *url != *self.url(&register::request(&Json::Null).path) {
            return Err(Failure::Network);
        }
        let token = register::read(body).ok_or(Failure::NotMatrix { status: 200 })?;
        self.own.replace(Some(token));
        Ok(())
    }
}
