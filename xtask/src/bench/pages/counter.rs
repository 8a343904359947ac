//! A counter, as the first page of Leptos's book has it.

use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;

/// Renders the counter.
#[wasm_bindgen(start)]
pub fn start() {
    mount_to_body(|| {
        let (count, set_count) = signal(0);
        view! {
            <button on:click=move |_| set_count.update(|count| *count += 1)>
                "Count: " {count}
            </button>
        }
    });
}
