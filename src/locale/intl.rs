//! The browser's `Intl`, called from JavaScript, with a third of the bytes of
//! the same calls in Rust.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/locale/intl.js")]
extern "C" {
    fn format(kind: u8, tag: &str, value: f64) -> String;
}

/// Kind of a value. `FORMATS` in `intl.js` has the same order.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum Kind {
    /// Day, in milliseconds since the epoch.
    Date,
    /// Duration in words, in milliseconds.
    Duration,
    /// Duration in figures, in milliseconds.
    Countdown,
    /// Whole number.
    Number,
}

/// Formats a value.
pub(super) fn format_value(kind: Kind, tag: &str, value: f64) -> String {
    format(kind as u8, tag, value)
}
