//! The standalone account page, as a person and an administrator meet it. In
//! Chromium.

mod discovery;
mod ended;
mod forms;
mod hosting;
mod inside;
mod next_link;
mod safety;
mod sign_in;
pub mod site;
mod sso;
mod states;

use libtest_mimic::Trial;

pub fn tests() -> Vec<Trial> {
    [
        sign_in::tests(),
        discovery::tests(),
        inside::tests(),
        ended::tests(),
        forms::tests(),
        safety::tests(),
        next_link::tests(),
        sso::tests(),
        states::tests(),
        hosting::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
