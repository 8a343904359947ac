//! Requests and responses of the homeserver, one file per endpoint, and of the
//! identity server ([`identity_service`]).
//!
//! This layer uses no browser API, no view and no state. It converts a request
//! to an [`HttpRequest`], and an [`HttpResponse`] to a response or a
//! [`RequestError`]. Other layers send them.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#adding-account-administrative-contact-information>

#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
mod absolute_request;
pub mod accepted_terms;
pub mod add_3pid;
pub mod add_3pid_r0;
pub mod auth_metadata;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
mod base_url;
pub mod bind_3pid;
pub mod capabilities;
pub mod change_password;
mod client_secret;
pub mod delete_3pid;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub mod discovery;
pub mod email;
mod errcode;
pub mod get_3pids;
mod http;
pub mod identity_service;
mod index;
pub mod json;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub mod login;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub mod logout;
pub mod phone_number;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub mod profile;
mod redact;
pub mod request_3pid_token_via_email;
pub mod request_3pid_token_via_msisdn;
mod request_error;
pub mod request_openid_token;
pub mod request_password_change_token;
pub mod retry_after;
pub mod submit_token;
pub mod text;
pub mod uia;
pub mod unbind_3pid;
mod versions;
pub mod whoami;

#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub use absolute_request::AbsoluteRequest;
#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub use base_url::{BaseUrl, BaseUrlError, ServerName, server_name_of};
pub use client_secret::ClientSecret;
pub use errcode::Errcode;
pub use http::{Destination, HttpRequest, HttpResponse, Method};
pub use index::Index;
pub use json::Json;
pub use redact::Secrets;
pub use request_error::{RequestError, ServerError};
pub use text::readable;
pub use versions::{ApiVersion, VERSIONS};
