//! The demo: a homeserver, a mailbox, and a page with the elements.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use stage::mail::MailServer;
use stage::synapse::{Age, Session, Settings, Synapse};
use stage::{ports, web};

use crate::{account_page, npm, sh, tools};

const PORT: u16 = 8380;
/// Password of the demo users. It protects nothing.
const PASSWORD: &str = "wonderland";
const USERS: [&str; 2] = ["alice", "bob"];

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

/// `cargo xtask demo`: runs until Ctrl-C.
pub fn run(arguments: &[&str]) -> Result<()> {
    let options = parse_options(arguments)?;
    let (page, homeserver) = (options.port, options.port + 1);
    ports::check(page)?;
    ports::check(homeserver)?;
    let package = npm::package()?;
    let account_page = account_page::build()?;
    let python = tools::ensure_python()?;
    let folder = sh::target().join("demo");
    if options.fresh && folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        println!("Starting the homeserver");
        let mails = MailServer::start(&python, ports::find_free()?).await?;
        let mut synapse = Synapse::start(Settings {
            age: Age::Current,
            python,
            folder,
            port: homeserver,
            smtp_port: Some(mails.port),
            federation: None,
            extra: Value::Null,
        })
        .await?;
        let alice = synapse.user(USERS[0], PASSWORD).await?;
        synapse.user(USERS[1], PASSWORD).await?;
        let routes = build_routes(package, &account_page, &synapse, alice, &mails)?;
        let server = web::serve(page, routes).await?;
        println!();
        println!("Account page: {}/", server.url);
        println!("Page: {}/demo", server.url);
        println!("Mailbox: {}/mailbox", server.url);
        println!("Homeserver: {}", synapse.url());
        println!("Users: alice / {PASSWORD}, bob / {PASSWORD}");
        println!("Stop: Ctrl-C");
        wait_for_shutdown().await?;
        println!("Stopping");
        drop(server);
        synapse.stop().await
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
    package: PathBuf,
    account_page: &Path,
    synapse: &Synapse,
    alice: Session,
    mails: &MailServer,
) -> Result<Router> {
    let file =
        |path: &str| fs::read_to_string(sh::root().join(path)).with_context(|| path.to_owned());
    let index = fs::read_to_string(account_page.join("index.html"))?;
    let config = json!({ "homeserver": synapse.url(), "homeserverFixed": true });
    let (page, css) = (file("xtask/demo/demo.html")?, file("xtask/demo/demo.css")?);
    let boot = file("xtask/demo/boot.js")?;
    let (mailbox, mailbox_js) = (file("xtask/demo/mailbox.html")?, file("xtask/demo/mailbox.js")?);
    let (states, states_js) = (file("xtask/demo/states.html")?, file("xtask/demo/states.js")?);
    let session = json!({
        "homeserver": synapse.url(),
        "userId": alice.user_id,
        "accessToken": alice.token,
    });
    let session = format!("export default {session};\n");
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
    let html = |text: String| get(move || async { web::html(text) });
    let script = |text: String| get(move || async { web::script(text) });
    Ok(Router::new()
        .route("/", html(index))
        .route("/config.json", get(move || async { axum::Json(config) }))
        // Browsers request this file without a link to it.
        .route("/favicon.ico", get(|| async { axum::http::StatusCode::NO_CONTENT }))
        .route("/demo", html(page))
        .route("/demo/boot.js", script(boot))
        .route("/demo/session.js", script(session))
        .route("/demo/page.css", get(move || async { web::style(css) }))
        .route("/mailbox", html(mailbox))
        .route("/mailbox.js", script(mailbox_js))
        .route("/mails", get(next))
        .route("/states", get(move || async { web::framed_html(states) }))
        .route("/states.js", script(states_js))
        .nest_service("/npm", web::folder(&package))
        .fallback_service(web::folder(account_page)))
}

/// Query of the mailbox: the number of emails that it already has.
#[derive(Deserialize)]
struct After {
    after: usize,
}
