//! The platform's cryptographic random source.

use crate::matrix::ClientSecret;

/// Creates a client secret.
pub fn client_secret() -> ClientSecret {
    let mut bytes = [0; ClientSecret::BYTES];
    let crypto = leptos::prelude::window().crypto();
    crypto
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes))
        .expect("every browser that runs this has a random source");
    ClientSecret::from_random(bytes)
}
