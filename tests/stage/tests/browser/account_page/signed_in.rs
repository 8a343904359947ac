//! Who is signed in, and the ways out.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use super::site::{
    LOGIN, LOGOUT, PROFILE, fixed, homeserver, is_in, press_in_dialog, put_up, sign_in, stored,
    token,
};
use crate::error_responses::{LIST, NEW, SEND, add};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, error, list};
use crate::page_object::Page;
use crate::password_flow::change_to;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test(
            "account page: signing out revokes the token and clears the storage",
            signs_out,
        ),
        browser_test("account page: signing out while the server is down", server_away),
        browser_test(
            "account page: pending verifications outlive sign-out only by choice",
            pending,
        ),
        browser_test("account page: the session ends during a verification", session_ends),
        browser_test("account page: the user changes the password", changes_password),
        browser_test("account page: the sections setting shows or hides the password", sections),
        browser_test("account page: the layout does not shift while loading", no_shift),
    ]
}

const ALICE: &str = "@alice:example.org";

/// Signed in as alice at a server of the test's own.
async fn enter(page: &Page, homeserver: &Homeserver) -> Result<stage::web::WebServer> {
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(page, "alice", "secret").await?;
    is_in(page, ALICE).await?;
    Ok(site)
}

async fn signs_out(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let mut session = synapse.user("signs-out", "secret").await?;
    let site = put_up(fixed(&synapse.url())).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "signs-out", "secret").await?;
    is_in(&page, &session.user_id).await?;
    page.until("document.querySelector('.name').textContent === 'signs-out'").await?;
    session.token = token(&page).await?;
    synapse.addresses(&session).await?;
    page.press("Sign out").await?;
    page.read("status", "You're signed out").await?;
    ensure!(stored(&page).await? == "[{},{}]", "{} is left", stored(&page).await?);
    let (status, answer) = synapse.post("logout", Some(&session), &json!({})).await?;
    ensure!(status == 401 && answer["errcode"] == "M_UNKNOWN_TOKEN", "{answer}");
    page.reload().await?;
    page.see("button", "Sign in").await?;
    Ok(())
}

async fn server_away(page: Page) -> Result<()> {
    let mut synapse = stage().another_synapse("account-page-away", json!({})).await?;
    let session = synapse.user("away", "secret").await?;
    let site = put_up(fixed(&synapse.url())).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "away", "secret").await?;
    is_in(&page, &session.user_id).await?;
    synapse.stop().await?;
    page.press("Sign out").await?;
    page.read("status", "You're signed out here, but the server couldn't be reached.").await?;
    ensure!(stored(&page).await? == "[{},{}]", "{} is left", stored(&page).await?);
    page.read("alert", "or it can't be reached").await?;
    synapse.resume().await?;
    page.press("Try again").await?;
    sign_in(&page, "away", "secret").await?;
    is_in(&page, &session.user_id).await?;
    synapse.stop().await
}

async fn pending(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    homeserver.answers("POST account/3pid/add", [error(500, "M_UNKNOWN")]);
    let _site = enter(&page, &homeserver).await?;
    page.until("document.querySelector('.name').textContent === 'Alice Liddell'").await?;
    add(&page).await?;
    page.press("Sign out").await?;
    page.see("dialog", "Sign out?").await?;
    page.until("document.querySelector('dialog[open]').textContent.includes('new@example.org')")
        .await?;
    press_in_dialog(&page, "Cancel").await?;
    page.gone("dialog", "Sign out?").await?;
    page.see("group", NEW).await?;
    ensure!(homeserver.received(LOGOUT).is_empty(), "signed out by Cancel");

    // Kept, because the person says so.
    page.press("Sign out").await?;
    page.see("checkbox", "Keep them in this tab until I sign in again").await?.click().await?;
    press_in_dialog(&page, "Sign out").await?;
    page.read("status", "You're signed out").await?;
    let left = stored(&page).await?;
    ensure!(left.contains(NEW) && !left.contains("accessToken"), "{left}");
    sign_in(&page, "alice", "secret").await?;
    page.see("group", NEW).await?;

    // Not kept.
    page.press("Sign out").await?;
    press_in_dialog(&page, "Sign out").await?;
    page.read("status", "You're signed out").await?;
    page.until("sessionStorage.length === 0 && localStorage.length === 0").await?;
    sign_in(&page, "alice", "secret").await?;
    page.list_is(&["alice@example.org"]).await?;
    ensure!(page.count("group", None).await? == 0, "it came back");
    ensure!(homeserver.received(LOGOUT).len() == 2);
    ensure!(homeserver.received(LOGOUT)[0].authorization == "Bearer token");
    Ok(())
}

async fn session_ends(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let _site = enter(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    add(&page).await?;
    homeserver.answers("POST account/3pid/add", [error(401, "M_UNKNOWN_TOKEN")]);
    page.press("Continue").await?;
    page.read("heading", "Sign in").await?;
    page.read("status", "Your session has ended. Sign in again to continue.").await?;
    page.until("document.querySelector('#user').value === '@alice:example.org'").await?;
    page.see("group", NEW).await?;
    // Somebody tries, and fails; the widget is still there.
    homeserver.answers(LOGIN, [error(403, "M_FORBIDDEN")]);
    page.type_into("Password", "guess").await?;
    page.press("Sign in").await?;
    page.read("alert", "Wrong username or password").await?;
    let again = json!({"user_id": ALICE, "access_token": "new-token", "device_id": "D"});
    homeserver.answers(LOGIN, [Answer::Json(200, again)]);
    homeserver.answers("POST account/3pid/add", [Answer::Json(200, json!({}))]);
    homeserver.answers(LIST, [list(&["alice@example.org", NEW])]);
    page.type_into("Password", "secret").await?;
    page.press("Sign in").await?;
    is_in(&page, ALICE).await?;
    let login = homeserver.wait_for(LOGIN, 3).await?;
    ensure!(login.body["device_id"] == "D", "another device: {:?}", login.body);
    page.list_is(&["alice@example.org", NEW]).await?;
    ensure!(homeserver.received(SEND).len() == 1, "a second mail went out");
    ensure!(token(&page).await? == "new-token");
    // After a reload with a token that is over, the same.
    homeserver.answers(LIST, [error(401, "M_UNKNOWN_TOKEN")]);
    homeserver.answers(PROFILE, [error(401, "M_UNKNOWN_TOKEN")]);
    page.reload().await?;
    page.read("status", "Your session has ended. Sign in again to continue.").await?;
    Ok(())
}

async fn changes_password(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("page-password", "the old one").await?;
    let site = put_up(fixed(&synapse.url())).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "page-password", "the old one").await?;
    is_in(&page, &session.user_id).await?;
    change_to(&page, "a new one").await?;
    page.see("dialog", "Confirm it's you").await?;
    page.type_into("Current password", "the old one").await?;
    page.press("Confirm").await?;
    page.read("status", "Your password was changed").await?;
    page.press("Sign out").await?;
    page.read("status", "You're signed out").await?;
    sign_in(&page, "page-password", "the old one").await?;
    page.read("alert", "Wrong username or password").await?;
    sign_in(&page, "page-password", "a new one").await?;
    is_in(&page, &session.user_id).await?;
    // Together they are one page: of two dialogs, one.
    page.see("textbox", "New password").await?;
    page.see("textbox", "Email address").await?;
    Ok(())
}

async fn sections(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    for (sections, email, password) in [
        (json!(["password"]), 0, 1),
        (json!(["email"]), 1, 0),
        (json!(["email", "password"]), 1, 1),
    ] {
        let config =
            json!({"homeserver": homeserver.url, "homeserverFixed": true, "sections": sections});
        let site = put_up(config).await?;
        page.goto(&format!("{}/", site.url)).await?;
        sign_in(&page, "alice", "secret").await?;
        page.see("button", "Sign out").await?;
        let last = if password == 1 { "New password" } else { "Email address" };
        page.see("textbox", last).await?;
        ensure!(page.count("textbox", Some("Email address")).await? == email, "{sections}");
        ensure!(page.count("textbox", Some("New password")).await? == password, "{sections}");
        page.press("Sign out").await?;
        page.read("status", "You're signed out").await?;
    }
    Ok(())
}

async fn no_shift(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("button", "Sign in").await?;
    no_shifts(&page).await?;
    sign_in(&page, "alice", "secret").await?;
    is_in(&page, ALICE).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.see("textbox", "New password").await?;
    page.reload().await?;
    page.list_is(&["alice@example.org"]).await?;
    page.see("textbox", "New password").await?;
    page.until("document.querySelector('.name').textContent === 'Alice Liddell'").await?;
    no_shifts(&page).await
}

/// Nothing has moved since the page was opened.
async fn no_shifts(page: &Page) -> Result<()> {
    let script = "return await new Promise((done) => {\
        const observer = new PerformanceObserver(() => {});\
        observer.observe({ type: 'layout-shift', buffered: true });\
        requestAnimationFrame(() => requestAnimationFrame(() => done(observer.takeRecords().map((it) =>\
          [it.value, it.sources.map((source) => source.node?.outerHTML?.slice(0, 100))]))));\
      })";
    let shifts = page.run_async(script, vec![]).await?.0;
    ensure!(shifts == json!([]), "{shifts}");
    Ok(())
}
