//! `POST <submit_url>`: hand in the code from a mail (or text message). The
//! URL comes with the answer of `requestToken`; no access token goes there.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2validateemailsubmittoken>

use super::email::is_invisible;
use super::{ClientSecret, HttpRequest, Json, json};

/// A code that a person has typed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(pub String);

/// The zeros of the scripts that have digits of their own; the others follow.
const ZEROS: [u16; 37] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

/// The character in ASCII: digits of all scripts, and what is as wide as
/// Chinese letters.
fn plain(c: char) -> char {
    let code = u32::from(c);
    for zero in ZEROS {
        if let digit @ 0..=9 = code.wrapping_sub(zero.into()) {
            return char::from(b'0' + digit as u8);
        }
    }
    match code {
        0xff01..=0xff5e => char::from((code - 0xfee0) as u8),
        _ => c,
    }
}

impl Code {
    /// What was typed, pasted or dictated, without what belongs to no code:
    /// what groups it, blanks, what cannot be seen. A code with letters in it
    /// may have signs, too, but for the full stop after it.
    pub fn read(typed: &str) -> Code {
        let seen = |c: &char| !c.is_whitespace() && !is_invisible(*c);
        let text: String = typed.chars().filter(seen).map(plain).collect();
        if !text.chars().any(|c| c.is_ascii_alphabetic()) {
            return Code(text.chars().filter(char::is_ascii_digit).collect());
        }
        let belongs = |c: char| c.is_ascii_alphanumeric() || "-_~=+/".contains(c);
        Code(text.trim_matches(|c| !belongs(c)).to_owned())
    }
}

/// What was typed of a registration token, without what belongs to none.
///
/// Spec: <https://spec.matrix.org/latest/client-server-api/#token-authenticated-registration>
pub fn read_registration_token(typed: &str) -> String {
    let belongs = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '~' | '-');
    typed.chars().map(plain).filter(belongs).collect()
}

impl std::fmt::Debug for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("Code(…)")
    }
}

/// What is handed in.
pub struct Request<'a> {
    /// The validation session.
    pub sid: &'a str,
    /// Its secret.
    pub client_secret: &'a ClientSecret,
    /// The code.
    pub token: &'a Code,
}

impl Request<'_> {
    /// The request; it has no path, whoever sends it knows the URL.
    pub fn http(&self) -> HttpRequest {
        let body = json::object()
            .text("sid", self.sid)
            .text("client_secret", self.client_secret.as_str())
            .text("token", &self.token.0)
            .done();
        HttpRequest::post("", &body)
    }
}

/// Whether the code was right.
pub fn read(body: &Json) -> bool {
    body.is_true("success")
}

/// Whether a code may be sent there: encrypted, or to the homeserver itself.
pub fn is_safe(url: &str, homeserver: &str) -> bool {
    // Up to the third slash; by bytes, which weighs a third of `split`.
    let mut slashes = 0;
    let is_origin = |byte: &u8| {
        slashes += u32::from(*byte == b'/');
        slashes < 3
    };
    let origin = homeserver.bytes().take_while(is_origin).count();
    let (url, homeserver) = (url.as_bytes(), homeserver.as_bytes());
    let home = origin > 0 && url.get(..origin) == homeserver.get(..origin);
    url.starts_with(b"https://") || (home && url.get(origin) == Some(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::{Code, is_safe, read_registration_token};

    #[test]
    fn a_code_goes_to_https_or_home() {
        for (url, homeserver, safe) in [
            ("https://id.example.org/submit", "https://example.org", true),
            ("http://example.org/submit", "https://example.org", false),
            ("http://127.0.0.1:8008/submit", "http://127.0.0.1:8008", true),
            ("http://127.0.0.1:8008/submit", "http://127.0.0.1:8008/base", true),
            ("http://127.0.0.1:80081/submit", "http://127.0.0.1:8008", false),
            ("http://127.0.0.1:8008@evil.example/", "http://127.0.0.1:8008", false),
            ("/submit", "https://example.org", false),
            ("javascript:alert(1)", "https://example.org", false),
            ("/submit", "", false),
            ("", "", false),
        ] {
            assert_eq!(is_safe(url, homeserver), safe, "{url} from {homeserver}");
        }
    }

    #[test]
    fn a_code_is_read_however_it_is_typed_pasted_or_dictated() {
        for typed in [
            "123456",
            " 123456\n",
            "123 456",
            "123-456",
            "123\u{2011}456",
            "123–456",
            "12 34 56",
            "1.2.3.4.5.6",
            "123456.",
            "123\u{a0}456",
            "\u{202a}123456\u{202c}",
            "\u{2068}123456\u{2069}",
            "\u{200e}123\u{200b}456\u{200f}",
            "\u{feff}123456",
            "١٢٣٤٥٦",
            "١٢٣ ٤٥٦",
            "۱۲۳۴۵۶",
            "１２３４５６",
            "１２３　４５６．",
            "१२३४५६",
            "๑๒๓๔๕๖",
            "'123456'",
            "123456,",
            "#123456",
            "(123456)",
            "123\u{ad}456",
        ] {
            assert_eq!(Code::read(typed).0, "123456", "{typed:?}");
        }
        for (typed, code) in [
            ("aB3-x_9", "aB3-x_9"),
            (" aB3x9. ", "aB3x9"),
            ("\u{202d}“aB3 x9”\u{202c},", "aB3x9"),
            ("ａＢ３", "aB3"),
            ("aB٣", "aB3"),
            ("G-123456", "G-123456"),
            ("YWJj==", "YWJj=="),
            ("-aB3_", "-aB3_"),
            ("", ""),
            (" .\u{200b}", ""),
            ("код", ""),
        ] {
            assert_eq!(Code::read(typed).0, code, "{typed:?}");
        }
    }

    #[test]
    fn a_registration_token_is_read_likewise() {
        for (typed, token) in [
            ("Ab.1_~-x", "Ab.1_~-x"),
            (" Ab1x\n", "Ab1x"),
            ("\u{202a}Ab\u{200b}1x\u{202c}", "Ab1x"),
            ("“Ab1x”,", "Ab1x"),
            ("Ａｂ１x", "Ab1x"),
            ("Ab١x", "Ab1x"),
            ("", ""),
        ] {
            assert_eq!(read_registration_token(typed), token, "{typed:?}");
        }
    }
}
