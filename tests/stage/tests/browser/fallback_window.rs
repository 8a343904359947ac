//! A stage that is done on the homeserver's own page, in a window of its own.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::engine::Popups;
use crate::error_responses::{ADD, DELETE, LIST, NEW, add, open};
use crate::harness::{browser_test, browser_test_with, stage};
use crate::homeserver::{Answer, Homeserver, challenge_of, list};
use crate::page_object::Page;

/// The name of the dialog that authenticates.
pub const DIALOG: &str = "Confirm it's you";
/// What it says while another window is open.
pub const OTHER_WINDOW: &str = "Continue in the other window";
/// What it says when that is not done.
pub const NOT_DONE: &str = "Finish in the other window first, then choose Continue";

/// A stage that we know nothing of, and its page.
const STAGE: &str = "org.example.magic";
const FALLBACK: &str = "GET auth/org.example.magic/fallback/web";
const WELL_KNOWN: &str = "GET /.well-known/matrix/client";
/// A server's page: it tells its opener when the person is done, or something
/// else.
const MAGIC: &str = "<!doctype html><title>Magic</title><p>The server's page</p>\
    <button onclick=\"opener.postMessage('authDone', '*')\">Done</button>\
    <button onclick=\"opener.postMessage('AUTHDONE', '*');\
      opener.postMessage({authDone: true}, '*')\">Almost done</button>";
const OPEN_PAGE: &str = "Open the confirmation page";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("fallback window: opens and continues automatically", by_itself),
        browser_test("fallback window: continued too early, closed, opened again", opened_again),
        browser_test(
            "fallback window: messages of other windows and origins are ignored",
            wrong_senders,
        ),
        browser_test("fallback window: a message from the public base URL counts", public_name),
        browser_test_with(
            Popups::AsAtHome,
            "fallback window: a link opens it without user activation",
            unasked,
        ),
        browser_test("fallback window: a blocked pop-up shows a link", by_link),
        browser_test(
            "fallback window: a forged message opens no window, and its name is random",
            forged,
        ),
        browser_test("fallback window: a host page with Cross-Origin-Opener-Policy", isolated),
        browser_test("fallback window: a fallback page with Cross-Origin-Opener-Policy", cut_off),
        browser_test("fallback window: a removal is confirmed in it", removal),
    ]
}

/// A server that wants the stage done, in this session, and then is content.
async fn server(session: &str) -> Result<Homeserver> {
    let homeserver = Homeserver::start().await?;
    let asks = challenge_of(session, &[&[STAGE]], &[]);
    homeserver.answers(ADD, [asks, Answer::Json(200, json!({}))]);
    homeserver.answers(FALLBACK, [Answer::Page(MAGIC.to_owned())]);
    Ok(homeserver)
}

/// From now on, the address is on the list.
fn added(homeserver: &Homeserver) {
    homeserver.answers(LIST, [list(&[NEW])]);
}

async fn asked(page: &Page, homeserver: &Homeserver) -> Result<()> {
    open(page, homeserver).await?;
    add(page).await?;
    added(homeserver);
    page.press("Continue").await?;
    page.see("dialog", DIALOG).await?;
    Ok(())
}

/// Presses a button of the server's page, in the window in front.
async fn press_there(page: &Page, name: &str) -> Result<()> {
    page.loaded("The server's page").await?;
    page.press(name).await
}

async fn by_itself(page: Page) -> Result<()> {
    let homeserver = server("a b&c").await?;
    asked(&page, &homeserver).await?;
    page.read("status", OTHER_WINDOW).await?;
    for button in ["Continue", "Open again", "Cancel"] {
        page.see("button", button).await?;
    }
    ensure!(page.count("link", Some(OPEN_PAGE)).await? == 0, "the link is still there");
    ensure!(page.count("textbox", Some("Password")).await? == 0, "a password is asked for");
    let own = page.turn_to_new_window().await?;
    press_there(&page, "Done").await?;
    page.turn_to(&own).await?;
    page.list_is(&[NEW]).await?;
    page.read("status", "new@example.org was added").await?;
    let asked = homeserver.received(FALLBACK);
    ensure!(asked[0].query == "session=a%20b%26c", "{}", asked[0].query);
    ensure!(asked[0].authorization.is_empty(), "the page got the token");
    let sent = homeserver.received(ADD);
    ensure!(sent.len() == 2 && sent[1].body["auth"] == json!({"session": "a b&c"}), "{sent:?}");
    Ok(())
}

async fn opened_again(page: Page) -> Result<()> {
    let homeserver = server("s").await?;
    // Until it is done there, as often as it is looked.
    homeserver.answers(ADD, [challenge_of("s", &[&[STAGE]], &[])]);
    asked(&page, &homeserver).await?;
    homeserver.answers(LIST, [list(&["alice@example.org"])]);
    // In the other window, until they come back.
    page.leave().await?;
    let own = page.turn_to_new_window().await?;
    page.turn_to(&own).await?;
    page.press("Continue").await?;
    page.read("alert", NOT_DONE).await?;
    page.read("status", OTHER_WINDOW).await?;

    // Whoever only looks in has asked for nothing, and is told nothing.
    let before = homeserver.received(ADD).len();
    page.come_back().await?;
    homeserver.wait_for(ADD, before + 1).await?;
    page.see("dialog", DIALOG).await?;
    page.until("window.stage.all('alert', null, null).length === 0").await?;

    let window = other(&page, &own).await?;
    page.turn_to(&window).await?;
    page.close_window(&own).await?;
    page.press("Open again").await?;
    page.turn_to_new_window().await?;
    homeserver.answers(ADD, [Answer::Json(200, json!({}))]);
    added(&homeserver);
    press_there(&page, "Done").await?;
    page.turn_to(&own).await?;
    page.list_is(&[NEW]).await?;
    ensure!(homeserver.received(FALLBACK).len() == 2, "opened more than twice");
    for sent in &homeserver.received(ADD)[1..] {
        ensure!(sent.body["auth"] == json!({"session": "s"}), "{sent:?}");
    }
    Ok(())
}

/// The window that is not this one.
async fn other(page: &Page, own: &WindowHandle) -> Result<WindowHandle> {
    let windows = page.driver.windows().await?;
    let other = windows.into_iter().find(|window| window != own);
    other.ok_or_else(|| anyhow::anyhow!("no other window"))
}

async fn wrong_senders(page: Page) -> Result<()> {
    let homeserver = server("s").await?;
    let intruder = "<!doctype html><script>opener.postMessage('authDone', '*')</script>";
    homeserver.answers("GET intruder", [Answer::Page(intruder.to_owned())]);
    asked(&page, &homeserver).await?;
    let own = page.turn_to_new_window().await?;
    let window = page.turn_to(&own).await?;
    page.run(&format!(
        "window.heard = [];\
         addEventListener('message', (event) => window.heard.push(event.origin));\
         window.postMessage('authDone', '*');\
         window.intruder = window.open('{}/_matrix/client/v3/intruder')",
        homeserver.url
    ))
    .await?;
    // The page itself, and another window with a page of the server's.
    page.until("window.heard.length === 2").await?;
    page.run("window.intruder.close()").await?;
    page.turn_to(&window).await?;
    press_there(&page, "Almost done").await?;
    // Somebody else's page in the right window.
    let elsewhere = stage().serve_page("", "opener.postMessage('authDone', '*')");
    page.run(&format!("location.href = '{elsewhere}'")).await?;
    page.turn_to(&own).await?;
    page.until("window.heard.length === 5").await?;
    page.until(
        "performance.getEntriesByType('resource').some((it) => \
         it.name.endsWith('/.well-known/matrix/client') && it.responseEnd > 0)",
    )
    .await?;
    page.read("status", OTHER_WINDOW).await?;
    ensure!(homeserver.received(ADD).len() == 1, "somebody else's word counted");

    page.turn_to(&window).await?;
    page.run("history.back()").await?;
    press_there(&page, "Done").await?;
    page.turn_to(&own).await?;
    page.list_is(&[NEW]).await?;
    ensure!(homeserver.received(ADD).len() == 2);
    Ok(())
}

async fn public_name(page: Page) -> Result<()> {
    let homeserver = server("s").await?;
    let elsewhere = stage().serve_page("", "opener.postMessage('authDone', '*')");
    let public = json!({"m.homeserver": {"base_url": stage().origin()}});
    homeserver.answers(WELL_KNOWN, [Answer::Json(200, public)]);
    asked(&page, &homeserver).await?;
    let own = page.turn_to_new_window().await?;
    page.loaded("The server's page").await?;
    page.run(&format!("location.href = '{elsewhere}'")).await?;
    page.turn_to(&own).await?;
    page.list_is(&[NEW]).await
}

async fn unasked(page: Page) -> Result<()> {
    let homeserver = server("s").await?;
    let asks = Answer::Held(Box::new(challenge_of("s", &[&[STAGE]], &[])));
    homeserver.answers(ADD, [asks, Answer::Json(200, json!({}))]);
    open(&page, &homeserver).await?;
    add(&page).await?;
    added(&homeserver);
    page.press("Continue").await?;
    homeserver.wait_for(ADD, 1).await?;
    // The server takes so long that the browser no longer thinks of the click.
    page.until("!navigator.userActivation.isActive").await?;
    homeserver.let_go();
    page.see("dialog", DIALOG).await?;
    let link = page.see("link", OPEN_PAGE).await?;
    ensure!(page.driver.windows().await?.len() == 1, "a window was opened");
    ensure!(page.count("button", Some("Open again")).await? == 0);
    page.click(&link).await?;
    let own = page.turn_to_new_window().await?;
    press_there(&page, "Done").await?;
    page.turn_to(&own).await?;
    page.list_is(&[NEW]).await
}

async fn by_link(page: Page) -> Result<()> {
    let homeserver = server("s").await?;
    open(&page, &homeserver).await?;
    page.run("const real = window.open; window.open = (url, name) => url ? null : real('', name)")
        .await?;
    add(&page).await?;
    added(&homeserver);
    page.press("Continue").await?;
    let link = page.see("link", OPEN_PAGE).await?;
    let rel = link.attr("rel").await?;
    ensure!(rel.as_deref() == Some("opener"), "{rel:?}");
    page.click(&link).await?;
    page.read("status", OTHER_WINDOW).await?;
    let own = page.turn_to_new_window().await?;
    press_there(&page, "Done").await?;
    page.turn_to(&own).await?;
    page.list_is(&[NEW]).await?;
    ensure!(homeserver.received(FALLBACK).len() == 1, "opened twice");
    Ok(())
}

async fn forged(page: Page) -> Result<()> {
    let homeserver = server("s").await?;
    open(&page, &homeserver).await?;
    page.run(
        "window.opened = []; window.open = (url, name) => { window.opened.push(name); return null };\
         window.heard = []; addEventListener('message', (event) => window.heard.push(event.data));",
    )
    .await?;
    add(&page).await?;
    page.press("Continue").await?;
    page.see("link", OPEN_PAGE).await?;
    let before = page.run("return window.opened.length").await?;
    page.run("for (let nth = 0; nth < 3; nth++) window.postMessage('authDone', '*')").await?;
    page.until("window.heard.length === 3").await?;
    page.see("link", OPEN_PAGE).await?;
    ensure!(page.run("return window.opened.length").await? == before, "a window was opened");
    ensure!(homeserver.received(ADD).len() == 1, "somebody else's word counted");
    // Nobody can guess it, and each page has another.
    let names = page.run("return new Set(window.opened).size === 1 && window.opened[0]").await?;
    let name = names.as_str().unwrap_or_default().to_owned();
    ensure!(name.len() > 30, "{names}");
    Ok(())
}

async fn isolated(page: Page) -> Result<()> {
    let homeserver = server("s").await?;
    let asks = || challenge_of("s", &[&[STAGE]], &[]);
    homeserver.answers(ADD, [asks(), asks(), Answer::Json(200, json!({}))]);
    let body = format!("<matrix-threepids homeserver=\"{}\"></matrix-threepids>", homeserver.url);
    let script = "import \"/npm/define.js\";\n\
        document.querySelector(\"matrix-threepids\").accessToken = \"token\";";
    page.goto(&stage().serve_isolated_page(&body, script)).await?;
    add(&page).await?;
    added(&homeserver);
    page.press("Continue").await?;
    page.read("status", OTHER_WINDOW).await?;
    page.leave().await?;
    let own = page.turn_to_new_window().await?;
    page.loaded("The server's page").await?;
    ensure!(page.run("return opener").await?.is_null(), "the window can reach the page");
    page.close_window(&own).await?;
    page.read("status", OTHER_WINDOW).await?;
    page.press("Continue").await?;
    page.read("alert", NOT_DONE).await?;
    page.press("Open again").await?;
    page.turn_to_new_window().await?;
    page.loaded("The server's page").await?;
    page.close_window(&own).await?;
    page.come_back().await?;
    page.list_is(&[NEW]).await
}

async fn cut_off(page: Page) -> Result<()> {
    let homeserver = server("s").await?;
    homeserver.answers(FALLBACK, [Answer::IsolatedPage(MAGIC.to_owned())]);
    asked(&page, &homeserver).await?;
    let own = page.turn_to_new_window().await?;
    page.loaded("The server's page").await?;
    ensure!(page.run("return opener").await?.is_null(), "the window can reach the page");
    page.turn_to(&own).await?;
    page.read("status", OTHER_WINDOW).await?;
    page.press("Continue").await?;
    page.list_is(&[NEW]).await
}

async fn removal(page: Page) -> Result<()> {
    let homeserver = server("s").await?;
    let done = Answer::Json(200, json!({"id_server_unbind_result": "no-support"}));
    homeserver.answers(DELETE, [challenge_of("s", &[&[STAGE]], &[]), done]);
    open(&page, &homeserver).await?;
    page.press("Remove alice@example.org").await?;
    page.see("alertdialog", "Remove alice@example.org?").await?;
    page.press("Remove").await?;
    page.see("dialog", DIALOG).await?;
    let own = page.turn_to_new_window().await?;
    homeserver.answers(LIST, [list(&[])]);
    press_there(&page, "Done").await?;
    page.turn_to(&own).await?;
    page.list_is(&[]).await?;
    let sent = homeserver.received(DELETE);
    ensure!(sent[1].body["auth"] == json!({"session": "s"}), "{sent:?}");
    Ok(())
}
