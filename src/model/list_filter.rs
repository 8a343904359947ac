//! Finding entries in a long list.

use crate::matrix::get_3pids::{Medium, Threepid};
use crate::matrix::{email, phone_number};

/// Text that entries are to contain. The default is no text, which all contain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// The text, casefolded.
    text: String,
    /// Digits of a phone number, without zeros before it: as it is dialled in a
    /// country, it has one that the MSISDN does not have.
    digits: String,
}

impl ListFilter {
    /// Creates the filter of a typed text.
    pub fn new(typed: &str) -> ListFilter {
        let text = email::fold(&email::trimmed(typed));
        let is_number = text.bytes().all(|it| it.is_ascii_digit() || b" +-()./".contains(&it));
        let digits = text.bytes().filter(u8::is_ascii_digit).skip_while(|it| *it == b'0');
        let digits = digits.filter(|_| is_number).map(char::from).collect();
        ListFilter { text, digits }
    }

    /// True if there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// True if the entry contains the text, as servers write it or as it is
    /// displayed.
    pub fn is_match(&self, entry: &Threepid) -> bool {
        if self.is_empty() {
            return true;
        }
        let address = &*entry.address;
        let has_text = |text: &str| contains(&email::fold(text), &self.text);
        has_text(address)
            || match entry.medium {
                Medium::Email => has_text(&email::spelled_out(address)),
                Medium::Msisdn => {
                    !self.digits.is_empty()
                        && contains(&phone_number::canonical(address), &self.digits)
                }
                Medium::Other(_) => false,
            }
    }
}

/// `str::contains` costs more bytes, and gains time with long texts only.
fn contains(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(medium: &str, address: &str) -> Threepid {
        Threepid {
            medium: Medium::from(medium),
            address: address.to_owned(),
            added_at: None,
            validated_at: None,
            shared: None,
            nth: 0,
        }
    }

    #[test]
    fn filter_finds_parts_of_addresses_as_users_write_them() {
        for (typed, medium, address, is_found) in [
            ("", "email", "alice@example.org", true),
            ("  ", "email", "alice@example.org", true),
            (" ALICE", "email", "alice@example.org", true),
            ("alice", "email", "Alice@Example.org", true),
            ("@example", "email", "alice@example.org", true),
            ("bob", "email", "alice@example.org", false),
            ("alice@example.org.", "email", "alice@example.org", false),
            ("STRASSE", "email", "straße@example.org", true),
            ("bücher", "email", "idn@xn--bcher-kva.example", true),
            ("xn--bcher", "email", "idn@xn--bcher-kva.example", true),
            ("7700 9", "msisdn", "447700900001", true),
            ("+44 7700-900", "msisdn", "447700900001", true),
            ("07700 900001", "msisdn", "447700900001", true),
            ("07700 900002", "msisdn", "447700900001", false),
            ("a 7700", "msisdn", "447700900001", false),
            ("0", "msisdn", "447700900001", true),
            ("+", "msisdn", "447700900001", false),
            ("carol", "xmpp", "Carol@example.org", true),
        ] {
            let is_match = ListFilter::new(typed).is_match(&entry(medium, address));
            assert_eq!(is_match, is_found, "{typed:?} in {address}");
        }
    }
}
