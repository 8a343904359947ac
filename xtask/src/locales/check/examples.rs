//! Examples in texts: phone numbers and addresses that no one has.

use std::ops::RangeInclusive;

/// Ranges that a country keeps free for films, books and documentation, from the
/// country code on. A language whose country has none uses the British or the
/// American one. `docs/languages.md` has the same table.
pub const FREE_NUMBERS: [(&str, RangeInclusive<u64>); 6] = [
    ("Germany", 49_30_23125_000..=49_30_23125_999),
    ("France", 33_6_39_98_00_00..=33_6_39_98_99_99),
    ("Ireland", 353_20_910_0000..=353_20_919_9999),
    ("Sweden", 46_70_174_06_05..=46_70_174_06_99),
    ("United Kingdom", 44_7700_900_000..=44_7700_900_999),
    ("United States", 1_202_555_0100..=1_202_555_0199),
];

/// Returns true if a country keeps this number free.
pub fn is_free(number: u64) -> bool {
    FREE_NUMBERS.iter().any(|(_, range)| range.contains(&number))
}

/// Finds the phone numbers with a country code, as their digits.
pub fn find_numbers(text: &str) -> Vec<u64> {
    let is_part = |letter: char| letter.is_numeric() || " \u{a0}\u{202f}-()".contains(letter);
    let after_plus = text.split('+').skip(1);
    let digits = after_plus.map(|rest| {
        let number = rest.split(|letter| !is_part(letter)).next().unwrap_or_default();
        number.chars().filter_map(|letter| letter.to_digit(10)).map(u64::from)
    });
    digits.map(|digits| digits.fold(0, |number, digit| number * 10 + digit)).collect()
}

/// Finds the Matrix IDs, email addresses and web addresses.
pub fn find_addresses(text: &str) -> Vec<&str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "@:/._-".contains(letter);
    let words = text.split(|letter| !is_part(letter));
    let words = words.map(|word| word.trim_end_matches(['.', ':', '/', '-']));
    words.filter(|word| word.contains('@') || word.contains("//")).collect()
}

/// Returns the text without what is isolated from its direction.
pub fn remove_isolated(text: &str) -> String {
    let mut depth = 0_usize;
    let mut left = String::new();
    for letter in text.chars() {
        match letter {
            '\u{2066}'..='\u{2068}' => depth += 1,
            '\u{2069}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => left.push(letter),
            _ => {}
        }
    }
    left
}
