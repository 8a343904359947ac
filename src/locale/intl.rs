//! The browser's `Intl`, as far as it is needed. A tag that the browser does
//! not take makes English of it.

use js_sys::{Array, Date, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(js_namespace = Intl, constructor, catch)]
    fn new(tag: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, date: &Date) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type NumberFormat;
    #[wasm_bindgen(js_namespace = Intl, constructor, catch)]
    fn new(tag: &str, options: &Object) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &NumberFormat, number: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type ListFormat;
    #[wasm_bindgen(js_namespace = Intl, constructor, catch)]
    fn new(tag: &str, options: &Object) -> Result<ListFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &ListFormat, parts: &Array) -> String;
}

fn options(members: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in members {
        // Setting a member of a plain object cannot fail.
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options
}

fn with_fallback<T>(tag: &str, make: impl Fn(&str) -> Result<T, JsValue>) -> Option<T> {
    make(tag).or_else(|_| make("en")).ok()
}

pub(super) fn date(tag: &str, ms: f64) -> String {
    let date = Date::new(&ms.into());
    // Out of range: `format` would throw.
    if date.get_time().is_nan() {
        return String::new();
    }
    let options = options(&[("dateStyle", "long")]);
    with_fallback(tag, |tag| DateTimeFormat::new(tag, &options))
        .map_or_else(String::new, |format| format.format(&date))
}

pub(super) fn duration(tag: &str, ms: f64) -> String {
    let seconds = (ms / 1000.0).ceil() as u32;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let parts = Array::new();
    for (number, unit) in [(hours, "hour"), (minutes, "minute"), (seconds, "second")] {
        if number > 0 || (unit == "second" && parts.length() == 0) {
            let options = options(&[("style", "unit"), ("unit", unit), ("unitDisplay", "long")]);
            if let Some(format) = with_fallback(tag, |tag| NumberFormat::new(tag, &options)) {
                parts.push(&format.format(number.into()).into());
            }
        }
    }
    let options = options(&[("type", "unit"), ("style", "narrow")]);
    with_fallback(tag, |tag| ListFormat::new(tag, &options))
        .map_or_else(String::new, |format| format.format(&parts))
}
