//! Start-up: from navigation until the first list, or the form, is displayed.

use anyhow::{Context, Result};

use super::chromium::Chromium;
use super::options::Options;
use super::ratios::Ratio;
use super::report::Table;
use super::site::Site;
use super::stats::{median, order};
use super::subjects::{PEER, PEER_VERSION, Subjects};

/// Page whose start is measured.
struct Start {
    name: String,
    /// Path of the page at the site.
    path: String,
    /// Peers are compared with others, and not among each other.
    is_peer: bool,
}

/// Measures all pages, in turn.
pub async fn measure(
    browser: &Chromium,
    site: &Site,
    subjects: &Subjects,
    options: &Options,
) -> Result<(Table, Vec<Ratio>)> {
    println!("Start-up");
    let starts = add_pages(site, subjects)?;
    let mut times = vec![Vec::new(); starts.len()];
    browser.throttle(true).await?;
    for round in 0..options.repeat {
        for at in order(starts.len(), round) {
            let start = &starts[at];
            browser.goto(&site.visit(&start.path)).await?;
            times[at].push(browser.run_number("return await window.displayed").await?);
            browser.goto("about:blank").await?;
        }
    }
    browser.throttle(false).await?;
    let medians: Vec<f64> = times.iter().map(|times| median(times)).collect();
    let rows = starts.iter().zip(&medians);
    let rows = rows.map(|(start, ms)| vec![start.name.clone(), format!("{ms:.0}")]).collect();
    let mut ratios = Vec::new();
    for (start, ms) in starts.iter().zip(&medians).filter(|(start, _)| !start.is_peer) {
        for (peer, peer_ms) in starts.iter().zip(&medians).filter(|(peer, _)| peer.is_peer) {
            let name = format!("{} : {}", start.name, peer.name);
            ratios.push(Ratio { name, value: ms / peer_ms });
        }
    }
    let text = format!(
        "Time in ms from navigation to the frame with the first list, the counter or the sign-in \
         form. The network is slowed to 1.6 Mbit/s and 150 ms, the processor four times. Files \
         are compressed with brotli 11, and nothing is in a cache. `{PEER}` waits for 500 ms \
         before it draws its first state."
    );
    let columns = vec!["page".to_owned(), "ms".to_owned()];
    Ok((Table { title: "Start-up", text, columns, rows }, ratios))
}

/// Adds the pages of all subjects.
fn add_pages(site: &Site, subjects: &Subjects) -> Result<Vec<Start>> {
    let element = "<matrix-threepids id=\"it\" homeserver=\"\"></matrix-threepids>";
    let script = "<script type=\"module\">\
        import \"./define.js\";\
        const { it } = window;\
        it.homeserver = new URL(\"./server\", location);\
        it.accessToken = \"token\";</script>";
    let shown = "document.querySelector('#it')?.shadowRoot?.textContent.includes('user0@')";
    let mut starts = Vec::new();
    let mut add = |name: &str, path: &str, is_peer, head: &str, body: &str, shown: &str| {
        let head = format!("<script>{}</script>{head}", wait_for(shown));
        site.add_page(path, &head, body)?;
        starts.push(Start { name: name.to_owned(), path: path.to_owned(), is_peer });
        anyhow::Ok(())
    };
    for (name, _) in subjects.packages() {
        let body = format!("{element}{script}");
        add(name, &format!("{name}/plain.html"), false, "", &body, shown)?;
    }
    let body = format!("{element}{script}");
    let links = Subjects::preload_links();
    add("package, preload links", "package/preload.html", false, &links, &body, shown)?;
    let body = "<hanko-profile id=\"it\"></hanko-profile><script type=\"module\">\
        import { register } from \"./elements.js\";\
        await register(String(new URL(\"./server\", location)));</script>";
    add(&format!("{PEER} {PEER_VERSION}"), "peer/plain.html", true, "", body, shown)?;
    let body = "<script type=\"module\">\
        import start from \"./counter.js\";\
        await start({ module_or_path: \"./counter.wasm\" });</script>";
    let others = subjects.others.as_ref().context("the peers were built")?;
    let counter = format!("Leptos {} counter", others.leptos);
    let shown = "document.body?.textContent.includes('Count: 0')";
    add(&counter, "counter/plain.html", true, "", body, shown)?;
    let pages = [
        ("account page", "account-page", Some(&others.account_page)),
        ("account page before", "account-page-before", others.account_page_before.as_ref()),
    ];
    for (name, folder, there) in pages {
        if let Some(page) = there {
            let html = std::fs::read_to_string(page.join("index.html"))?;
            let shown = "document.querySelector('form input')?.checkVisibility()";
            let script = format!("<head><script>{}</script>", wait_for(shown));
            site.add_html(&format!("{folder}/measured.html"), &html.replace("<head>", &script))?;
            let path = format!("{folder}/measured.html");
            starts.push(Start { name: name.to_owned(), path, is_peer: false });
        }
    }
    Ok(starts)
}

/// Script that sets `window.displayed` to a promise of the time at which this is
/// true, and the browser has drawn the frame.
fn wait_for(condition: &str) -> String {
    format!(
        "window.displayed = new Promise((done, fail) => {{\
           setTimeout(() => fail(new Error('nothing is displayed after a minute')), 60_000);\
           const look = () => {condition}\
             ? setTimeout(() => done(performance.now()))\
             : requestAnimationFrame(look);\
           requestAnimationFrame(look);\
         }});"
    )
}
