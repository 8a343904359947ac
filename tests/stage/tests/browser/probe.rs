//! What the release has no button for: a panic, and the table of odd answers
//! as this browser reads it.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;

use crate::error_responses::ADD;
use crate::harness::{browser_test, stage};
use crate::homeserver::{Homeserver, error};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("probe: malformed responses parse in the browser as natively", odd_answers),
        browser_test("probe: texts normalize in the browser as natively", texts),
        browser_test("probe: after a panic every element can be retried", panic),
    ]
}

const LOAD: &str = "import { define, setWasmLoader } from \"/probe/matrix-threepids-element.js\";\n\
    import * as rust from \"/probe/threepids.js\";\n\
    const ready = rust.default({ module_or_path: \"/probe/threepids_bg.wasm\" });\n\
    setWasmLoader(() => ready.then(() => rust));\n\
    window.rust = ready.then(() => rust);\n\
    define();\n";

/// Opens a page with the test functions. WebKit's driver may respond before the
/// module has run.
async fn open(page: &Page) -> Result<()> {
    page.goto(&stage().serve_page("", LOAD)).await?;
    page.until("window.rust").await
}

async fn odd_answers(page: Page) -> Result<()> {
    open(&page).await?;
    let script = "const rust = await window.rust; \
        return [rust.oddAnswersCount(), rust.oddAnswers()]";
    let result = page.run_async(script, vec![]).await?.0;
    ensure!(result[0].as_u64() > Some(20), "{result}");
    ensure!(result[1] == serde_json::json!([]), "{result}");
    Ok(())
}

async fn texts(page: Page) -> Result<()> {
    open(&page).await?;
    let script = "const rust = await window.rust; \
        return [rust.oddTextsCount(), rust.oddTexts()]";
    let result = page.run_async(script, vec![]).await?.0;
    ensure!(result[0].as_u64() > Some(60), "{result}");
    ensure!(result[1] == serde_json::json!([]), "{result}");
    Ok(())
}

async fn panic(page: Page) -> Result<()> {
    // The page's own error handlers do see that something broke.
    page.allow("unreachable");
    page.allow("previous WASM instance");
    let homeserver = Homeserver::start().await?;
    homeserver.answers(ADD, [error(500, "M_UNKNOWN")]);
    let body = format!(
        "<matrix-threepids homeserver=\"{0}\"></matrix-threepids>\
         <matrix-threepids homeserver=\"{0}\"></matrix-threepids>",
        homeserver.url
    );
    let script = format!(
        "{LOAD}for (const element of document.querySelectorAll(\"matrix-threepids\"))\n\
           element.accessToken = \"token\";"
    );
    page.goto(&stage().serve_page(&body, &script)).await?;
    page.until("window.stage.all('listitem', null, 'alice@example.org').length === 2").await?;
    page.run("document.querySelector('matrix-threepids').addEmail('kept@example.org')").await?;
    page.until("window.stage.all('group', 'kept@example.org', null).length === 2").await?;
    page.run(
        "window.codes = []; addEventListener('threepids-error', (event) => \
        window.codes.push(event.detail.code))",
    )
    .await?;
    page.until("window.rust").await?;
    page.run_async(
        "window.old = window.stage.all('button', null, null)\
        .filter((button) => button.type === 'button'); \
        const rust = await window.rust; \
        try { rust.panicNow() } catch {}",
        vec![],
    )
    .await?;
    page.until("window.stage.all('alert', null, 'Something went wrong').length === 2").await?;
    page.until("JSON.stringify(window.codes) === '[\"internal\",\"internal\"]'").await?;
    // What the lost instance still listens to does not reach the next one.
    page.run("for (const button of window.old) button.click()").await?;
    for left in [1, 0] {
        let again = page.run("return window.stage.all('button', 'Try again', null)[0].click()");
        again.await?;
        page.until(&format!("window.stage.all('button', 'Try again', null).length === {left}"))
            .await?;
    }
    page.until("window.stage.all('listitem', null, 'alice@example.org').length === 2").await?;
    // Nothing is lost, and it works.
    page.until("window.stage.all('group', 'kept@example.org', null).length === 2").await?;
    page.run("document.querySelector('matrix-threepids').addEmail('b@example.org')").await?;
    page.until("window.stage.all('group', 'b@example.org', null).length === 2").await
}
