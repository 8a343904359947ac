//! Elements that come, go, move, and come too early or too late.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::error_responses::{ADD, open};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, error};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("lifecycle: removing the element during a request cancels it", removed),
        browser_test("lifecycle: a moved or reattached element keeps its state", moved),
        browser_test("lifecycle: properties set before the definition take effect", upgraded),
        browser_test("lifecycle: 20 elements with two tag names share one module", many),
        browser_test(
            "lifecycle: light DOM content is visible until the element is ready",
            placeholder,
        ),
        browser_test("lifecycle: a WebAssembly module that does not load can be retried", no_wasm),
    ]
}

async fn removed(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    let send = "POST account/3pid/email/requestToken";
    homeserver.answers(send, [Answer::Held(Box::new(Answer::Json(200, json!({"sid": "1"}))))]);
    page.run(
        "window.sent = window.element.addEmail('b@example.org').then(() => 'sent', \
        (error) => error.code)",
    )
    .await?;
    homeserver.wait_for(send, 1).await?;
    // The host's `remove()`, without arguments, is still the DOM's.
    page.run("window.element.remove()").await?;
    let code = page.run_async("return window.sent", vec![]).await?.0;
    ensure!(code == "cancelled", "{code}");
    homeserver.let_go();
    page.run("document.querySelector('main').append(window.element)").await?;
    page.list_is(&["alice@example.org"]).await
}

async fn moved(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    // No dialog opens when it is put back.
    homeserver.answers(ADD, [error(500, "M_UNKNOWN")]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run_async("return window.element.addEmail('b@example.org')", vec![]).await?;
    let reads = homeserver.received("GET account/3pid").len();
    page.run(
        "const box = document.createElement('div'); document.body.append(box); \
        box.append(window.element)",
    )
    .await?;
    page.see("group", "b@example.org").await?;
    ensure!(homeserver.received("GET account/3pid").len() == reads, "a move reads nothing");

    page.run("window.element.remove()").await?;
    page.until("!document.querySelector('matrix-threepids')").await?;
    page.run_async(
        "await Promise.resolve(); document.querySelector('main')\
        .append(window.element)",
        vec![],
    )
    .await?;
    page.list_is(&["alice@example.org"]).await?;
    page.see("group", "b@example.org").await?;
    ensure!(page.count("region", Some("Email addresses")).await? == 1, "drawn twice");
    Ok(())
}

async fn upgraded(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let script = format!(
        "const element = document.querySelector(\"matrix-threepids\");\n\
         Object.assign(element, {{ homeserver: \"{}\", accessToken: \"token\", headingLevel: 3 }});\n\
         await import(\"/npm/define.js\");",
        homeserver.url
    );
    page.goto(&stage().serve_page("<matrix-threepids></matrix-threepids>", &script)).await?;
    page.list_is(&["alice@example.org"]).await?;
    let own = page.run("return Object.keys(document.querySelector('matrix-threepids'))").await?;
    ensure!(own == json!([]), "still on the instance: {own}");
    Ok(())
}

async fn many(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let script = format!(
        "import {{ define }} from \"/npm/index.js\";\n\
         define();\n define();\n define(\"my-addresses\");\n\
         for (let at = 0; at < 20; at++) {{\n\
           const name = at % 2 ? \"my-addresses\" : \"matrix-threepids\";\n\
           const element = document.createElement(name);\n\
           Object.assign(element, {{ homeserver: \"{}\", accessToken: \"token\" }});\n\
           document.querySelector(\"main\").append(element);\n\
         }}",
        homeserver.url
    );
    page.goto(&stage().serve_page("", &script)).await?;
    page.until("window.stage.all('listitem', null, 'alice@example.org').length === 20").await?;
    let modules = "performance.getEntriesByType('resource').map((it) => it.name)\
        .filter((it) => it.endsWith('.wasm')).map((it) => it.split('/').at(-1))";
    // The second one is loaded when the page is idle.
    page.until(&format!("{modules}.includes('threepids-actions.wasm')")).await?;
    let modules = page.run(&format!("return {modules}.sort()")).await?;
    ensure!(modules == json!(["threepids-actions.wasm", "threepids.wasm"]), "{modules}");
    Ok(())
}

async fn placeholder(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let body = format!(
        "<matrix-threepids homeserver=\"{}\"><p>One moment</p>\
         <h3 slot=\"heading\">Mine</h3></matrix-threepids>",
        homeserver.url
    );
    let script = "import \"/npm/define.js\";\n\
        window.element = document.querySelector(\"matrix-threepids\");";
    page.goto(&stage().serve_page(&body, script)).await?;
    page.until("document.querySelector('p').checkVisibility()").await?;
    page.until("window.element.shadowRoot.querySelector('section')").await?;
    page.until("document.querySelector('p').checkVisibility()").await?;
    page.run("window.element.accessToken = 'token'").await?;
    page.list_is(&["alice@example.org"]).await?;
    page.until("!document.querySelector('p').checkVisibility()").await?;
    page.until("document.querySelector('h3').checkVisibility()").await
}

async fn no_wasm(page: Page) -> Result<()> {
    page.allow("The WebAssembly module could not be loaded");
    let homeserver = Homeserver::start().await?;
    let body = format!("<matrix-threepids homeserver=\"{}\"></matrix-threepids>", homeserver.url);
    let script = "import { define, init } from \"/npm/index.js\";\n\
        await init(new URL(\"/nothing.wasm\", location.href)).catch(() => {});\n\
        const fetched = window.fetch;\n\
        window.fetch = () => Promise.reject(new TypeError(\"Failed to fetch\"));\n\
        window.mend = () => (window.fetch = fetched);\n\
        document.querySelector(\"matrix-threepids\").accessToken = \"token\";\n\
        define();";
    page.goto(&stage().serve_page(&body, script)).await?;
    page.read("alert", "Something went wrong").await?;
    page.run("window.mend()").await?;
    page.press("Try again").await?;
    page.list_is(&["alice@example.org"]).await
}
