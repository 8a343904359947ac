//! Access tokens. The class holds `accessToken`, a string or a function; this
//! module passes tokens to requests.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::js_bridge::TokenSource;
use crate::matrix::RequestError;

/// Source of tokens. Never displayed, stored or logged.
pub struct TokenProvider {
    pub(super) source: TokenSource,
    /// Current token. Simultaneous requests share one call.
    current: RefCell<Option<Promise>>,
    /// Number of the current token, so that only the newest is renewed.
    generation: Cell<u32>,
    /// True if the homeserver has accepted the current token.
    accepted: Cell<bool>,
}

/// Token and its number.
pub struct Token {
    /// Value for the header.
    pub value: String,
    generation: u32,
}

impl TokenProvider {
    /// Creates the tokens of a source.
    pub fn new(source: TokenSource) -> TokenProvider {
        let (current, generation) = (RefCell::default(), Cell::default());
        TokenProvider { source, current, generation, accepted: Cell::default() }
    }

    /// Current token, or the reason why there is none.
    pub async fn get(&self) -> Result<Token, RequestError> {
        let current = self.current.borrow().clone();
        let promise = current.unwrap_or_else(|| self.request("initial"));
        self.wait_for(promise).await
    }

    /// Renews a token that the server has refused. Simultaneous calls share one
    /// renewal.
    pub async fn renew(&self, refused: &Token) -> Result<Token, RequestError> {
        if refused.generation == self.generation.get() {
            self.forget();
            let promise = self.request("expired");
            return self.wait_for(promise).await;
        }
        self.get().await
    }

    /// Notes that the homeserver has accepted this token.
    pub fn accept(&self, token: &Token) {
        if token.generation == self.generation.get() {
            self.accepted.set(true);
        }
    }

    /// True if the homeserver has accepted the current token.
    pub fn is_accepted(&self) -> bool {
        self.accepted.get()
    }

    /// Drops the current token, so that the next request asks again.
    fn forget(&self) {
        self.current.take();
        self.accepted.set(false);
        self.generation.set(self.generation.get() + 1);
    }

    fn request(&self, reason: &str) -> Promise {
        let promise = self.source.get(reason);
        self.current.replace(Some(promise.clone()));
        promise
    }

    async fn wait_for(&self, promise: Promise) -> Result<Token, RequestError> {
        let generation = self.generation.get();
        let value = JsFuture::from(promise).await.unwrap_or(JsValue::NULL);
        match value.dyn_ref::<Array>().and_then(|it| it.get(0).as_string()) {
            Some(text) => Ok(Token { value: text, generation }),
            None => {
                // So that the next request asks again.
                if generation == self.generation.get() {
                    self.forget();
                }
                Err(failure(&value))
            }
        }
    }
}

/// Failure for a reason of the class: no token, or no response.
pub fn failure(name: &JsValue) -> RequestError {
    match name.as_string().as_deref() {
        Some("network") => RequestError::Network,
        Some("offline") => RequestError::Offline,
        Some("timeout") => RequestError::Timeout,
        Some("invalid") => RequestError::InvalidToken,
        _ => RequestError::SessionExpired { soft_logout: false },
    }
}
