//! Tests in real browsers: of the widget alone, against answers that no real
//! server gives, and of its whole story against a real Synapse with real mail.
//!
//! `cargo xtask test` builds what they need and runs them. It says by
//! `STAGE_ENGINE` in which browser, by `STAGE_TESTS` which (a line each: what the
//! name contains), and by `STAGE_SEED` which cells of the fault matrix are drawn.

mod accessibility;
mod account_page;
mod accounts;
mod addresses;
mod api;
mod browsers;
mod bundlers;
mod capabilities;
mod console;
mod csp;
mod devtools;
mod email_flow;
mod embedding;
mod embedding_instances;
mod engine;
mod error_responses;
mod expired_uia_session;
mod fallback_window;
mod fault_injection;
mod fault_matrix;
mod harness;
mod hierarchy;
mod homeserver;
mod host_page;
mod hostile_host;
mod http_wire;
mod identity_server_env;
mod leaks;
mod lifecycle;
mod locales;
mod long_lists;
mod maintenance;
mod mobile;
mod mock_account_service;
mod other_servers;
mod page_object;
mod password_errors;
mod password_flow;
mod password_reset;
mod persistence;
mod phones;
mod polling;
mod probe;
mod prototypes;
mod proxy;
mod real_servers;
mod record;
mod redirects;
mod response_edge_cases;
mod servers_pre_r0_6;
mod servers_r0_6;
mod sessions;
mod sharing;
mod sharing_errors;
mod sharing_persistence;
mod sharing_terms;
mod sheets;
mod site;
mod sms_flow;
mod split;
mod sso;
mod startup;
mod states;
mod tabs;
mod test_clock;
mod theming;
mod token_refresh;
mod tokens;
mod uia_stages;
mod uia_threepid;
mod user_input;
mod window_helpers;

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
        test_clock::tests(),
        email_flow::tests(),
        tabs::tests(),
        persistence::tests(),
        polling::tests(),
        password_flow::tests(),
        password_reset::tests(),
        password_errors::tests(),
        user_input::tests(),
        phones::tests(),
        sessions::tests(),
        sharing::tests(),
        sharing_errors::tests(),
        sharing_persistence::tests(),
        sharing_terms::tests(),
        uia_stages::tests(),
        expired_uia_session::tests(),
        sms_flow::tests(),
        addresses::tests(),
        error_responses::tests(),
        response_edge_cases::tests(),
        api::tests(),
        lifecycle::tests(),
        embedding_instances::tests(),
        host_page::tests(),
        locales::tests(),
        long_lists::tests(),
        csp::tests(),
        split::tests(),
        startup::tests(),
        embedding::tests(),
        prototypes::tests(),
        probe::tests(),
        fault_matrix::tests(),
    ]
    .into_iter()
    .flatten()
    .collect();
    // What does not depend on the browser is looked at in one.
    if engine == Engine::Chromium {
        tests.extend(accessibility::more_tests());
        tests.extend(hierarchy::tests());
        tests.extend(accounts::tests());
        tests.extend(bundlers::tests());
        tests.extend(host_page::more_tests());
        tests.extend(capabilities::tests());
        tests.extend(leaks::tests());
        tests.extend(locales::pseudo_tests());
        tests.extend(long_lists::time_tests());
        tests.extend(sheets::tests());
        tests.extend(theming::tests());
        tests.extend(mobile::tests());
        tests.extend(servers_r0_6::tests());
        tests.extend(servers_pre_r0_6::tests());
        tests.extend(other_servers::tests());
        tests.extend(uia_threepid::tests());
        tests.extend(hostile_host::tests());
        tests.extend(maintenance::tests());
        tests.extend(redirects::tests());
        tests.extend(token_refresh::tests());
        tests.extend(tokens::tests());
        tests.extend(sso::tests());
        tests.extend(fallback_window::tests());
        tests.extend(password_flow::window_tests());
        tests.extend(uia_stages::window_tests());
        tests.extend(account_page::tests());
        tests.extend(site::tests());
    }
    // They take other servers, and a run of their own.
    if let Some(installed) = real_servers::installed() {
        tests = real_servers::tests(&installed);
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
    fault_matrix::print_size(engine);
    conclusion.exit_code()
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("the stage could not be set: {error:#}\nRun the tests by: cargo xtask test");
    ExitCode::FAILURE
}
