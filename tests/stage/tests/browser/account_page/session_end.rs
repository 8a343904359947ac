//! The server has ended the session: nothing is asked by itself, nothing is
//! left, and the person can go on or leave.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::site::{
    LOGIN, LOGOUT, METHODS, PROFILE, fixed, homeserver, is_in, press_in_dialog, put_up, sign_in,
    stored, token,
};
use crate::error_responses::{LIST, NEW, SEND, add};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, error, list};
use crate::page_object::Page;
use crate::tabs;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("account page: an ended session sends no request automatically", silent),
        browser_test("account page: signing out of an ended session at a real server", real),
        browser_test("account page: an ended session leaves nothing in storage", nothing_left),
        browser_test("account page: no user finds another user's pending verifications", others),
    ]
}

const ENDED: &str = "Your session has ended. Sign in again to continue.";
const NOTHING: &str = "[{},{}]";

/// Signed in as alice, with a session that the server ends a moment later.
async fn enter(page: &Page, homeserver: &Homeserver) -> Result<stage::web::WebServer> {
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(page, "alice", "secret").await?;
    is_in(page, "@alice:example.org").await?;
    page.list_is(&["alice@example.org"]).await?;
    page.see("textbox", "New password").await?;
    Ok(site)
}

fn end(homeserver: &Homeserver) {
    for what in [LIST, PROFILE, LOGOUT, "GET capabilities", "POST account/3pid/add"] {
        homeserver.answers(what, [error(401, "M_UNKNOWN_TOKEN")]);
    }
}

/// The element asks for something, and hears that the session is over.
async fn hear_of_it(page: &Page) -> Result<()> {
    page.run("document.querySelector('matrix-threepids').refresh().catch(() => null)").await?;
    page.read("status", ENDED).await?;
    page.see("textbox", "Password").await?;
    Ok(())
}

async fn silent(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let _site = enter(&page, &homeserver).await?;
    add(&page).await?;
    end(&homeserver);
    hear_of_it(&page).await?;
    let asked = homeserver.all().len();
    // The page changes in many ways meanwhile, and an hour passes.
    page.stop_time().await?;
    for _ in 0..10 {
        page.type_into("Password", "x").await?;
        page.press("Sign out").await?;
        page.see("dialog", "Sign out?").await?;
        page.run(
            "for (const it of document.querySelectorAll('.widget > *'))\
            it.dispatchEvent(new CustomEvent('threepids-session-expired'))",
        )
        .await?;
        page.pass(360_000).await?;
        page.see("dialog", "Sign out?").await?;
        press_in_dialog(&page, "Cancel").await?;
        page.gone("dialog", "Sign out?").await?;
        page.read("status", ENDED).await?;
        page.see("textbox", "Password").await?;
    }
    let all: Vec<_> = homeserver.all().into_iter().skip(asked).map(|it| it.what).collect();
    // The form is looked for anew each time that the person has stayed.
    let allowed = |it: &String| {
        it == METHODS || it.starts_with("GET /_matrix/client/v") && !it.contains("3pid")
    };
    ensure!(all.iter().all(allowed) && all.len() <= 30, "{all:?}");

    // Leaving works, at once.
    page.press("Sign out").await?;
    press_in_dialog(&page, "Sign out").await?;
    page.read("status", "You're signed out").await?;
    page.until("sessionStorage.length === 0 && localStorage.length === 0").await?;
    page.until("!document.querySelector('matrix-threepids')").await?;
    Ok(())
}

async fn real(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let mut session = synapse.user("ended-really", "secret").await?;
    let site = put_up(fixed(&synapse.url())).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "ended-really", "secret").await?;
    is_in(&page, &session.user_id).await?;
    tabs::add(&page, "ended-really@example.org").await?;
    session.token = token(&page).await?;
    let (status, _) = synapse.post("logout", Some(&session), &json!({})).await?;
    ensure!(status == 200, "{status}");
    let asked = "performance.getEntriesByType('resource').length";
    let before = page.run(&format!("return {asked}")).await?.as_u64().unwrap_or_default();
    hear_of_it(&page).await?;
    page.press("Sign out").await?;
    press_in_dialog(&page, "Sign out").await?;
    page.read("status", "You're signed out").await?;
    page.until("sessionStorage.length === 0 && localStorage.length === 0").await?;
    let after = page.run(&format!("return {asked}")).await?.as_u64().unwrap_or_default();
    // The list and what depends on it, the form twice, signing out.
    ensure!(after - before < 16, "{} requests after the session had ended", after - before);
    page.reload().await?;
    page.see("textbox", "Password").await?;
    ensure!(page.run("return document.querySelector('#user').value").await? == "");
    Ok(())
}

async fn nothing_left(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = enter(&page, &homeserver).await?;
    add(&page).await?;
    page.until("Object.keys(sessionStorage).length === 2").await?;
    end(&homeserver);
    hear_of_it(&page).await?;
    ensure!(stored(&page).await? == NOTHING, "{}", stored(&page).await?);
    page.see("group", NEW).await?;
    // The same person goes on where they stopped.
    homeserver.answers(LIST, [list(&["alice@example.org"])]);
    homeserver.answers(PROFILE, [Answer::Json(200, json!({}))]);
    let again = json!({"user_id": "@alice:example.org", "access_token": "new", "device_id": "D"});
    homeserver.answers(LOGIN, [Answer::Json(200, again)]);
    sign_in(&page, "alice", "secret").await?;
    page.until("!window.stage.all('heading', null, 'Sign in').length").await?;
    page.until("Object.keys(sessionStorage).length === 2").await?;
    page.reload().await?;
    page.see("group", NEW).await?;
    ensure!(homeserver.received(SEND).len() == 1, "a second mail went out");
    // A reload after the end begins anew.
    end(&homeserver);
    hear_of_it(&page).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("textbox", "Password").await?;
    ensure!(page.run("return document.querySelector('#user').value").await? == "");
    ensure!(stored(&page).await? == NOTHING, "{}", stored(&page).await?);
    Ok(())
}

async fn others(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let login = |user: &str| {
        let body = json!({"user_id": user, "access_token": "token", "device_id": "D"});
        [Answer::Json(200, body)]
    };
    let _site = enter(&page, &homeserver).await?;
    add(&page).await?;
    // Somebody else's, of another time; and of other things on this origin.
    let planted = json!({
        "matrix-threepids/1 https://m.example @carol:example.org": "{}",
        "another": "kept",
    });
    let plant = |area: &str| format!("Object.assign({area}, {planted})");
    page.run(&plant("sessionStorage")).await?;
    page.run(&plant("localStorage")).await?;
    page.press("Sign out").await?;
    page.see("checkbox", "Keep them in this tab until I sign in again").await?.click().await?;
    press_in_dialog(&page, "Sign out").await?;
    page.read("status", "You're signed out").await?;
    let accounts = || async {
        let script = "return [sessionStorage, localStorage].map((it) => Object.keys(it)\
            .filter((it) => it !== 'matrix-threepids/page/kept').map((it) => it.split(' @')[1] ?? it)\
            .sort().join())";
        page.run(script).await
    };
    let are = |tab: &str, origin: &str| -> Value { json!([tab, origin]) };
    ensure!(accounts().await? == are("alice:example.org,another", "another"));
    // Bob comes and goes: what alice wanted kept is kept.
    homeserver.answers(LOGIN, login("@bob:example.org"));
    sign_in(&page, "bob", "secret").await?;
    page.see("textbox", "New password").await?;
    ensure!(page.count("group", Some(NEW)).await? == 0, "bob sees what alice has pending");
    page.press("Sign out").await?;
    page.read("status", "You're signed out").await?;
    ensure!(accounts().await? == are("alice:example.org,another", "another"));
    homeserver.answers(LOGIN, login("@alice:example.org"));
    sign_in(&page, "alice", "secret").await?;
    page.see("group", NEW).await?;
    // Her session ends, and bob takes her place: she did not choose anything.
    end(&homeserver);
    hear_of_it(&page).await?;
    homeserver.answers(LIST, [list(&[])]);
    homeserver.answers(LOGIN, login("@bob:example.org"));
    sign_in(&page, "bob", "secret").await?;
    page.until("!window.stage.all('heading', null, 'Sign in').length").await?;
    page.gone("group", NEW).await?;
    page.press("Sign out").await?;
    page.read("status", "You're signed out").await?;
    ensure!(accounts().await? == are("another", "another"));
    Ok(())
}
