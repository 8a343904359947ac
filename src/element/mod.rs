//! Bridge between JavaScript and Rust. Each instance of the classes in `www/`
//! has one `Handle`.

mod config;
mod element_handle;
mod focus;
mod identity_client;
mod js_bridge;
mod js_values;
mod matrix_client;
mod panic;
mod promises;
mod random;
mod request_executor;
mod runtime;
mod storage_sync;
mod timer;
mod token_provider;
