//! `<matrix-threepids>`: a person manages the email addresses and phone numbers
//! of their Matrix account, in any web page.
//!
//! The rooms, from the ground up; each knows only those above it in this list:
//!
//! - [`matrix`]: the homeserver's endpoints, requests and answers;
//! - [`flow`]: what happens in which order, without I/O;
//! - [`locale`]: words, and how numbers and dates are said;
//! - `ui`: Leptos components that draw the flow's state;
//! - `element`: between JavaScript and the rest. Its `Handle` is what the
//!   class in `www/` works with, and all that is exported to JavaScript;
//! - [`page`]: the standalone account page, only with the feature
//!   `account-page`.

pub mod flow;
pub mod locale;
pub mod matrix;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub mod page;

/// A third of what std's own weighs.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[cfg(target_arch = "wasm32")]
mod element;
#[cfg(target_arch = "wasm32")]
mod ui;
