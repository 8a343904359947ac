//! A server that is down for a while, with a page of its own in its place, is no
//! older server: only a good answer says which API one speaks.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::email_flow::confirm;
use crate::error_responses::{ADD, LIST, NEW, SEND, add, open};
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, challenge, error, list};
use crate::page_object::Page;
use crate::servers_r0_6::VERSIONS;

const ALICE: &str = "alice@example.org";
const NETWORK: &str = "Can't reach the server";
const PAGE: &str = "<h1>Back soon</h1>";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("maintenance: a server that is down before the list loads", before_the_list),
        browser_test("maintenance: a server that goes down during an add", in_the_middle),
        browser_test("maintenance: a server that is upgraded to a newer version", replaced),
    ]
}

/// What stands in the place of a homeserver may say of its versions.
fn no_versions() -> [Answer; 8] {
    [
        Answer::Text(503, PAGE),
        Answer::Text(404, PAGE),
        Answer::Text(200, PAGE),
        Answer::Json(200, json!({})),
        Answer::Json(200, json!({"versions": "v1.1"})),
        Answer::Json(200, json!({"versions": [1]})),
        Answer::Json(503, json!({"versions": ["r0.6.1"]})),
        error(404, "M_UNRECOGNIZED"),
    ]
}

fn is_v3(homeserver: &Homeserver) -> Result<()> {
    for sent in homeserver.all() {
        let elsewhere = sent.what.contains("v2_alpha") || sent.what.contains("/r0/");
        ensure!(!elsewhere, "taken for an old one: {}", sent.what);
    }
    Ok(())
}

async fn before_the_list(page: Page) -> Result<()> {
    for versions in no_versions() {
        for answer in [Answer::Text(404, PAGE), error(404, "M_UNRECOGNIZED")] {
            let homeserver = Homeserver::start().await?;
            homeserver.answers(LIST, [answer, list(&[ALICE])]);
            homeserver.answers(VERSIONS, [versions.clone()]);
            open(&page, &homeserver).await?;
            page.read("alert", NETWORK).await?;
            ensure!(homeserver.received(VERSIONS).len() == 1, "asked again and again");
            page.press("Try again").await?;
            page.list_is(&[ALICE]).await?;
            add(&page).await?;
            is_v3(&homeserver)?;
        }
    }
    Ok(())
}

async fn in_the_middle(page: Page) -> Result<()> {
    for versions in no_versions() {
        let homeserver = Homeserver::start().await?;
        homeserver.answers(VERSIONS, [versions]);
        open(&page, &homeserver).await?;
        page.list_is(&[ALICE]).await?;
        homeserver.answers(SEND, [Answer::Text(404, PAGE), Answer::Json(200, json!({"sid": "1"}))]);
        page.type_into("Email address", NEW).await?;
        page.press("Add").await?;
        page.read("alert", NETWORK).await?;
        page.press("Add").await?;
        page.see("group", NEW).await?;
        let down = Answer::Text(404, PAGE);
        let asks = Answer::Json(401, challenge("s"));
        let done = Answer::Json(200, json!({}));
        homeserver.answers(ADD, [down.clone(), asks, down, done]);
        page.press("Continue").await?;
        page.read("alert", NETWORK).await?;
        page.press("Continue").await?;
        confirm(&page, "secret").await?;
        page.read("alert", NETWORK).await?;
        homeserver.answers(LIST, [list(&[ALICE, NEW])]);
        confirm(&page, "secret").await?;
        page.list_is(&[ALICE, NEW]).await?;
        is_v3(&homeserver)?;
    }
    Ok(())
}

async fn replaced(page: Page) -> Result<()> {
    const OLD: &str = "GET /_matrix/client/r0/account/3pid";
    let homeserver = Homeserver::old(error(404, "M_UNRECOGNIZED")).await?;
    let says = |versions: &[&str]| [Answer::Json(200, json!({"versions": versions}))];
    homeserver.answers(VERSIONS, says(&["r0.6.1"]));
    homeserver.answers(OLD, [list(&[ALICE])]);
    open(&page, &homeserver).await?;
    page.list_is(&[ALICE]).await?;
    homeserver.answers(OLD, [error(404, "M_UNRECOGNIZED")]);
    homeserver.answers(VERSIONS, says(&["v1.12"]));
    homeserver.answers(LIST, [list(&[])]);
    page.run("window.element.refresh()").await?;
    page.list_is(&[]).await
}
