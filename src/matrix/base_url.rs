//! Base URLs and names of homeservers.
//!
//! Spec: <https://spec.matrix.org/latest/appendices/#server-name>

/// Base URL of a homeserver's client-server API, without a trailing slash.
/// `https:`, or `http:` on the same machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

/// Error of parsing a [`BaseUrl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseUrlError {
    /// The text is not the URL of a server.
    Malformed,
    /// The connection would not be encrypted.
    Insecure,
}

impl BaseUrl {
    /// Parses an `https:` URL.
    pub fn parse(text: &str) -> Result<BaseUrl, BaseUrlError> {
        let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        let (scheme, rest) = if lower.starts_with("https://") {
            ("https://", &text[8..])
        } else if lower.starts_with("http://") {
            ("http://", &text[7..])
        } else {
            return Err(BaseUrlError::Malformed);
        };
        let rest = rest.trim_end_matches('/');
        let (name, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let name = ServerName::parse(name).ok_or(BaseUrlError::Malformed)?;
        // No query, no fragment: a path would be put after them.
        let fits = |byte: u8| byte.is_ascii_graphic() && !b"?#\\\"<>".contains(&byte);
        if !path.bytes().all(fits) {
            return Err(BaseUrlError::Malformed);
        }
        if scheme == "http://" && !name.is_loopback() {
            return Err(BaseUrlError::Insecure);
        }
        Ok(BaseUrl([scheme, name.as_str(), path].concat()))
    }

    /// Text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Text without the scheme, for display.
    pub fn display_name(&self) -> &str {
        self.0.split_once("://").map_or(&*self.0, |(_, rest)| rest)
    }
}

/// Server name: a host and an optional port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerName(String);

impl ServerName {
    /// Parses a server name, in lower case.
    pub fn parse(text: &str) -> Option<ServerName> {
        let (host, port) = match text.rfind(':').filter(|_| !text.ends_with(']')) {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        let port_fits = |port: &str| {
            (1..=5).contains(&port.len()) && port.bytes().all(|it| it.is_ascii_digit())
        };
        let ipv6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host_fits = match ipv6 {
            Some(ipv6) => {
                ipv6.len() >= 2
                    && ipv6.bytes().all(|it| it.is_ascii_hexdigit() || b":.".contains(&it))
            }
            None => {
                let label_fits = |label: &str| {
                    !label.is_empty()
                        && !label.starts_with('-')
                        && !label.ends_with('-')
                        && label.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
                };
                host.len() <= 253 && host.split('.').all(label_fits)
            }
        };
        (host_fits && port.is_none_or(port_fits)).then(|| ServerName(text.to_ascii_lowercase()))
    }

    /// Text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// URL of the server, for its `.well-known`, and for the homeserver if
    /// there is none.
    pub fn base_url(&self) -> BaseUrl {
        let scheme = if self.is_loopback() { "http://" } else { "https://" };
        BaseUrl([scheme, &self.0].concat())
    }

    /// True if the server is on the same machine, which browsers trust.
    fn is_loopback(&self) -> bool {
        let host = match self.0.strip_prefix("[::1]") {
            Some(rest) => return rest.is_empty() || rest.starts_with(':'),
            None => self.0.split(':').next().unwrap_or_default(),
        };
        host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1"
    }
}

/// Server name of a Matrix ID: the text after its first colon.
pub fn server_name_of(user_id: &str) -> Option<ServerName> {
    let (localpart, server) = user_id.strip_prefix('@')?.split_once(':')?;
    let fits = !localpart.is_empty() && !localpart.contains(char::is_whitespace);
    fits.then(|| ServerName::parse(server))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_url_requires_https_or_loopback() {
        let parsed = |text| BaseUrl::parse(text).map(|it| it.0);
        assert_eq!(parsed("https://matrix.example.org/"), Ok("https://matrix.example.org".into()));
        assert_eq!(parsed("HTTPS://Matrix.Example.org"), Ok("https://matrix.example.org".into()));
        assert_eq!(parsed("https://example.org/matrix//"), Ok("https://example.org/matrix".into()));
        assert_eq!(parsed("http://127.0.0.1:8008"), Ok("http://127.0.0.1:8008".into()));
        assert_eq!(parsed("http://[::1]:8008"), Ok("http://[::1]:8008".into()));
        assert_eq!(parsed("http://localhost"), Ok("http://localhost".into()));
        for insecure in
            ["http://example.org", "http://localhost.example.org", "http://127.0.0.1.nip.io"]
        {
            assert_eq!(parsed(insecure), Err(BaseUrlError::Insecure), "{insecure}");
        }
        for malformed in [
            "",
            "example.org",
            "ftp://example.org",
            "https://",
            "https:///path",
            "https://a b.org",
            "https://alice:secret@example.org",
            "https://example.org?x",
            "https://example.org/#x",
            "https://example..org",
            "https://example.org:",
            "https://example.org:123456",
            "//example.org",
            "javascript:alert(1)",
            "https://exämple.org",
            "https://\u{e4}",
            "http:/\u{e4}\u{e4}",
        ] {
            assert_eq!(parsed(malformed), Err(BaseUrlError::Malformed), "{malformed}");
        }
    }

    #[test]
    fn matrix_id_gives_server_name() {
        let server = |id| server_name_of(id).map(|it| it.0);
        assert_eq!(server("@alice:example.org"), Some("example.org".into()));
        assert_eq!(server("@alice:Example.org:8448"), Some("example.org:8448".into()));
        assert_eq!(server("@alice:[2001:db8::1]:8448"), Some("[2001:db8::1]:8448".into()));
        for none in [
            "alice",
            "@alice",
            "@:example.org",
            "@alice:",
            "@al ice:example.org",
            "#room:example.org",
        ] {
            assert_eq!(server(none), None, "{none}");
        }
    }
}
