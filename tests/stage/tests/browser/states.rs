//! The page of the gallery that draws one state of the elements, without a server.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::harness::stage;
use crate::page_object::Page;

/// The names of all states.
pub async fn names(page: &Page) -> Result<Vec<String>> {
    // Of states that whoever made the page can do something about.
    page.allow("matrix-threepids: homeserver");
    page.allow("matrix-threepids: accessToken");
    page.goto(&format!("{}/states/state.html", stage().origin())).await?;
    page.until("document.body.dataset.states").await?;
    let names = page.run("return document.body.dataset.states.split(' ')").await?;
    let names: Vec<String> = serde_json::from_value(names)?;
    ensure!(names.len() > 30, "only {} states", names.len());
    Ok(names)
}

/// Draws one, alone, with these settings (`&theme=dark`, `&lang=fr`): in the same
/// page as the one before.
pub async fn draw(page: &Page, name: &str, settings: &str) -> Result<()> {
    let address = format!("/states/state.html?state={name}{settings}");
    // One command to the driver, not four: each costs as much as the drawing.
    // What the last step leads to comes after the view's next update.
    let script = "const [address, name] = given;\
        if (document.body.dataset.drawn === undefined) return false;\
        history.pushState(null, '', address);\
        dispatchEvent(new PopStateEvent('popstate'));\
        await window.stage.until(() => document.body.dataset.drawn === name);\
        await new Promise((done) => setTimeout(done));\
        await new Promise(requestAnimationFrame);\
        return true;";
    let given = || vec![json!(address), json!(name)];
    if page.run_async(script, given()).await?.0 == json!(false) {
        page.goto(&[&*stage().origin(), &address].concat()).await?;
        page.until("document.body.dataset.drawn").await?;
        page.run_async(script, given()).await?;
    }
    Ok(())
}
