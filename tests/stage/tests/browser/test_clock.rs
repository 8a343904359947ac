//! The clock that the other tests rely on.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::harness::{browser_test, stage};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![browser_test("test clock: timers fire in order, once each", passes)]
}

/// Scripts of Firefox's driver have a `Date` of their own: the page's is the
/// window's.
const TIMERS: &str = "const at = () => Math.round((window.Date.now() - window.start) / 1000);\
    window.start = window.Date.now(); window.happened = [];\
    const after = (s, name, more) => setTimeout(() => {\
      window.happened.push([name, at()]); more?.() }, s * 1000);\
    after(40, 'late'); after(20, 'second'); after(3600, 'far');\
    after(10, 'first', () => Promise.resolve().then(() => after(15, 'nested')));\
    clearTimeout(after(15, 'cleared'));";

async fn passes(page: Page) -> Result<()> {
    page.goto(&stage().serve_page("", "")).await?;
    page.run(TIMERS).await?;
    page.pass(9_000).await?;
    let none = page.run("return window.happened").await?;
    ensure!(none == json!([]), "too early: {none}");
    page.pass(21_000).await?;
    page.pass(21_000).await?;
    let happened = page.run("return window.happened").await?;
    let wanted = json!([["first", 10], ["second", 20], ["nested", 25], ["late", 40]]);
    ensure!(happened == wanted, "{happened}");

    // What is left of the time until then is waited for.
    page.pass(3_600_000 - 51_000 - 2_000).await?;
    page.until("window.happened.length === 5").await?;

    // Stopped, it stands still for all but the test.
    page.run("window.clock.stop(); window.late = []; setTimeout(() => window.late.push(1), 20);")
        .await?;
    page.run_async(
        "await new Promise((done) => window.clock.real.setTimeout(done, 40));\
         if (window.late.length) throw new Error('it goes on');",
        vec![],
    )
    .await?;
    page.pass(20).await?;
    ensure!(page.run("return window.late").await? == json!([1]), "stopped for good");

    // The clock is set: what goes by the other does not know.
    let times = "return [window.Date.now(), window.performance.now()]";
    let before = page.run(times).await?;
    page.run("window.clock.set(-3_600_000)").await?;
    let after = page.run(times).await?;
    let turned = |at: usize| {
        let [before, after] = [&before, &after].map(|it| it[at].as_f64().unwrap_or_default());
        after - before
    };
    ensure!(turned(0) < -3_500_000.0, "the clock stands where it stood");
    ensure!((0.0..60_000.0).contains(&turned(1)), "the other was set: {}", turned(1));

    // A reload does not turn it back.
    let before = page.run("return window.Date.now()").await?.as_f64().unwrap_or_default();
    page.reload().await?;
    let after = page.run("return window.Date.now()").await?.as_f64().unwrap_or_default();
    ensure!(after >= before, "{before} {after}");
    Ok(())
}
