//! The standalone account page: sign-in, the elements, sign-out.
//!
//! [`Visit`] is a state machine without I/O, as that of the elements. The other
//! modules render its state and execute its effects.

pub mod config;
pub mod effect;
pub mod entered;
mod looking;
pub mod returned;
pub mod session;
pub mod sign_in;
mod step;
pub mod tabs;
pub mod trouble;
pub mod visit;
mod words;

#[cfg(target_arch = "wasm32")]
mod host;
#[cfg(target_arch = "wasm32")]
mod speech;
#[cfg(target_arch = "wasm32")]
mod start;
#[cfg(target_arch = "wasm32")]
mod ui;

#[cfg(target_arch = "wasm32")]
use speech::Translations;
pub use visit::PageModel;
pub use words::Message;
