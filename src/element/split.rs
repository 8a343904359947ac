//! The only function of the first WebAssembly file that is in the second one.
//!
//! `wasm_split_cli_support` (in `xtask/src/wasm_split.rs`) finds the pair of an
//! exported and an imported function by their names, and moves the exported one,
//! with all code that only it reaches, into the second file. The names and the
//! two `extern` declarations need `unsafe`: nothing checks that both functions
//! have the same type. This file declares both, so that it can be seen here.

#![cfg_attr(feature = "split", allow(unsafe_code))]

use wasm_bindgen::prelude::*;

use super::actions::Actions;
use super::late::LateActions;
use super::runtime::{Runtime, loaded_actions, set_actions};
use crate::ui::{LateFunctions, set_late_functions};

/// Connects the second WebAssembly file, after JavaScript has instantiated it, with
/// the functions of `www/actions.ts`.
#[wasm_bindgen(js_name = loadActions)]
pub fn load_actions(functions: LateFunctions) {
    if loaded_actions().is_none() {
        set_late_functions(functions);
        let actions: &dyn Actions<Runtime> = Box::leak(create_actions());
        crate::locale::set_late_english(actions.english());
        set_actions(actions);
    }
}

/// Creates everything except the list. Without the feature `split`, its code is
/// in the same file.
#[cfg(not(feature = "split"))]
fn create_actions() -> Box<dyn Actions<Runtime>> {
    Box::new(LateActions)
}

/// Creates everything except the list. Only after JavaScript has instantiated the
/// second file: before, the imported function is missing, and the call traps.
#[cfg(feature = "split")]
fn create_actions() -> Box<dyn Actions<Runtime>> {
    // SAFETY: the imported function is the exported one below, which takes nothing,
    // and returns a pointer of `Box::into_raw` that no one else has.
    *unsafe {
        Box::from_raw(
            __wasm_split_00actions00_import_a1c3e5079b2d4f68a1c3e5079b2d4f68_create()
                .cast::<Box<dyn Actions<Runtime>>>(),
        )
    }
}

#[cfg(feature = "split")]
#[link(wasm_import_module = "__wasm_split_placeholder__")]
unsafe extern "C" {
    fn __wasm_split_00actions00_import_a1c3e5079b2d4f68a1c3e5079b2d4f68_create()
    -> *mut std::ffi::c_void;
}

/// Returns a pointer to a `Box<dyn Actions<Runtime>>`.
#[cfg(feature = "split")]
#[unsafe(no_mangle)]
extern "C" fn __wasm_split_00actions00_export_a1c3e5079b2d4f68a1c3e5079b2d4f68_create()
-> *mut std::ffi::c_void {
    let actions: Box<dyn Actions<Runtime>> = Box::new(LateActions);
    Box::into_raw(Box::new(actions)).cast()
}
