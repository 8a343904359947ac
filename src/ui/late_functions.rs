//! JavaScript functions that the browser loads after the first list: those of
//! `www/actions.ts`.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// The module `www/actions.ts`.
    #[derive(Clone)]
    pub type LateFunctions;

    /// Opens or closes a dialog, whenever its place is shown or hidden.
    #[wasm_bindgen(method, js_name = showDialog)]
    pub fn show_dialog(this: &LateFunctions, dialog: &Element, is_wanted: bool);

    /// Listens to the events of the form for a new password. `submit` receives what
    /// was typed; `on_show` is called when the password is shown.
    #[wasm_bindgen(method, js_name = setUpPasswordForm)]
    pub fn set_up_password_form(
        this: &LateFunctions,
        form: &Element,
        submit: &JsValue,
        on_show: &JsValue,
    );

    /// Removes what was typed into the form for a new password.
    #[wasm_bindgen(method, js_name = clearPasswordForm)]
    pub fn clear_password_form(this: &LateFunctions, form: &Element);

    /// Renders a checkbox for each document, in the language that fits best.
    #[wasm_bindgen(method, js_name = renderTerms)]
    pub fn render_terms(
        this: &LateFunctions,
        container: &Element,
        documents: &JsValue,
        text: &str,
        tag: &str,
    );

    /// True if all checkboxes are checked; otherwise the browser reports the first
    /// one that is not.
    #[wasm_bindgen(method, js_name = areTermsAccepted)]
    pub fn are_terms_accepted(this: &LateFunctions, container: &Element) -> bool;
}

thread_local! {
    static FUNCTIONS: RefCell<Option<LateFunctions>> = const { RefCell::new(None) };
}

/// Sets the functions, before any late view is mounted.
pub fn set_late_functions(functions: LateFunctions) {
    FUNCTIONS.set(Some(functions));
}

/// Calls one of the functions.
pub fn with_late_functions<T>(call: impl FnOnce(&LateFunctions) -> T) -> Option<T> {
    let functions = FUNCTIONS.with_borrow(Clone::clone);
    functions.as_ref().map(call)
}
