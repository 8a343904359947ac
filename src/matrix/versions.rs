//! `GET /_matrix/client/versions`: which API a server speaks, and where.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientversions>

use super::Json;

/// Path under the base URL. The request needs no access token.
pub const VERSIONS: &str = "/_matrix/client/versions";

/// API version of a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApiVersion {
    /// v1.1 and later. The default until a server responds otherwise.
    #[default]
    V3,
    /// r0.6.
    R0,
    /// r0.0 to r0.5: without `account/3pid/add`.
    PreR0_6,
    /// r0.5 of a server that verifies addresses itself, as Synapse 1.4 to 1.14
    /// do: `add`, `bind` and `unbind` are not under `r0` yet.
    Unstable,
    /// Servers without version numbers.
    V2Alpha,
}

impl ApiVersion {
    /// Parses the response; `None` if it is not one of a homeserver. A proxy in
    /// front of a homeserver that is down can respond with anything.
    pub fn from_versions(body: &Json) -> Option<ApiVersion> {
        let Some(Json::Array(all)) = body.get("versions") else { return None };
        let versions = body.strings("versions");
        if versions.len() != all.len() {
            return None;
        }
        let has = |prefix| versions.iter().any(|version| version.starts_with(prefix));
        let verifies_addresses = |features: &Json| {
            features.is_true("m.separate_add_and_bind")
                && matches!(features.get("m.require_identity_server"), Some(Json::Bool(false)))
        };
        Some(if has("v") {
            ApiVersion::V3
        } else if has("r0.6") {
            ApiVersion::R0
        } else if body.get("unstable_features").is_some_and(verifies_addresses) {
            ApiVersion::Unstable
        } else if has("r0.") {
            ApiVersion::PreR0_6
        } else {
            ApiVersion::V2Alpha
        })
    }

    /// Prefix of the paths of endpoints.
    pub fn prefix(self) -> &'static str {
        match self {
            ApiVersion::V3 => "/_matrix/client/v3/",
            ApiVersion::R0 | ApiVersion::PreR0_6 => "/_matrix/client/r0/",
            ApiVersion::Unstable => "/_matrix/client/unstable/",
            ApiVersion::V2Alpha => "/_matrix/client/v2_alpha/",
        }
    }

    /// Version in the paths of endpoints, such as `v3`.
    #[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
    pub fn name(self) -> &'static str {
        let version = self.prefix().strip_prefix("/_matrix/client/");
        version.and_then(|version| version.strip_suffix('/')).unwrap_or_default()
    }

    /// Version with this name, as far as the paths of endpoints depend on it.
    #[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
    pub fn from_name(name: &str) -> Option<ApiVersion> {
        let all = [ApiVersion::V3, ApiVersion::R0, ApiVersion::Unstable, ApiVersion::V2Alpha];
        all.into_iter().find(|version| version.name() == name)
    }

    /// True if an identity server that the client names verifies addresses,
    /// and the deprecated `POST account/3pid` adds them.
    pub fn needs_identity_server(self) -> bool {
        match self {
            ApiVersion::V3 | ApiVersion::R0 | ApiVersion::Unstable => false,
            ApiVersion::PreR0_6 | ApiVersion::V2Alpha => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ApiVersion;
    use crate::matrix::json;

    #[test]
    fn name_of_version_leads_to_the_same_paths() {
        for name in ["v3", "r0", "unstable", "v2_alpha"] {
            let version = ApiVersion::from_name(name).expect("a version");
            assert_eq!(version.prefix(), format!("/_matrix/client/{name}/"));
        }
        assert_eq!(ApiVersion::PreR0_6.name(), "r0");
        for unknown in ["", "v1", "/_matrix/client/v3/"] {
            assert_eq!(ApiVersion::from_name(unknown), None);
        }
    }

    #[test]
    fn newest_supported_version_is_used() {
        for (body, api) in [
            (r#"{"versions":["r0.6.1","v1.1","v1.12"]}"#, Some(ApiVersion::V3)),
            (r#"{"versions":["v1.19"]}"#, Some(ApiVersion::V3)),
            (r#"{"versions":["r0.5.0","r0.6.0"]}"#, Some(ApiVersion::R0)),
            (r#"{"versions":["r0.6.1"]}"#, Some(ApiVersion::R0)),
            (
                r#"{"versions":["r0.0.1","r0.4.0"],"unstable_features":{}}"#,
                Some(ApiVersion::PreR0_6),
            ),
            // Synapse 1.4 to 1.14.
            (
                r#"{"versions":["r0.0.1","r0.5.0"],"unstable_features":{
                    "m.require_identity_server":false,"m.separate_add_and_bind":true}}"#,
                Some(ApiVersion::Unstable),
            ),
            // What is missing is required, as in r0.5.
            (
                r#"{"versions":["r0.5.0"],"unstable_features":{"m.separate_add_and_bind":true}}"#,
                Some(ApiVersion::PreR0_6),
            ),
            (
                r#"{"versions":["r0.5.0"],"unstable_features":{
                    "m.require_identity_server":true,"m.separate_add_and_bind":true}}"#,
                Some(ApiVersion::PreR0_6),
            ),
            (
                r#"{"versions":["r0.6.0"],"unstable_features":{
                    "m.require_identity_server":false,"m.separate_add_and_bind":true}}"#,
                Some(ApiVersion::R0),
            ),
            (r#"{"versions":[]}"#, Some(ApiVersion::V2Alpha)),
            (r#"{"versions":["a0.1"]}"#, Some(ApiVersion::V2Alpha)),
            // No homeserver says so.
            (r#"{"versions":["r0.6.1",1]}"#, None),
            (r#"{"versions":[null]}"#, None),
            (r#"{"versions":"v1.1"}"#, None),
            (r#"{"versions":{"v1.1":true}}"#, None),
            (r#"{"errcode":"M_UNKNOWN","error":"Maintenance"}"#, None),
            (r#"["v1.1"]"#, None),
            ("{}", None),
            ("null", None),
        ] {
            assert_eq!(ApiVersion::from_versions(&json::parse(body).expect("JSON")), api, "{body}");
        }
    }
}
