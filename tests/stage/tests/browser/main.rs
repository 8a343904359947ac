//! Tests in real browsers: of the widget alone, against answers that no real
//! server gives, and of its whole story against a real Synapse with real mail.
//!
//! `cargo xtask test` builds what they need and runs them.

mod accessibility;
mod api;
mod console;
mod faults;
mod harness;
mod homeserver;
mod lifecycle;
mod page;
mod probe;
mod story;
mod trunk;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Each has a browser of its own: more than two at once get slow, not fast.
    arguments.test_threads.get_or_insert(2);
    let tests: Vec<Trial> = [
        story::tests(),
        faults::tests(),
        api::tests(),
        lifecycle::tests(),
        accessibility::tests(),
        probe::tests(),
        trunk::tests(),
    ]
    .into_iter()
    .flatten()
    .collect();
    if arguments.list {
        return libtest_mimic::run(&arguments, tests).exit_code();
    }
    let stage = match harness::Stage::start() {
        Ok(stage) => stage,
        Err(error) => {
            eprintln!("the stage could not be set: {error:#}\nRun the tests by: cargo xtask test");
            return ExitCode::FAILURE;
        }
    };
    let conclusion = libtest_mimic::run(&arguments, tests);
    stage.stop();
    conclusion.exit_code()
}
