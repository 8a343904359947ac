//! `cargo xtask states --sheet`: pictures of every state in a language, at the width
//! of a small phone. Not part of the usual run.

use std::path::Path;

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::devtools::devtools;
use crate::harness::{browser_test, stage};
use crate::page_object::Page;
use crate::states;

/// Width of a sheet: four frames of 320 pixels, and the gaps between them.
const WIDTH: u64 = 1336;

/// States on a sheet. A browser displays at most some 100 instances of WebAssembly.
const STATES: usize = 24;

/// A test for the language in `STAGE_SHEET`; none without that variable.
pub fn tests() -> Vec<Trial> {
    match std::env::var("STAGE_SHEET") {
        Ok(tag) => {
            vec![browser_test("sheets: no state is wider than a small phone", move |page| {
                save_sheet(page, tag.clone())
            })]
        }
        Err(_) => Vec::new(),
    }
}

async fn save_sheet(page: Page, tag: String) -> Result<()> {
    // States of pages that have something wrong say so.
    page.allow("matrix-threepids: ");
    let mut wide = Vec::new();
    for (index, states) in states::names(&page).await?.chunks(STATES).enumerate() {
        let query = format!("lang={tag}&states={}", states.join(","));
        page.goto(&format!("{}/states/sheet.html?{query}", stage().origin())).await?;
        for frame in 1..=states.len() {
            page.until(&format!("document.querySelectorAll('iframe').length >= {frame}")).await?;
        }
        page.until("document.body.dataset.sheet !== undefined").await?;
        let name = format!("{tag}-{}.png", index + 1);
        save_picture(&page, &stage().target.join("sheets").join(name)).await?;
        wide.push(page.run("return document.body.dataset.sheet").await?);
        devtools(&page, "Emulation.clearDeviceMetricsOverride", json!({})).await?;
    }
    ensure!(wide.iter().all(|names| *names == json!("")), "wider than 320 pixels: {wide:?}");
    Ok(())
}

/// Saves a picture of the whole document.
async fn save_picture(page: &Page, file: &Path) -> Result<()> {
    let height: Value = page.run("return document.documentElement.scrollHeight").await?;
    let screen = json!({"width": WIDTH, "height": height, "deviceScaleFactor": 1, "mobile": false});
    devtools(page, "Emulation.setDeviceMetricsOverride", screen).await?;
    Ok(page.driver.screenshot(file).await?)
}
