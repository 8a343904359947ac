//! The browser's `setTimeout`.

use wasm_bindgen::prelude::*;

/// Timer, which is cancelled when it is dropped.
pub struct Timer {
    id: i32,
    // Kept until it has run, or is not to run any more.
    _run: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls a function after this time in ms.
    pub fn after(ms: f64, run: impl FnOnce() + 'static) -> Option<Timer> {
        let run = Closure::once(run);
        let callback = run.as_ref().unchecked_ref();
        // What is later than the browser can count comes at its latest.
        let ms = ms.clamp(0.0, f64::from(i32::MAX)) as i32;
        let window = leptos::prelude::window();
        let id = window.set_timeout_with_callback_and_timeout_and_arguments_0(callback, ms).ok()?;
        Some(Timer { id, _run: run })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        leptos::prelude::window().clear_timeout_with_handle(self.id);
    }
}
