//! The widget as it is, and a few functions beside it that only tests call.
//! Everything that the widget exports is exported here too.
#![cfg(target_arch = "wasm32")]

// Linked for what it exports.
use matrix_threepids as _;
use wasm_bindgen::prelude::wasm_bindgen;

#[path = "../../malformed_responses/table.rs"]
mod table;
#[path = "../../texts/table.rs"]
mod texts;

/// The odd answers that this browser's reader makes something else of than it
/// should; none is good.
#[wasm_bindgen(js_name = oddAnswers)]
pub fn odd_answers() -> Vec<String> {
    table::run()
}

/// How many odd answers there are.
#[wasm_bindgen(js_name = oddAnswersCount)]
pub fn odd_answers_count() -> u32 {
    table::len() as u32
}

/// The texts of which this browser makes something else than it should; none
/// is good.
#[wasm_bindgen(js_name = oddTexts)]
pub fn odd_texts() -> Vec<String> {
    texts::run()
}

/// How many texts there are.
#[wasm_bindgen(js_name = oddTextsCount)]
pub fn odd_texts_count() -> u32 {
    texts::len() as u32
}

/// What the widget never does on its own.
#[wasm_bindgen(js_name = panicNow)]
pub fn panic_now() {
    panic!("a test wanted this");
}
