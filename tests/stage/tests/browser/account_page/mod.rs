//! The standalone account page, as a person and an administrator meet it. In
//! Chromium.

mod discovery;
mod forms;
mod hosting;
mod loading;
mod next_link;
mod security;
mod session_end;
mod sign_in;
mod signed_in;
pub mod site;
mod sso;
mod states;

use libtest_mimic::Trial;

pub fn tests() -> Vec<Trial> {
    [
        sign_in::tests(),
        discovery::tests(),
        signed_in::tests(),
        session_end::tests(),
        forms::tests(),
        security::tests(),
        next_link::tests(),
        sso::tests(),
        states::tests(),
        hosting::tests(),
        loading::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
