//! The two WebAssembly files: the list needs the first one, everything else the
//! second one. Requests that no file is needed for wait for none.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use libtest_mimic::Trial;
use serde_json::json;
use stage::web::WebServer;
use tokio::sync::watch;

use crate::error_responses::LIST;
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, error, list};
use crate::page_object::Page;
use crate::startup::site;

const FIRST: &str = "threepids.wasm";
const ACTIONS: &str = "threepids-actions.wasm";
const CAPABILITIES: &str = "GET capabilities";
const REQUEST_TOKEN: &str = "POST account/3pid/email/requestToken";
/// Time in which a request has to arrive.
const LIMIT: Duration = Duration::from_secs(15);

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("split: define.js alone loads the WebAssembly, before an element", preload),
        browser_test("split: the first requests are sent while the WebAssembly loads", early),
        browser_test("split: an early error is displayed as any other", early_error),
        browser_test("split: an early token that the server refuses is renewed", early_token),
        browser_test("split: the list is displayed before the actions are loaded", list_first),
        browser_test("split: what is pressed before the actions are loaded is done", pressed),
        browser_test("split: init names both files", named),
        browser_test("split: a method waits for the actions", method),
        browser_test("split: a method called before a removal continues", removed),
        browser_test("split: actions that do not load are loaded by Try again", try_again),
        browser_test("split: the rest of a long list is drawn with the actions", long_list),
        browser_test("split: another homeserver gets nothing that was pressed before", another),
        browser_test("split: a pending verification loads the actions at once", pending),
        browser_test(
            "split: the page of an account elsewhere is found before the actions",
            managed,
        ),
    ]
}

/// A file that is served only after it was released.
struct HeldFile {
    is_released: watch::Sender<bool>,
    requests: watch::Receiver<usize>,
}

impl HeldFile {
    /// Adds the file to the routes. The first `failures` responses are errors.
    fn hold(routes: Router, name: &'static str, failures: usize) -> (Router, HeldFile) {
        let (counted, requests) = watch::channel(0);
        let is_released = watch::Sender::new(false);
        let gate = is_released.clone();
        let answer = move || {
            counted.send_modify(|count| *count += 1);
            let is_failure = *counted.borrow() <= failures;
            let mut gate = gate.subscribe();
            async move {
                if is_failure {
                    let headers = [(header::CACHE_CONTROL, "no-store")];
                    return (StatusCode::BAD_GATEWAY, headers).into_response();
                }
                let _ = gate.wait_for(|is_released| *is_released).await;
                serve_wasm(name)
            }
        };
        (routes.route(&format!("/{name}"), get(answer)), HeldFile { is_released, requests })
    }

    fn release(&self) {
        self.is_released.send_replace(true);
    }

    /// Waits until the browser has requested the file.
    async fn wait(&self) -> Result<()> {
        let mut requests = self.requests.clone();
        let came = tokio::time::timeout(LIMIT, requests.wait_for(|count| *count > 0)).await;
        came.context("the file was not requested")??;
        Ok(())
    }
}

fn serve_wasm(name: &str) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/wasm"), (header::CACHE_CONTROL, "no-store")];
    match std::fs::read(stage().target.join("npm/package").join(name)) {
        Ok(bytes) => (headers, bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

const ELEMENT: &str = "<matrix-threepids></matrix-threepids>";

/// Opens a page with this body, and signs in.
async fn open(page: &Page, site: &WebServer, homeserver: &Homeserver, more: &str) -> Result<()> {
    page.goto(&format!("{}/", site.url)).await?;
    page.run(&format!(
        "import('/define.js').then(() => {{\
           window.errors = []; window.ready = 0;\
           addEventListener('threepids-error', ({{ detail }}) => window.errors.push(detail.message));\
           addEventListener('threepids-ready', () => window.ready++);\
           window.element = document.querySelector('main > :defined');\
           Object.assign(window.element, {{ homeserver: '{}', accessToken: 'token', {more} }});\
         }})",
        homeserver.url
    ))
    .await?;
    Ok(())
}

async fn preload(page: Page) -> Result<()> {
    let (routes, first) = HeldFile::hold(Router::new(), FIRST, 0);
    let site = site("", routes).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.run("import('/define.js')").await?;
    first.wait().await?;
    first.release();
    let loaded = "performance.getEntriesByType('resource').map((it) => new URL(it.name).pathname)";
    page.until(&format!("{loaded}.includes('/threepids.wasm')")).await?;
    let scripts =
        page.run(&format!("return {loaded}.filter((it) => /define|index/.test(it))")).await?;
    ensure!(scripts == json!(["/define.js"]), "{scripts}");
    Ok(())
}

async fn early(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let (routes, first) = HeldFile::hold(Router::new(), FIRST, 0);
    let site = site(ELEMENT, routes).await?;
    open(&page, &site, &homeserver, "").await?;
    let sent = homeserver.wait_for(LIST, 1).await?;
    ensure!(sent.authorization == "Bearer token", "{}", sent.authorization);
    homeserver.wait_for(CAPABILITIES, 1).await?;
    first.release();
    page.list_is(&["alice@example.org"]).await?;
    page.until("window.ready === 1").await?;
    // The page is not left while it loads a file.
    let loaded = "performance.getEntriesByType('resource').map((it) => it.name)";
    page.until(&format!("{loaded}.some((it) => it.endsWith('threepids-actions.wasm'))")).await?;
    for what in [LIST, CAPABILITIES] {
        let count = homeserver.received(what).len();
        ensure!(count == 1, "{count} requests of {what}");
    }
    Ok(())
}

async fn early_error(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(LIST, [error(500, "M_UNKNOWN"), list(&["alice@example.org"])]);
    let (routes, first) = HeldFile::hold(Router::new(), FIRST, 0);
    let site = site(ELEMENT, routes).await?;
    open(&page, &site, &homeserver, "").await?;
    homeserver.wait_for(LIST, 1).await?;
    first.release();
    page.read("alert", "Something went wrong (M_UNKNOWN)").await?;
    page.press("Try again").await?;
    page.list_is(&["alice@example.org"]).await
}

async fn early_token(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(LIST, [error(401, "M_UNKNOWN_TOKEN"), list(&["alice@example.org"])]);
    let (routes, first) = HeldFile::hold(Router::new(), FIRST, 0);
    let site = site(ELEMENT, routes).await?;
    let token =
        "accessToken: (reason) => (window.reasons = [...(window.reasons ?? []), reason], reason)";
    open(&page, &site, &homeserver, token).await?;
    homeserver.wait_for(LIST, 1).await?;
    first.release();
    page.list_is(&["alice@example.org"]).await?;
    let reasons = page.run("return window.reasons").await?;
    ensure!(reasons == json!(["initial", "expired"]), "{reasons}");
    let tokens: Vec<_> = homeserver.received(LIST).into_iter().map(|it| it.authorization).collect();
    ensure!(tokens == ["Bearer initial", "Bearer expired"], "{tokens:?}");
    Ok(())
}

async fn list_first(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let (routes, actions) = HeldFile::hold(Router::new(), ACTIONS, 0);
    let site = site(ELEMENT, routes).await?;
    open(&page, &site, &homeserver, "").await?;
    page.list_is(&["alice@example.org"]).await?;
    page.see("textbox", "Email address").await?;
    page.see("button", "Remove alice@example.org").await?;
    // It is requested without anything else that happens.
    actions.wait().await?;
    let errors = page.run("return window.errors").await?;
    ensure!(errors == json!([]), "{errors}");
    Ok(())
}

async fn named(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let routes = Router::new()
        .route("/first.wasm", get(|| async { serve_wasm(FIRST) }))
        .route("/rest.wasm", get(|| async { serve_wasm(ACTIONS) }))
        .route("/threepids.wasm", get(|| async { StatusCode::NOT_FOUND }))
        .route("/threepids-actions.wasm", get(|| async { StatusCode::NOT_FOUND }));
    let site = site(ELEMENT, routes).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.run(&format!(
        "import('/index.js').then(({{ define, init }}) => {{\
           init(...['/first.wasm', '/rest.wasm'].map((it) => new URL(it, location.href)));\
           window.element = document.querySelector('matrix-threepids');\
           Object.assign(window.element, {{ homeserver: '{}', accessToken: 'token' }});\
           define();\
         }})",
        homeserver.url
    ))
    .await?;
    page.list_is(&["alice@example.org"]).await?;
    page.type_into("Email address", "bob@example.org").await?;
    page.press("Add").await?;
    page.see("group", "bob@example.org").await.map(drop)
}

async fn pressed(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let (routes, actions) = HeldFile::hold(Router::new(), ACTIONS, 0);
    let site = site(ELEMENT, routes).await?;
    open(&page, &site, &homeserver, "").await?;
    page.list_is(&["alice@example.org"]).await?;
    page.type_into("Email address", "bob@example.org").await?;
    page.press("Add").await?;
    actions.wait().await?;
    let value =
        "document.querySelector('matrix-threepids').shadowRoot.querySelector('#email').value";
    page.until(&format!("{value} === 'bob@example.org'")).await?;
    actions.release();
    let sent = homeserver.wait_for(REQUEST_TOKEN, 1).await?;
    ensure!(sent.body["email"] == "bob@example.org", "{}", sent.body);
    page.see("button", "Continue").await?;
    Ok(())
}

async fn method(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let (routes, actions) = HeldFile::hold(Router::new(), ACTIONS, 0);
    let site = site(ELEMENT, routes).await?;
    open(&page, &site, &homeserver, "").await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run("window.element.addEmail('bob@example.org').then((it) => (window.sent = it.address))")
        .await?;
    actions.wait().await?;
    ensure!(homeserver.received(REQUEST_TOKEN).is_empty());
    actions.release();
    page.until("window.sent === 'bob@example.org'").await
}

async fn removed(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let (routes, actions) = HeldFile::hold(Router::new(), ACTIONS, 0);
    let site = site(ELEMENT, routes).await?;
    open(&page, &site, &homeserver, "").await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run(
        "window.element.addEmail('bob@example.org')\
           .then((it) => (window.sent = it.address), (it) => (window.sent = it.code));\
         window.element.remove()",
    )
    .await?;
    actions.wait().await?;
    page.run("document.querySelector('main').append(window.element)").await?;
    page.list_is(&["alice@example.org"]).await?;
    actions.release();
    page.until("window.sent").await?;
    let sent = page.run("return window.sent").await?;
    ensure!(sent == json!("bob@example.org"), "{sent}");
    Ok(())
}

async fn try_again(page: Page) -> Result<()> {
    page.allow("Everything except the list could not be loaded");
    let homeserver = Homeserver::start().await?;
    let (routes, actions) = HeldFile::hold(Router::new(), ACTIONS, 3);
    actions.release();
    let site = site(ELEMENT, routes).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.stop_time().await?;
    open_again(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    actions.wait().await?;
    // Nothing waits for them, so nothing is displayed.
    page.gone("button", "Try again").await?;
    page.type_into("Email address", "bob@example.org").await?;
    page.press("Add").await?;
    page.read("alert", "Something went wrong").await?;
    // The text is kept, and done when the actions are there.
    let mut requests = actions.requests.clone();
    while *requests.borrow() <= 3 {
        let count = *requests.borrow();
        page.press("Try again").await?;
        tokio::time::timeout(LIMIT, requests.wait_for(|now| *now > count)).await??;
    }
    let sent = homeserver.wait_for(REQUEST_TOKEN, 1).await?;
    ensure!(sent.body["email"] == "bob@example.org", "{}", sent.body);
    page.see("button", "Continue").await?;
    page.gone("button", "Try again").await
}

async fn long_list(page: Page) -> Result<()> {
    page.allow("Everything except the list could not be loaded");
    let homeserver = Homeserver::start().await?;
    let addresses: Vec<String> = (0..300).map(|at| format!("user{at}@example.org")).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    homeserver.answers(LIST, [list(&addresses)]);
    let (routes, actions) = HeldFile::hold(Router::new(), ACTIONS, 3);
    actions.release();
    let site = site(ELEMENT, routes).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.stop_time().await?;
    open_again(&page, &homeserver).await?;
    // The first rows are there, and the list says that it is not complete.
    page.read("alert", "Something went wrong").await?;
    let rows = "[window.element.shadowRoot.querySelector('[role=list]')].map((list) =>\
        `${list.querySelectorAll('[role=listitem]').length} ${list.ariaBusy}`)[0]";
    page.until(&format!("{rows} === '200 true'")).await?;
    let mut requests = actions.requests.clone();
    while *requests.borrow() <= 3 {
        let count = *requests.borrow();
        page.press("Try again").await?;
        tokio::time::timeout(LIMIT, requests.wait_for(|now| *now > count)).await??;
    }
    page.until(&format!("{rows} === '300 null'")).await?;
    page.gone("button", "Try again").await
}

async fn open_again(page: &Page, homeserver: &Homeserver) -> Result<()> {
    page.run(&format!(
        "import('/define.js').then(() => {{\
           window.element = document.querySelector('matrix-threepids');\
           Object.assign(window.element, {{ homeserver: '{}', accessToken: 'token' }});\
         }})",
        homeserver.url
    ))
    .await?;
    Ok(())
}

async fn another(page: Page) -> Result<()> {
    let (old, new) = (Homeserver::start().await?, Homeserver::start().await?);
    new.answers(LIST, [list(&["carol@example.org"])]);
    let (routes, actions) = HeldFile::hold(Router::new(), ACTIONS, 0);
    let site = site(ELEMENT, routes).await?;
    open(&page, &site, &old, "").await?;
    page.list_is(&["alice@example.org"]).await?;
    page.type_into("Email address", "bob@example.org").await?;
    page.press("Add").await?;
    page.run(&format!(
        "Object.assign(window.element, {{ homeserver: '{}', accessToken: 'other' }})",
        new.url
    ))
    .await?;
    actions.release();
    page.list_is(&["carol@example.org"]).await?;
    page.until("window.element.pending.length === 0").await?;
    for server in [&old, &new] {
        ensure!(server.received(REQUEST_TOKEN).is_empty());
    }
    Ok(())
}

async fn pending(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(LIST, [Answer::Held(Box::new(list(&["alice@example.org"])))]);
    let (routes, actions) = HeldFile::hold(Router::new(), ACTIONS, 0);
    let site = site(ELEMENT, routes).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.run("sessionStorage.setItem('matrix-threepids/1 https://example.org @a:b', '{}')").await?;
    open(&page, &site, &homeserver, "").await?;
    // Before the list.
    actions.wait().await?;
    actions.release();
    homeserver.wait_for(LIST, 1).await?;
    homeserver.let_go();
    page.list_is(&["alice@example.org"]).await
}

async fn managed(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let capabilities = json!({"capabilities": {"m.3pid_changes": {"enabled": false}}});
    homeserver.answers(CAPABILITIES, [Answer::Json(200, capabilities)]);
    let (routes, actions) = HeldFile::hold(Router::new(), ACTIONS, 0);
    let site = site(ELEMENT, routes).await?;
    open(&page, &site, &homeserver, "").await?;
    page.list_is(&["alice@example.org"]).await?;
    page.gone("button", "Remove alice@example.org").await?;
    actions.wait().await?;
    actions.release();
    page.read("status", "This server doesn't let you change your addresses").await?;
    Ok(())
}
