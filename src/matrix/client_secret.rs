//! Client secret of a validation session.

use std::fmt;

/// 64 of the 66 characters that the spec permits, so that six random bits make
/// one character without bias.
const ALPHABET: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

/// Number of characters of a secret: 240 bits.
const LENGTH: usize = 40;

/// Client secret of a validation session: 1–255 characters of
/// `[0-9a-zA-Z.=_-]`. Each verification has its own.
///
/// Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidemailrequesttoken>
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// Number of random bytes for [`ClientSecret::from_random`].
    pub const BYTES: usize = LENGTH;

    /// Creates a secret from bytes of a cryptographic random source.
    pub fn from_random(bytes: [u8; LENGTH]) -> Self {
        Self(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 63)])).collect())
    }

    /// Parses a stored secret; `None` if the spec does not permit it.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".=_-".contains(&byte);
        ((1..=255).contains(&text.len()) && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    /// Characters for the request.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("ClientSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_secret_uses_spec_alphabet() {
        for byte in 0..=255 {
            let secret = ClientSecret::from_random([byte; LENGTH]);
            assert_eq!(secret.as_str().len(), LENGTH);
            assert!(
                secret.as_str().chars().all(|c| c.is_ascii_alphanumeric() || ".=_-".contains(c))
            );
        }
    }

    #[test]
    fn debug_output_hides_client_secret() {
        let secret = ClientSecret::from_random([7; LENGTH]);
        assert!(!format!("{secret:?}").contains(secret.as_str()));
    }
}
