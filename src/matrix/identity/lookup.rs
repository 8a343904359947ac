//! `POST /_matrix/identity/v2/lookup`: whose these addresses are. Needs the
//! token.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2lookup>

use super::hash_details::Algorithm;
use crate::matrix::threepids::Medium;
use crate::matrix::{HttpRequest, Json, email, json};

/// What is asked for.
pub struct Request<'a> {
    /// How the addresses are disguised.
    pub algorithm: Algorithm,
    /// The pepper; also where it is not mixed in.
    pub pepper: &'a str,
    /// The addresses, disguised.
    pub addresses: &'a [String],
}

impl Request<'_> {
    /// The request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .text("algorithm", self.algorithm.as_str())
            .text("pepper", self.pepper)
            .json("addresses", self.addresses.into())
            .done();
        HttpRequest::post("/_matrix/identity/v2/lookup", &body)
    }
}

/// An address as it is looked up, and before it is hashed.
pub fn plain(medium: &Medium, address: &str) -> String {
    let address = match medium {
        Medium::Email => email::lowercase(address),
        Medium::Msisdn | Medium::Other(_) => address.to_owned(),
    };
    [&address, " ", medium.as_str()].concat()
}

/// Whether each of the addresses is this person's, in their order.
pub fn read(body: &Json, addresses: &[String], user_id: &str) -> Vec<bool> {
    let mappings = body.get("mappings").unwrap_or(&Json::Null);
    addresses.iter().map(|it| mappings.str(it) == Some(user_id)).collect()
}
