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
    let entries = body.array("threepids").iter();
    let mut entries: Vec<_> = entries.filter_map(Threepid::read).collect();
    number_equals(&mut entries);
    entries
}

/// Counts, of each entry, those before it that are equal. By a hash, so that
/// each is compared with few others, however long the list is.
fn number_equals(entries: &mut [Threepid]) {
    let length = entries.len();
    // Of each address: its first entry, and how many there are.
    let mut buckets: Vec<Vec<(usize, usize)>> = vec![Vec::new(); length];
    for at in 0..length {
        let entry = &entries[at];
        let add = |hash: usize, byte| hash.wrapping_mul(31).wrapping_add(usize::from(byte));
        let bucket = &mut buckets[entry.address.bytes().fold(0, add) % length];
        let is_equal = |it: &&mut (usize, usize)| {
            let first = &entries[it.0];
            first.address == entry.address && first.medium == entry.medium
        };
        match bucket.iter_mut().find(is_equal) {
            Some((_, count)) => {
                entries[at].nth = *count;
                *count += 1;
            }
            None => bucket.push((at, 1)),
        }
    }
}
