//! Random orders of what people, embedders, servers and clocks do. Beside the
//! flow runs a small model of whoever sends its requests; after each step they
//! are compared.

mod actions;
mod invariants;
mod network;
mod password_reset;
mod remote_tab;
mod simulator;
mod storage_fuzz;
mod two_tabs;

use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::uia::{SecretText, StageAnswer};
use matrix_threepids::model::UiaReply;
use proptest::prelude::*;

use actions::*;
use invariants::{PASSWORD, TYPED};
use simulator::*;

#[test]
fn debug_output_shows_placeholder_for_password_and_code() {
    let password = SecretText(MARKER.to_owned());
    let answer = StageAnswer::Password { user_id: None, password };
    let shown = format!("{:?}", UiaReply::Auth(answer));
    assert!(shown.contains(PASSWORD) && !shown.contains(MARKER));
    let shown = format!("{:?}", Code(CODE.to_owned()));
    assert!(shown.contains(TYPED) && !shown.contains(CODE));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn invariants_hold_for_random_input_sequences(
        steps in prop::collection::vec(step(), 1..80),
        list in any::<u8>(),
    ) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        world.end(list);
    }
}
