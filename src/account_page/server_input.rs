//! Parsing of the server that a user or an administrator has typed.

use crate::matrix::{BaseUrl, BaseUrlError, ServerName, server_name_of};

/// Typed server.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerInput {
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
pub enum ServerInputError {
    /// The text is empty.
    Empty,
    /// The text is none of the three.
    Invalid,
    /// The connection would not be encrypted.
    Insecure,
}

impl ServerInput {
    /// Parses the typed text.
    pub fn parse(text: &str) -> Result<ServerInput, ServerInputError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ServerInputError::Empty);
        }
        if text.starts_with('@') {
            let server = server_name_of(text).ok_or(ServerInputError::Invalid)?;
            return Ok(ServerInput::UserId { user_id: text.to_owned(), server });
        }
        match BaseUrl::parse(text) {
            Ok(url) => Ok(ServerInput::Url(url)),
            Err(BaseUrlError::Insecure) => Err(ServerInputError::Insecure),
            Err(BaseUrlError::Malformed) => ServerName::parse(text.trim_end_matches('/'))
                .map(ServerInput::Name)
                .ok_or(ServerInputError::Invalid),
        }
    }

    /// Reads the address of a homeserver, for which `https://` may be left out.
    pub fn parse_address(text: &str) -> Result<BaseUrl, ServerInputError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ServerInputError::Empty);
        }
        match BaseUrl::parse(text) {
            Ok(url) => Ok(url),
            Err(BaseUrlError::Insecure) => Err(ServerInputError::Insecure),
            Err(BaseUrlError::Malformed) => ServerName::parse(text.trim_end_matches('/'))
                .map(|name| name.base_url())
                .ok_or(ServerInputError::Invalid),
        }
    }

    /// Localpart of the Matrix ID, if the text was one.
    pub fn user_id(&self) -> &str {
        match self {
            ServerInput::UserId { user_id, .. } => user_id,
            ServerInput::Name(_) | ServerInput::Url(_) => "",
        }
    }
}
