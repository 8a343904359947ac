//! What `www/page/host.js` does for the page: storage, channels, requests, the
//! address bar, the element. None of it throws: what is thrown in JavaScript
//! must not pass through Rust.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// The page's side.
    #[derive(Clone)]
    pub type Host;

    /// Sends a request. Resolves with its answer, or with `offline`, `network`
    /// or `timeout`.
    #[wasm_bindgen(method)]
    pub fn send(
        this: &Host,
        method: &str,
        url: &str,
        token: Option<&str>,
        body: Option<&str>,
        limit_ms: f64,
    ) -> Promise;

    /// Keeps the session of this account in this tab. Pending verifications of
    /// others are not kept, but those that were to be.
    #[wasm_bindgen(method)]
    pub fn keep(this: &Host, session: &str, account: &str);

    /// Takes the session and the records of pending verifications out of the
    /// storage. Those of its account come back when its person goes on.
    #[wasm_bindgen(method, js_name = clearStorage)]
    pub fn clear_storage(this: &Host);

    /// The time, in ms since the epoch; nobody sets it back.
    #[wasm_bindgen(method)]
    pub fn now(this: &Host) -> f64;

    /// A text that nobody can guess.
    #[wasm_bindgen(method)]
    pub fn nonce(this: &Host) -> String;

    /// Takes the element away, and forgets the session; pending verifications
    /// stay, or are cancelled.
    #[wasm_bindgen(method)]
    pub fn forget(this: &Host, keep_pending: bool);

    /// Remembers where single sign-on is to come back to, and goes there.
    #[wasm_bindgen(method)]
    pub fn go(this: &Host, leave: &str, url: &str);

    /// Takes what a server added out of the address bar.
    #[wasm_bindgen(method)]
    pub fn tidy(this: &Host);

    /// Asks the other tabs whether they know this `sid`.
    #[wasm_bindgen(method)]
    pub fn ask(this: &Host, sid: &str);

    /// Tells the other tabs how far a verification is.
    #[wasm_bindgen(method)]
    pub fn tell(this: &Host, sid: &str, address: &str, state: &str);

    /// Tells the elements of an account that a link was opened.
    #[wasm_bindgen(method)]
    pub fn opened(this: &Host, account: &str, sid: &str);

    /// The records of pending verifications of an account, as this tab has them.
    #[wasm_bindgen(method)]
    pub fn records(this: &Host, account: &str) -> String;

    /// Puts the elements there, signed in as this: the addresses of these
    /// mediums, if any, and the password.
    #[wasm_bindgen(method)]
    pub fn element(
        this: &Host,
        container: &Element,
        mediums: &str,
        password: bool,
        homeserver: &str,
        user_id: &str,
        token: &str,
    );

    /// The addresses that are pending in the element.
    #[wasm_bindgen(method)]
    pub fn pending(this: &Host) -> Vec<String>;

    /// Puts the focus on what has this id.
    #[wasm_bindgen(method)]
    pub fn focus(this: &Host, id: &str);

    /// Sets a variable of the theme.
    #[wasm_bindgen(method)]
    pub fn theme(this: &Host, name: &str, value: &str);

    /// Names the page.
    #[wasm_bindgen(method)]
    pub fn title(this: &Host, title: &str);
}
