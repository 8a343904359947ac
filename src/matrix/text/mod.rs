//! What is done with texts by tables of characters: email addresses, codes,
//! and texts of others that are to be shown. Browsers have the tables, and do it
//! in `text.js`; native builds do it in Rust. One table of examples is run in
//! both: `tests/texts/table.rs`.

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod native;

#[cfg(target_arch = "wasm32")]
use browser as platform;
#[cfg(not(target_arch = "wasm32"))]
use native as platform;

/// The email address as servers take it, if this can be one: one `@`, something
/// before it, a domain after it, no blanks or control characters, and nothing
/// that cannot be seen. The domain is in ASCII. Whether mail arrives there,
/// only mail can tell.
pub fn parse_email(text: &str) -> Option<String> {
    platform::parse(text)
}

/// What was typed, without the blanks and the invisible characters around it.
pub fn trimmed(text: &str) -> String {
    platform::trimmed(text)
}

/// Whether a server would take the two for one email address: it compares them
/// casefolded. A domain is the same in ASCII and in letters of its own.
pub fn are_same_email(one: &str, other: &str) -> bool {
    one == other || platform::same(one, other)
}

/// The text casefolded, as Unicode's default (full) folding does it.
///
/// Spec: <https://spec.matrix.org/latest/appendices/#3pid-types>
pub fn fold(text: &str) -> String {
    platform::fold(text)
}

/// The email address as people read it: with a domain in the letters of its
/// own, where those cannot be taken for others.
pub fn spelled_out(address: &str) -> String {
    platform::spelled_out(address)
}

/// What may be shown of a text that somebody else has written: without what
/// cannot be seen, or turns the direction of what stands around it; and of one
/// longer than 320 characters, its two ends.
pub fn readable(text: &str) -> String {
    platform::readable(text)
}

/// A code, from what was typed, pasted or dictated: without what belongs to no
/// code, such as what groups it, blanks, and what cannot be seen. A code with
/// letters in it may have signs, too, but for the full stop after it.
pub fn read_code(typed: &str) -> String {
    platform::read_code(typed)
}

/// What was typed of a registration token, without what belongs to none.
///
/// Spec: <https://spec.matrix.org/latest/client-server-api/#token-authenticated-registration>
pub fn read_registration_token(typed: &str) -> String {
    platform::read_registration_token(typed)
}
