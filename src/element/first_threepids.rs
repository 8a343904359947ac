//! The property `threepids` before the actions are loaded. With the code that writes
//! JSON, it would be five times as large.

use wasm_bindgen::prelude::*;

use crate::matrix::get_3pids::Threepid;

#[wasm_bindgen(module = "/src/element/first_threepids.js")]
extern "C" {
    #[wasm_bindgen(js_name = addEntry)]
    fn add_entry(
        list: &JsValue,
        medium: &str,
        address: &str,
        added_at: Option<f64>,
        validated_at: Option<f64>,
    );
}

/// Objects of these entries. Whether they are shared is not known yet.
pub fn first_threepids(entries: &[Threepid]) -> JsValue {
    let list = js_sys::Array::new();
    for Threepid { medium, address, added_at, validated_at, .. } in entries {
        add_entry(&list, medium.as_str(), address, *added_at, *validated_at);
    }
    list.into()
}
