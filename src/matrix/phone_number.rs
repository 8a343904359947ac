//! Phone numbers: validation and comparison, and their form for servers.

/// Phone number as typed. The server parses it, because it knows the national
/// prefixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneInput {
    /// ISO 3166 code of the country for numbers without `+`.
    pub country: String,
    /// Digits, with an optional `+`.
    pub number: String,
}

/// True if this can be an MSISDN.
pub fn is_msisdn(text: &str) -> bool {
    matches!(text.len(), 5..=15) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// True if both have the same digits.
pub fn is_same_number(one: &str, other: &str) -> bool {
    one == other || (digits(one).next().is_some() && digits(one).eq(digits(other)))
}

/// Number in the form in which it is compared: its digits. A text without digits
/// is itself.
pub fn canonical(text: &str) -> String {
    match digits(text).next() {
        Some(_) => digits(text).map(char::from).collect(),
        None => text.to_owned(),
    }
}

fn digits(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_msisdn_accepts_only_5_to_15_ascii_digits() {
        for number in ["447700900001", "24740", "123456789012345"] {
            assert!(is_msisdn(number), "{number}");
        }
        for text in ["", "4477", "1234567890123456", "+447700900001", "44 7700 900001", "٤٤٧٧٠٠"]
        {
            assert!(!is_msisdn(text), "{text}");
        }
    }

    #[test]
    fn comparison_ignores_grouping() {
        assert!(is_same_number("447700900001", "+44 7700 900001"));
        assert!(!is_same_number("447700900001", "447700900002"));
        assert!(!is_same_number("447700900001", "44770090000"));
        assert!(is_same_number("odd", "odd") && !is_same_number("odd", "another"));
    }
}
