//! The access token: the class has it, as a string or as a function that gets
//! one; here it only passes through.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::hooks::TokenSource;
use crate::matrix::Failure;

/// Where tokens come from. Nothing of this is ever shown, stored or logged.
pub struct Tokens {
    pub(super) source: TokenSource,
    /// The token in use; requests at the same time share one call.
    current: RefCell<Option<Promise>>,
    /// Counts the tokens, so that only the newest is renewed.
    generation: Cell<u32>,
    /// The homeserver has taken the one in use.
    accepted: Cell<bool>,
}

/// A token and which one it is.
pub struct Token {
    /// For the header.
    pub text: String,
    generation: u32,
}

impl Tokens {
    /// Tokens that come from there.
    pub fn new(source: TokenSource) -> Tokens {
        let (current, generation) = (RefCell::default(), Cell::default());
        Tokens { source, current, generation, accepted: Cell::default() }
    }

    /// The token to use, or why there is none.
    pub async fn get(&self) -> Result<Token, Failure> {
        let current = self.current.borrow().clone();
        let promise = current.unwrap_or_else(|| self.ask("initial"));
        self.wait_for(promise).await
    }

    /// A new token in the place of one that the server refused. Called by
    /// several requests at once, it is asked for once.
    pub async fn renew(&self, refused: &Token) -> Result<Token, Failure> {
        if refused.generation == self.generation.get() {
            self.forget();
            let promise = self.ask("expired");
            return self.wait_for(promise).await;
        }
        self.get().await
    }

    /// The homeserver has taken this one.
    pub fn accept(&self, token: &Token) {
        if token.generation == self.generation.get() {
            self.accepted.set(true);
        }
    }

    /// Whether the homeserver has taken the one in use.
    pub fn is_accepted(&self) -> bool {
        self.accepted.get()
    }

    /// The next request asks again.
    fn forget(&self) {
        self.current.take();
        self.accepted.set(false);
        self.generation.set(self.generation.get() + 1);
    }

    fn ask(&self, reason: &str) -> Promise {
        let promise = self.source.get(reason);
        self.current.replace(Some(promise.clone()));
        promise
    }

    async fn wait_for(&self, promise: Promise) -> Result<Token, Failure> {
        let generation = self.generation.get();
        let value = JsFuture::from(promise).await.unwrap_or(JsValue::NULL);
        match value.dyn_ref::<Array>().and_then(|it| it.get(0).as_string()) {
            Some(text) => Ok(Token { text, generation }),
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

/// What the class calls it when there is no token, or no answer.
pub fn failure(name: &JsValue) -> Failure {
    match name.as_string().as_deref() {
        Some("network") => Failure::Network,
        Some("offline") => Failure::Offline,
        Some("timeout") => Failure::Timeout,
        Some("invalid") => Failure::InvalidToken,
        _ => Failure::NoSession { soft_logout: false },
    }
}
