//! The link in the mail leads to the page itself, in a new tab.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use super::site::{fixed, is_in, put_up, sign_in, stored, token};
use crate::harness::{browser_test, stage};
use crate::page_object::Page;
use crate::tabs::{WAITING, add, confirm, link};

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("account page: the user signs in by the address that was added", whole),
        browser_test(
            "account page: the link opens before the user enters the password",
            link_first,
        ),
        browser_test("account page: the link opens on another device", elsewhere),
        browser_test("account page: the server ends the session before the link opens", ended),
    ]
}

async fn whole(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("whole", "secret").await?;
    let address = "whole@example.org";
    let site = put_up(fixed(&synapse.url())).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "whole", "secret").await?;
    is_in(&page, &session.user_id).await?;
    add(&page, address).await?;
    page.press("Continue").await?;
    confirm(&page).await?;
    page.read("status", WAITING).await?;
    let first = page.open_tab(&link(address, 1).await?).await?;
    page.read("status", "whole@example.org was added. You can close this tab.").await?;
    ensure!(stored(&page).await? == "[{},{}]", "the new tab has {}", stored(&page).await?);
    page.driver.close_window().await?;
    page.look_into(&first).await?;
    page.list_is(&[address]).await?;
    ensure!(synapse.addresses(&session).await? == [address]);
    page.press("Sign out").await?;
    page.read("status", "You're signed out").await?;
    sign_in(&page, "Whole@example.org", "secret").await?;
    is_in(&page, &session.user_id).await
}

async fn link_first(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("link-first", "secret").await?;
    let address = "link-first@example.org";
    let site = put_up(fixed(&synapse.url())).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "link-first", "secret").await?;
    is_in(&page, &session.user_id).await?;
    add(&page, address).await?;
    // What the tab knows of it outlives a reload.
    page.reload().await?;
    page.see("group", address).await?;
    page.read("status", "Almost done: confirm it's you").await?;
    ensure!(page.count("dialog", None).await? == 0, "a dialog has opened by itself");
    let first = page.open_tab(&link(address, 1).await?).await?;
    page.read(
        "status",
        "Your address is verified. One step left: enter your password in the other tab.",
    )
    .await?;
    let second = page.driver.window().await?;
    page.look_into(&first).await?;
    page.come_back().await?;
    confirm(&page).await?;
    page.list_is(&[address]).await?;
    page.look_into(&second).await?;
    page.read("status", "link-first@example.org was added. You can close this tab.").await?;
    Ok(())
}

async fn elsewhere(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("elsewhere-page", "secret").await?;
    let site = put_up(fixed(&synapse.url())).await?;
    page.goto(&format!("{}/?sid=nobodys", site.url)).await?;
    page.read("status", "Go back to where you started, and continue there").await?;
    // Anybody can write such a link: it says nothing of an address.
    page.until("!/verified/i.test(document.querySelector('main').innerText)").await?;
    page.press("Sign in").await?;
    sign_in(&page, "elsewhere-page", "secret").await?;
    is_in(&page, &session.user_id).await?;
    let search = page.run("return location.search").await?;
    ensure!(search == json!(""), "the address bar says {search}");
    Ok(())
}

async fn ended(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let mut session = synapse.user("ended", "secret").await?;
    let address = "ended@example.org";
    let site = put_up(fixed(&synapse.url())).await?;
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "ended", "secret").await?;
    is_in(&page, &session.user_id).await?;
    add(&page, address).await?;
    session.token = token(&page).await?;
    let (status, _) = synapse.post("logout", Some(&session), &json!({})).await?;
    ensure!(status == 200, "{status}");
    page.press("Continue").await?;
    page.read("status", "Your session has ended. Sign in again to continue.").await?;
    let first = page.open_tab(&link(address, 1).await?).await?;
    page.read(
        "status",
        "Your address is verified. One step left: enter your password in the other tab.",
    )
    .await?;
    page.driver.close_window().await?;
    page.look_into(&first).await?;
    page.come_back().await?;
    page.see("group", address).await?;
    page.type_into("Password", "secret").await?;
    page.press("Sign in").await?;
    confirm(&page).await?;
    page.list_is(&[address]).await?;
    is_in(&page, &session.user_id).await?;
    session.token = token(&page).await?;
    ensure!(synapse.addresses(&session).await? == [address]);
    ensure!(stage().mails.to(address).len() == 1, "a second mail went out");
    Ok(())
}
