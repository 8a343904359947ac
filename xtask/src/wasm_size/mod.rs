//! Passes that make the WebAssembly smaller after it was linked.

pub mod reorder_functions;
pub mod shorten_names;
pub mod strip_data;
