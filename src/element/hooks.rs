//! What the class in `www/element.js` does for us. It holds the element
//! weakly: a strong reference from here would keep removed elements alive.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::Request;

#[wasm_bindgen]
extern "C" {
    /// The class's side.
    #[derive(Clone)]
    pub type Hooks;

    /// Fires an event; false if a listener prevented it.
    #[wasm_bindgen(method)]
    pub fn emit(this: &Hooks, name: &str, detail: &JsValue, cancelable: bool) -> bool;

    /// Switches a custom state (`:state(…)`).
    #[wasm_bindgen(method)]
    pub fn state(this: &Hooks, name: &str, on: bool);

    /// The access token or a promise of it; `reason` is `initial` or
    /// `expired`. Null where there is none (any more).
    #[wasm_bindgen(method, catch)]
    pub fn token(this: &Hooks, reason: &str) -> Result<JsValue, JsValue>;

    /// The embedder's own `fetch`; undefined where there is none.
    #[wasm_bindgen(method, catch)]
    pub fn fetch(this: &Hooks, request: &Request) -> Result<JsValue, JsValue>;

    /// The embedder's `authHandler`; undefined where there is none.
    #[wasm_bindgen(method, catch)]
    pub fn authenticate(this: &Hooks, challenge: &JsValue) -> Result<JsValue, JsValue>;

    /// Whether the focus is ours to be moved: in the element or nowhere.
    #[wasm_bindgen(method, js_name = mayFocus)]
    pub fn may_focus(this: &Hooks) -> bool;

    /// Hands over words for when we cannot speak any more.
    #[wasm_bindgen(method, js_name = lastWords)]
    pub fn last_words(this: &Hooks, words: Array);
}
