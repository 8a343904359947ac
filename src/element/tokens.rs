//! The access token: the class has it, as a string or as a function that gets
//! one; here it only passes through.

use std::cell::{Cell, RefCell};

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::hooks::Hooks;

/// Where tokens come from. Nothing of this is ever shown, stored or logged.
pub struct Tokens {
    hooks: Hooks,
    /// The token in use; requests at the same time share one call.
    current: RefCell<Option<Promise>>,
    /// Counts the tokens, so that only the newest is renewed.
    generation: Cell<u32>,
}

/// A token and which one it is.
pub struct Token {
    /// For the header.
    pub text: String,
    generation: u32,
}

impl Tokens {
    /// Tokens that the class knows.
    pub fn new(hooks: Hooks) -> Tokens {
        Tokens { hooks, current: RefCell::default(), generation: Cell::default() }
    }

    /// The token to use; `None` if there is none.
    pub async fn get(&self) -> Option<Token> {
        let current = self.current.borrow().clone();
        let promise = current.unwrap_or_else(|| self.ask("initial"));
        self.wait_for(promise).await
    }

    /// A new token in the place of one that the server refused. Called by
    /// several requests at once, it is asked for once.
    pub async fn renew(&self, refused: &Token) -> Option<Token> {
        if refused.generation == self.generation.get() {
            self.forget();
            let promise = self.ask("expired");
            return self.wait_for(promise).await;
        }
        self.get().await
    }

    /// Another one with each token.
    pub fn generation(&self) -> u32 {
        self.generation.get()
    }

    /// The next request asks again.
    pub fn forget(&self) {
        self.current.take();
        self.generation.set(self.generation.get() + 1);
    }

    fn ask(&self, reason: &str) -> Promise {
        let token = self.hooks.token(reason).unwrap_or(JsValue::NULL);
        let promise = Promise::resolve(&token);
        self.current.replace(Some(promise.clone()));
        promise
    }

    async fn wait_for(&self, promise: Promise) -> Option<Token> {
        let generation = self.generation.get();
        let value = JsFuture::from(promise).await.unwrap_or(JsValue::NULL);
        match value.as_string().filter(|text| !text.is_empty()) {
            Some(text) => Some(Token { text, generation }),
            None => {
                // So that the next request asks again.
                if generation == self.generation.get() {
                    self.forget();
                }
                None
            }
        }
    }
}
