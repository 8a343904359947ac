//! What the page does not give away, whatever servers and other pages do.

use anyhow::{Result, ensure};
use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use libtest_mimic::Trial;
use serde_json::json;
use stage::web;

use super::site::{
    LOGIN, LOGOUT, VERSIONS, becomes, fixed, homeserver, is_in, press_in_dialog, put_up, sign_in,
    stored, token,
};
use crate::error_responses::{NEW, add};
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("account page: an unusable login response does not sign in", unusable),
        browser_test("account page: a password follows no redirect", redirected),
        browser_test("account page: its requests omit cookies, cache and referrer", requests),
        browser_test("account page: requests are sent while the browser reports offline", offline),
        browser_test("account page: a window that it opens has no session data", windows),
        browser_test("account page: a browser that refuses storage and channels", refused),
        browser_test("account page: malformed messages of other tabs are ignored", channels),
    ]
}

/// Signed in as alice.
async fn enter(page: &Page, homeserver: &Homeserver) -> Result<web::WebServer> {
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(page, "alice", "secret").await?;
    is_in(page, "@alice:example.org").await?;
    page.list_is(&["alice@example.org"]).await?;
    Ok(site)
}

async fn unusable(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    for (user, token) in [
        ("@alice:example.org", "syt_…"),
        ("@alice:example.org", "a\r\nb"),
        ("@alice:example.org", "a\u{0}b"),
        ("alice", "token"),
        ("@alice:exa mple.org", "token"),
    ] {
        let login = json!({"user_id": user, "access_token": token, "device_id": "D"});
        homeserver.answers(LOGIN, [Answer::Json(200, login)]);
        sign_in(&page, "alice", "secret").await?;
        page.read("alert", "can't be used to sign in").await?;
        ensure!(stored(&page).await? == "[{},{}]", "{}", stored(&page).await?);
        page.type_into("Password", "").await?;
    }
    let good = json!({"user_id": "@alice:example.org", "access_token": "good"});
    homeserver.answers(LOGIN, [Answer::Json(200, good)]);
    sign_in(&page, "alice", "secret").await?;
    is_in(&page, "@alice:example.org").await
}

async fn redirected(page: Page) -> Result<()> {
    let elsewhere = homeserver().await?;
    let there = elsewhere.url.clone();
    let redirect = move |uri: Uri| {
        let to = format!("{there}{uri}");
        async move {
            let cors = [
                ("access-control-allow-origin", "*".to_owned()),
                ("access-control-allow-headers", "authorization, content-type".to_owned()),
                (header::LOCATION.as_str(), to),
            ];
            (StatusCode::TEMPORARY_REDIRECT, cors).into_response()
        }
    };
    let options = || async {
        let cors = [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-headers", "authorization, content-type"),
        ];
        (StatusCode::NO_CONTENT, cors)
    };
    let routes = Router::new().fallback(axum::routing::any(redirect).options(options));
    let server = web::serve(0, routes).await?;
    let site = put_up(fixed(&server.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    // What is public may be anywhere.
    sign_in(&page, "alice", "secret").await?;
    page.read("alert", "Can't reach the server.").await?;
    ensure!(!elsewhere.received(VERSIONS).is_empty());
    ensure!(elsewhere.received(LOGIN).is_empty(), "the password went to another server");
    Ok(())
}

async fn requests(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.read("heading", "Sign in").await?;
    // The element's own are `Request`s.
    page.run(
        "const send = window.fetch; window.sent = [];\
         window.fetch = (url, how) => { if (typeof url === 'string') window.sent.push([url.split('/').at(-1),\
            how.cache, how.credentials, how.redirect, how.referrerPolicy]); return send(url, how); }",
    )
    .await?;
    sign_in(&page, "alice", "secret").await?;
    is_in(&page, "@alice:example.org").await?;
    page.press("Sign out").await?;
    page.read("status", "You're signed out").await?;
    page.see("textbox", "Password").await?;
    let sent = page.run("return window.sent").await?;
    let sent = sent.as_array().cloned().unwrap_or_default();
    for what in ["login", "%40alice%3Aexample.org", "logout"] {
        let secret = json!([what, "no-store", "omit", "error", "no-referrer"]);
        ensure!(sent.contains(&secret), "{what}: {sent:?}");
    }
    let is_closed = |it: &&serde_json::Value| it[1] != "no-store" || it[2] != "omit";
    ensure!(!sent.iter().any(|it| is_closed(&it)), "{sent:?}");
    Ok(())
}

async fn offline(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.read("heading", "Sign in").await?;
    page.run("Object.defineProperty(navigator, 'onLine', { get: () => false })").await?;
    // Such browsers are wrong at times: a button that is pressed tries.
    sign_in(&page, "alice", "secret").await?;
    page.see("button", "Sign out").await?;
    page.press("Sign out").await?;
    page.read("status", "You're signed out").await?;
    ensure!(homeserver.received(LOGOUT).len() == 1);
    Ok(())
}

async fn windows(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = enter(&page, &homeserver).await?;
    add(&page).await?;
    page.until("Object.keys(sessionStorage).length === 2").await?;
    let before = stored(&page).await?;
    let copy = "const opened = window.open('about:blank');\
        const copy = JSON.stringify({ ...opened.sessionStorage });\
        opened.close();\
        return copy";
    let copy = page.run(copy).await?;
    ensure!(copy == "{}", "the window has {copy}");
    // The same by a link, and for a window that shows the page.
    page.run(
        "const link = Object.assign(document.createElement('a'), \
           { href: './', target: 'other', rel: 'opener', textContent: 'Open' });\
         document.querySelector('.brand').append(link)",
    )
    .await?;
    let first = page.driver.window().await?;
    page.see("link", "Open").await?.click().await?;
    let windows = page.driver.windows().await?;
    ensure!(windows.len() == 2, "{windows:?}");
    for window in windows.into_iter().filter(|it| *it != first) {
        page.driver.switch_to_window(window).await?;
        becomes(&page, "document.querySelector('#password')").await?;
        ensure!(stored(&page).await? == "[{},{}]", "the window has {}", stored(&page).await?);
        page.driver.close_window().await?;
    }
    page.look_into(&first).await?;
    ensure!(stored(&page).await? == before, "{} is left", stored(&page).await?);
    ensure!(token(&page).await? == "token");
    drop(site);
    Ok(())
}

async fn refused(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.read("heading", "Sign in").await?;
    page.run(
        "const no = () => { throw new DOMException('no', 'SecurityError') };\
         for (const name of ['getItem', 'setItem', 'removeItem']) Storage.prototype[name] = no;\
         History.prototype.replaceState = no;\
         Crypto.prototype.getRandomValues = no;\
         BroadcastChannel.prototype.postMessage = no;",
    )
    .await?;
    // Each step is one after something was refused.
    for _ in 0..2 {
        sign_in(&page, "", "secret").await?;
        page.read("alert", "Enter your username").await?;
        sign_in(&page, "alice", "secret").await?;
        page.see("button", "Sign out").await?;
        page.until("document.querySelector('.id').textContent === '@alice:example.org'").await?;
        page.press("Sign out").await?;
        page.read("status", "You're signed out").await?;
    }
    Ok(())
}

async fn channels(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = enter(&page, &homeserver).await?;
    add(&page).await?;
    let odd = "const odd = [null, 1, 'x', [], {}, { toString: 1 }, { sid: {}, address: [], state: 1 },\
        { returned: { toString: 1 } }, { account: { toString: 1 }, records: '[' }, { account: 1, records: 2 },\
        { account: 'x', records: 'nonsense' }, { sid: 'x', address: 'x', state: 'nonsense' }];\
        for (const name of ['matrix-threepids/page/1', 'matrix-threepids/1']) {\
          const channel = new BroadcastChannel(name);\
          odd.forEach((it) => channel.postMessage(it));\
        }";
    page.run(odd).await?;
    page.press("Sign out").await?;
    press_in_dialog(&page, "Cancel").await?;
    page.see("group", NEW).await?;
    // A tab that waits for word of a `sid` hears the same.
    page.run("sessionStorage.clear()").await?;
    page.goto(&format!("{}/?sid=x", site.url)).await?;
    page.run(odd).await?;
    page.read("status", "Go back to where you started").await?;
    Ok(())
}
