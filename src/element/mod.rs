//! Bridge between JavaScript and Rust. Each instance of the classes in `www/`
//! has one `Handle`.

mod actions;
mod config;
mod element_handle;
mod element_methods;
mod first_threepids;
mod focus;
mod identity_client;
mod js_bridge;
mod js_values;
mod late;
mod late_runtime;
mod list_requests;
mod matrix_client;
mod panic;
mod promises;
mod random;
mod request_executor;
mod runtime;
mod split;
mod storage_sync;
mod timer;
mod token_provider;
