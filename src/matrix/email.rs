//! Email addresses: what is one, and when two are the same.

/// The address without the blanks around it, if it can be one: one `@`,
/// something before it, a domain after it, no blanks or control characters.
/// Domains may be non-ASCII. Whether mail arrives there, only mail can tell.
pub fn parse(text: &str) -> Option<&str> {
    let address = text.trim();
    let (local, domain) = address.split_once('@')?;
    let unfit = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | ',' | ';' | ':' | '"' | '(' | ')' | '\\')
    };
    let labels_fit = domain
        .split('.')
        .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let fits = !local.is_empty()
        && local.len() <= 64
        && address.len() <= 254
        && !domain.contains('@')
        && domain.contains('.')
        && labels_fit
        && !address.chars().any(unfit);
    fits.then_some(address)
}

/// Whether a server would take the two for one address: it compares them
/// casefolded.
#[inline(never)]
pub fn same(one: &str, other: &str) -> bool {
    lowercase(one) == lowercase(other)
}

/// By the browser's tables of letters; Rust's own would weigh 3 KB.
#[cfg(target_arch = "wasm32")]
pub(super) fn lowercase(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

#[cfg(not(target_arch = "wasm32"))]
pub(super) fn lowercase(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for address in [
            "alice@example.org",
            "Alice.Smith+matrix@sub.example.org",
            "o'hara@example.org",
            "alice@exämple.org",
            "ålice@例え.jp",
            "a@b.c",
        ] {
            assert_eq!(parse(address), Some(address));
        }
        assert_eq!(parse("  alice@example.org\n"), Some("alice@example.org"));
    }

    #[test]
    fn what_is_no_address() {
        for text in [
            "",
            " ",
            "alice",
            "alice@",
            "@example.org",
            "alice@example",
            "alice@@example.org",
            "alice@ex@ample.org",
            "alice@example..org",
            "alice@.org",
            "alice@example.org.",
            "alice@-example.org",
            "al ice@example.org",
            "alice@exam ple.org",
            "alice@example.org, bob@example.org",
            "Alice <alice@example.org>",
            "mailto:alice@example.org",
            "alice\u{0}@example.org",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        assert_eq!(parse(&format!("{}@example.org", "a".repeat(65))), None);
    }

    #[test]
    fn case_makes_no_other_address() {
        assert!(same("Alice@Example.ORG", "alice@example.org"));
        assert!(same("ÅLICE@example.org", "ålice@example.org"));
        assert!(!same("alice@example.org", "alice@example.com"));
    }
}
