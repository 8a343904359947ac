//! A real server, real mail, and more than one tab.

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;
use stage::synapse::{Session, Synapse};

use crate::harness::{browser_test, stage};
use crate::page_object::Page;
use crate::proxy::Proxy;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("tabs: the link opens in another tab while this one polls", link_elsewhere),
        browser_test("tabs: password first, link later, by next-link", next_link),
        browser_test("tabs: next-link first, then the password in the new tab", next_link_first),
        browser_test("tabs: a server that refuses the next-link", next_link_refused),
        browser_test("tabs: a reload after each step loses nothing", reloads),
        browser_test("tabs: changes in one tab appear in the other", shown_in_both),
        browser_test("tabs: an unknown sid stays in the address bar", foreign_sid),
    ]
}

/// What is said where the server wants to know who it is.
const UNCONFIRMED: &str = "Almost done: confirm it's you";
/// What is said while only the link is missing.
pub const WAITING: &str = "We'll finish as soon as you open the link in the email";

/// A page that is its own `next-link`, after this fragment.
fn page_with_next_link(synapse: &Synapse, session: &Session, fragment: &str) -> String {
    page_of(&synapse.url(), session, fragment)
}

fn page_of(homeserver: &str, session: &Session, fragment: &str) -> String {
    let body = format!(
        "<matrix-threepids homeserver=\"{homeserver}\" user-id=\"{}\"></matrix-threepids>",
        session.user_id
    );
    let script = format!(
        "import \"/npm/define.js\";\n\
         window.element = document.querySelector(\"matrix-threepids\");\n\
         window.element.nextLink = location.pathname + \"{fragment}\";\n\
         window.element.accessToken = {};",
        json!(session.token)
    );
    stage().serve_page(&body, &script)
}

/// Has a mail sent.
pub async fn add(page: &Page, address: &str) -> Result<()> {
    page.type_into("Email address", address).await?;
    page.press("Add").await?;
    page.see("group", address).await?;
    Ok(())
}

/// Gives the password that all these people have.
pub async fn confirm(page: &Page) -> Result<()> {
    page.see("dialog", "Confirm it's you").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await
}

/// The link in the newest mail to this address.
pub async fn link(address: &str, nth: usize) -> Result<String> {
    let mail = stage().mails.wait_for(address, nth).await?;
    mail.link().map(str::to_owned).context("the mail has a link")
}

async fn link_elsewhere(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("elsewhere", "secret").await?;
    let address = "elsewhere@example.org";
    page.goto(&page_with_next_link(synapse, &session, "")).await?;
    page.run("window.element.removeAttribute('next-link')").await?;
    add(&page, address).await?;
    page.press("Continue").await?;
    confirm(&page).await?;
    page.read("status", WAITING).await?;
    let waits = page.open_tab(&link(address, 1).await?).await?;
    page.look_into(&waits).await?;
    page.come_back().await?;
    page.list_is(&[address]).await?;
    page.read("status", "elsewhere@example.org was added").await?;
    ensure!(page.count("dialog", None).await? == 0, "the password was asked for again");
    Ok(())
}

async fn next_link(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    for (name, fragment) in [("next", ""), ("query", "?a=b"), ("fragment", "#/settings")] {
        let session = synapse.user(name, "secret").await?;
        let address = format!("{name}@example.org");
        page.goto(&(page_with_next_link(synapse, &session, fragment) + fragment)).await?;
        add(&page, &address).await?;
        page.press("Continue").await?;
        confirm(&page).await?;
        page.read("status", WAITING).await?;
        // Opened from the mail: the server sends the browser to the page.
        let waits = page.open_tab(&link(&address, 1).await?).await?;
        page.list_is(&[&address]).await?;
        page.read("status", &format!("{address} was added")).await?;
        let at = page.run("return location.pathname + location.search + location.hash").await?;
        let wanted = page.run("return location.pathname").await?;
        let wanted = wanted.as_str().unwrap_or_default().to_owned() + fragment;
        ensure!(at == wanted.as_str(), "the address bar says {at}, not {wanted}");
        ensure!(page.count("dialog", None).await? == 0, "the password was asked for again");
        page.driver.close_window().await?;
        page.look_into(&waits).await?;
        page.list_is(&[&address]).await?;
    }
    Ok(())
}

async fn next_link_first(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("first", "secret").await?;
    let address = "first@example.org";
    page.goto(&page_with_next_link(synapse, &session, "")).await?;
    add(&page, address).await?;
    let other = page.open_tab(&link(address, 1).await?).await?;
    confirm(&page).await?;
    page.list_is(&[address]).await?;
    page.look_into(&other).await?;
    page.list_is(&[address]).await?;
    page.read("status", "first@example.org was added").await?;
    ensure!(page.count("group", None).await? == 0, "it is still pending here");
    Ok(())
}

async fn next_link_refused(page: Page) -> Result<()> {
    let none = json!({"next_link_domain_whitelist": []});
    let mut synapse = stage().another_synapse("linkless", none).await?;
    let session = synapse.user("alice", "secret").await?;
    let address = "linkless@example.org";
    page.goto(&page_with_next_link(&synapse, &session, "")).await?;
    add(&page, address).await?;
    ensure!(page.count("alert", None).await? == 0, "an alert");
    page.press("Resend email").await?;
    page.read("status", "Email sent again").await?;
    synapse.open(&link(address, 2).await?).await?;
    page.press("Continue").await?;
    confirm(&page).await?;
    page.list_is(&[address]).await?;
    ensure!(stage().mails.to(address).len() == 2, "one mail for each time");
    synapse.stop().await
}

async fn reloads(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("reload", "secret").await?;
    let address = "reload@example.org";
    page.goto(&page_with_next_link(synapse, &session, "")).await?;
    add(&page, address).await?;
    page.reload().await?;
    // Back on the page: it tries, and the server asks who it is. Nobody has
    // opened the link: one press away.
    page.read("status", UNCONFIRMED).await?;
    ensure!(page.count("dialog", None).await? == 0, "a dialog has opened by itself");
    page.press("Resend email").await?;
    page.read("status", "Email sent again").await?;
    page.reload().await?;
    page.read("status", UNCONFIRMED).await?;
    page.press("Continue").await?;
    confirm(&page).await?;
    page.read("status", WAITING).await?;
    page.reload().await?;
    page.read("status", UNCONFIRMED).await?;
    ensure!(page.count("dialog", None).await? == 0, "a dialog has opened by itself");
    synapse.open(&link(address, 1).await?).await?;
    page.reload().await?;
    page.read("status", UNCONFIRMED).await?;
    page.press("Continue").await?;
    confirm(&page).await?;
    page.list_is(&[address]).await?;
    page.reload().await?;
    page.list_is(&[address]).await?;
    ensure!(page.count("group", None).await? == 0, "it is pending again");
    page.press("Remove reload@example.org").await?;
    page.reload().await?;
    page.list_is(&[address]).await?;
    page.press("Remove reload@example.org").await?;
    page.press("Remove").await?;
    page.list_is(&[]).await?;
    page.reload().await?;
    page.list_is(&[]).await?;
    ensure!(stage().mails.to(address).len() == 2, "one mail for each time");
    Ok(())
}

async fn shown_in_both(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("both", "secret").await?;
    let proxy = Proxy::start(&synapse.url()).await?;
    let url = page_of(&proxy.url, &session, "");
    page.goto(&url).await?;
    add(&page, "kept@example.org").await?;
    let first = page.open_tab(&url).await?;
    let second = page.driver.window().await?;
    // The person is here, so it is tried; the server wants the password.
    page.see("group", "kept@example.org").await?;
    page.read("status", UNCONFIRMED).await?;
    ensure!(page.count("dialog", None).await? == 0, "a dialog has opened by itself");
    page.press("Change address").await?;
    page.type_into("New email address", "corrected@example.org").await?;
    page.press("Change").await?;
    page.see("group", "corrected@example.org").await?;
    page.look_into(&first).await?;
    page.see("group", "corrected@example.org").await?;
    page.gone("group", "kept@example.org").await?;

    page.press("Continue").await?;
    confirm(&page).await?;
    page.read("status", WAITING).await?;
    synapse.open(&link("corrected@example.org", 1).await?).await?;
    page.press("Continue").await?;
    page.list_is(&["corrected@example.org"]).await?;
    page.look_into(&second).await?;
    page.list_is(&["corrected@example.org"]).await?;
    page.press("Remove corrected@example.org").await?;
    page.press("Remove").await?;
    page.list_is(&[]).await?;
    page.look_into(&first).await?;
    page.list_is(&[]).await
}

async fn foreign_sid(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("foreign", "secret").await?;
    let url = page_with_next_link(synapse, &session, "") + "?sid=somebody-s";
    page.goto(&url).await?;
    page.list_is(&[]).await?;
    page.pass(1_000).await?;
    add(&page, "foreign@example.org").await?;
    ensure!(page.run("return location.search").await? == "?sid=somebody-s");
    Ok(())
}
