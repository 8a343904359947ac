//! `GET /_matrix/client/v3/account/3pid`: the addresses of the account.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3account3pid>

use super::{HttpRequest, Index, Json};

/// Medium of a 3PID.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Medium {
    /// `email`
    Email,
    /// `msisdn`: a phone number
    Msisdn,
    /// Medium that this version does not know.
    Other(String),
}

impl Medium {
    /// Name in the spec.
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

/// Entry of the list: a confirmed third-party identifier (3PID).
#[derive(Clone, Debug, PartialEq)]
pub struct Threepid {
    /// Medium of a 3PID.
    pub medium: Medium,
    /// Address, as the server writes it.
    pub address: String,
    /// Time at which it was added, in ms since the epoch. Servers of the v1 API
    /// have none.
    pub added_at: Option<f64>,
    /// Time at which it was validated, in ms since the epoch.
    pub validated_at: Option<f64>,
    /// True if the identity server shares the address; `None` if that is not
    /// known. Not part of the response.
    pub shared: Option<bool>,
    /// Number of equal entries before this one: some servers list an entry
    /// twice.
    pub nth: usize,
}

impl Threepid {
    /// Medium and address, for an [`Index`].
    pub fn key(&self) -> [&str; 2] {
        [self.medium.as_str(), &self.address]
    }

    fn read(entry: &Json) -> Option<Threepid> {
        Some(Threepid {
            medium: Medium::from(entry.str("medium")?),
            address: entry.str("address").filter(|address| !address.is_empty())?.to_owned(),
            added_at: time(entry, "added_at"),
            validated_at: time(entry, "validated_at"),
            shared: None,
            nth: 0,
        })
    }
}

/// Time of an entry. Servers that do not store it send 0.
fn time(entry: &Json, name: &str) -> Option<f64> {
    entry.number(name).filter(|time| *time != 0.0)
}

/// Path of the endpoint.
pub const PATH: &str = "account/3pid";

/// Creates the HTTP request.
pub fn request() -> HttpRequest {
    HttpRequest::get(PATH)
}

/// Parses the valid entries. A missing list is an empty list.
pub fn read(body: &Json) -> Vec<Threepid> {
    let entries = body.array("threepids").iter();
    let mut entries: Vec<_> = entries.filter_map(Threepid::read).collect();
    number_equals(&mut entries);
    entries
}

/// Index of the entries, by medium and address.
pub fn index_entries(entries: &[Threepid]) -> Index<'_> {
    Index::new(entries.iter().map(Threepid::key))
}

/// Counts the equal entries before each entry.
fn number_equals(entries: &mut [Threepid]) {
    let counts = index_entries(entries).count_before();
    for (entry, count) in entries.iter_mut().zip(counts) {
        entry.nth = count;
    }
}
