//! Email addresses: what is one, when two are the same, and how one is read.

/// The address as servers take it, if this can be one: one `@`, something
/// before it, a domain after it, no blanks or control characters, and nothing
/// that cannot be seen. The domain is in ASCII. Whether mail arrives there,
/// only mail can tell.
pub fn parse(text: &str) -> Option<String> {
    let address = trimmed(text);
    let (local, domain) = address.split_once('@')?;
    let unfit = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | ',' | ';' | ':' | '"' | '(' | ')' | '\\')
    };
    // Some scripts want joiners within words.
    let unseen = |c: char| is_invisible(c) && !matches!(c, '\u{200c}' | '\u{200d}');
    let unfit = address.chars().any(|c| unfit(c) || unseen(c)) || local.chars().any(is_invisible);
    let domain = to_ascii(domain)?;
    let labels_fit = domain
        .split('.')
        .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let address = [local, "@", &domain].concat();
    let fits = !local.is_empty()
        && local.len() <= 64
        && address.len() <= 254
        && !domain.contains('@')
        && domain.contains('.')
        && labels_fit
        && !unfit;
    fits.then_some(address)
}

/// What was typed, without the blanks and the invisible characters around it.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Whether nothing is to be seen of the character, or only that something was
/// lost: what is copied with an address, and is none of it.
#[inline(never)]
pub fn is_invisible(c: char) -> bool {
    matches!(
        u32::from(c),
        0xad | 0x34f
            | 0x61c
            | 0x115f..=0x1160
            | 0x17b4..=0x17b5
            | 0x180b..=0x180f
            | 0x200b..=0x200f
            | 0x202a..=0x202e
            | 0x2060..=0x206f
            | 0x3164
            | 0xfe00..=0xfe0f
            | 0xfeff
            | 0xffa0
            | 0xfff0..=0xffff
            | 0xe0000..=0xe0fff
    )
}

/// Whether a server would take the two for one address: it compares them
/// casefolded. A domain is the same in ASCII and in letters of its own.
#[inline(never)]
pub fn same(one: &str, other: &str) -> bool {
    one == other || fold(&ascii_domain(one)) == fold(&ascii_domain(other))
}

fn ascii_domain(address: &str) -> String {
    let ascii = |(local, domain)| Some([local, "@", &to_ascii(domain)?].concat());
    address.rsplit_once('@').and_then(ascii).unwrap_or_else(|| address.to_owned())
}

/// The domain in ASCII, as browsers have it; `None`, if they make nothing of it.
fn to_ascii(domain: &str) -> Option<String> {
    if domain.is_ascii() {
        return Some(domain.to_owned());
    }
    // What would end a URL's host, or is decoded there, is part of no domain.
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte > 127 || matches!(byte, b'.' | b'-');
    domain.bytes().all(fits).then(|| platform::to_ascii(domain))?
}

/// The text casefolded, as Unicode's default (full) folding does it.
///
/// Spec: <https://spec.matrix.org/latest/appendices/#3pid-types>
#[inline(never)]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // The dotless i is its own, though its capital is that of the other.
    let dotless = |c| if c == 'ı' { '\u{e000}' } else { c };
    let whole = |c| match c {
        '\u{e000}' => 'ı',
        'ς' => 'σ',
        c => c,
    };
    platform::fold(&text.chars().map(dotless).collect::<String>()).chars().map(whole).collect()
}

/// By the browser's tables; Rust's own would weigh 3 KB.
#[cfg(target_arch = "wasm32")]
mod platform {
    use js_sys::JsString;

    pub fn fold(text: &str) -> String {
        let text = JsString::from(text).to_lower_case();
        text.to_upper_case().to_lower_case().into()
    }

    pub fn to_ascii(domain: &str) -> Option<String> {
        let url = web_sys::Url::new(&["http://", domain].concat()).ok()?;
        Some(url.hostname())
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod platform {
    pub fn fold(text: &str) -> String {
        text.to_lowercase().to_uppercase().to_lowercase()
    }

    pub fn to_ascii(domain: &str) -> Option<String> {
        url::Url::parse(&["http://", domain].concat()).ok()?.host_str().map(str::to_owned)
    }
}

/// The address as people read it: with a domain in the letters of its own, where
/// those cannot be taken for others.
pub fn spelled_out(address: &str) -> String {
    let is_coded = |text: &str| text.as_bytes().windows(4).any(|it| it == b"xn--");
    let read = |(local, domain): (&str, &str)| {
        if domain.len() > 253 || !is_coded(domain) {
            return None;
        }
        // A country that writes so, too.
        let at_home = domain.rsplit('.').next().is_some_and(is_coded);
        let mut read = [local, "@"].concat();
        for label in domain.split('.') {
            match label.strip_prefix("xn--") {
                Some(code) => {
                    read.extend(decode(code.as_bytes()).filter(|it| is_plain(it, at_home))?)
                }
                None => read += label,
            }
            read.push('.');
        }
        read.pop();
        // Nothing but what is written so.
        (ascii_domain(&read) == address).then_some(read)
    };
    address.rsplit_once('@').and_then(read).unwrap_or_else(|| address.to_owned())
}

/// Whether the letters are of one script, in which none look like those of
/// another. `at_home` says whether their like is expected there.
fn is_plain(label: &[char], at_home: bool) -> bool {
    let mut before = 0;
    label.iter().all(|c| {
        let script = match u32::from(*c) {
            0x2d | 0x30..=0x39 => return true,
            // Latin, but for a dotless i and its like.
            0x131 | 0x138 => return false,
            0..=0x17f | 0x1e00..=0x1eff => 1,
            // Chinese, Japanese, Korean.
            0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7a3 => 2,
            // Greek, Cyrillic, Armenian: full of letters that look Latin.
            0x370..=0x3ff if at_home => 3,
            0x400..=0x52f if at_home => 4,
            0x530..=0x58f if at_home => 5,
            // Hebrew, Arabic, those of India and their neighbours.
            0x590..=0x5ff => 6,
            0x600..=0x6ff => 7,
            code @ 0x900..=0xfff => code >> 7,
            _ => return false,
        };
        let same = before == 0 || before == script;
        before = script;
        same
    })
}

/// What a label says that is written in ASCII.
///
/// Spec: <https://www.rfc-editor.org/rfc/rfc3492#section-6.2>
fn decode(code: &[u8]) -> Option<Vec<char>> {
    let plain = code.iter().rposition(|byte| *byte == b'-');
    let mut text: Vec<char> =
        code.iter().take(plain.unwrap_or_default()).map(|byte| char::from(*byte)).collect();
    let mut digits = code.iter().skip(plain.map_or(0, |at| at + 1));
    let (mut point, mut at, mut bias) = (128_u32, 0_u32, 72_u32);
    while digits.len() > 0 {
        let (before, mut weight, mut k) = (at, 1_u32, 36_u32);
        loop {
            let digit = match *digits.next()? {
                byte @ b'a'..=b'z' => byte - b'a',
                byte @ b'0'..=b'9' => byte - b'0' + 26,
                _ => return None,
            };
            let digit = u32::from(digit);
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let least = k.saturating_sub(bias).clamp(1, 26);
            if digit < least {
                break;
            }
            weight = weight.checked_mul(36 - least)?;
            k += 36;
        }
        let length = text.len() as u32 + 1;
        let mut delta = (at - before) / if before == 0 { 700 } else { 2 };
        delta += delta / length;
        k = 0;
        while delta > 455 {
            delta /= 35;
            k += 36;
        }
        bias = k + 36 * delta / (delta + 38);
        point = point.checked_add(at / length)?;
        at %= length;
        text.insert(at as usize, char::from_u32(point)?);
        at += 1;
    }
    Some(text)
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
            "ålice@example.org",
            "a@b.c",
        ] {
            assert_eq!(parse(address).as_deref(), Some(address));
        }
        assert_eq!(parse("  alice@example.org\n").as_deref(), Some("alice@example.org"));
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
    fn case_makes_no_other_address() {
        assert!(same("Alice@Example.ORG", "alice@example.org"));
        assert!(same("ÅLICE@example.org", "ålice@example.org"));
        assert!(!same("alice@example.org", "alice@example.com"));
    }

    /// What comes with an address from a document, a chat or a terminal.
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
    fn what_cannot_be_seen_is_dropped_at_the_ends_and_refused_within() {
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
    fn a_domain_is_sent_in_ascii_and_read_in_its_own_letters() {
        for (typed, sent) in [
            ("idn@bücher.example", "idn@xn--bcher-kva.example"),
            ("idn@BÜCHER.example", "idn@xn--bcher-kva.example"),
            ("idn@bu\u{308}cher.example", "idn@xn--bcher-kva.example"),
            ("ålice@例え。jp", "ålice@xn--r8jz45g.jp"),
            ("a@نامه\u{200c}ای.com", "a@xn--mgba3gch31f060k.com"),
            ("a@почта.рф", "a@xn--80a1acny.xn--p1ai"),
        ] {
            assert_eq!(parse(typed).as_deref(), Some(sent), "{typed}");
            assert!(same(typed, sent) && same(sent, typed), "{typed}");
        }
        for (sent, read) in [
            ("idn@xn--bcher-kva.example", "idn@bücher.example"),
            ("a@mail.xn--bcher-kva.example", "a@mail.bücher.example"),
            ("a@xn--r8jz45g.jp", "a@例え.jp"),
            ("a@xn--80a1acny.xn--p1ai", "a@почта.рф"),
            ("a@xn--4dbrk0ce", "a@ישראל"),
            ("alice@example.org", "alice@example.org"),
            ("xn--bcher-kva@example.org", "xn--bcher-kva@example.org"),
        ] {
            assert_eq!(spelled_out(sent), read);
        }
        assert!(!same("idn@bücher.example", "idn@bucher.example"));
    }

    #[test]
    fn a_domain_that_could_be_taken_for_another_stays_in_ascii() {
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
    fn addresses_are_compared_casefolded() {
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
            assert!(same(one, other), "{one} {other}");
        }
        for (one, other) in [("ı@example.org", "i@example.org"), ("İ@example.org", "i@example.org")]
        {
            assert!(!same(one, other), "{one} {other}");
        }
    }

    /// Unicode's own table is the judge, for every letter that there is.
    #[test]
    fn folding_is_unicode_s() {
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
