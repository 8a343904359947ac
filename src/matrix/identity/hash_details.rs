//! `GET /_matrix/identity/v2/hash_details`: how addresses are to be disguised.
//! Needs the token.
//!
//! Spec: <https://spec.matrix.org/latest/identity-service-api/#get_matrixidentityv2hash_details>

use crate::matrix::{HttpRequest, Json};

/// How addresses are disguised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `sha256`
    Sha256,
    /// `none`
    No,
}

impl Algorithm {
    /// As the spec writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Sha256 => "sha256",
            Algorithm::No => "none",
        }
    }
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The best one that both sides know.
    pub algorithm: Algorithm,
    /// What is mixed in.
    pub pepper: String,
}

/// The request.
pub fn request() -> HttpRequest {
    HttpRequest::get("/_matrix/identity/v2/hash_details")
}

/// Reads the answer; `None` if there is no way. `can_hash` says whether the
/// browser can do `sha256`.
pub fn read(body: &Json, can_hash: bool) -> Option<Response> {
    let names = body.strings("algorithms");
    let knows = |algorithm: &Algorithm| names.iter().any(|name| name == algorithm.as_str());
    let algorithm = Some(Algorithm::Sha256).filter(|it| can_hash && knows(it));
    let algorithm = algorithm.or(Some(Algorithm::No).filter(knows))?;
    Some(Response { algorithm, pepper: body.str("lookup_pepper")?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, read};
    use crate::matrix::json::parse;

    #[test]
    fn the_best_that_both_know() {
        for (body, can_hash, want) in [
            (
                r#"{"algorithms":["none","sha256"],"lookup_pepper":"p"}"#,
                true,
                Some(Algorithm::Sha256),
            ),
            (r#"{"algorithms":["none","sha256"],"lookup_pepper":"p"}"#, false, Some(Algorithm::No)),
            (r#"{"algorithms":["sha256"],"lookup_pepper":""}"#, true, Some(Algorithm::Sha256)),
            (r#"{"algorithms":["sha256"],"lookup_pepper":"p"}"#, false, None),
            (r#"{"algorithms":["sha512"],"lookup_pepper":"p"}"#, true, None),
            (r#"{"algorithms":["sha256"]}"#, true, None),
            ("{}", true, None),
        ] {
            let got = read(&parse(body).expect("JSON"), can_hash);
            assert_eq!(got.map(|it| it.algorithm), want, "{body}");
        }
    }
}
