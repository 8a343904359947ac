//! What elements leave behind that come and go: nothing. Measured in Chromium,
//! which lets itself be told to collect its garbage.

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::devtools::devtools;
use crate::harness::{browser_test, stage};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("leaks: 1,000 elements leave nothing behind", leaves_nothing),
        browser_test("leaks: 100 elements on one page share both modules", share),
    ]
}

/// What a page holds, once its garbage is collected.
#[derive(Debug)]
struct Holds {
    /// Elements that were removed and are not collected.
    elements: u64,
    timers: u64,
    /// Of the WebAssembly.
    memory: u64,
    listeners: u64,
    nodes: u64,
    heap: u64,
}

async fn collect_garbage(page: &Page) -> Result<()> {
    // What finalizers release is garbage of the next round.
    for _ in 0..3 {
        devtools(page, "HeapProfiler.collectGarbage", json!({})).await?;
        page.run_async("await new Promise((done) => setTimeout(done))", vec![]).await?;
    }
    Ok(())
}

async fn holds(page: &Page) -> Result<Holds> {
    collect_garbage(page).await?;
    devtools(page, "Performance.enable", json!({})).await?;
    let metrics = devtools(page, "Performance.getMetrics", json!({})).await?;
    let metric = |name: &str| {
        let metrics = metrics["metrics"].as_array().context("metrics")?;
        let of = metrics.iter().find(|it| it["name"] == name).context("a metric")?;
        of["value"].as_f64().map(|value| value as u64).context("a number")
    };
    let counted = page.run("return window.leaks.count()").await?;
    let count = |name: &str| counted[name].as_u64().context("a number");
    Ok(Holds {
        elements: count("elements")?,
        timers: count("timers")?,
        memory: count("memory")?,
        listeners: metric("JSEventListeners")?,
        nodes: metric("Nodes")?,
        heap: metric("JSHeapUsedSize")?,
    })
}

async fn open(page: &Page) -> Result<()> {
    page.goto(&stage().serve_page("", include_str!("leaks.js"))).await?;
    page.until("window.leaks").await
}

async fn live(page: &Page, count: u32) -> Result<()> {
    // In parts, with the garbage collected in between: how much of it piles up
    // is the browser's choice, and the WebAssembly's memory never shrinks.
    for _ in 0..count / 50 {
        page.run_async("return window.leaks.live(50)", vec![]).await?;
        collect_garbage(page).await?;
    }
    Ok(())
}

async fn leaves_nothing(page: Page) -> Result<()> {
    open(&page).await?;
    live(&page, 100).await?;
    let before = holds(&page).await?;
    live(&page, 1000).await?;
    let after = holds(&page).await?;
    let both = format!("before: {before:?}, after: {after:?}");
    ensure!(after.elements == 0, "elements are kept; {both}");
    ensure!(after.timers <= before.timers, "timers are left; {both}");
    ensure!(after.listeners <= before.listeners, "listeners are left; {both}");
    ensure!(after.nodes <= before.nodes, "nodes are left; {both}");
    ensure!(after.memory <= before.memory, "the WebAssembly's memory grows; {both}");
    // The browser's own books vary; 1 KB for each element would be 1 MB.
    ensure!(after.heap < before.heap + 300_000, "memory grows; {both}");
    Ok(())
}

async fn share(page: Page) -> Result<()> {
    open(&page).await?;
    let entries: Value = page.run_async("return window.leaks.crowd(100)", vec![]).await?.0;
    ensure!(entries == json!(100), "{entries} entries");
    let modules = page.run("return window.leaks.count().modules").await?;
    // The one of the first list, and the one of the actions.
    ensure!(modules == json!(2), "{modules} modules");
    Ok(())
}
