//! `POST /_matrix/identity/v2/lookup`: whose these addresses are. Needs the
//! token.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2lookup>

use super::hash_details;
use crate::matrix::get_3pids::Medium;
use crate::matrix::{HttpRequest, Index, Json, email, json};

/// Request.
pub struct Request<'a> {
    /// Algorithm and pepper of the hashes.
    pub details: &'a hash_details::Response,
    /// Hashed addresses.
    pub addresses: &'a [String],
}

impl Request<'_> {
    /// Creates the HTTP request.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .string("algorithm", hash_details::SHA256)
            .string("pepper", &self.details.pepper)
            .json("addresses", self.addresses.into())
            .build();
        HttpRequest::post("", &body).at_identity_server("/_matrix/identity/v2/lookup")
    }
}

/// Text of an address before it is hashed.
pub fn lookup_key(medium: &Medium, address: &str) -> String {
    let address = match medium {
        Medium::Email => email::fold(address),
        Medium::Msisdn | Medium::Other(_) => address.to_owned(),
    };
    [&address, " ", medium.as_str()].concat()
}

/// Addresses that belong to this user. `disguised` are their hashes, in the
/// same order.
pub fn read(body: &Json, addresses: &[String], disguised: &[String], user_id: &str) -> Vec<String> {
    let mappings = body.get("mappings").unwrap_or(&Json::Null);
    let members = mappings.members();
    let index = Index::new(members.iter().map(|(hash, _)| [&**hash, ""]));
    let is_theirs = |(_, hash): &(&String, &String)| {
        let owner = index.first([hash, ""]).map(|at| &members[at].1);
        matches!(owner, Some(Json::String(owner)) if owner == user_id)
    };
    addresses.iter().zip(disguised).filter(is_theirs).map(|it| it.0.clone()).collect()
}
