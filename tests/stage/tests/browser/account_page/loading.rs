//! Order in which the page loads its files: the sign-in form needs its own, and the
//! elements come after it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use libtest_mimic::Trial;
use serde_json::json;
use stage::web::WebServer;
use tokio::sync::watch;

use super::site::{
    fixed, homeserver, is_in, press_in_dialog, put_up, put_up_with, sign_in, stored,
};
use crate::error_responses::add;
use crate::harness::browser_test;
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("account page: no file of the form waits for another one", parallel),
        browser_test("account page: the form is displayed before the elements load", form_first),
        browser_test("account page: with a session the elements load at once", at_once),
        browser_test("account page: elements that did not load are loaded again", again),
        browser_test("account page: without the elements it offers to try again", without),
        browser_test("account page: signing out before the elements are there", early_sign_out),
        browser_test(
            "account page: signing out early asks about pending verifications",
            early_question,
        ),
    ]
}

/// Time in which a request has to arrive.
const LIMIT: Duration = Duration::from_secs(15);

/// Waits until the elements have loaded everything, so that no file is requested when
/// the server is gone.
async fn are_loaded(page: &Page) -> Result<()> {
    page.list_is(&["alice@example.org"]).await?;
    page.see("textbox", "New password").await?;
    Ok(())
}

/// Files that are served only after they were released.
#[derive(Clone)]
struct Gate {
    /// Beginning of their paths.
    begin: &'static str,
    requests: Arc<watch::Sender<usize>>,
    is_open: Arc<watch::Sender<bool>>,
    /// Number of the first responses that are errors.
    failures: usize,
}

impl Gate {
    fn new(begin: &'static str) -> Gate {
        let (requests, is_open) = (watch::Sender::new(0), watch::Sender::new(false));
        Gate { begin, requests: Arc::new(requests), is_open: Arc::new(is_open), failures: 0 }
    }

    /// Answers the first requests with errors, and then with the file.
    fn failing(begin: &'static str, failures: usize) -> Gate {
        let gate = Gate { failures, ..Gate::new(begin) };
        gate.open();
        gate
    }

    fn hold(&self, routes: Router) -> Router {
        let gate = self.clone();
        routes.layer(from_fn(move |request: Request, next: Next| {
            let gate = gate.clone();
            async move {
                if request.uri().path().starts_with(gate.begin) {
                    gate.requests.send_modify(|count| *count += 1);
                    if *gate.requests.borrow() <= gate.failures {
                        let headers = [(header::CACHE_CONTROL, "no-store")];
                        return (StatusCode::BAD_GATEWAY, headers).into_response();
                    }
                    let _ = gate.is_open.subscribe().wait_for(|is_open| *is_open).await;
                    let mut response = next.run(request).await;
                    // Each visit requests the file.
                    let no_store = HeaderValue::from_static("no-store");
                    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
                    return response;
                }
                next.run(request).await
            }
        }))
    }

    fn open(&self) {
        self.is_open.send_replace(true);
    }

    fn count(&self) -> usize {
        *self.requests.borrow()
    }

    /// Waits until the browser has requested so many of the files.
    async fn wait(&self, count: usize) -> Result<()> {
        let mut requests = self.requests.subscribe();
        let came = tokio::time::timeout(LIMIT, requests.wait_for(|sum| *sum >= count)).await;
        came.with_context(|| format!("{} was not requested", self.begin))??;
        Ok(())
    }
}

async fn put_up_behind(gates: &[&Gate], url: &str) -> Result<WebServer> {
    let gates: Vec<Gate> = gates.iter().map(|gate| (*gate).clone()).collect();
    put_up_with(fixed(url), move |routes| {
        gates.iter().fold(routes, |routes, gate| gate.hold(routes))
    })
    .await
}

async fn parallel(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    // The style sheet, the script and the WebAssembly, whose names begin alike.
    let (form, config) = (Gate::new("/page-"), Gate::new("/config.json"));
    let site = put_up_behind(&[&form, &config], &homeserver.url).await?;
    // The page counts as loaded only when its style sheet is there.
    let url = format!("{}/", site.url);
    let opened = page.goto(&url);
    let requested = async {
        form.wait(3).await?;
        form.open();
        config.wait(1).await?;
        config.open();
        anyhow::Ok(())
    };
    let (opened, requested) = tokio::join!(opened, requested);
    requested?;
    opened?;
    page.read("heading", "Sign in").await?;
    ensure!(form.count() == 3, "{} requests: a file was loaded twice", form.count());
    Ok(())
}

async fn form_first(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let elements = Gate::new("/define-");
    let site = put_up_behind(&[&elements], &homeserver.url).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.read("heading", "Sign in").await?;
    elements.wait(1).await?;
    // Before the form, the page is empty.
    let order = "return ((paint, element) => [element.startTime >= paint.startTime, paint.startTime, \
        element.startTime])(performance.getEntriesByName('first-contentful-paint')[0], \
        performance.getEntriesByType('resource').find(({ name }) => name.includes('/define-')) \
        ?? { startTime: performance.now() })";
    let order = page.run(order).await?;
    ensure!(order[0] == true, "painted at {}, but requested at {}", order[1], order[2]);
    let others = "return performance.getEntriesByType('resource').map(({ name }) => name)\
        .filter((name) => /threepids|actions/.test(new URL(name).pathname)).length";
    ensure!(page.run(others).await? == 0, "a file of the elements was requested");
    // A user who signs in before that sees their name, and then the elements.
    sign_in(&page, "alice", "secret").await?;
    page.see("button", "Sign out").await?;
    ensure!(page.count("region", None).await? == 0, "an element is displayed");
    elements.open();
    is_in(&page, "@alice:example.org").await?;
    are_loaded(&page).await?;
    let attributes = "return [...document.querySelectorAll('.widget > *')]\
        .flatMap((element) => [...element.attributes].map(({ value }) => value)).join(' ')";
    let attributes = page.run(attributes).await?;
    ensure!(!attributes.to_string().contains("token"), "{attributes}");
    Ok(())
}

async fn at_once(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let (elements, form) = (Gate::new("/define-"), Gate::new("/page-"));
    let (config, url) = (Gate::new("/config.json"), &homeserver.url);
    form.open();
    elements.open();
    config.open();
    let site = put_up_behind(&[&elements, &form, &config], url).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "alice", "secret").await?;
    is_in(&page, "@alice:example.org").await?;
    // The configuration, which the page needs to render anything, is held.
    config.is_open.send_replace(false);
    let before = elements.count();
    page.reload().await?;
    elements.wait(before + 1).await?;
    config.open();
    is_in(&page, "@alice:example.org").await?;
    are_loaded(&page).await
}

async fn again(page: Page) -> Result<()> {
    page.allow("502");
    let homeserver = homeserver().await?;
    let elements = Gate::failing("/define-", 1);
    let site = put_up_behind(&[&elements], &homeserver.url).await?;
    page.goto(&format!("{}/", site.url)).await?;
    elements.wait(1).await?;
    sign_in(&page, "alice", "secret").await?;
    is_in(&page, "@alice:example.org").await?;
    are_loaded(&page).await
}

async fn without(page: Page) -> Result<()> {
    page.allow("502");
    let homeserver = homeserver().await?;
    let elements = Gate::failing("/define-", 2);
    let site = put_up_behind(&[&elements], &homeserver.url).await?;
    page.goto(&format!("{}/", site.url)).await?;
    elements.wait(1).await?;
    sign_in(&page, "alice", "secret").await?;
    page.see("heading", "This page could not be started").await?;
    // The session is kept.
    page.press("Try again").await?;
    page.bring_testing().await?;
    is_in(&page, "@alice:example.org").await?;
    are_loaded(&page).await
}

async fn early_sign_out(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let elements = Gate::new("/define-");
    let site = put_up_behind(&[&elements], &homeserver.url).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "alice", "secret").await?;
    page.press("Sign out").await?;
    page.read("status", "You're signed out").await?;
    elements.open();
    page.until("customElements.get('matrix-threepids')").await?;
    let elements =
        "return document.querySelectorAll('matrix-threepids, matrix-account-password').length";
    ensure!(page.run(elements).await? == 0, "an element was created");
    ensure!(stored(&page).await? == "[{},{}]", "{}", stored(&page).await?);
    // The next session has elements.
    sign_in(&page, "alice", "secret").await?;
    is_in(&page, "@alice:example.org").await?;
    are_loaded(&page).await
}

async fn early_question(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "alice", "secret").await?;
    is_in(&page, "@alice:example.org").await?;
    add(&page).await?;
    let records = page.run("return Object.entries(sessionStorage)").await?;
    let elements = Gate::new("/define-");
    let site = put_up_behind(&[&elements], &homeserver.url).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.run(&format!(
        "for (const [name, text] of {}) sessionStorage.setItem(name, text)",
        json!(records)
    ))
    .await?;
    page.reload().await?;
    page.press("Sign out").await?;
    page.see("dialog", "Sign out?").await?;
    press_in_dialog(&page, "Sign out").await?;
    page.read("status", "You're signed out").await?;
    ensure!(stored(&page).await? == "[{},{}]", "{}", stored(&page).await?);
    Ok(())
}
