//! Pages whose objects all have members that nobody gave them, or whose
//! prototypes are frozen.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::error_responses::SEND;
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("prototypes: polluted prototypes change nothing", polluted),
        browser_test("prototypes: frozen prototypes break nothing", frozen),
    ]
}

/// What the page asks before it begins.
const BEGIN: &str = "GET begin";

/// Lets the element live in such a page.
async fn live(page: &Page, entry: &str, kind: &str) -> Result<()> {
    let (homeserver, elsewhere) = (Homeserver::start().await?, Homeserver::start().await?);
    let url = stage().serve_page("", include_str!("prototypes.js"));
    let servers = format!("homeserver={}&elsewhere={}", homeserver.url, elsewhere.url);
    let query = format!("entry={entry}&kind={kind}&{servers}");
    homeserver.answers(BEGIN, [Answer::Held(Box::new(Answer::Json(200, json!({}))))]);
    page.goto(&format!("{url}?{query}")).await?;
    homeserver.wait_for(BEGIN, 1).await?;
    homeserver.let_go();
    homeserver.wait_for("GET over", 1).await?;
    let result = page.run("return [window.failed ?? null, window.lived, window.taken]").await?;
    ensure!(result[0].is_null(), "{kind}: {}", result[0]);
    let wanted = json!([
        [true, "ThreepidsError", "invalid-address", "invalid-address", null, null, true],
        [true, "ThreepidsError", "a", "b", null, null, true],
    ]);
    ensure!(result[1] == wanted, "{kind}: {}", result[1]);
    ensure!(result[2] == json!([]), "{kind}: something was set there: {}", result[2]);
    ensure!(elsewhere.all().is_empty(), "{kind}: {:?}", elsewhere.all());
    let sent = homeserver.wait_for(SEND, 1).await?;
    ensure!(sent.authorization == "Bearer token", "{kind}: {sent:?}");
    ensure!(sent.body["email"] == "b@example.org" && sent.body["send_attempt"] == 1, "{sent:?}");
    ensure!(sent.body.as_object().map_or(0, |it| it.len()) == 3, "{kind}: {sent:?}");
    Ok(())
}

async fn polluted(page: Page) -> Result<()> {
    for kind in ["text", "object", "number", "readOnly", "accessor", "throwing", "toJSON"] {
        live(&page, "index", kind).await?;
    }
    live(&page, "inline", "text").await
}

async fn frozen(page: Page) -> Result<()> {
    live(&page, "index", "frozen").await?;
    live(&page, "inline", "frozen").await
}
