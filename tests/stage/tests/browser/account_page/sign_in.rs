//! By password, at a real Synapse; and what other servers may answer.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;
use stage::web::WebServer;

use super::site::{
    LOGIN, METADATA, METHODS, USER, VERSIONS, fixed, homeserver, is_in, put_up, sign_in, stored,
};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, error};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("account page: signing in by name, and by Matrix ID", by_name),
        browser_test(
            "account page: the login identifier for email, phone and user name",
            identifiers,
        ),
        browser_test("account page: every login error has its message", refusals),
        browser_test("account page: a rate limit counts down and ends", rate_limit),
        browser_test("account page: a rate limit while the clock changes", clock_is_set),
        browser_test("account page: externally managed accounts show a link", managed),
        browser_test(
            "account page: a server without a supported login, and one that comes back",
            no_way_in,
        ),
    ]
}

async fn by_name(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("by-name", "secret").await?;
    let site = put_up(fixed(&synapse.url())).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "by-name", "wrong").await?;
    page.read("alert", "Wrong username or password").await?;
    page.focus_is("it.type === 'password'").await?;
    page.type_into("Password", "secret").await?;
    page.press("Sign in").await?;
    is_in(&page, &session.user_id).await?;
    page.read("region", "No email addresses yet").await?;

    // A reload keeps the session, another tab has none.
    page.reload().await?;
    is_in(&page, &session.user_id).await?;
    let first = page.open_tab(&format!("{}/", site.url)).await?;
    page.see("button", "Sign in").await?;
    ensure!(!stored(&page).await?.contains("accessToken"), "the token is in another tab");
    sign_in(&page, &session.user_id, "secret").await?;
    is_in(&page, &session.user_id).await?;
    // Each tab has a session of its own: one ends, the other goes on.
    page.press("Sign out").await?;
    page.read("status", "You're signed out").await?;
    page.driver.close_window().await?;
    page.look_into(&first).await?;
    page.reload().await?;
    is_in(&page, &session.user_id).await
}

async fn identifiers(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    homeserver.answers(LOGIN, [error(403, "M_FORBIDDEN")]);
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    let thirdparty = |medium: &str, address: &str| json!({"type": "m.id.thirdparty", "medium": medium, "address": address});
    for (at, (typed, identifier)) in [
        (" alice@example.org ", thirdparty("email", "alice@example.org")),
        ("+44 (7700) 900-123", thirdparty("msisdn", "447700900123")),
        ("@alice:example.org", json!({"type": "m.id.user", "user": "@alice:example.org"})),
        ("@alice", json!({"type": "m.id.user", "user": "alice"})),
        ("12345678", json!({"type": "m.id.user", "user": "12345678"})),
    ]
    .into_iter()
    .enumerate()
    {
        sign_in(&page, typed, "secret").await?;
        let sent = homeserver.wait_for(LOGIN, at + 1).await?;
        ensure!(sent.body["identifier"] == identifier, "{typed}: {:?}", sent.body);
        ensure!(sent.authorization.is_empty(), "{sent:?}");
        page.read("alert", "Wrong username or password").await?;
    }
    Ok(())
}

async fn refusals(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("button", "Sign in").await?;
    page.press("Sign in").await?;
    page.read("alert", "Enter your username").await?;
    page.focus_is("it.id === 'user' && it.getAttribute('aria-invalid') === 'true'").await?;
    page.type_into(USER, "alice").await?;
    page.press("Sign in").await?;
    page.read("alert", "Enter your password").await?;
    page.focus_is("it.id === 'password'").await?;
    for (answer, words) in [
        (error(403, "M_FORBIDDEN"), "Wrong username or password"),
        (error(403, "M_USER_DEACTIVATED"), "This account was deactivated"),
        (error(401, "M_USER_LOCKED"), "Your account is locked."),
        (error(403, "M_USER_SUSPENDED"), "Your account is suspended."),
        (error(403, "M_RESOURCE_LIMIT_EXCEEDED"), "The server has reached its limit."),
        (error(500, "M_UNKNOWN"), "Something went wrong (M_UNKNOWN)"),
        (Answer::Text(502, "<h1>Bad gateway</h1>"), "Something went wrong (HTTP 502)"),
        (
            Answer::Json(200, json!({"user_id": "@alice:example.org"})),
            "Something went wrong (HTTP 200)",
        ),
    ] {
        homeserver.answers(LOGIN, [answer]);
        sign_in(&page, "alice", "secret").await?;
        page.read("alert", words).await?;
        ensure!(
            !page.run("return document.body.textContent").await?.to_string().contains("own text")
        );
    }
    Ok(())
}

/// Signs in where the server refuses for 90 seconds; the time stands still.
async fn limit_sign_in(page: &Page, homeserver: &Homeserver) -> Result<WebServer> {
    let limit = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "no", "retry_after_ms": 90_000});
    homeserver.answers(LOGIN, [Answer::Json(429, limit)]);
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("button", "Sign in").await?;
    page.stop_time().await?;
    sign_in(page, "alice", "secret").await?;
    Ok(site)
}

async fn rate_limit(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let _site = limit_sign_in(&page, &homeserver).await?;
    page.read("alert", "Too many attempts. Try again in 1 minute 30 seconds.").await?;
    let left = "document.querySelector('.countdown').textContent.trim()";
    page.until(&format!("{left} === '1:30'")).await?;
    // Not sent before its time.
    page.press("Sign in").await?;
    page.pass(60_000).await?;
    page.until(&format!("{left} === '0:30'")).await?;
    page.read("alert", "Too many attempts. Try again in 1 minute 30 seconds.").await?;
    page.pass(31_000).await?;
    page.read("status", "You can try again now").await?;
    ensure!(homeserver.received(LOGIN).len() == 1, "sent during the limit");
    homeserver.answers(LOGIN, [error(403, "M_FORBIDDEN")]);
    page.press("Sign in").await?;
    page.read("alert", "Wrong username or password").await?;
    Ok(())
}

async fn clock_is_set(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let _site = limit_sign_in(&page, &homeserver).await?;
    page.read("alert", "Too many attempts.").await?;
    page.run("window.clock.set(-3_600_000)").await?;
    page.pass(60_000).await?;
    page.until("document.querySelector('.countdown').textContent.trim() === '0:30'").await?;
    page.pass(31_000).await?;
    page.read("status", "You can try again now").await?;
    // Ahead, or after a sleep: the server tells.
    page.press("Sign in").await?;
    homeserver.wait_for(LOGIN, 2).await?;
    page.read("alert", "Too many attempts.").await?;
    page.run("window.clock.set(3 * 3_600_000)").await?;
    page.read("status", "You can try again now").await?;
    Ok(())
}

async fn managed(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let account = "https://account.example.org/manage?theme=light";
    let metadata =
        json!({"issuer": "https://account.example.org/", "account_management_uri": account});
    homeserver.answers(METADATA, [Answer::Json(200, metadata)]);
    let site = put_up(json!({"homeserver": homeserver.url})).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.press("Continue").await?;
    let link = page.see("link", "Go to your account").await?;
    let href = link.attr("href").await?.unwrap_or_default();
    ensure!(href == format!("{account}&action=org.matrix.profile"), "{href}");
    page.until("document.querySelector('main').textContent.includes('has its own page for managing accounts')")
        .await?;
    ensure!(page.count("textbox", Some("Password")).await? == 0, "a password is asked for");
    page.press("Use another server").await?;
    page.see("textbox", "Matrix ID or server").await?;
    // What is no web page is not linked.
    let metadata = json!({"account_management_uri": "javascript:alert(1)"});
    homeserver.answers(METADATA, [Answer::Json(200, metadata)]);
    page.press("Continue").await?;
    page.see("textbox", "Password").await?;
    Ok(())
}

async fn no_way_in(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let unknown = json!({"flows": [{"type": "org.example.retina"}, {"odd": true}]});
    homeserver.answers(METHODS, [Answer::Json(200, unknown)]);
    homeserver.answers(VERSIONS, [Answer::Text(503, "Maintenance")]);
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.read("alert", "Something went wrong (HTTP 503)").await?;
    homeserver.answers(VERSIONS, [Answer::Json(200, json!({"versions": ["v1.11"]}))]);
    page.press("Try again").await?;
    page.read("alert", "offers no way to sign in that works here").await?;
    let password = json!({"flows": [{"type": "m.login.password"}]});
    homeserver.answers(METHODS, [Answer::Json(200, password)]);
    page.press("Try again").await?;
    page.see("textbox", "Password").await?;
    page.focus_is("it.id === 'user'").await
}
