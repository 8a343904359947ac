//! Requests and responses of the homeserver, one file per endpoint, and of the
//! identity server ([`identity`]).
//!
//! This layer uses no browser API, no view and no state. It converts a request
//! to an [`HttpRequest`], and an [`HttpResponse`] to a response or a
//! [`Failure`]. Other layers send them.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#adding-account-administrative-contact-information>

pub mod accepted_terms;
pub mod add;
pub mod add_deprecated;
mod api;
pub mod auth_metadata;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
mod base_url;
pub mod bind;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
mod call;
pub mod capabilities;
pub mod change_password;
pub mod delete;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub mod discovery;
pub mod email;
mod errcode;
mod failure;
mod http;
pub mod identity;
pub mod json;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub mod login;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub mod logout;
pub mod openid;
pub mod phone;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub mod profile;
mod redact;
pub mod request_email_token;
pub mod request_msisdn_token;
pub mod request_proof;
pub mod retry_after;
mod secret;
pub mod submit_token;
pub mod text;
pub mod threepids;
pub mod uia;
pub mod unbind;
pub mod whoami;

pub use api::{ApiVersion, VERSIONS};
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub use base_url::{BaseUrl, BaseUrlError, ServerName, server_name_of};
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub use call::AbsoluteRequest;
pub use errcode::Errcode;
pub use failure::{RequestError, ServerError};
pub use http::{HttpRequest, HttpResponse, Method};
pub use json::Json;
pub use redact::Secrets;
pub use secret::ClientSecret;
pub use text::readable;
