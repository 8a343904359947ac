//! Tokens that no header can carry, functions that fail to get one, or never
//! come to an end; homeservers that are none.

use std::sync::Arc;

use anyhow::{Result, ensure};
use axum::Router;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::web;

use crate::email_flow::confirm;
use crate::error_responses::{ADD, LIST, NEW, add, cut_off, reconnect, set_online};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, error, list};
use crate::page_object::Page;

const ALICE: &str = "alice@example.org";
const UNUSABLE: &str = "This page has no access token that can be used";
const ENDED: &str = "Your session has ended";
const NO_URL: &str = "The homeserver that is set for this page is no full web address";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("tokens: a token that no header can carry", unusable),
        browser_test("tokens: whitespace around a token is removed", blanks),
        browser_test("tokens: a token function that fails without a network", no_network),
        browser_test("tokens: a token function that never settles times out", endless),
        browser_test("tokens: a token function without a token ends the session", none),
        browser_test("tokens: a token function fails once, then works", none_for_a_moment),
        browser_test(
            "tokens: a late load event does not call the token function again",
            loaded_late,
        ),
        browser_test("tokens: a custom fetch that ignores the signal times out", deaf_fetch),
        browser_test("tokens: no token is sent to an invalid homeserver URL", no_homeserver),
        browser_test("tokens: the console warns about unencrypted HTTP", in_the_open),
        browser_test("tokens: a custom fetch whose response is none", odd_responses),
    ]
}

/// A page with both elements, of which this is `window.element`.
async fn open(page: &Page, tag: &str, homeserver: &str, token: &str) -> Result<()> {
    let body = format!(
        "<{tag} homeserver=\"{homeserver}\" user-id=\"@alice:example.org\" persist=\"none\"></{tag}>"
    );
    let script = format!(
        "import \"/npm/define.js\";\n\
         window.element = document.querySelector(\"{tag}\");\n\
         window.told = [];\n\
         for (const name of [\"threepids-error\", \"threepids-session-expired\"])\n\
           document.addEventListener(name, ({{ detail }}) => window.told.push(detail.code ?? name));\n\
         window.code = (promise) => promise.then(() => null, (error) => error.code);\n\
         window.asked = [];\n\
         window.fetched = [];\n\
         const fetched = window.fetch;\n\
         window.fetch = (request) => (window.fetched.push(String(request.url ?? request)), fetched(request));\n\
         window.element.accessToken = {token};"
    );
    page.goto(&stage().serve_page(&body, &script)).await
}

async fn unusable(page: Page) -> Result<()> {
    // It says so to whoever made the page.
    page.allow("accessToken");
    for token in [
        "'syt_…'",
        "'one\\nother'",
        "'nul\\0'",
        "async () => 'syt_…'",
        "async () => 42",
        "42",
        "{}",
        "['token']",
        "Symbol('token')",
    ] {
        for tag in ["matrix-threepids", "matrix-account-password"] {
            let homeserver = Homeserver::start().await?;
            open(&page, tag, &homeserver.url, token).await?;
            page.read("alert", UNUSABLE).await?;
            page.until("window.told.length > 0").await?;
            let told = page.run("return window.told").await?;
            ensure!(told == json!(["invalid-token"]), "{token}: {told}");
            ensure!(homeserver.all().is_empty(), "{token}: something was sent");
            if tag == "matrix-threepids" {
                let code = "return window.code(window.element.refresh())";
                let code = page.run_async(code, vec![]).await?.0;
                ensure!(code == "invalid-token", "{token}: {code}");
            }
            page.run("window.element.accessToken = 'good'").await?;
            page.until("window.stage.all('alert', null, 'no access token').length === 0").await?;
            let sent = homeserver.wait_for("GET capabilities", 1).await?;
            ensure!(sent.authorization == "Bearer good", "{sent:?}");
            if tag == "matrix-threepids" {
                page.list_is(&[ALICE]).await?;
            }
        }
    }
    Ok(())
}

async fn blanks(page: Page) -> Result<()> {
    for token in ["' token\\n'", "async () => '\\ttoken '"] {
        let homeserver = Homeserver::start().await?;
        open(&page, "matrix-threepids", &homeserver.url, token).await?;
        page.list_is(&[ALICE]).await?;
        let sent = homeserver.wait_for(LIST, 1).await?;
        ensure!(sent.authorization == "Bearer token", "{sent:?}");
    }
    Ok(())
}

/// How a function fails first.
fn failing(first: &str) -> String {
    format!("() => {{ if (window.asked.push(0) === 1) {first}; return 'token'; }}")
}

async fn no_network(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    for first in [
        "throw new TypeError('Failed to fetch')",
        "return Promise.reject(new TypeError('Failed to fetch'))",
    ] {
        open(&page, "matrix-threepids", &homeserver.url, &failing(first)).await?;
        page.read("alert", "Can't reach the server").await?;
        page.press("Try again").await?;
        page.list_is(&[ALICE]).await?;
        let told = page.run("return window.told").await?;
        ensure!(told == json!(["network"]), "{told}");
        ensure!(page.count("alert", None).await? == 0, "it is over");

        // Without being pressed.
        open(&page, "matrix-threepids", &homeserver.url, &failing(first)).await?;
        page.read("alert", "Can't reach the server").await?;
        set_online(&page, true).await?;
        page.list_is(&[ALICE]).await?;
    }
    let function = "() => navigator.onLine ? 'token' : Promise.reject(new Error('no'))";
    open(&page, "matrix-threepids", &homeserver.url, function).await?;
    page.list_is(&[ALICE]).await?;
    cut_off(&page).await?;
    page.run(&format!(
        "window.element.accessToken = {function}; window.element.refresh().catch(() => {{}})"
    ))
    .await?;
    page.read("status", "You're offline").await?;
    reconnect(&page).await?;
    page.until("window.stage.all('status', null, 'offline').length === 0").await?;
    let told = page.run("return window.told.includes('threepids-session-expired')").await?;
    ensure!(told == json!(false), "the session has not ended");
    Ok(())
}

async fn endless(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let endless = failing("return new Promise(() => {})");
    open(&page, "matrix-threepids", &homeserver.url, &endless).await?;
    page.until("window.asked.length > 0").await?;
    page.pass(30_000).await?;
    page.read("alert", "The server took too long to answer. Try again.").await?;
    page.press("Try again").await?;
    page.list_is(&[ALICE]).await?;
    // Another token is not to wait for it.
    open(&page, "matrix-threepids", &homeserver.url, &endless).await?;
    page.until("window.asked.length > 0").await?;
    page.run("window.element.accessToken = 'token'").await?;
    page.list_is(&[ALICE]).await
}

async fn none(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    for first in ["return null", "return undefined", "return ''", "throw new Error('no')"] {
        open(&page, "matrix-threepids", &homeserver.url, &failing(first)).await?;
        page.read("alert", ENDED).await?;
        page.until("window.told.includes('threepids-session-expired')").await?;
        page.run("window.element.accessToken = 'token'").await?;
        page.list_is(&[ALICE]).await?;
    }
    Ok(())
}

async fn loaded_late(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let inner = format!(
        "<!doctype html><title>Test</title><script type=\"module\">\
           import \"/define.js\";\
           window.asked = [];\
           window.element = document.querySelector(\"matrix-threepids\");\
           window.element.accessToken = {};</script>\
         <matrix-threepids homeserver=\"{}\" user-id=\"@alice:example.org\"></matrix-threepids>\
         <img src=\"/late.png\" alt=\"\">",
        failing("return null"),
        homeserver.url
    );
    let outer = "<!doctype html><html lang=\"en\"><title>Test</title><main></main>";
    let (come, comes) = tokio::sync::oneshot::channel::<()>();
    let comes = Arc::new(tokio::sync::Mutex::new(Some(comes)));
    let late = move || async move {
        if let Some(comes) = comes.lock().await.take() {
            let _ = comes.await;
        }
        StatusCode::NO_CONTENT
    };
    let routes = Router::new()
        .route("/", get(move || async move { Html(outer) }))
        .route("/inner", get(move || async move { Html(inner) }))
        .route("/late.png", get(late))
        .fallback_service(web::folder(&stage().target.join("npm/package")));
    let server = web::serve(0, routes).await?;
    page.goto(&server.url).await?;
    page.run(
        "window.frame = document.createElement('iframe'); window.frame.src = '/inner';\
         document.querySelector('main').append(window.frame)",
    )
    .await?;
    let inside = "window.frame.contentWindow";
    page.until(&format!("{inside}.element?.shadowRoot.textContent.includes('has ended')")).await?;
    let state = page.run(&format!("return {inside}.document.readyState")).await?;
    ensure!(state == "interactive", "{state}");
    let _ = come.send(());
    page.until(&format!("{inside}.document.readyState === 'complete'")).await?;
    // What that would set off is asked for in microtasks.
    page.run_async("await new Promise((done) => setTimeout(done))", vec![]).await?;
    let asked = page.run(&format!("return {inside}.asked.length")).await?;
    ensure!(asked == json!(1), "asked {asked} times");
    Ok(())
}

async fn none_for_a_moment(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let done = Answer::Json(200, json!({}));
    let refused = error(401, "M_UNKNOWN_TOKEN");
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), refused, done]);
    let function = "(reason) => {\
        if (reason === 'expired' && window.asked.push(0) === 1) throw new Error('no');\
        return 'token';\
      }";
    open(&page, "matrix-threepids", &homeserver.url, function).await?;
    add(&page).await?;
    page.press("Continue").await?;
    confirm(&page, "secret").await?;
    page.read("alert", ENDED).await?;
    homeserver.answers(LIST, [list(&[ALICE, NEW])]);
    confirm(&page, "secret").await?;
    page.list_is(&[ALICE, NEW]).await?;
    page.until("window.stage.all('alert', null, 'session has ended').length === 0").await
}

async fn deaf_fetch(page: Page) -> Result<()> {
    page.allow("homeserver is missing");
    let homeserver = Homeserver::start().await?;
    for deaf in [
        "() => new Promise(() => {})",
        "async () => new Response(new ReadableStream())",
        "async () => ({ status: 200, headers: new Headers(), text: () => new Promise(() => {}) })",
    ] {
        open(&page, "matrix-threepids", &homeserver.url, "'token'").await?;
        page.list_is(&[ALICE]).await?;
        page.run(&format!(
            "window.element.fetch = {deaf};\
             window.refreshed = window.code(window.element.refresh())"
        ))
        .await?;
        page.pass(30_000).await?;
        let code = page.run_async("return window.refreshed", vec![]).await?.0;
        ensure!(code == "timeout", "{deaf}: {code}");
        page.run("window.element.fetch = null").await?;
        page.press("Try again").await?;
        page.until("window.stage.all('alert', null, null).length === 0").await?;
    }
    // Also what needs no token: which API it is.
    homeserver.answers(LIST, [error(404, "M_UNRECOGNIZED"), list(&[ALICE])]);
    open(&page, "matrix-threepids", "", "'token'").await?;
    page.run(&format!(
        "window.element.fetch = (request) => {{\
           if (!request.url.endsWith('/versions')) return fetch(request);\
           window.asked.push(0);\
           return new Promise(() => {{}});\
         }};\
         window.element.homeserver = '{}'",
        homeserver.url
    ))
    .await?;
    page.until("window.asked.length > 0").await?;
    page.pass(30_000).await?;
    page.read("alert", "Can't reach the server").await?;
    page.press("Try again").await?;
    page.list_is(&[ALICE]).await
}

async fn no_homeserver(page: Page) -> Result<()> {
    page.allow("homeserver has to be");
    let homeserver = Homeserver::start().await?;
    let url = &homeserver.url;
    for wrong in [
        "matrix.example.org".to_owned(),
        "localhost:8008".to_owned(),
        "/matrix".to_owned(),
        "//matrix.example.org".to_owned(),
        "https:matrix.example.org".to_owned(),
        "https://".to_owned(),
        "ftp://matrix.example.org".to_owned(),
        "javascript:alert(1)".to_owned(),
        url.replace("://", "://user:secret@"),
        format!("{url}?"),
        format!("{url}/?to=elsewhere"),
        format!("{url}#top"),
    ] {
        for tag in ["matrix-threepids", "matrix-account-password"] {
            open(&page, tag, &wrong, "'token'").await?;
            page.read("alert", NO_URL).await?;
            page.until("window.told.length > 0").await?;
            let told = page.run("return window.told").await?;
            ensure!(told == json!(["invalid-homeserver"]), "{wrong}: {told}");
            if tag == "matrix-threepids" {
                let code = "return window.code(window.element.addEmail('a@example.org'))";
                let code = page.run_async(code, vec![]).await?.0;
                ensure!(code == "invalid-homeserver", "{wrong}: {code}");
            }
            let fetched: Vec<String> =
                serde_json::from_value(page.run("return window.fetched").await?)?;
            ensure!(
                fetched.iter().all(|it| it.ends_with(".wasm") || it.ends_with(".js")),
                "{wrong}: {fetched:?}"
            );
            ensure!(homeserver.all().is_empty(), "{wrong}: something was sent");
        }
    }
    page.run(&format!("window.element.homeserver = '{url}'")).await?;
    homeserver.wait_for("GET capabilities", 1).await?;
    page.until("window.stage.all('alert', null, 'homeserver').length === 0").await
}

async fn in_the_open(page: Page) -> Result<()> {
    page.allow("unencrypted");
    let homeserver = Homeserver::start().await?;
    homeserver.answers(LIST, [Answer::Json(200, json!({"threepids": []}))]);
    open(&page, "matrix-threepids", &homeserver.url, "'token'").await?;
    page.list_is(&[]).await?;
    ensure!(warnings(&page).await? == json!([]), "loopback needs no warning");
    page.run(
        "window.element.accessToken = null;\
         for (const host of ['http://one.invalid', 'http://other.invalid']) {\
           const element = document.createElement('matrix-account-password');\
           element.homeserver = host;\
           document.body.append(element);\
         }",
    )
    .await?;
    page.until("window.said.length > 0").await?;
    page.until("document.body.lastElementChild.shadowRoot.querySelector('section')").await?;
    let warnings = warnings(&page).await?;
    ensure!(warnings.as_array().map(Vec::len) == Some(1), "{warnings}");
    ensure!(warnings[0].as_str().is_some_and(|it| it.contains("http://")), "{warnings}");
    Ok(())
}

async fn warnings(page: &Page) -> Result<Value> {
    page.run("return window.said.filter((it) => it.startsWith('console.warn'))").await
}

async fn odd_responses(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let headers = "headers: new Headers()";
    for odd in [
        "async () => null".to_owned(),
        // A status that is missing is no success.
        format!("async () => ({{ {headers}, text: async () => '{{}}' }})"),
        format!("async () => ({{ status: 0, {headers}, text: async () => '{{}}' }})"),
        format!("async () => ({{ status: 204, {headers}, text: async () => '{{}}' }})"),
        "async () => ({ status: 200, headers: { get() { throw 1 } }, text: async () => '{}' })"
            .to_owned(),
    ] {
        open(&page, "matrix-threepids", &homeserver.url, "'token'").await?;
        page.list_is(&[ALICE]).await?;
        page.run(&format!("window.element.fetch = {odd}")).await?;
        let code = page.run_async("return window.code(window.element.refresh())", vec![]).await?.0;
        ensure!(code == "network", "{odd}: {code}");
        page.run("window.element.fetch = null").await?;
        page.press("Try again").await?;
        page.until("window.stage.all('alert', null, null).length === 0").await?;
    }
    Ok(())
}
