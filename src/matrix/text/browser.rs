//! Uses `text.js`, with a third of the bytes of the same code in Rust.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/matrix/text/text.js")]
extern "C" {
    pub fn parse(text: &str) -> Option<String>;
    pub fn trimmed(text: &str) -> String;
    #[wasm_bindgen(js_name = canonical)]
    pub fn canonical_email(address: &str) -> String;
    pub fn fold(text: &str) -> String;
    #[wasm_bindgen(js_name = spelledOut)]
    pub fn spelled_out(address: &str) -> String;
    pub fn readable(text: &str) -> String;
    #[wasm_bindgen(js_name = readCode)]
    pub fn read_code(typed: &str) -> String;
    #[wasm_bindgen(js_name = readRegistrationToken)]
    pub fn read_registration_token(typed: &str) -> String;
}
