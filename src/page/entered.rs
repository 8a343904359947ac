//! Parsing of the server that a user or an administrator has typed.

use crate::matrix::{BaseUrl, NoBaseUrl, ServerName, server_of};

/// Typed server.
#[derive(Clone, Debug, PartialEq)]
pub enum Entered {
    /// A server name, from which discovery starts.
    Name(ServerName),
    /// A Matrix ID.
    UserId {
        /// Matrix ID as typed.
        user_id: String,
        /// Server name of the Matrix ID.
        server: ServerName,
    },
    /// A base URL.
    Url(BaseUrl),
}

/// Error of the typed server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEntered {
    /// The text is empty.
    Nothing,
    /// The text is none of the three.
    NoServer,
    /// The connection would not be encrypted.
    Insecure,
}

impl Entered {
    /// Parses the typed text.
    pub fn parse(text: &str) -> Result<Entered, NotEntered> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NotEntered::Nothing);
        }
        if text.starts_with('@') {
            let server = server_of(text).ok_or(NotEntered::NoServer)?;
            return Ok(Entered::UserId { user_id: text.to_owned(), server });
        }
        match BaseUrl::parse(text) {
            Ok(url) => Ok(Entered::Url(url)),
            Err(NoBaseUrl::Insecure) => Err(NotEntered::Insecure),
            Err(NoBaseUrl::Malformed) => ServerName::parse(text.trim_end_matches('/'))
                .map(Entered::Name)
                .ok_or(NotEntered::NoServer),
        }
    }

    /// Reads the address of a homeserver, for which `https://` may be left out.
    pub fn parse_address(text: &str) -> Result<BaseUrl, NotEntered> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NotEntered::Nothing);
        }
        match BaseUrl::parse(text) {
            Ok(url) => Ok(url),
            Err(NoBaseUrl::Insecure) => Err(NotEntered::Insecure),
            Err(NoBaseUrl::Malformed) => ServerName::parse(text.trim_end_matches('/'))
                .map(|name| name.base_url())
                .ok_or(NotEntered::NoServer),
        }
    }

    /// Localpart of the Matrix ID, if the text was one.
    pub fn user_id(&self) -> &str {
        match self {
            Entered::UserId { user_id, .. } => user_id,
            Entered::Name(_) | Entered::Url(_) => "",
        }
    }
}
