//! Parsing and formatting of phone numbers, in JavaScript (`www/phone-numbers.ts`).
//! The class loads it only for pages with phone numbers.

use std::cell::OnceCell;

use wasm_bindgen::prelude::*;

use crate::matrix::json;
use crate::matrix::phone_number::PhoneInput;

#[wasm_bindgen]
extern "C" {
    /// Module `www/phone-numbers.ts`.
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

/// Sets the module, before any element displays phone numbers.
#[wasm_bindgen]
pub fn phones(module: Phones) {
    // The same for all elements.
    PHONES.with(|phones| drop(phones.set(module)));
}

#[inline(never)]
fn with(run: &mut dyn FnMut(&Phones)) {
    PHONES.with(|phones| phones.get().map(run));
}

/// Formats an MSISDN: `+44 7700 900001`.
pub fn format(msisdn: &str) -> String {
    // Where nobody wants phone numbers, nothing of them is loaded.
    let mut text = ["+", msisdn].concat();
    with(&mut |phones| text = phones.format(msisdn));
    text
}

/// Parses a number: its MSISDN (empty if it is invalid), and the number as
/// typed.
pub type ParsedNumber = (String, PhoneInput);

/// Parses typed text for this country.
pub fn read(typed: &str, country: &str) -> ParsedNumber {
    let mut read = String::new();
    with(&mut |phones| read = phones.read(typed, country));
    parse(&read)
}

/// Parses the typed text of a form.
pub fn typed(form: &JsValue) -> ParsedNumber {
    let mut read = String::new();
    with(&mut |phones| read = phones.typed(form));
    parse(&read)
}

fn parse(read: &str) -> ParsedNumber {
    let read = json::parse(read).unwrap_or(json::Json::Null);
    let text = |name| read.str(name).unwrap_or_default().to_owned();
    (text("msisdn"), PhoneInput { country: text("country"), number: text("number") })
}

/// Sets the number of a field, and selects its country.
pub fn fill(field: &JsValue, msisdn: &str) {
    with(&mut |phones| phones.fill(field, msisdn));
}

/// Inserts the list of countries before the field of a form.
pub fn dress(form: &JsValue, country: &str, tag: &str, label: &str) {
    with(&mut |phones| phones.dress(form, country, tag, label));
}
