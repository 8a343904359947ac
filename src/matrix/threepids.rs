//! `GET /_matrix/client/v3/account/3pid`: the addresses of the account.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3account3pid>

use super::{HttpRequest, Json};

/// What kind of address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Medium {
    /// `email`
    Email,
    /// `msisdn`: a phone number
    Msisdn,
    /// One that the spec did not have when this was written.
    Other(String),
}

impl Medium {
    /// As the spec writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Medium::Email => "email",
            Medium::Msisdn => "msisdn",
            Medium::Other(medium) => medium,
        }
    }
}

impl From<&str> for Medium {
    fn from(medium: &str) -> Self {
        match medium {
            "email" => Medium::Email,
            "msisdn" => Medium::Msisdn,
            other => Medium::Other(other.to_owned()),
        }
    }
}

/// An entry of the list: a third-party identifier, confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Threepid {
    /// What kind of address.
    pub medium: Medium,
    /// The address, as the server writes it.
    pub address: String,
    /// When it was added, in ms since the epoch. Servers of the v1 API do not say.
    pub added_at: Option<f64>,
    /// When it was validated, in ms since the epoch.
    pub validated_at: Option<f64>,
    /// Whether others can find the person by it, where that is known: of the
    /// identity server, not of this list.
    pub shared: Option<bool>,
    /// How many entries before it are equal to it: some servers list one twice.
    pub nth: usize,
}

impl Threepid {
    fn read(entry: &Json) -> Option<Threepid> {
        Some(Threepid {
            medium: Medium::from(entry.str("medium")?),
            address: entry.str("address").filter(|address| !address.is_empty())?.to_owned(),
            added_at: entry.number("added_at"),
            validated_at: entry.number("validated_at"),
            shared: None,
            nth: 0,
        })
    }
}

/// The request.
pub fn request() -> HttpRequest {
    HttpRequest::get("account/3pid")
}

/// The entries that can be made sense of. No list at all is an empty list.
pub fn read(body: &Json) -> Vec<Threepid> {
    let mut read: Vec<Threepid> = Vec::new();
    for mut entry in body.array("threepids").iter().filter_map(Threepid::read) {
        let equal = |it: &&Threepid| it.address == entry.address && it.medium == entry.medium;
        entry.nth = read.iter().filter(equal).count();
        read.push(entry);
    }
    read
}
