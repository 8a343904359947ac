//! `POST <submit_url>`: hand in the code from a mail (or text message). The
//! URL comes with the answer of `requestToken`; no access token goes there.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/#post_matrixidentityv2validateemailsubmittoken>

use super::text::read_code;
pub use super::text::read_registration_token;
use super::{ClientSecret, Destination, HttpRequest, Json, json};

/// Code that the user has typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(pub String);

impl Code {
    /// Parses typed, pasted or dictated text, without characters that no code
    /// has.
    pub fn read(typed: &str) -> Code {
        Code(read_code(typed))
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("Code(…)")
    }
}

/// Request.
pub struct Request<'a> {
    /// `sid` of the validation session.
    pub sid: &'a str,
    /// Client secret of the validation session.
    pub client_secret: &'a ClientSecret,
    /// Code of the message.
    pub token: &'a Code,
}

impl Request<'_> {
    /// Creates the HTTP request to this `submit_url`, or to this path of the
    /// identity server.
    pub fn http(&self, destination: Destination, url: &str) -> HttpRequest {
        let body = json::object()
            .string("sid", self.sid)
            .string("client_secret", self.client_secret.as_str())
            .string("token", &self.token.0)
            .build();
        HttpRequest { destination, path: url.to_owned().into(), ..HttpRequest::post("", &body) }
    }
}

/// True if the code is correct.
pub fn read(body: &Json) -> bool {
    body.is_true("success")
}

/// True if a code may be sent to this URL: encrypted, or to the homeserver.
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
    fn submit_url_requires_https_or_homeserver_origin() {
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
    fn code_drops_separators_and_converts_digits() {
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
    fn registration_token_is_normalized_like_code() {
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
