//! What a person (or an administrator) types to say which server.

use crate::matrix::{BaseUrl, NoBaseUrl, ServerName, server_of};

/// Which server is meant.
#[derive(Clone, Debug, PartialEq)]
pub enum Entered {
    /// By its name, from which discovery starts.
    Name(ServerName),
    /// By a Matrix ID.
    UserId {
        /// The Matrix ID.
        user_id: String,
        /// Its server.
        server: ServerName,
    },
    /// By the homeserver's own address.
    Url(BaseUrl),
}

/// Why no server is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEntered {
    /// Nothing was typed.
    Nothing,
    /// It is none of the three.
    NoServer,
    /// A password sent there could be read on the way.
    Insecure,
}

impl Entered {
    /// Reads what was typed.
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

    /// What the person is called there, if they said so.
    pub fn user_id(&self) -> &str {
        match self {
            Entered::UserId { user_id, .. } => user_id,
            Entered::Name(_) | Entered::Url(_) => "",
        }
    }
}
