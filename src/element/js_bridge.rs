//! Functions of the class in `www/js-bridge.ts`. They hold the element weakly,
//! because a strong reference from the WebAssembly would keep removed elements
//! in memory. They throw no exceptions, because an exception would leave
//! borrowed values in Rust borrowed.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Element, Request};

#[wasm_bindgen]
extern "C" {
    /// Functions of the class.
    #[derive(Clone)]
    pub type JsBridge;

    /// Fires an event; false if a listener prevented it.
    #[wasm_bindgen(method)]
    pub fn emit(this: &JsBridge, name: &str, detail: &JsValue, cancelable: bool) -> bool;

    /// Switches a custom state (`:state(…)`).
    #[wasm_bindgen(method)]
    pub fn state(this: &JsBridge, name: &str, on: bool);

    /// Sends a `GET` that the first list needs, unless that was done already.
    /// Resolves with the body of a response with status 200; otherwise with
    /// undefined, and the next `send` of this request has the same result.
    #[wasm_bindgen(method, js_name = readEarly)]
    pub fn read_early(this: &JsBridge, path: &str) -> Promise;

    /// Loads the actions, if that has not begun.
    #[wasm_bindgen(method, js_name = wantActions)]
    pub fn want_actions(this: &JsBridge);

    /// Current source of tokens. It is the same object until `accessToken` is
    /// set again.
    #[wasm_bindgen(method)]
    pub fn tokens(this: &JsBridge) -> TokenSource;

    /// Current sender of requests. It is the same object until `fetch` is set
    /// again.
    #[wasm_bindgen(method)]
    pub fn sender(this: &JsBridge) -> Sender;

    /// Fires `threepid-auth-required` with this detail and a `respond`, which
    /// passes JSON or undefined. Returns false if a listener prevented it.
    #[wasm_bindgen(method)]
    pub fn challenge(this: &JsBridge, detail: &JsValue, respond: &JsValue) -> bool;

    /// Calls `authHandler`. Returns a promise of its reply as JSON; undefined
    /// if there is no `authHandler`, or if the user has to reply.
    #[wasm_bindgen(method)]
    pub fn authenticate(this: &JsBridge, challenge: &JsValue) -> Option<Promise>;

    /// True if the focus is in the element or nowhere, so that it may be moved.
    #[wasm_bindgen(method, js_name = mayFocus)]
    pub fn may_focus(this: &JsBridge) -> bool;

    /// Opens the storage of an account (`localStorage` or `sessionStorage`) and
    /// its channel. Returns the stored text.
    #[wasm_bindgen(method)]
    pub fn open(this: &JsBridge, local: bool, account: &str) -> String;

    /// Stores this text, and informs the other elements of the account. Without
    /// a text, deletes the stored one.
    #[wasm_bindgen(method)]
    pub fn save(this: &JsBridge, text: Option<&str>);

    /// Informs the other elements of the account that the link of this
    /// validation session was opened.
    #[wasm_bindgen(method, js_name = sendLinkOpened)]
    pub fn send_link_opened(this: &JsBridge, sid: &str);

    /// Informs the other elements of the account that the list has changed.
    #[wasm_bindgen(method, js_name = sendListChanged)]
    pub fn send_list_changed(this: &JsBridge);

    /// Closes the storage. The stored text stays.
    #[wasm_bindgen(method)]
    pub fn shut(this: &JsBridge);

    /// Requests the Web Lock of a validation session. Resolves with a function
    /// that releases it, or with null if another tab has it.
    #[wasm_bindgen(method)]
    pub fn lock(this: &JsBridge, sid: &str, patient: bool) -> Promise;

    /// Opens the fallback page of a stage in a window. If the browser blocks
    /// the window, returns the URL. The class informs the handle of `authDone`.
    #[wasm_bindgen(method, js_name = openPage)]
    pub fn open_page(this: &JsBridge, base: &str, stage: &str, session: &str) -> Option<String>;

    /// Resolves with the `sha256` of each text followed by the pepper.
    #[wasm_bindgen(method)]
    pub fn hash(this: &JsBridge, texts: &JsValue, pepper: &str) -> Promise;

    /// Renders the state of the identity server into an element; nothing if the
    /// state is null. `act` receives the user's actions.
    #[wasm_bindgen(method, js_name = drawIdentity)]
    pub fn draw_identity(this: &JsBridge, element: &Element, state: &JsValue, act: &Function);

    /// True if no element of the page has an open dialog.
    #[wasm_bindgen(method, js_name = mayAsk)]
    pub fn may_ask(this: &JsBridge) -> bool;

    /// Removes this `sid` from the URL of the page.
    #[wasm_bindgen(method, js_name = tidyAddress)]
    pub fn tidy_address(this: &JsBridge, sid: &str);

    /// Source of tokens, for one value of `accessToken`. See `www/session.ts`.
    pub type TokenSource;

    /// Resolves with an array of the token, or with the reason why there is
    /// none: `none`, `invalid`, `network`, `offline`, `timeout`. `reason` is
    /// `initial` or `expired`.
    #[wasm_bindgen(method)]
    pub fn get(this: &TokenSource, reason: &str) -> Promise;

    /// True if `accessToken` is set.
    #[wasm_bindgen(method, getter)]
    pub fn there(this: &TokenSource) -> bool;

    /// Ends the wait for a token.
    #[wasm_bindgen(method)]
    pub fn end(this: &TokenSource);

    /// Sender of requests, for one value of `fetch`.
    #[derive(Clone)]
    pub type Sender;

    /// Resolves with a complete `Response`, or with the reason why there is
    /// none: `network`, `offline`, `timeout`.
    #[wasm_bindgen(method)]
    pub fn send(this: &Sender, request: &Request, signal: &AbortSignal) -> Promise;

    /// Sends a `GET` without an access token. Resolves with the JSON of a
    /// successful response, or with null.
    #[wasm_bindgen(method, js_name = lookUp)]
    pub fn look_up(this: &Sender, url: &str) -> Promise;
}
