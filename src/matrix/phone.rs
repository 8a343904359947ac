//! Phone numbers: what a server is told of one, what is one, and when two are
//! the same.

/// A number as it was handed in. The server reads it: what begins a national
/// number, and what belongs to it, it knows better than we do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialled {
    /// Where a number without `+` is read, by ISO 3166.
    pub country: String,
    /// Its digits, perhaps with `+` before them.
    pub number: String,
}

/// Whether this can be a number of E.164, without `+`, as servers list them.
pub fn is_msisdn(text: &str) -> bool {
    matches!(text.len(), 5..=15) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the two are one number, however they are grouped.
pub fn same(one: &str, other: &str) -> bool {
    one == other || (digits(one).next().is_some() && digits(one).eq(digits(other)))
}

fn digits(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for number in ["447700900001", "24740", "123456789012345"] {
            assert!(is_msisdn(number), "{number}");
        }
        for text in ["", "4477", "1234567890123456", "+447700900001", "44 7700 900001", "٤٤٧٧٠٠"]
        {
            assert!(!is_msisdn(text), "{text}");
        }
    }

    #[test]
    fn grouping_makes_no_other_number() {
        assert!(same("447700900001", "+44 7700 900001"));
        assert!(!same("447700900001", "447700900002"));
        assert!(!same("447700900001", "44770090000"));
        assert!(same("odd", "odd") && !same("odd", "another"));
    }
}
