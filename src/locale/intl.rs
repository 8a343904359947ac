//! The browser's `Intl`, called from JavaScript, with a third of the bytes of
//! the same calls in Rust.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/locale/intl.js")]
extern "C" {
    pub(super) fn date(tag: &str, ms: f64) -> String;
    pub(super) fn duration(tag: &str, ms: f64) -> String;
}
