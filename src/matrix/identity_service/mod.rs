//! Requests and responses of the identity server.
//!
//! Paths are under its base URL. Some endpoints need its own access token, and
//! say so.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/>

pub mod hash_details;
pub mod lookup;
pub mod register;
pub mod request_token;
pub mod terms;
