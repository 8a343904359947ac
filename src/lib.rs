//! `<matrix-threepids>`: users manage the email addresses and phone numbers of
//! their Matrix account, in any web page.
//!
//! The layers, from the lowest to the highest. Each uses only those before it
//! in this list:
//!
//! - [`matrix`]: requests and responses of the servers;
//! - [`model`]: the state machine, without I/O;
//! - [`locale`]: messages, and the format of numbers and dates;
//! - `ui`: Leptos components that display the state;
//! - `element`: the bridge between JavaScript and Rust. The class in `www/`
//!   uses its `Handle`, which is all that is exported to JavaScript. Without the
//!   feature `elements`, only the panic hook;
//! - `account_page`: the standalone account page, only with the feature
//!   `account-page`.

#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub mod account_page;
pub mod locale;
pub mod matrix;
pub mod model;

/// Allocator with a third of the bytes of std's.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[cfg(all(target_arch = "wasm32", feature = "elements"))]
mod element;
#[cfg(all(target_arch = "wasm32", not(feature = "elements")))]
mod element {
    mod panic;
}
#[cfg(target_arch = "wasm32")]
#[cfg_attr(
    not(feature = "elements"),
    allow(dead_code, unused_imports, reason = "the account page uses a part of it")
)]
mod ui;
