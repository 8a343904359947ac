//! Tests in real browsers: of the widget alone, against answers that no real
//! server gives, and of its whole story against a real Synapse with real mail.
//!
//! `cargo xtask test` builds what they need and runs them. It says by
//! `STAGE_ENGINE` in which browser, by `STAGE_TESTS` which (a line each: what the
//! name contains), and by `STAGE_SEED` which cells of the fault matrix are drawn.

mod accessibility;
mod account_page;
mod account_service;
mod accounts;
mod adoption;
mod answered;
mod api;
mod around;
mod browsers;
mod capabilities;
mod clock;
mod console;
mod devtools;
mod embedders;
mod embedding;
mod engine;
mod entries;
mod fault;
mod faults;
mod forgotten;
mod harness;
mod homeserver;
mod hosts;
mod identity;
mod kept;
mod leaks;
mod lifecycle;
mod locales;
mod looks;
mod maintenance;
mod matrix;
mod mobile;
mod old_servers;
mod older_servers;
mod other_window;
mod page;
mod password_faults;
mod passwords;
mod person;
mod phones;
mod probe;
mod proofs;
mod prototypes;
mod proxy;
mod record;
mod redirects;
mod renewal;
mod sessions;
mod sharing;
mod sharing_faults;
mod sharing_lasting;
mod sharing_terms;
mod sso;
mod stages;
mod starting;
mod states;
mod story;
mod strict;
mod tabs;
mod texts;
mod tokens;
mod waiting;
mod windows;
mod wire;

use std::process::ExitCode;

use engine::Engine;
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let engine = match Engine::chosen() {
        Ok(engine) => engine,
        Err(error) => return failed(&error),
    };
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(Engine::AT_ONCE);
    let mut tests: Vec<Trial> = [
        accessibility::tests(),
        clock::tests(),
        story::tests(),
        tabs::tests(),
        kept::tests(),
        waiting::tests(),
        passwords::tests(),
        password_faults::tests(),
        person::tests(),
        phones::tests(),
        sessions::tests(),
        sharing::tests(),
        sharing_faults::tests(),
        sharing_lasting::tests(),
        sharing_terms::tests(),
        stages::tests(),
        forgotten::tests(),
        texts::tests(),
        entries::tests(),
        faults::tests(),
        answered::tests(),
        api::tests(),
        lifecycle::tests(),
        hosts::tests(),
        around::tests(),
        locales::tests(),
        strict::tests(),
        starting::tests(),
        embedding::tests(),
        prototypes::tests(),
        probe::tests(),
        matrix::tests(),
    ]
    .into_iter()
    .flatten()
    .collect();
    // What does not depend on the browser is looked at in one.
    if engine == Engine::Chromium {
        tests.extend(accessibility::more_tests());
        tests.extend(accounts::tests());
        tests.extend(adoption::tests());
        tests.extend(around::more_tests());
        tests.extend(capabilities::tests());
        tests.extend(leaks::tests());
        tests.extend(locales::pseudo_tests());
        tests.extend(looks::tests());
        tests.extend(mobile::tests());
        tests.extend(old_servers::tests());
        tests.extend(older_servers::tests());
        tests.extend(proofs::tests());
        tests.extend(embedders::tests());
        tests.extend(maintenance::tests());
        tests.extend(redirects::tests());
        tests.extend(renewal::tests());
        tests.extend(tokens::tests());
        tests.extend(sso::tests());
        tests.extend(windows::tests());
        tests.extend(passwords::window_tests());
        tests.extend(stages::window_tests());
        tests.extend(account_page::tests());
    }
    let names = std::env::var("STAGE_TESTS").unwrap_or_default();
    let names: Vec<&str> = names.lines().collect();
    tests.retain(|test| names.is_empty() || names.iter().any(|it| test.name().contains(it)));
    if arguments.list {
        return libtest_mimic::run(&arguments, tests).exit_code();
    }
    let stage = match harness::Stage::start(engine) {
        Ok(stage) => stage,
        Err(error) => return failed(&error),
    };
    let conclusion = libtest_mimic::run(&arguments, tests);
    stage.stop();
    matrix::print_size(engine);
    conclusion.exit_code()
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("the stage could not be set: {error:#}\nRun the tests by: cargo xtask test");
    ExitCode::FAILURE
}
