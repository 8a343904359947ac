//! Panic hook. A panic ends this instance for all elements. The hook informs
//! the class, which displays the error without Rust, and has the next call
//! create a new instance.

use std::cell::RefCell;
use std::panic;

use js_sys::Function;
use wasm_bindgen::prelude::*;

thread_local! {
    static ON_PANIC: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Sets the function that is called, without arguments, after a panic.
#[wasm_bindgen(js_name = onPanic)]
pub fn on_panic(callback: Function) {
    ON_PANIC.set(Some(callback));
    panic::set_hook(Box::new(|_| report()));
}

/// Informs the class. The pass `xtask/src/wasm_size/shorten_panics.rs` finds this
/// function by its name, and calls it in place of the standard library's code.
#[inline(never)]
fn report() {
    wasm_bindgen::handler::schedule_reinit();
    if let Some(callback) = ON_PANIC.take() {
        // Nobody is left to be told of an error in there.
        let _ = callback.call0(&JsValue::UNDEFINED);
    }
}
