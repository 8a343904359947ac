//! The browser's `Intl`: in JavaScript, where it weighs a third of what the
//! same calls do from here.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/locale/intl.js")]
extern "C" {
    pub(super) fn date(tag: &str, ms: f64) -> String;
    pub(super) fn duration(tag: &str, ms: f64) -> String;
}
