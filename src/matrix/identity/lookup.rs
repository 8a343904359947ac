//! `POST /_matrix/identity/v2/lookup`: whose these addresses are. Needs the
//! token.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2lookup>

use super::hash_details;
use crate::matrix::threepids::Medium;
use crate::matrix::{HttpRequest, Json, email, json};

/// What is asked for.
pub struct Request<'a> {
    /// How the addresses are disguised.
    pub details: &'a hash_details::Response,
    /// The addresses, disguised.
    pub addresses: &'a [String],
}

impl Request<'_> {
    /// The request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .text("algorithm", self.details.algorithm.as_str())
            .text("pepper", &self.details.pepper)
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

/// Which of the addresses are this person's. `disguised` as they were looked
/// up, in the same order.
pub fn read(
    body: &Json,
    mut addresses: Vec<String>,
    disguised: &[String],
    user_id: &str,
) -> Vec<String> {
    let mappings = body.get("mappings").unwrap_or(&Json::Null);
    let mut disguised = disguised.iter();
    addresses.retain(|_| disguised.next().is_some_and(|it| mappings.str(it) == Some(user_id)));
    addresses
}
