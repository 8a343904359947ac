//! What developers do with the package: from the tarball, by bundlers and
//! without one, the list appears, and an address is added against the real
//! Synapse. `tests/package/build.mjs` built the pages.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::http::HeaderValue;
use axum::middleware::map_response;
use axum::response::{Html, Response};
use axum::routing::get;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::process::Process;
use stage::synapse::Session;
use stage::web;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::harness::{browser_test, stage};
use crate::page_object::Page;

/// Each test, and the folder that it serves.
const BUILT: [(&str, &str); 8] = [
    ("bundlers: plain HTML from a static server", "html"),
    ("bundlers: React, built by Vite", "react-vite"),
    ("bundlers: Vue, built by Vite", "vue-vite"),
    ("bundlers: built by webpack", "webpack"),
    ("bundlers: inline, built by esbuild", "esbuild-inline"),
    ("bundlers: init(url), built by esbuild", "esbuild-init"),
    ("bundlers: inline, built by Rollup", "rollup-inline"),
    ("bundlers: init(url), built by Rollup", "rollup-init"),
];

/// Each test, the folder that Vite's development server serves, and the path.
const DEVELOPED: [(&str, &str, &str); 4] = [
    ("bundlers: inline, by Vite's development server", "dist/vite-dev", "inline/"),
    ("bundlers: init(url), by Vite's development server", "dist/vite-dev", "init/"),
    ("bundlers: React, by Vite's development server", "examples/react-vite", ""),
    ("bundlers: Vue, by Vite's development server", "examples/vue-vite", ""),
];

pub fn tests() -> Vec<Trial> {
    let built = BUILT.map(|(name, folder)| browser_test(name, move |page| built(page, folder)));
    let developed = DEVELOPED
        .map(|(name, folder, path)| browser_test(name, move |page| developed(page, folder, path)));
    let mut tests: Vec<Trial> = built.into_iter().chain(developed).collect();
    tests.push(browser_test("bundlers: one script tag from a CDN", cdn));
    tests
        .push(browser_test("bundlers: React renders repeatedly without new requests", react_again));
    tests
}

/// Where the tarball is unpacked, and what was built with it.
fn folder() -> PathBuf {
    stage().target.join("tools/node/adoption")
}

async fn built(page: Page, name: &'static str) -> Result<()> {
    let files = web::folder(&folder().join("dist").join(name));
    let server = web::serve(0, Router::new().fallback_service(files)).await?;
    adds_an_address(&page, &format!("{}/", server.url), name).await?;
    let loaded = "return performance.getEntriesByType('resource')\
        .filter((it) => it.name.endsWith('.wasm')).length";
    let wasm = page.run(loaded).await?;
    // The one of the first list, and the one of the actions.
    let wanted = if name.ends_with("inline") { 0 } else { 2 };
    ensure!(wasm == json!(wanted), "{wasm} requests for WebAssembly");
    Ok(())
}

async fn developed(page: Page, root: &'static str, path: &'static str) -> Result<()> {
    // The development server and React tell how they are.
    page.allow("[vite]");
    page.allow("React DevTools");
    let mut command = Command::new("node");
    command.arg("package/dev.mjs").arg(folder().join(root)).current_dir(folder());
    let mut server = Process::start(command.stdout(Stdio::piped()))?;
    let url = BufReader::new(server.stdout()?).lines().next_line().await?;
    let url = url.context("Vite's development server did not start")?;
    let name = format!("dev-{}", [root, path].concat().replace('/', "-"));
    adds_an_address(&page, &format!("{url}{path}"), &name).await?;
    server.stop().await
}

/// Signs in as the examples want it, then does what a person does.
async fn adds_an_address(page: &Page, url: &str, name: &str) -> Result<()> {
    let stage = stage();
    let session = stage.synapse.user(&format!("adoption-{name}"), "secret").await?;
    page.goto(url).await?;
    let script =
        format!("sessionStorage.setItem('session', JSON.stringify({}))", account(&session));
    page.run(&script).await?;
    page.goto(url).await?;
    add(page, name).await?;
    let attributes = page
        .run("return document.querySelector('matrix-threepids').outerHTML.includes('syt_')")
        .await?;
    ensure!(attributes == json!(false), "the token is in the page's HTML");
    Ok(())
}

fn account(session: &Session) -> Value {
    json!({
        "homeserver": stage().synapse.url(),
        "userId": session.user_id,
        "accessToken": session.token,
    })
}

async fn add(page: &Page, name: &str) -> Result<()> {
    let stage = stage();
    let address = format!("adoption-{name}@example.org");
    page.read("region", "No email addresses yet").await?;
    page.type_into("Email address", &address).await?;
    page.press("Add").await?;
    page.see("group", &address).await?;
    let mail = stage.mails.wait_for(&address, 1).await?;
    stage.synapse.open(mail.link().context("the mail has a link")?).await?;
    page.press("Continue").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    page.list_is(&[&address]).await
}

async fn cdn(page: Page) -> Result<()> {
    let npm = folder().join("node_modules/matrix-threepids");
    let hashes: Value = serde_json::from_str(&fs::read_to_string(npm.join("sri.json"))?)?;
    let hash = hashes["cdn.js"].as_str().context("the hash of cdn.js")?;
    let for_everybody = |mut response: Response| async {
        let headers = response.headers_mut();
        headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
        response
    };
    // Somebody has got at the files.
    let other = r#"{"emailAddresses": "Not ours"}"#;
    let files = Router::new()
        .route("/locales/de.json", get(move || async move { other }))
        .route(
            "/locales/de.js",
            get(move || async move { web::script(format!("export default {other}")) }),
        )
        .fallback_service(web::folder(&npm));
    let cdn = web::serve(0, files.layer(map_response(for_everybody))).await?;
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Test</title>\
         <script type=\"module\" crossorigin integrity=\"{hash}\" src=\"{}/cdn.js\"></script>\
         <matrix-threepids></matrix-threepids>",
        cdn.url
    );
    let server = web::serve(0, Router::new().route("/", get(|| async { Html(html) }))).await?;
    let session = stage().synapse.user("adoption-cdn", "secret").await?;
    page.goto(&format!("{}/", server.url)).await?;
    let sign_in =
        |account| format!("Object.assign(document.querySelector('matrix-threepids'), {account})");
    page.run(&sign_in(account(&session))).await?;
    add(&page, "cdn").await?;
    page.run("document.documentElement.lang = 'fr'").await?;
    page.see("region", "Adresses e-mail").await?;
    // The browser says so itself.
    page.allow("integrity");
    page.run("document.documentElement.lang = 'de'").await?;
    page.see("region", "Email addresses").await?;
    let scripts =
        "performance.getEntriesByType('resource').filter((it) => /locales.*js$/.test(it.name))";
    let scripts = page.run(&format!("return {scripts}.length")).await?;
    ensure!(scripts == json!(0), "a language was run as a script");
    Ok(())
}

async fn react_again(page: Page) -> Result<()> {
    let files = web::folder(&folder().join("dist/react-again"));
    let server = web::serve(0, Router::new().fallback_service(files)).await?;
    page.goto(&format!("{}/", server.url)).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.see("textbox", "Nouveau mot de passe").await?;
    let html = "document.querySelector('matrix-threepids').outerHTML";
    page.until(&format!("{html}.includes('theme=\"dark\" readonly')")).await?;
    page.until(&format!("{html}.includes('class=\"addresses\"')")).await?;
    for round in 1..5 {
        page.run("window.render()").await?;
        page.until(&format!("window.round === {round}")).await?;
    }
    page.until(&format!("!/theme|readonly|syt_|token|fetch/i.test({html})")).await?;
    let calls = page.run("return window.calls").await?;
    let wanted = json!({"token": 1, "requests": 1, "ready": 1, "newest": 0});
    ensure!(calls == wanted, "a render is not a change: {calls}");
    let errors = page.run("return window.errors").await?;
    ensure!(errors == json!([]), "{errors}");
    page.run_async("return document.querySelector('matrix-threepids').refresh()", vec![]).await?;
    page.until("window.calls.requests === 2 && window.calls.newest === 4").await
}
