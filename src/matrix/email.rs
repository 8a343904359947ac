//! Email addresses: validation, comparison and display.

pub use super::text::{
    canonical_email as canonical, fold, is_same_email as is_same_address, parse_email as parse,
    spelled_out, trimmed,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_accepts_valid_addresses() {
        for address in [
            "alice@example.org",
            "Alice.Smith+matrix@sub.example.org",
            "o'hara@example.org",
            "ålice@example.org",
            "a@b.c",
        ] {
            assert_eq!(parse(address).as_deref(), Some(address));
        }
        assert_eq!(parse("  alice@example.org\n").as_deref(), Some("alice@example.org"));
    }

    #[test]
    fn parse_rejects_invalid_addresses() {
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
            "alice@büch er.example",
            "alice@bücher.example/path",
            "alice@bücher.example:80",
            "alice@b%C3%BCcher.ü",
            "alice@ü..example",
            "alice@ü",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        assert_eq!(parse(&format!("{}@example.org", "a".repeat(65))), None);
    }

    #[test]
    fn comparison_ignores_case() {
        assert!(is_same_address("Alice@Example.ORG", "alice@example.org"));
        assert!(is_same_address("ÅLICE@example.org", "ålice@example.org"));
        assert!(!is_same_address("alice@example.org", "alice@example.com"));
    }

    /// Characters that are copied with an address from a document, a chat or a
    /// terminal.
    const UNSEEN: [char; 20] = [
        '\u{200b}',
        '\u{feff}',
        '\u{202a}',
        '\u{202b}',
        '\u{202c}',
        '\u{202d}',
        '\u{202e}',
        '\u{2066}',
        '\u{2067}',
        '\u{2068}',
        '\u{2069}',
        '\u{200e}',
        '\u{200f}',
        '\u{fffd}',
        '\u{ad}',
        '\u{2060}',
        '\u{180e}',
        '\u{fe0f}',
        '\u{e0041}',
        '\u{61c}',
    ];

    #[test]
    fn parse_trims_invisible_characters_and_rejects_inner_ones() {
        for c in UNSEEN {
            for text in [format!("{c}alice@example.org"), format!("alice@example.org {c}\u{a0}{c}")]
            {
                assert_eq!(parse(&text).as_deref(), Some("alice@example.org"), "{text:?}");
            }
            for text in [
                format!("al{c}ice@example.org"),
                format!("alice{c}@example.org"),
                format!("alice@{c}example.org"),
                format!("alice@exam{c}ple.org"),
                format!("alice@büch{c}er.example"),
            ] {
                assert_eq!(parse(&text), None, "{text:?}");
            }
        }
    }

    #[test]
    fn parse_converts_domain_to_punycode() {
        for (typed, sent) in [
            ("idn@bücher.example", "idn@xn--bcher-kva.example"),
            ("idn@BÜCHER.example", "idn@xn--bcher-kva.example"),
            ("idn@bu\u{308}cher.example", "idn@xn--bcher-kva.example"),
            ("ålice@例え。jp", "ålice@xn--r8jz45g.jp"),
            ("a@نامه\u{200c}ای.com", "a@xn--mgba3gch31f060k.com"),
            ("a@почта.рф", "a@xn--80a1acny.xn--p1ai"),
        ] {
            assert_eq!(parse(typed).as_deref(), Some(sent), "{typed}");
            assert!(is_same_address(typed, sent) && is_same_address(sent, typed), "{typed}");
        }
        assert!(!is_same_address("idn@bücher.example", "idn@bucher.example"));
    }

    #[test]
    fn confusable_domain_is_displayed_in_ascii() {
        for domain in [
            // Cyrillic that looks like `apple.com`, and mixed with Latin.
            "xn--80ak6aa92e.com",
            "xn--pple-43d.com",
            // A dotless i.
            "xn--pypal-q4a.com",
            "xn--paypa-r4a.com",
            // No code at all, or not the only one for it.
            "xn--.example",
            "xn--a-.example",
            "xn--99999999.example",
            "xn--bcher-KVA.example",
            "xn--ls8h.example",
            "xn--bcher-kva.xn--pple-43d.com",
        ] {
            let address = ["a@", domain].concat();
            assert_eq!(spelled_out(&address), address);
        }
        let long = format!("a@xn--{}.example", "9".repeat(1_000_000));
        assert_eq!(spelled_out(&long), long);
    }

    #[test]
    fn comparison_uses_full_case_folding() {
        for (one, other) in [
            ("straße@example.org", "STRASSE@example.org"),
            ("straße@example.org", "strasse@example.org"),
            ("STRAẞE@example.org", "straße@example.org"),
            ("ΟΔΟΣ@example.org", "οδος@example.org"),
            ("οδοσ@example.org", "οδος@example.org"),
            ("ſam@example.org", "sam@example.org"),
            ("ﬀ@example.org", "FF@example.org"),
            ("İ@example.org", "i\u{307}@example.org"),
        ] {
            assert!(is_same_address(one, other), "{one} {other}");
        }
        for (one, other) in [("ı@example.org", "i@example.org"), ("İ@example.org", "i@example.org")]
        {
            assert!(!is_same_address(one, other), "{one} {other}");
        }
    }

    /// Unicode's own table is the judge, for every letter that there is.
    #[test]
    fn fold_matches_unicode_case_folding_table() {
        let by_table = |text: &str| unicase::UniCase::unicode(text).to_folded_case();
        let mut younger = 0;
        // One of them stands in for the dotless i.
        for c in ('\u{0}'..=char::MAX).filter(|c| *c != '\u{e000}') {
            let text = c.to_string();
            let folded = by_table(&text);
            // Letters that the table has, and Rust does not know yet.
            if folded != text && text.to_lowercase() == text && text.to_uppercase() == text {
                younger += 1;
                continue;
            }
            // The same class; which letter stands for it is no matter.
            assert_eq!(fold(&text), fold(&folded), "{c:?}");
            if fold(&text) != folded {
                assert_eq!(by_table(&fold(&text)), folded, "{c:?}");
            }
        }
        assert!(younger < 200, "{younger}");
    }
}
