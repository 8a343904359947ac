//! Functions of `www/page/page-bridge.ts`: storage, channels, requests, URL and
//! elements. They throw no exceptions, because exceptions must not pass through
//! Rust.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// Functions of the page.
    #[derive(Clone)]
    pub type Host;

    /// Sends a request. Resolves with its response, or with `offline`,
    /// `network` or `timeout`.
    #[wasm_bindgen(method)]
    pub fn send(
        this: &Host,
        method: &str,
        url: &str,
        token: Option<&str>,
        body: Option<&str>,
        limit_ms: f64,
    ) -> Promise;

    /// Stores the session of this account in this tab. Deletes the pending
    /// verifications of other accounts, except those that users chose to keep.
    #[wasm_bindgen(method)]
    pub fn keep(this: &Host, session: &str, account: &str);

    /// Removes the session and the pending verifications from the storage.
    /// Those of its account return when its user signs in again.
    #[wasm_bindgen(method, js_name = clearStorage)]
    pub fn clear_storage(this: &Host);

    /// Monotonic time, in ms since the epoch at its start.
    #[wasm_bindgen(method)]
    pub fn now(this: &Host) -> f64;

    /// Creates a random text.
    #[wasm_bindgen(method)]
    pub fn nonce(this: &Host) -> String;

    /// Removes the elements and deletes the session. Pending verifications are
    /// kept or cancelled.
    #[wasm_bindgen(method)]
    pub fn forget(this: &Host, keep_pending: bool);

    /// Stores the state of single sign-on, and opens its URL.
    #[wasm_bindgen(method)]
    pub fn go(this: &Host, leave: &str, url: &str);

    /// Removes the parameters of servers from the URL.
    #[wasm_bindgen(method)]
    pub fn tidy(this: &Host);

    /// Asks the other tabs for this `sid`.
    #[wasm_bindgen(method)]
    pub fn ask(this: &Host, sid: &str);

    /// Informs the other tabs of a verification's state.
    #[wasm_bindgen(method)]
    pub fn tell(this: &Host, sid: &str, address: &str, state: &str);

    /// Informs the elements of an account that a link was opened.
    #[wasm_bindgen(method)]
    pub fn opened(this: &Host, account: &str, sid: &str);

    /// Stored document of an account's pending verifications, of this tab.
    #[wasm_bindgen(method)]
    pub fn records(this: &Host, account: &str) -> String;

    /// Creates the elements of a session: for the addresses of these mediums,
    /// if there are any, and for the password.
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

    /// Creates the element that replaces a forgotten password.
    #[wasm_bindgen(method, js_name = passwordReset)]
    pub fn password_reset(this: &Host, container: &Element, homeserver: &str);

    /// Pending addresses of the element.
    #[wasm_bindgen(method)]
    pub fn pending(this: &Host) -> Vec<String>;

    /// Sets the focus to the element with this id.
    #[wasm_bindgen(method)]
    pub fn focus(this: &Host, id: &str);

    /// Sets a CSS variable of the theme.
    #[wasm_bindgen(method)]
    pub fn theme(this: &Host, name: &str, value: &str);

    /// Sets the title of the page.
    #[wasm_bindgen(method)]
    pub fn title(this: &Host, title: &str);
}
