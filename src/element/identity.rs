//! The identity server: where it is, and its access token.

use std::cell::RefCell;

use wasm_bindgen_futures::JsFuture;

use super::hooks::Hooks;
use super::session::{Abort, Session};
use crate::matrix::identity::register;
use crate::matrix::{Failure, Json, json, openid};

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
}

impl Session {
    /// The token: the embedder's, else one of our own, for which the homeserver
    /// vouches.
    pub async fn identity_token(&self, abort: &Abort) -> Result<String, Failure> {
        let known = self.identity.hooks.identity_token();
        let known = known.or_else(|| self.identity.own.borrow().clone());
        if let Some(token) = known {
            return Ok(token);
        }
        let user_id = self.user_id.borrow().clone().unwrap_or_default();
        let openid = self.send(&|| openid::request(&user_id), true, abort).await?;
        let request = register::request(&openid);
        let url = self.identity.url(&request.path);
        let body = self.send_to(&url, &request, None, abort).await?;
        let token = register::read(&body).ok_or(Failure::NotMatrix { status: 200 })?;
        // Unless there is another identity server by now.
        if url == self.identity.url(&request.path) {
            self.identity.own.replace(Some(token.clone()));
        }
        Ok(token)
    }
}
