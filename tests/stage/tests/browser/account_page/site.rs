//! The page as some administrator has put it up, and a homeserver whose
//! answers a test writes down.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{Html, Response};
use axum::routing::get;
use serde_json::{Value, json};
use stage::web;

use crate::harness::stage;
use crate::homeserver::{Answer, Homeserver};
use crate::page_object::Page;

const LOGO: &str = include_str!("../../../../../www/page/icon.svg");
pub const VERSIONS: &str = "GET /_matrix/client/versions";
pub const WELL_KNOWN: &str = "GET /.well-known/matrix/client";
pub const METADATA: &str = "GET /_matrix/client/v1/auth_metadata";
pub const METHODS: &str = "GET login";
pub const LOGIN: &str = "POST login";
pub const LOGOUT: &str = "POST logout";
pub const PROFILE: &str = "GET profile/%40alice%3Aexample.org";

/// The page of `cargo xtask page`, with this `config.json`.
pub async fn put_up(config: Value) -> Result<web::WebServer> {
    put_up_from(&stage().target.join("page"), config).await
}

/// The page in this folder. What it says on the console is kept for the test.
pub async fn put_up_from(folder: &Path, config: Value) -> Result<web::WebServer> {
    serve(folder, config, "'none'", |routes| routes).await
}

/// The page of `cargo xtask page`, with changed routes.
pub async fn put_up_with(
    config: Value,
    change: impl FnOnce(Router) -> Router,
) -> Result<web::WebServer> {
    serve(&stage().target.join("page"), config, "'none'", change).await
}

/// The page, which may be shown in a frame of its own origin, and `/frame`,
/// which shows it so, in a sandbox that allows no forms.
pub async fn put_up_in_frame(config: Value) -> Result<web::WebServer> {
    serve(&stage().target.join("page"), config, "'self'", |routes| routes).await
}

const FRAME: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Frame</title>\
    <iframe title=\"Account\" sandbox=\"allow-scripts allow-same-origin\" width=\"600\" \
    height=\"800\" src=\"./\"></iframe>";

async fn serve(
    folder: &Path,
    config: Value,
    ancestors: &str,
    change: impl FnOnce(Router) -> Router,
) -> Result<web::WebServer> {
    let policy = web::STRICT
        // Providers' icons come from the homeserver.
        .replace("img-src 'self'", "img-src 'self' http://127.0.0.1:*")
        .replace("frame-ancestors 'none'", &["frame-ancestors ", ancestors].concat());
    let policy = HeaderValue::from_str(&policy)?;
    let policed = move |mut page: Response| {
        page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        page
    };
    let index = std::fs::read_to_string(folder.join("index.html")).context("cargo xtask page")?;
    let scripts = "<script src=\"./clock.js\"></script><script src=\"./presence.js\"></script>\
        <script src=\"./console.js\"></script>";
    let index = index.replacen("<head>", &["<head>", scripts].concat(), 1);
    let config = config.to_string();
    let script = |text: &'static str| get(move || async move { web::script(text.to_owned()) });
    let routes = Router::new()
        .route("/", get(move || async move { policed(web::html(index)) }))
        .route("/frame", get(|| async { Html(FRAME) }))
        .route("/logo.svg", get(|| async { ([(header::CONTENT_TYPE, "image/svg+xml")], LOGO) }))
        .route("/config.json", get(move || async move { config }))
        .route("/clock.js", script(include_str!("../clock.js")))
        .route("/presence.js", script(include_str!("../presence.js")))
        .route("/console.js", script(include_str!("../console.js")))
        .fallback_service(web::folder(folder));
    web::serve(0, change(routes)).await
}

/// The configuration of a page for one homeserver.
pub fn fixed(url: &str) -> Value {
    json!({"homeserver": url, "homeserverFixed": true})
}

/// A homeserver where people sign in by password.
pub async fn homeserver() -> Result<Homeserver> {
    let homeserver = Homeserver::start().await?;
    let flows = json!({"flows": [{"type": "m.login.password"}]});
    for (what, answer) in [
        (VERSIONS, json!({"versions": ["v1.11"]})),
        (METHODS, flows),
        (
            LOGIN,
            json!({"user_id": "@alice:example.org", "access_token": "token", "device_id": "D"}),
        ),
        (LOGOUT, json!({})),
        (PROFILE, json!({"displayname": "Alice Liddell"})),
    ] {
        homeserver.answers(what, [Answer::Json(200, answer)]);
    }
    Ok(homeserver)
}

/// The name that a server on loopback goes by.
pub fn name_of(url: &str) -> &str {
    url.trim_start_matches("http://")
}

/// Fills in the form and sends it.
pub async fn sign_in(page: &Page, user: &str, password: &str) -> Result<()> {
    page.read("heading", "Sign in").await?;
    page.type_into(USER, user).await?;
    page.type_into("Password", password).await?;
    page.press("Sign in").await
}

pub const USER: &str = "Username, email or phone";

/// Waits until this person is signed in.
pub async fn is_in(page: &Page, user_id: &str) -> Result<()> {
    page.see("button", "Sign out").await?;
    page.until(&format!("document.querySelector('.id').textContent === {user_id:?}")).await?;
    page.see("region", "Email addresses").await?;
    Ok(())
}

/// Presses a button of the dialog: behind it may be one of the same name.
pub async fn press_in_dialog(page: &Page, name: &str) -> Result<()> {
    page.see("dialog", "Sign out?").await?;
    let pressed = format!(
        "[...document.querySelectorAll('dialog[open] button')]\
         .find((it) => it.textContent.trim() === {name:?}).click()"
    );
    page.run(&pressed).await?;
    Ok(())
}

/// Waits until this is true in whatever page the browser is at by then.
pub async fn becomes(page: &Page, expression: &str) -> Result<()> {
    let script = format!("return Boolean({expression})");
    let becomes = async {
        let mut every = tokio::time::interval(Duration::from_millis(50));
        // Between two pages there is none.
        while !page.run(&script).await.is_ok_and(|is| is == true) {
            every.tick().await;
        }
    };
    let limit = tokio::time::timeout(Duration::from_secs(20), becomes);
    limit.await.with_context(|| format!("never true: {expression}"))
}

/// Opens an address that the page leaves for a clean one, and waits for that.
pub async fn land(page: &Page, url: &str) -> Result<()> {
    page.driver.goto(url).await?;
    becomes(page, "location.search === '' && !document.querySelector('#page[aria-busy]')").await?;
    page.bring_testing().await
}

/// What is in the storage of this tab and of the origin, as text.
pub async fn stored(page: &Page) -> Result<String> {
    let all = "return JSON.stringify([{...sessionStorage}, {...localStorage}])";
    Ok(page.run(all).await?.as_str().unwrap_or_default().to_owned())
}

/// The token of this tab's session.
pub async fn token(page: &Page) -> Result<String> {
    let script = "return JSON.parse(sessionStorage['matrix-threepids/page/session']).accessToken";
    Ok(page.run(script).await?.as_str().context("a token")?.to_owned())
}
