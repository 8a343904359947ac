//! The identity server: who knows an address can ask it whose that is.
//!
//! Paths follow its base URL. Those that say so need its own access token.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/>

pub mod hash_details;
pub mod lookup;
pub mod register;
pub mod terms;
pub mod validate;
