//! Memory of elements, and what 10,000 of them leave behind.

use anyhow::Result;

use super::chromium::Chromium;
use super::options::{MIN_REPEATS, Options};
use super::report::Table;
use super::site::Site;
use super::stats::median;
use super::subjects::Subjects;

/// Number of elements that come and go; fewer in a trial run.
const MOUNTS: usize = 10_000;
const TRIAL_MOUNTS: usize = 200;
/// Elements that come and go before the first measurement.
const WARM_UP: usize = 100;
/// Elements that come and go until the garbage is collected.
const AT_ONCE: usize = 100;

/// Memory and objects of a page, after its garbage was collected.
#[derive(Clone, Copy)]
struct Held {
    heap: f64,
    nodes: f64,
    listeners: f64,
    wasm: f64,
}

/// Measures one page of each package.
pub async fn measure(
    browser: &Chromium,
    site: &Site,
    subjects: &Subjects,
    options: &Options,
) -> Result<Table> {
    println!("Memory");
    let mounts = if options.repeat < MIN_REPEATS { TRIAL_MOUNTS } else { MOUNTS };
    let packages = subjects.packages();
    let mut held = vec![vec![Vec::new(); 4]; packages.len()];
    for _ in 0..options.repeat {
        for (at, (name, _)) in packages.iter().enumerate() {
            open(browser, site, name).await?;
            let empty = read(browser).await?;
            let mut base = empty;
            for (row, count) in [(0, 1), (1, 100)] {
                browser.run(&format!("await bench.crowd({count})")).await?;
                let full = read(browser).await?;
                held[at][row].push(difference(&base, &full));
                base = empty;
                browser.run("await bench.leave()").await?;
            }
        }
    }
    // Once: this takes a minute.
    for (at, (name, _)) in packages.iter().enumerate() {
        open(browser, site, name).await?;
        come_and_go(browser, WARM_UP).await?;
        let before = read(browser).await?;
        come_and_go(browser, mounts).await?;
        held[at][2].push(difference(&before, &read(browser).await?));
    }
    let names = ["1 element", "100 elements", &format!("after {mounts} that came and went")];
    let names = names.map(str::to_owned);
    let mut rows = Vec::new();
    for ((name, _), held) in packages.iter().zip(&held) {
        for (what, held) in names.iter().zip(held) {
            let middle =
                |read: fn(&Held) -> f64| median(&held.iter().map(read).collect::<Vec<_>>());
            let numbers = [
                middle(|it| it.heap / 1024.0),
                middle(|it| it.wasm / 1024.0),
                middle(|it| it.nodes),
                middle(|it| it.listeners),
            ];
            let cells = numbers.map(|number| format!("{number:.0}"));
            rows.push([vec![(*name).to_owned(), what.clone()], cells.to_vec()].concat());
        }
    }
    let columns = ["of", "what", "heap, KB", "WebAssembly memory, KB", "nodes", "listeners"];
    let text = "Growth of what a page holds after its garbage was collected. The memory of \
                WebAssembly never shrinks."
        .to_owned();
    Ok(Table { title: "Memory", text, columns: columns.map(str::to_owned).to_vec(), rows })
}

async fn open(browser: &Chromium, site: &Site, name: &str) -> Result<()> {
    let script = format!("<script>{}</script>", include_str!("pages/bench.js"));
    site.add_page(&format!("{name}/bench.html"), &script, "<main></main>")?;
    browser.goto(&site.visit(&format!("{name}/bench.html"))).await?;
    browser.run("await bench.load()").await?;
    Ok(())
}

async fn come_and_go(browser: &Chromium, count: usize) -> Result<()> {
    for _ in 0..count.div_ceil(AT_ONCE) {
        browser.run(&format!("await bench.comeAndGo({AT_ONCE})")).await?;
        browser.collect_garbage().await?;
    }
    Ok(())
}

async fn read(browser: &Chromium) -> Result<Held> {
    browser.collect_garbage().await?;
    Ok(Held {
        heap: browser.metric("JSHeapUsedSize").await?,
        nodes: browser.metric("Nodes").await?,
        listeners: browser.metric("JSEventListeners").await?,
        wasm: browser.run_number("return bench.memory()").await?,
    })
}

fn difference(before: &Held, after: &Held) -> Held {
    Held {
        heap: after.heap - before.heap,
        nodes: after.nodes - before.nodes,
        listeners: after.listeners - before.listeners,
        wasm: after.wasm - before.wasm,
    }
}
