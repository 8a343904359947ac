//! What the class in `www/base.js` does for us. It holds the element
//! weakly: a strong reference from here would keep removed elements alive. No
//! exception passes through here: what is borrowed in Rust would stay so.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Element};

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

    /// Where tokens come from now: the same until `accessToken` is set again.
    #[wasm_bindgen(method)]
    pub fn tokens(this: &Hooks) -> TokenSource;

    /// What sends requests now: the same until `fetch` is set again.
    #[wasm_bindgen(method)]
    pub fn sender(this: &Hooks) -> Sender;

    /// Fires `threepid-auth-required` with this detail and a `respond`, which
    /// hands over JSON, or undefined; false if a listener prevented it.
    #[wasm_bindgen(method)]
    pub fn challenge(this: &Hooks, detail: &JsValue, respond: &JsValue) -> bool;

    /// Asks the embedder's `authHandler`. A promise of its answer as JSON;
    /// undefined where there is none, or it leaves it to the person.
    #[wasm_bindgen(method)]
    pub fn authenticate(this: &Hooks, challenge: &JsValue) -> Option<Promise>;

    /// Whether the focus is ours to be moved: in the element or nowhere.
    #[wasm_bindgen(method, js_name = mayFocus)]
    pub fn may_focus(this: &Hooks) -> bool;

    /// Opens the records of an account, in `localStorage` or `sessionStorage`,
    /// and listens to other elements of it. What was kept.
    #[wasm_bindgen(method)]
    pub fn open(this: &Hooks, local: bool, account: &str) -> String;

    /// Keeps these records, and tells the other elements of the account;
    /// nothing is kept if the text is empty.
    #[wasm_bindgen(method)]
    pub fn save(this: &Hooks, text: &str);

    /// Tells the other elements of the account that the link of this
    /// validation session was opened; if it is empty, that the list is another.
    #[wasm_bindgen(method)]
    pub fn opened(this: &Hooks, sid: &str);

    /// Closes the records; what is kept stays.
    #[wasm_bindgen(method)]
    pub fn shut(this: &Hooks);

    /// Takes the lock of a validation session, or waits for it. Resolves with
    /// a function that gives it back; with null, if another tab has it.
    #[wasm_bindgen(method)]
    pub fn lock(this: &Hooks, sid: &str, patient: bool) -> Promise;

    /// Opens the homeserver's page for a stage in a window of its own, where
    /// the browser lets that be without asking; else, this is its address. The
    /// class tells the handle when that page says that it is done.
    #[wasm_bindgen(method, js_name = openPage)]
    pub fn open_page(this: &Hooks, base: &str, stage: &str, session: &str) -> Option<String>;

    /// Resolves with these texts, each hashed with the pepper after it.
    #[wasm_bindgen(method)]
    pub fn hash(this: &Hooks, texts: &JsValue, pepper: &str) -> Promise;

    /// Draws into an element what there is to be seen of the identity server;
    /// nothing, if the state is null. `act` is told what the person does there.
    #[wasm_bindgen(method, js_name = drawIdentity)]
    pub fn draw_identity(this: &Hooks, element: &Element, state: &JsValue, act: &Function);

    /// Whether no element in this page has a dialog open.
    #[wasm_bindgen(method, js_name = mayAsk)]
    pub fn may_ask(this: &Hooks) -> bool;

    /// Takes this `sid` out of the address bar.
    #[wasm_bindgen(method, js_name = tidyAddress)]
    pub fn tidy_address(this: &Hooks, sid: &str);

    /// Where tokens come from, as it was set at one time. See `www/session.js`.
    pub type TokenSource;

    /// Resolves with an array of the token, or with why there is none: `none`,
    /// `invalid`, `network`, `offline`, `timeout`. `reason` is `initial` or
    /// `expired`.
    #[wasm_bindgen(method)]
    pub fn get(this: &TokenSource, reason: &str) -> Promise;

    /// Whether there is anything that a token may come from.
    #[wasm_bindgen(method, getter)]
    pub fn there(this: &TokenSource) -> bool;

    /// Whoever waits for a token waits no longer.
    #[wasm_bindgen(method)]
    pub fn end(this: &TokenSource);

    /// What sends requests, as it was set at one time.
    #[derive(Clone)]
    pub type Sender;

    /// Resolves with an array of status, `Retry-After` and body, or with why
    /// there is no answer: `network`, `offline`, `timeout`.
    #[wasm_bindgen(method)]
    pub fn send(
        this: &Sender,
        method: &str,
        url: &str,
        token: Option<&str>,
        body: Option<&str>,
        signal: &AbortSignal,
    ) -> Promise;

    /// Gets something that needs no access token. Resolves with the JSON of a
    /// good answer, or with null.
    #[wasm_bindgen(method, js_name = lookUp)]
    pub fn look_up(this: &Sender, url: &str) -> Promise;
}
