//! Texts, and what is to be made of them. Uses nothing but the crate's public
//! face, so that the same table runs natively and in a browser, which has
//! tables of characters of its own.

use matrix_threepids::matrix::text;

/// What is done with a text.
type Run = fn(&str) -> String;
/// Texts, each with what is to be made of it.
type Examples = &'static [(&'static str, &'static str)];

fn parse(typed: &str) -> String {
    text::parse_email(typed).unwrap_or_else(|| "none".to_owned())
}

/// Of two addresses, one after the other.
fn are_same(both: &str) -> String {
    let (one, other) = both.split_once(' ').expect("two addresses");
    text::is_same_email(one, other).to_string()
}

const ROWS: &[(&str, Run, Examples)] = &[
    (
        "parse_email",
        parse,
        &[
            ("alice@example.org", "alice@example.org"),
            ("  Alice.Smith+matrix@sub.example.org\n", "Alice.Smith+matrix@sub.example.org"),
            ("o'hara@example.org", "o'hara@example.org"),
            ("\u{feff}\u{200b}ålice@example.org\u{202c}\u{a0}", "ålice@example.org"),
            ("idn@BÜCHER.example", "idn@xn--bcher-kva.example"),
            ("idn@bu\u{308}cher.example", "idn@xn--bcher-kva.example"),
            ("ålice@例え。jp", "ålice@xn--r8jz45g.jp"),
            ("a@نامه\u{200c}ای.com", "a@xn--mgba3gch31f060k.com"),
            ("a@почта.рф", "a@xn--80a1acny.xn--p1ai"),
            ("", "none"),
            ("@", "none"),
            ("alice", "none"),
            ("alice@", "none"),
            ("@example.org", "none"),
            ("alice@example", "none"),
            ("alice@@example.org", "none"),
            ("alice@example..org", "none"),
            ("alice@example.org.", "none"),
            ("alice@-example.org", "none"),
            ("alice@example-.org", "none"),
            ("al ice@example.org", "none"),
            ("al\u{200b}ice@example.org", "none"),
            ("alice@exam\u{fffd}ple.org", "none"),
            ("alice\0@example.org", "none"),
            ("Alice <alice@example.org>", "none"),
            ("alice@bücher.example/path", "none"),
            ("alice@bücher.example:80", "none"),
            ("alice@b%C3%BCcher.ü", "none"),
            ("alice@ü..example", "none"),
            (
                "åååååååååååååååååååååååååååååååå@example.org",
                "åååååååååååååååååååååååååååååååå@example.org",
            ),
            ("ååååååååååååååååååååååååååååååååå@example.org", "none"),
        ],
    ),
    (
        "trimmed",
        text::trimmed,
        &[(" \u{2068}a b\u{2069}\t", "a b"), ("\u{ad}", ""), ("a\u{e0041}", "a"), ("", "")],
    ),
    (
        "is_same_email",
        are_same,
        &[
            ("Alice@Example.ORG alice@example.org", "true"),
            ("straße@example.org STRASSE@example.org", "true"),
            ("ΟΔΟΣ@example.org οδος@example.org", "true"),
            ("ſam@example.org sam@example.org", "true"),
            ("ﬀ@example.org FF@example.org", "true"),
            ("İ@example.org i\u{307}@example.org", "true"),
            ("idn@bücher.example idn@xn--bcher-kva.example", "true"),
            ("alice@example.org alice@example.com", "false"),
            ("ı@example.org i@example.org", "false"),
            ("idn@bücher.example idn@bucher.example", "false"),
            ("odd odd2", "false"),
        ],
    ),
    ("fold", text::fold, &[("ÅLICE", "ålice"), ("ŉ", "ʼn"), ("ΣΑΣ", "σασ"), ("ı", "ı")]),
    (
        "spelled_out",
        text::spelled_out,
        &[
            ("idn@xn--bcher-kva.example", "idn@bücher.example"),
            ("a@mail.xn--bcher-kva.example", "a@mail.bücher.example"),
            ("a@xn--r8jz45g.jp", "a@例え.jp"),
            ("a@xn--80a1acny.xn--p1ai", "a@почта.рф"),
            ("a@xn--4dbrk0ce", "a@ישראל"),
            ("alice@example.org", "alice@example.org"),
            ("xn--bcher-kva@example.org", "xn--bcher-kva@example.org"),
            ("a@xn--80ak6aa92e.com", "a@xn--80ak6aa92e.com"),
            ("a@xn--pple-43d.com", "a@xn--pple-43d.com"),
            ("a@xn--pypal-q4a.com", "a@xn--pypal-q4a.com"),
            ("a@xn--.example", "a@xn--.example"),
            ("a@xn--a-.example", "a@xn--a-.example"),
            ("a@xn--99999999.example", "a@xn--99999999.example"),
            ("a@xn--bcher-KVA.example", "a@xn--bcher-KVA.example"),
            ("a@xn--ls8h.example", "a@xn--ls8h.example"),
            ("a@xn--bcher-kva.xn--pple-43d.com", "a@xn--bcher-kva.xn--pple-43d.com"),
        ],
    ),
    (
        "readable",
        text::readable,
        &[
            ("alice\u{202e}gro.example\u{200b}@\u{7}\u{2028}a", "alicegro.example@a"),
            ("\u{1f600} ü", "\u{1f600} ü"),
        ],
    ),
    (
        "read_code",
        text::read_code,
        &[
            ("123 456", "123456"),
            ("\u{202a}123-456.\u{202c}", "123456"),
            ("١٢٣٤٥٦", "123456"),
            ("۱۲۳۴۵۶", "123456"),
            ("１２３４５６", "123456"),
            // The digits of Arabic, Persian, Hindi and Marathi, Bengali, Tamil, Telugu,
            // Malayalam, Thai, and full-width ones.
            ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
            ("۰۱۲۳۴۵۶۷۸۹", "0123456789"),
            ("०१२३४५६७८९", "0123456789"),
            ("০১২৩৪৫৬৭৮৯", "0123456789"),
            ("௦௧௨௩௪௫௬௭௮௯", "0123456789"),
            ("౦౧౨౩౪౫౬౭౮౯", "0123456789"),
            ("൦൧൨൩൪൫൬൭൮൯", "0123456789"),
            ("๐๑๒๓๔๕๖๗๘๙", "0123456789"),
            ("０１２３４５６７８９", "0123456789"),
            (" aB3-x_~. ", "aB3-x_~"),
            ("ａｂ１", "ab1"),
            ("…", ""),
        ],
    ),
    (
        "read_registration_token",
        text::read_registration_token,
        &[(" to\u{200b}ken-1.~_ ", "token-1.~_"), ("٣", "3"), ("«a»", "a")],
    ),
];

/// The texts of which something else was made than should be; none is good.
pub fn run() -> Vec<String> {
    let mut failures = Vec::new();
    for (name, run, examples) in ROWS {
        for (text, wanted) in *examples {
            let made = run(text);
            if made != *wanted {
                failures.push(format!("{name} {text:?}: {made:?}, not {wanted:?}"));
            }
        }
    }
    let long = "ü".repeat(100_000);
    let cut = text::readable(&long);
    if cut.chars().count() != 320 || !cut.contains("ü…ü") {
        failures.push(format!("readable: {cut}"));
    }
    failures
}

/// How many there are.
pub fn len() -> usize {
    ROWS.iter().map(|(_, _, examples)| examples.len()).sum::<usize>() + 1
}
