//! How phone numbers are read and written: in JavaScript (`www/phones.js`),
//! which the class loads where a page wants phone numbers at all.

use std::cell::OnceCell;

use wasm_bindgen::prelude::*;

use crate::matrix::json;
use crate::matrix::phone::Dialled;

#[wasm_bindgen]
extern "C" {
    /// The module `www/phones.js`.
    pub type Phones;

    #[wasm_bindgen(method)]
    fn format(this: &Phones, msisdn: &str) -> String;
    #[wasm_bindgen(method)]
    fn read(this: &Phones, typed: &str, country: &str) -> String;
    #[wasm_bindgen(method)]
    fn typed(this: &Phones, form: &JsValue) -> String;
    #[wasm_bindgen(method)]
    fn fill(this: &Phones, field: &JsValue, msisdn: &str);
    #[wasm_bindgen(method)]
    fn dress(this: &Phones, form: &JsValue, country: &str, tag: &str, label: &str);
}

thread_local! {
    static PHONES: OnceCell<Phones> = const { OnceCell::new() };
}

/// Hands in the module; before any element shows phone numbers.
#[wasm_bindgen]
pub fn phones(module: Phones) {
    // The same for all elements.
    PHONES.with(|phones| drop(phones.set(module)));
}

#[inline(never)]
fn with(run: &mut dyn FnMut(&Phones)) {
    PHONES.with(|phones| phones.get().map(run));
}

/// As people write it: `+44 7700 900001`.
pub fn format(msisdn: &str) -> String {
    // Where nobody wants phone numbers, nothing of them is loaded.
    let mut text = ["+", msisdn].concat();
    with(&mut |phones| text = phones.format(msisdn));
    text
}

/// How servers list a number (empty if it is none), and what to ask them for.
pub type Read = (String, Dialled);

/// What was typed for this country.
pub fn read(typed: &str, country: &str) -> Read {
    let mut read = String::new();
    with(&mut |phones| read = phones.read(typed, country));
    parse(&read)
}

/// What was typed into a form.
pub fn typed(form: &JsValue) -> Read {
    let mut read = String::new();
    with(&mut |phones| read = phones.typed(form));
    parse(&read)
}

fn parse(read: &str) -> Read {
    let read = json::parse(read).unwrap_or(json::Json::Null);
    let text = |name| read.str(name).unwrap_or_default().to_owned();
    (text("msisdn"), Dialled { country: text("country"), number: text("number") })
}

/// Puts a number into the field, and chooses its country.
pub fn fill(field: &JsValue, msisdn: &str) {
    with(&mut |phones| phones.fill(field, msisdn));
}

/// Puts the list of countries before the field of a form.
pub fn dress(form: &JsValue, country: &str, tag: &str, label: &str) {
    with(&mut |phones| phones.dress(form, country, tag, label));
}
