//! What the server says that it allows, however late, and where an account is
//! managed instead.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::accounts::NO_CHANGES;
use crate::error_responses::{DELETE, LIST, open};
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, error, list};
use crate::page_object::Page;

const CAPABILITIES: &str = "GET capabilities";
const AUTH_METADATA: &str = "GET /_matrix/client/v1/auth_metadata";
const WELL_KNOWN: &str = "GET /.well-known/matrix/client";
const VERSIONS: &str = "GET /_matrix/client/versions";
const MANAGE: &str = "Manage your account";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("capabilities: loading them does not delay the list", late),
        browser_test("capabilities: missing or failed capabilities forbid nothing", not_said),
        browser_test("capabilities: the management link comes from .well-known", well_known),
        browser_test(
            "capabilities: an unrecognized removal shows the management link",
            unrecognized,
        ),
    ]
}

fn allowed(enabled: bool) -> Answer {
    Answer::Json(200, json!({"capabilities": {"m.3pid_changes": {"enabled": enabled}}}))
}

async fn late(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(CAPABILITIES, [Answer::Held(Box::new(allowed(false)))]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.type_into("Email address", "half").await?;
    homeserver.wait_for(CAPABILITIES, 1).await?;
    homeserver.let_go();
    page.read("status", NO_CHANGES).await?;
    page.gone("textbox", "Email address").await?;
    page.gone("button", "Remove alice@example.org").await?;
    page.list_is(&["alice@example.org"]).await
}

async fn not_said(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    for answer in [
        Answer::Json(200, json!({"capabilities": {}})),
        Answer::Text(502, "<html>"),
        error(429, "M_LIMIT_EXCEEDED"),
        error(404, "M_UNRECOGNIZED"),
        allowed(true),
    ] {
        homeserver.answers(CAPABILITIES, [answer]);
        let asked = homeserver.received(CAPABILITIES).len();
        open(&page, &homeserver).await?;
        page.list_is(&["alice@example.org"]).await?;
        homeserver.wait_for(CAPABILITIES, asked + 1).await?;
        page.until(
            "performance.getEntriesByType('resource').some((it) => \
             it.name.endsWith('/capabilities') && it.responseEnd > 0)",
        )
        .await?;
        page.see("textbox", "Email address").await?;
        page.see("button", "Remove alice@example.org").await?;
        ensure!(page.count("link", Some(MANAGE)).await? == 0);
        ensure!(page.count("alert", None).await? == 0, "something is said to be wrong");
    }
    // Who allows changes is not asked where else they are made.
    for what in [AUTH_METADATA, WELL_KNOWN] {
        ensure!(homeserver.received(what).is_empty(), "{what}");
    }
    Ok(())
}

async fn well_known(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(CAPABILITIES, [allowed(false)]);
    let account = json!({"issuer": "https://a.example/", "account": "https://a.example/me?x=1#y"});
    let body = json!({"m.homeserver": {"base_url": homeserver.url},
        "org.matrix.msc2965.authentication": account});
    homeserver.answers(WELL_KNOWN, [Answer::Json(200, body)]);
    open(&page, &homeserver).await?;
    let link = page.see("link", MANAGE).await?;
    let href = link.attr("href").await?;
    let wanted = "https://a.example/me?x=1&action=org.matrix.profile#y";
    ensure!(href.as_deref() == Some(wanted), "{href:?}");
    let rel = link.attr("rel").await?.unwrap_or_default();
    ensure!(link.attr("target").await?.as_deref() == Some("_blank") && rel.contains("noopener"));

    // They have changed something there.
    homeserver.answers(LIST, [list(&["alice@example.org", "new@example.org"])]);
    page.leave().await?;
    page.come_back().await?;
    page.list_is(&["alice@example.org", "new@example.org"]).await?;
    for what in [AUTH_METADATA, WELL_KNOWN] {
        let asked = homeserver.received(what);
        ensure!(asked.len() == 1 && asked[0].authorization.is_empty(), "{asked:?}");
    }
    Ok(())
}

async fn unrecognized(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(VERSIONS, [Answer::Json(200, json!({"versions": ["v1.1", "v1.15"]}))]);
    homeserver.answers(DELETE, [error(404, "M_UNRECOGNIZED")]);
    let metadata = json!({"issuer": "https://a.example/",
        "account_management_uri": "https://a.example/account",
        "account_management_actions_supported": ["org.matrix.devices_list"]});
    homeserver.answers(AUTH_METADATA, [Answer::Json(200, metadata)]);
    open(&page, &homeserver).await?;
    page.press("Remove alice@example.org").await?;
    page.press("Remove").await?;
    page.read("alertdialog", "This server can't remove addresses").await?;
    page.press("Cancel").await?;
    page.read("status", NO_CHANGES).await?;
    let link = page.see("link", MANAGE).await?;
    let href = link.attr("href").await?;
    ensure!(href.as_deref() == Some("https://a.example/account"), "{href:?}");
    page.gone("textbox", "Email address").await?;
    ensure!(homeserver.received(VERSIONS).len() == 1, "asked more than once");
    ensure!(homeserver.received(WELL_KNOWN).is_empty(), "asked though it was said");
    Ok(())
}
