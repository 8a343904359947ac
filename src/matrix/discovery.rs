//! From a server's name to its homeserver, and what kind of server that is.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#server-discovery>

use super::call::Call;
use super::{BaseUrl, HttpResponse, Json, ServerName, auth_metadata, json};

/// What a server's `.well-known` says, in the spec's own words for it.
#[derive(Clone, Debug, PartialEq)]
pub enum WellKnown {
    /// The homeserver is there, if it is one.
    BaseUrl(BaseUrl),
    /// `IGNORE`: there is none, which says nothing.
    Ignore,
    /// `FAIL_PROMPT`: what it says is of no use; the person may know better.
    FailPrompt,
    /// `FAIL_ERROR`: it is wrong, and nobody should go on.
    FailError,
}

/// `GET https://<server name>/.well-known/matrix/client`
pub fn well_known(server: &ServerName) -> Call {
    Call::search(server.base_url().endpoint("/.well-known/matrix/client"))
}

/// Reads the answer, by the spec's rules.
pub fn read_well_known(answer: &HttpResponse) -> WellKnown {
    match answer.status {
        404 => return WellKnown::Ignore,
        200 => {}
        _ => return WellKnown::FailPrompt,
    }
    let Some(body) = json::parse(&answer.body) else { return WellKnown::FailPrompt };
    let base_url = |name| body.get(name).and_then(|it| it.str("base_url"));
    let Some(homeserver) = base_url("m.homeserver") else { return WellKnown::FailPrompt };
    let identity_server_fits = match body.get("m.identity_server") {
        Some(_) => base_url("m.identity_server").is_some_and(|url| BaseUrl::parse(url).is_ok()),
        None => true,
    };
    match BaseUrl::parse(homeserver) {
        Ok(homeserver) if identity_server_fits => WellKnown::BaseUrl(homeserver),
        Ok(_) | Err(_) => WellKnown::FailError,
    }
}

/// `GET /_matrix/client/versions`: what only a homeserver answers.
pub fn versions(homeserver: &BaseUrl) -> Call {
    Call::search(homeserver.endpoint("/_matrix/client/versions"))
}

/// Whether it is a homeserver that answered.
pub fn is_homeserver(body: &Json) -> bool {
    !body.strings("versions").is_empty()
}

/// `GET /_matrix/client/v1/auth_metadata`: whether accounts are managed by an
/// OAuth 2.0 server.
///
/// Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientv1auth_metadata>
pub fn auth_metadata(homeserver: &BaseUrl) -> Call {
    Call::get(homeserver.endpoint("/_matrix/client/v1/auth_metadata"))
}

/// Where that server lets people manage their account: the part with the
/// profile, where the addresses are.
pub fn account_management(body: &Json) -> Option<String> {
    let page = auth_metadata::read(body)?;
    // Encrypted, or on this machine.
    BaseUrl::parse(page.split('?').next().unwrap_or_default()).ok().map(|_| page)
}
