//! `GET /_matrix/client/versions`: which API a server speaks, and where.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#get_matrixclientversions>

use super::Json;

/// The path, below the base URL. No access token is needed.
pub const VERSIONS: &str = "/_matrix/client/versions";

/// The API that a server speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Api {
    /// v1.1 and later. Taken for granted until a server says otherwise.
    #[default]
    V3,
    /// r0.6.
    R0,
    /// r0.0 to r0.5: without `account/3pid/add`.
    OldR0,
    /// From before there were versions.
    V2Alpha,
}

impl Api {
    /// Reads the answer; `None` if it is not a homeserver's: what stands before
    /// a homeserver that is down may answer anything.
    pub fn read(body: &Json) -> Option<Api> {
        let Some(Json::Array(all)) = body.get("versions") else { return None };
        let versions = body.strings("versions");
        if versions.len() != all.len() {
            return None;
        }
        let has = |prefix| versions.iter().any(|version| version.starts_with(prefix));
        Some(if has("v") {
            Api::V3
        } else if has("r0.6") {
            Api::R0
        } else if has("r0.") {
            Api::OldR0
        } else {
            Api::V2Alpha
        })
    }

    /// What the paths of endpoints begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Api::V3 => "/_matrix/client/v3/",
            Api::R0 | Api::OldR0 => "/_matrix/client/r0/",
            Api::V2Alpha => "/_matrix/client/v2_alpha/",
        }
    }

    /// Whether addresses are validated by an identity server that the client
    /// names, and added by the deprecated `POST account/3pid`.
    pub fn needs_identity_server(self) -> bool {
        match self {
            Api::V3 | Api::R0 => false,
            Api::OldR0 | Api::V2Alpha => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Api;
    use crate::matrix::json;

    #[test]
    fn the_newest_api_that_a_server_names() {
        for (body, api) in [
            (r#"{"versions":["r0.6.1","v1.1","v1.12"]}"#, Some(Api::V3)),
            (r#"{"versions":["v1.19"]}"#, Some(Api::V3)),
            (r#"{"versions":["r0.5.0","r0.6.0"]}"#, Some(Api::R0)),
            (r#"{"versions":["r0.6.1"]}"#, Some(Api::R0)),
            (r#"{"versions":["r0.0.1","r0.4.0"],"unstable_features":{}}"#, Some(Api::OldR0)),
            (r#"{"versions":[]}"#, Some(Api::V2Alpha)),
            (r#"{"versions":["a0.1"]}"#, Some(Api::V2Alpha)),
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
            assert_eq!(Api::read(&json::parse(body).expect("JSON")), api, "{body}");
        }
    }
}
