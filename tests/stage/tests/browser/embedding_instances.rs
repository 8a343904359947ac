//! What pages do with elements: make them in every way, copy them, carry them
//! into other documents, load the package twice.

use anyhow::{Result, ensure};
use axum::Router;
use axum::http::HeaderValue;
use axum::middleware::map_response;
use axum::response::Response;
use libtest_mimic::Trial;
use serde_json::json;
use stage::web;

use crate::error_responses::{LIST, NEW, SEND, add, open};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, list};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("embedding: created by innerHTML, constructor and template", made),
        browser_test("embedding: a clone is independent and waits for its own token", copied),
        browser_test("embedding: adopted by another document and back", adopted),
        browser_test("embedding: two versions on one page", two_versions),
        browser_test(
            "embedding: changing the homeserver discards the old state",
            another_homeserver,
        ),
        browser_test(
            "embedding: a method called just before removal continues after reattachment",
            too_late,
        ),
    ]
}

async fn made(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let script = format!(
        "import {{ MatrixThreepidsElement, define }} from \"/npm/index.js\";\n\
         define();\n\
         const main = document.querySelector(\"main\");\n\
         const policy = globalThis.trustedTypes?.createPolicy(\"test\", {{ createHTML: (it) => it }});\n\
         const html = \"<matrix-threepids homeserver='{0}'></matrix-threepids>\";\n\
         const trusted = policy?.createHTML(html) ?? html;\n\
         const box = document.createElement(\"div\");\n\
         box.innerHTML = trusted;\n\
         main.append(box, new MatrixThreepidsElement());\n\
         const template = document.createElement(\"template\");\n\
         template.innerHTML = trusted;\n\
         main.append(template.content.cloneNode(true));\n\
         main.append(document.importNode(template.content, true));\n\
         for (const element of document.querySelectorAll(\"matrix-threepids\"))\n\
           Object.assign(element, {{ homeserver: \"{0}\", accessToken: \"token\" }});",
        homeserver.url
    );
    page.goto(&stage().serve_page("", &script)).await?;
    page.until("window.stage.all('listitem', null, 'alice@example.org').length === 4").await
}

async fn copied(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    add(&page).await?;
    page.run(
        "window.copy = window.element.cloneNode(true);\
         document.querySelector('main').append(window.copy)",
    )
    .await?;
    // Without a token, which no attribute has, it waits.
    page.until("window.copy.matches(':state(loading)')").await?;
    ensure!(homeserver.received(LIST).len() == 1, "the copy has read the list");
    page.run("window.copy.accessToken = 'another'").await?;
    let read = homeserver.wait_for(LIST, 2).await?;
    ensure!(read.authorization == "Bearer another", "{read:?}");
    // It is the same account: what is pending is so for both.
    page.until("window.copy.threepids.length === 1 && window.copy.pending.length === 1").await?;
    page.until("window.element.pending.length === 1").await
}

async fn adopted(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    add(&page).await?;
    page.run(
        "window.frame = document.createElement('iframe'); document.body.append(window.frame);\
         window.frame.contentDocument.body.append(window.element)",
    )
    .await?;
    let styled = "getComputedStyle(window.element.shadowRoot.querySelector('button')).fontWeight";
    page.until(&format!("{styled} === '600'")).await?;
    page.until("window.element.pending.length === 1").await?;
    homeserver.answers(LIST, [list(&["bob@example.org"])]);
    page.run_async("return window.element.refresh()", vec![]).await?;
    let shown = "window.element.shadowRoot.querySelector('.entry bdi').textContent";
    page.until(&format!("{shown} === 'bob@example.org'")).await?;
    page.run("document.querySelector('main').append(window.element); window.frame.remove()")
        .await?;
    page.until(&format!("{styled} === '600'")).await?;
    page.see("group", NEW).await?;
    page.list_is(&["bob@example.org"]).await
}

async fn two_versions(page: Page) -> Result<()> {
    page.allow("is defined already");
    let homeserver = Homeserver::start().await?;
    // The same files from elsewhere: another module, class and WebAssembly.
    let for_everybody = |mut response: Response| async {
        let headers = response.headers_mut();
        headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
        response
    };
    let files = web::folder(&stage().target.join("npm/package"));
    let routes = Router::new().fallback_service(files).layer(map_response(for_everybody));
    let other = web::serve(0, routes).await?;
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Test</title>\
         <script type=\"module\">\
         import {{ MatrixThreepidsElement as Other, define }} from \"{0}/define.js\";\
         const {{ MatrixThreepidsElement: Mine }} = await import(\"/index.js\");\
         await import(\"/define-import.js\");\
         define(); define(\"other-addresses\");\
         window.first = customElements.get(\"matrix-threepids\") === Other && Mine !== Other;\
         const {{ define: again }} = await import(\"/index.js\"); again(\"my-addresses\");\
         for (const element of document.querySelectorAll(\":not(:defined), *\"))\
           if (element.localName.includes(\"-\"))\
             Object.assign(element, {{ homeserver: \"{1}\", accessToken: \"token\" }});\
         </script><matrix-threepids></matrix-threepids>\
         <other-addresses></other-addresses><my-addresses></my-addresses>",
        other.url, homeserver.url
    );
    let page_route = axum::routing::get(|| async { axum::response::Html(html) });
    let files = web::folder(&stage().target.join("npm/package"));
    let server = web::serve(0, Router::new().route("/", page_route).fallback_service(files));
    let server = server.await?;
    page.goto(&format!("{}/", server.url)).await?;
    page.until("window.first").await?;
    page.until("window.stage.all('listitem', null, 'alice@example.org').length === 3").await?;
    page.run("document.documentElement.lang = 'de'").await?;
    page.until("window.stage.all('region', 'E-Mail-Adressen', null).length === 3").await
}

async fn another_homeserver(page: Page) -> Result<()> {
    let (one, other) = (Homeserver::start().await?, Homeserver::start().await?);
    other.answers(LIST, [list(&["other@example.org"])]);
    open(&page, &one).await?;
    page.list_is(&["alice@example.org"]).await?;
    add(&page).await?;
    let held = Answer::Held(Box::new(Answer::Json(200, json!({"sid": "2"}))));
    one.answers(SEND, [held]);
    page.run("window.sent = window.rejected(window.element.addEmail('late@example.org'))").await?;
    one.wait_for(SEND, 2).await?;
    page.run(&format!(
        "Object.assign(window.element, {{ homeserver: '{}', accessToken: 'other' }})",
        other.url
    ))
    .await?;
    let code = page.run_async("return (await window.sent).code", vec![]).await?.0;
    ensure!(code == "cancelled", "{code}");
    page.list_is(&["other@example.org"]).await?;
    one.let_go();
    page.until("window.element.pending.length === 0").await?;
    page.gone("group", NEW).await?;
    // And so does another person.
    add(&page).await?;
    // In one go, as a page does it: what WebKit's driver runs is cut in pieces.
    page.run(
        "queueMicrotask(() => Object.assign(window.element,\
           { userId: '@bob:example.org', accessToken: 'bob' }))",
    )
    .await?;
    page.gone("group", NEW).await?;
    let read = other.wait_for(LIST, 2).await?;
    ensure!(read.authorization == "Bearer bob", "{read:?}");
    ensure!(one.received(LIST).len() == 1, "the old homeserver was asked again");
    Ok(())
}

async fn too_late(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run(
        "window.sent = window.element.addEmail('late@example.org');\
         window.element.remove();",
    )
    .await?;
    page.until("!document.querySelector('matrix-threepids')").await?;
    ensure!(homeserver.received(SEND).is_empty(), "sent although nobody is there");
    // Put back, it does what it was told.
    page.run("document.querySelector('main').append(window.element)").await?;
    page.run_async("return window.sent", vec![]).await?;
    page.see("group", "late@example.org").await?;
    Ok(())
}
