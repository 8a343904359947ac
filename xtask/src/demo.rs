//! The demo: a homeserver, a mailbox, and the site with the playground.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::extract::Query;
use axum::response::Redirect;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use stage::mail::MailServer;
use stage::synapse::{Age, Session, Settings, Synapse};
use stage::{ports, web};

use crate::steps::Steps;
use crate::{account_page, built, npm, sh, site, tools};

const PORT: u16 = 8380;
/// Password of the demo users. It protects nothing.
const PASSWORD: &str = "wonderland";
const USERS: [&str; 2] = ["alice", "bob"];

/// Number of steps until the demo is ready.
const STEPS: usize = 6;

struct Options {
    port: u16,
    fresh: bool,
}

fn parse_options(arguments: &[&str]) -> Result<Options> {
    let mut options = Options { port: PORT, fresh: false };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match *argument {
            "--fresh" => options.fresh = true,
            "--port" => {
                let port = arguments.next().context("--port requires a number")?;
                options.port = port
                    .parse()
                    .with_context(|| format!("--port must be a port number, but it is {port}"))?;
            }
            other => bail!("{other} is not an option; cargo xtask demo [--port N] [--fresh]"),
        }
    }
    Ok(options)
}

/// Results of the builds and downloads.
struct Prepared {
    package: PathBuf,
    account_page: PathBuf,
    python: PathBuf,
}

/// `cargo xtask demo`: runs until Ctrl-C.
pub fn run(arguments: &[&str]) -> Result<()> {
    let options = parse_options(arguments)?;
    let (page, homeserver) = (options.port, options.port + 1);
    ports::check(page)?;
    ports::check(homeserver)?;
    println!(
        "The demo builds the elements, and starts a homeserver and a mail server on this machine. \
         The first start takes about 5 minutes, the next ones some seconds."
    );
    let mut steps = Steps::begin(STEPS, "demo.log")?;
    let prepared = prepare(&mut steps)?;
    let folder = sh::target().join("demo");
    if options.fresh && folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let (mails, mut synapse, alice) = steps.run("The homeserver and its users", "10 s", |_| {
        runtime.block_on(start_servers(prepared.python.clone(), folder, homeserver))
    })?;
    runtime.block_on(async {
        let pages = sh::target().join("demo-site");
        let real = site::Server::Real(synapse.url().to_owned());
        site::write(&pages, &real, &prepared.package)?;
        let routes = build_routes(&prepared, &pages, &synapse, &alice, &mails);
        let server = web::serve(page, routes).await?;
        println!("Ready after {}.", steps.describe_time());
        println!();
        println!("Playground: {}/demo/", server.url);
        println!("Account page: {}/account/", server.url);
        println!("Gallery: {}/states/", server.url);
        println!("Documentation: {}/docs/", server.url);
        println!("Homeserver: {}", synapse.url());
        println!("Users: alice / {PASSWORD}, bob / {PASSWORD}");
        println!("Stop: Ctrl-C");
        wait_for_shutdown().await?;
        println!("Stopping");
        drop(server);
        synapse.stop().await
    })
}

/// Starts the mail server and Synapse, and creates the users. Returns the session
/// of the first one.
async fn start_servers(
    python: PathBuf,
    folder: PathBuf,
    port: u16,
) -> Result<(MailServer, Synapse, Session)> {
    let mails = MailServer::start(&python, ports::find_free()?).await?;
    let synapse = Synapse::start(Settings {
        age: Age::Current,
        python,
        folder,
        port,
        smtp_port: Some(mails.port),
        federation: None,
        extra: Value::Null,
    })
    .await?;
    let alice = synapse.user(USERS[0], PASSWORD).await?;
    synapse.user(USERS[1], PASSWORD).await?;
    Ok((mails, synapse, alice))
}

/// Builds and downloads what is missing.
fn prepare(steps: &mut Steps) -> Result<Prepared> {
    steps.run("Rust target for WebAssembly", "download, 10 s", |_| tools::ensure_wasm_target())?;
    steps.run("Tools from npm", "download, 20 s", |_| tools::ensure_node_modules())?;
    let package = npm::folder();
    build(steps, "The elements", &package, &built::PACKAGE_SOURCES, "package", "about 2 min")?;
    let account_page = account_page::folder();
    let sources = [&built::PACKAGE_SOURCES[..], &["index.html"]].concat();
    build(steps, "The account page", &account_page, &sources, "page", "about 1 min")?;
    let python =
        steps.run("Synapse and the mail server", "download, 40 s", |_| tools::ensure_python())?;
    Ok(Prepared { package, account_page, python })
}

fn build(
    steps: &mut Steps,
    name: &str,
    output: &Path,
    sources: &[&str],
    command: &str,
    expected: &str,
) -> Result<()> {
    if built::is_same(output, sources)? {
        steps.skip(name);
        return Ok(());
    }
    steps.run(name, expected, |steps| {
        built::build_unless_same(output, sources, || steps.xtask(&[command]))
    })
}

/// Waits for Ctrl-C or SIGTERM.
async fn wait_for_shutdown() -> Result<()> {
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    Ok(())
}

fn build_routes(
    prepared: &Prepared,
    pages: &Path,
    synapse: &Synapse,
    alice: &Session,
    mails: &MailServer,
) -> Router {
    let config = json!({ "homeserver": synapse.url(), "homeserverFixed": true });
    let session = json!({
        "homeserver": synapse.url(),
        "userId": alice.user_id,
        "accessToken": alice.token,
        "password": PASSWORD,
    });
    let mails = mails.all();
    let next = move |Query(After { after }): Query<After>| {
        let mut mails = mails.clone();
        async move {
            // Responds when there are emails, or after a while. The page then asks again.
            let more = mails.wait_for(|mails| mails.len() > after);
            let _ = tokio::time::timeout(Duration::from_secs(20), more).await;
            let all = mails.borrow();
            axum::Json(all.get(after..).unwrap_or_default().to_vec())
        }
    };
    Router::new()
        .route("/account/config.json", get(move || async { axum::Json(config) }))
        .nest_service("/account", web::folder(&prepared.account_page))
        // The session of alice is served only here, and is in no file.
        .route("/demo/session.json", get(move || async { axum::Json(session) }))
        .route("/mails", get(next))
        // The mailbox is part of the playground.
        .route("/mailbox", get(|| async { Redirect::to("/demo/#mailbox") }))
        // Browsers request this file without a link to it.
        .route("/favicon.ico", get(|| async { axum::http::StatusCode::NO_CONTENT }))
        .nest_service("/npm", web::folder(&prepared.package))
        .fallback_service(web::folder(pages))
}

/// Query of the mailbox: the number of emails that it already has.
#[derive(Deserialize)]
struct After {
    after: usize,
}
