//! Server discovery: the homeserver of a server name.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#server-discovery>

use super::absolute_request::AbsoluteRequest;
use super::{ApiVersion, BaseUrl, HttpResponse, Json, ServerName, auth_metadata, json};

/// Result of a server's `.well-known`, with the spec's names.
#[derive(Clone, Debug, PartialEq)]
pub enum WellKnown {
    /// `PROMPT`: the base URL of the homeserver, to be checked.
    BaseUrl(BaseUrl),
    /// `IGNORE`: there is no such file.
    Ignore,
    /// `FAIL_PROMPT`: the file is unusable; the user has to enter the URL.
    FailPrompt,
    /// `FAIL_ERROR`: the file is wrong; discovery ends.
    FailError,
}

/// `GET https://<server name>/.well-known/matrix/client`
pub fn well_known(server: &ServerName) -> AbsoluteRequest {
    AbsoluteRequest::discovery_get(server.base_url().endpoint("/.well-known/matrix/client"))
}

/// Parses the response, by the spec's rules.
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
pub fn versions(homeserver: &BaseUrl) -> AbsoluteRequest {
    AbsoluteRequest::discovery_get(homeserver.endpoint("/_matrix/client/versions"))
}

/// API version of a homeserver; `None` if the response of `versions` is not one
/// of a homeserver.
pub fn read_versions(body: &Json) -> Option<ApiVersion> {
    let is_homeserver = !body.strings("versions").is_empty();
    ApiVersion::from_versions(body).filter(|_| is_homeserver)
}

/// `GET /_matrix/client/v1/auth_metadata`: whether accounts are managed by an
/// OAuth 2.0 server.
///
/// Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientv1auth_metadata>
pub fn auth_metadata(homeserver: &BaseUrl) -> AbsoluteRequest {
    AbsoluteRequest::get(homeserver.endpoint("/_matrix/client/v1/auth_metadata"))
}

/// URL of the OAuth 2.0 server's page with the user's profile and addresses.
pub fn account_management(body: &Json) -> Option<String> {
    let page = auth_metadata::read(body)?;
    // Encrypted, or on this machine.
    BaseUrl::parse(page.split('?').next().unwrap_or_default()).ok().map(|_| page)
}
