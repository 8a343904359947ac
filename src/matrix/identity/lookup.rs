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
            .text("algorithm", hash_details::SHA256)
            .text("pepper", &self.details.pepper)
            .json("addresses", self.addresses.into())
            .done();
        HttpRequest::post("/_matrix/identity/v2/lookup", &body)
    }
}

/// An address as it is looked up, and before it is hashed.
pub fn plain(medium: &Medium, address: &str) -> String {
    let address = match medium {
        Medium::Email => email::fold(address),
        Medium::Msisdn | Medium::Other(_) => address.to_owned(),
    };
    [&address, " ", medium.as_str()].concat()
}

/// Which of the addresses are this person's. `disguised` as they were looked
/// up, in the same order.
pub fn read(body: &Json, addresses: &[String], disguised: &[String], user_id: &str) -> Vec<String> {
    let mappings = body.get("mappings").unwrap_or(&Json::Null);
    let is_theirs = |it: &(&String, &String)| mappings.str(it.1) == Some(user_id);
    addresses.iter().zip(disguised).filter(is_theirs).map(|it| it.0.clone()).collect()
}
