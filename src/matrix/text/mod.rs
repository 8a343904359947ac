//! Text normalization with tables of Unicode: email addresses, codes, and texts
//! of servers. In browsers, `text.js` uses the browser's tables; native builds
//! use Rust. Both run the examples in `tests/texts/table.rs`.

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod native;

#[cfg(target_arch = "wasm32")]
use browser as platform;
#[cfg(not(target_arch = "wasm32"))]
use native as platform;

/// Longest text that is displayed whole, in characters.
const MAX_READABLE_LENGTH: usize = 320;

/// Email address in the form for servers, if the text can be one: one `@`, a
/// localpart, a domain, and no whitespace, control or invisible characters. The
/// domain is in ASCII.
pub fn parse_email(text: &str) -> Option<String> {
    platform::parse(text)
}

/// Typed text, without surrounding whitespace and invisible characters.
pub fn trimmed(text: &str) -> String {
    platform::trimmed(text)
}

/// True if servers treat both email addresses as equal: they compare them
/// casefolded. The domain may be in ASCII or internationalized.
pub fn is_same_email(one: &str, other: &str) -> bool {
    // Without a call of JavaScript for each entry of a long list.
    match one.is_ascii() && other.is_ascii() {
        true => one.eq_ignore_ascii_case(other),
        false => one == other || canonical_email(one) == canonical_email(other),
    }
}

/// Email address in the form in which servers compare it: casefolded, with the
/// domain in ASCII.
pub fn canonical_email(address: &str) -> String {
    match address.is_ascii() {
        true => address.to_ascii_lowercase(),
        false => platform::canonical_email(address),
    }
}

/// Text with Unicode's default (full) case folding.
///
/// Spec: <https://spec.matrix.org/latest/appendices/#3pid-types>
pub fn fold(text: &str) -> String {
    match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => platform::fold(text),
    }
}

/// Email address for display: with an internationalized domain, if its letters
/// can't be mistaken for others.
pub fn spelled_out(address: &str) -> String {
    match address.as_bytes().windows(4).any(|it| it == b"xn--") {
        true => platform::spelled_out(address),
        false => address.to_owned(),
    }
}

/// Text of a server for display, without invisible characters and control
/// characters of text direction. Of a text with more than 320 characters, both
/// ends.
pub fn readable(text: &str) -> String {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~');
    match text.len() <= MAX_READABLE_LENGTH && text.bytes().all(is_plain) {
        true => text.to_owned(),
        false => platform::readable(text),
    }
}

/// Code in typed, pasted or dictated text, without grouping, whitespace and
/// invisible characters. A code with letters may have punctuation, except a
/// trailing full stop.
pub fn read_code(typed: &str) -> String {
    platform::read_code(typed)
}

/// Registration token in typed text, without characters that no token has.
///
/// Spec: <https://spec.matrix.org/latest/client-server-api/#token-authenticated-registration>
pub fn read_registration_token(typed: &str) -> String {
    platform::read_registration_token(typed)
}
