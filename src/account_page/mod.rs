//! The standalone account page: sign-in, the elements, sign-out.
//!
//! [`PageModel`] is a state machine without I/O, as that of the elements. The other
//! modules render its state and execute its effects.

pub mod config;
mod discovery;
pub mod effect;
pub mod link_tab;
mod messages;
pub mod model;
pub mod server_input;
pub mod session;
pub mod sign_in;
pub mod sign_in_error;
mod sign_in_step;
pub mod tab_messages;

#[cfg(target_arch = "wasm32")]
mod js_bridge;
#[cfg(target_arch = "wasm32")]
mod runtime;
#[cfg(target_arch = "wasm32")]
mod translations;
#[cfg(target_arch = "wasm32")]
mod ui;

pub use messages::Message;
pub use model::PageModel;
#[cfg(target_arch = "wasm32")]
use translations::Translations;
