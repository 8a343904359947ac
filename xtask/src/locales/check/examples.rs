//! Examples in texts: phone numbers and addresses that no one has.

use std::ops::RangeInclusive;

/// Ranges that a country keeps free for films, books and documentation, from the
/// country code on. A language whose country has none uses the British or the
/// American one. `docs/languages.md` has the same table.
pub const FREE_NUMBERS: [(&str, RangeInclusive<u64>); 6] = [
    ("Germany", 493_023_125_000..=493_023_125_999),
    ("France", 33_639_980_000..=33_639_989_999),
    ("Ireland", 353_209_100_000..=353_209_199_999),
    ("Sweden", 46_701_740_605..=46_701_740_699),
    ("United Kingdom", 447_700_900_000..=447_700_900_999),
    ("United States", 12_025_550_100..=12_025_550_199),
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
