//! What whoever makes the page is told, and pages of other shapes: closed
//! shadow roots around the element, web servers that redirect.

use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use libtest_mimic::Trial;
use serde_json::json;
use stage::web;

use crate::error_responses::{ADD, NEW, SEND};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, error};
use crate::page_object::Page;
use crate::startup::{site, site_under};

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("embedding: a WebAssembly module that fails to load is reported once", wasm),
        browser_test("embedding: each wrong use is reported once", wrong_uses),
        browser_test("embedding: focus and language work in closed shadow roots", closed),
        browser_test(
            "embedding: the sid leaves the URL after redirects of the page's server",
            redirected,
        ),
    ]
}

/// What our own lines begin with.
const OURS: &str = "matrix-threepids: ";

async fn lines(page: &Page) -> Result<Vec<String>> {
    let ours = format!("return window.said.filter((it) => it.startsWith('console.error: {OURS}'))");
    Ok(serde_json::from_value(page.run(&ours).await?)?)
}

async fn wasm(page: Page) -> Result<()> {
    page.allow("could not be loaded");
    // Browsers say this themselves.
    page.allow("Content Security Policy");
    page.allow("wasm-eval");
    let homeserver = Homeserver::start().await?;
    let html = (StatusCode::NOT_FOUND, Html("<!doctype html><p>Not found"));
    let wrong = |mime: &'static str| ([(header::CONTENT_TYPE, mime)], "no module");
    let package = stage().target.join("npm/package/threepids.wasm");
    let bytes = std::fs::read(package)?;
    let mime = [(header::CONTENT_TYPE, "application/wasm")];
    let answers: Vec<(&str, Response, Option<&'static str>)> = vec![
        ("HTTP 404", html.into_response(), None),
        ("HTTP 200 text/html", Html("<!doctype html>").into_response(), None),
        ("CompileError", wrong("application/wasm").into_response(), None),
        ("CompileError", wrong("text/plain").into_response(), None),
        ("TypeError", Redirect::to("http://127.0.0.1:1/threepids.wasm").into_response(), None),
        ("", (mime, bytes).into_response(), Some("script-src 'self'")),
    ];
    for (cause, answer, policy) in answers {
        let answer = Arc::new(Mutex::new(Some(answer)));
        let respond = move || {
            let answer = answer.lock().expect("no test panics with it").take();
            async { answer.unwrap_or_else(|| StatusCode::GONE.into_response()) }
        };
        let script = "import { define } from '/index.js';\n\
            window.causes = [];\n\
            addEventListener('threepids-error', ({ detail }) =>\n\
              window.causes.push([detail.code, detail.cause instanceof Error, String(detail.cause)]));\n\
            define();";
        let routes = Router::new()
            .route("/threepids.wasm", get(respond))
            .route("/page.js", get(move || async move { web::script(script.to_owned()) }));
        let body = format!(
            "<script type=\"module\" src=\"/page.js\"></script>\
             <matrix-threepids homeserver=\"{0}\"></matrix-threepids>\
             <matrix-threepids homeserver=\"{0}\"></matrix-threepids>",
            homeserver.url
        );
        let site = site_under(&body, routes, policy).await?;
        page.goto(&format!("{}/?token=syt_secret", site.url)).await?;
        page.until("window.causes?.length === 2").await?;
        let said = lines(&page).await?;
        ensure!(said.len() == 1, "{cause}: {said:?}");
        let url = format!("{}/threepids.wasm: ", site.url);
        for told in [&url, cause, "script-src 'wasm-unsafe-eval' and connect-src"] {
            ensure!(said[0].contains(told), "{told} is not in {said:?}");
        }
        let causes = page.run("return window.causes").await?;
        ensure!(causes[0][0] == "internal" && causes[0][1] == true, "{causes}");
        ensure!(causes[0][2].as_str().is_some_and(|it| it.contains(&url)), "{causes}");
        let rejected = page.run_async(
            "return Promise.race([\
            document.querySelector('matrix-threepids').refresh().catch((it) => it.code), null])",
            vec![],
        );
        ensure!(rejected.await?.0.is_null(), "a method waits for what is tried again");
    }
    Ok(())
}

async fn wrong_uses(page: Page) -> Result<()> {
    page.allow(OURS);
    let homeserver = Homeserver::start().await?;
    let secret = "syt_secret";
    for (told, html, script) in [
        ("access-token is no attribute", format!("access-token=\"{secret}\""), ""),
        ("access-token is no attribute", format!("accesstoken=\"{secret}\""), ""),
        ("homeserver is missing", String::new(), "it.removeAttribute('homeserver')"),
        (
            "accessToken contains characters",
            String::new(),
            "it.accessToken = { token: 'syt_secret' }",
        ),
        ("accessToken contains characters", String::new(), "it.accessToken = 42"),
        ("fetch is to be of type function", String::new(), "it.fetch = 'syt_secret'"),
        ("fetch is to be of type function", String::new(), "it.fetch = {}"),
        (
            "authHandler is to be of type function",
            String::new(),
            "it.authHandler = Promise.resolve()",
        ),
        ("messages is to be of type object", String::new(), "it.messages = 'Add'"),
        (
            "identityServer is to be of type object",
            String::new(),
            "it.identityServer = 'https://id'",
        ),
        ("identityServer.url is no", String::new(), "it.identityServer = {}"),
        (
            "identityServer.url is no",
            String::new(),
            "it.identityServer = { url: 'id.example.org' }",
        ),
        (
            "identityServer.url is no",
            String::new(),
            "it.identityServer = { get url() { throw 1 } }",
        ),
        ("mediums is none of: email, msisdn", "mediums=\"mail\"".to_owned(), ""),
        ("theme is none of: auto, light, dark", "theme=\"black\"".to_owned(), ""),
        ("persist is none of: session, local, none", "persist=\"forever\"".to_owned(), ""),
        ("lang is no language tag", "lang=\"not a tag\"".to_owned(), ""),
        ("lang is no language tag", "lang=\"fr-!\"".to_owned(), ""),
        ("heading-level is none of", "heading-level=\"h2\"".to_owned(), ""),
    ] {
        let body = format!(
            "<matrix-threepids homeserver=\"{0}\" {html}></matrix-threepids>\
             <matrix-threepids homeserver=\"{0}\" {html}></matrix-threepids>",
            homeserver.url
        );
        let script = format!(
            "import {{ define }} from \"/npm/index.js\";\n\
             define();\n\
             for (const it of document.querySelectorAll(\"matrix-threepids\")) {{\n\
               it.accessToken = \"token\";\n{script};\n}}"
        );
        page.goto(&stage().serve_page(&body, &script)).await?;
        page.until(&format!("window.said.some((it) => it.includes('{OURS}'))")).await?;
        // However wrong it was, all the rest goes on.
        page.until(
            "[...document.querySelectorAll('matrix-threepids')].every((it) =>\
               it.shadowRoot.querySelector('section'))",
        )
        .await?;
        let said = lines(&page).await?;
        ensure!(said.len() == 1 && said[0].contains(told), "{told}: {said:?}");
        ensure!(!said[0].contains(secret), "{said:?}");
    }
    // The second that defines a tag.
    let script = "import \"/npm/define.js\";\n import { define } from \"/npm/inline.js\";\n\
        import { define as same } from \"/npm/define.js\";\n\
        same();\n same(\"my-addresses\");\n same(\"my-addresses\");\n define();\n window.ran = true;";
    page.goto(&stage().serve_page("", script)).await?;
    page.until("window.ran").await?;
    let said = lines(&page).await?;
    ensure!(said.len() == 3, "{said:?}");
    for (line, tag) in said.iter().zip([
        "<matrix-threepids>",
        "<matrix-account-password>",
        "<matrix-password-reset>",
    ]) {
        ensure!(line.contains(tag) && line.contains("is defined already"), "{line}");
    }
    Ok(())
}

async fn closed(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let script = format!(
        "import \"/npm/define.js\";\n\
         window.roots = [];\n\
         customElements.define(\"x-closed\", class extends HTMLElement {{\n\
           constructor() {{ super(); window.roots.push(this.attachShadow({{ mode: \"closed\" }})); }}\n\
         }});\n\
         const [outer, inner, box] = [\"x-closed\", \"x-closed\", \"div\"].map((it) => document.createElement(it));\n\
         document.querySelector(\"main\").append(outer);\n\
         roots[0].append(box);\n box.append(inner);\n\
         window.other = document.createElement(\"input\");\n\
         window.element = document.createElement(\"matrix-threepids\");\n\
         Object.assign(element, {{ homeserver: \"{}\", accessToken: \"token\" }});\n\
         roots[1].append(element, other);\n\
         Object.assign(window, {{ outer, inner, box }});\n\
         window.find = (selector) => element.shadowRoot.querySelector(selector);\n\
         window.send = (address) => {{\n\
           find(\"form input\").value = address;\n\
           find(\"form input\").dispatchEvent(new Event(\"input\", {{ bubbles: true }}));\n\
           find(\"form [type=submit]\").focus();\n find(\"form [type=submit]\").click();\n\
         }};",
        homeserver.url
    );
    page.goto(&stage().serve_page("", &script)).await?;
    page.until("window.element.threepids.length === 1").await?;
    page.run("window.send('new@example.org')").await?;
    page.until("window.find('[role=group]')").await?;
    page.until(
        "window.element.shadowRoot.activeElement && \
         window.element.shadowRoot.activeElement === window.find('[role=group]')",
    )
    .await?;

    // The focus is elsewhere in the same root by then: it is let be.
    let held = Answer::Held(Box::new(Answer::Json(200, json!({"sid": "2"}))));
    homeserver.answers(SEND, [held]);
    page.run("window.send('second@example.org')").await?;
    homeserver.wait_for(SEND, 2).await?;
    page.run("window.other.focus()").await?;
    homeserver.let_go();
    page.until("window.element.pending.length === 2").await?;
    page.until("window.element.shadowRoot.textContent.includes('second@example.org')").await?;
    let stays = page.run("return window.roots[1].activeElement === window.other").await?;
    ensure!(stays == json!(true), "the focus was taken");

    // The language is changed in each of the trees around it, and by a move.
    let region = |name: &str| {
        format!("window.element.shadowRoot.querySelector('[part=base]').lang === '{name}'")
    };
    page.run("window.inner.lang = 'de'").await?;
    page.until(&region("de")).await.context("inner")?;
    page.run("window.inner.removeAttribute('lang'); window.box.lang = 'fr'").await?;
    page.until(&region("fr")).await?;
    page.run("window.box.removeAttribute('lang'); window.outer.lang = 'es'").await?;
    page.until(&region("es")).await?;
    page.run(
        "const frame = document.createElement('x-closed'); document.body.append(frame);\
         window.moved = document.createElement('div'); window.moved.lang = 'ar';\
         window.roots[2].append(window.moved); window.moved.append(window.element)",
    )
    .await?;
    page.until(&region("ar")).await?;
    page.run("window.moved.lang = 'de'; window.outer.lang = 'fr'").await?;
    page.until(&region("de")).await
}

/// What a page's server makes of a path.
async fn account(request: Request) -> Response {
    let uri = request.uri();
    let redirected = match uri.path() {
        "/account" => Some("/account/"),
        "/settings.html" => Some("/settings"),
        "/panel/index.html" => Some("/panel"),
        "/caf%c3%a9" => Some("/caf%C3%A9"),
        _ => None,
    };
    match redirected {
        Some(path) => {
            let query = uri.query().map_or(String::new(), |query| ["?", query].concat());
            Redirect::permanent(&[path, &query].concat()).into_response()
        }
        None => Html(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Test</title>\
             <link rel=\"icon\" href=\"data:,\"><script src=\"/console.js\"></script>\
             <script type=\"module\" src=\"/page.js\"></script><main></main></html>",
        )
        .into_response(),
    }
}

async fn redirected(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(ADD, [error(500, "M_UNKNOWN")]);
    let script = format!(
        "import \"/define.js\";\n\
         window.element = document.createElement(\"matrix-threepids\");\n\
         Object.assign(element, {{ homeserver: \"{}\", userId: \"@alice:example.org\", accessToken: \"token\",\n\
           nextLink: sessionStorage.getItem(\"link\") ?? \"\" }});\n\
         document.querySelector(\"main\").append(element);",
        homeserver.url
    );
    let mut routes =
        Router::new().route("/page.js", get(move || async move { web::script(script) }));
    for path in [
        "/account",
        "/account/",
        "/account/index.html",
        "/settings",
        "/settings.html",
        "/panel",
        "/panel/index.html",
        "/caf%C3%A9",
        "/caf%c3%a9",
        "/other",
        "/accounts",
    ] {
        routes = routes.route(path, get(account));
    }
    let site = site("", routes).await?;
    page.goto(&format!("{}/other", site.url)).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run_async("return window.element.addEmail('new@example.org')", vec![]).await?;
    page.see("group", NEW).await?;
    for (link, came, left) in [
        ("/account", "/account?sid=1", "/account/"),
        ("/account/", "/account/?sid=1", "/account/"),
        ("/account/", "/account/index.html?sid=1", "/account/index.html"),
        ("/account/index.html", "/account?sid=1", "/account/"),
        ("/settings.html", "/settings.html?sid=1", "/settings"),
        ("/panel/index.html", "/panel/index.html?sid=1", "/panel"),
        ("/caf%c3%a9", "/caf%c3%a9?sid=1", "/caf%C3%A9"),
        ("/café", "/caf%C3%A9?sid=1", "/caf%C3%A9"),
        ("/account?", "/account?&sid=1", "/account/?"),
        ("/account?a=1", "/account?a=1&sid=1", "/account/?a=1"),
        ("/account#/addresses", "/account#/addresses?sid=1", "/account/#/addresses"),
        ("/account?a=1#/addresses", "/account?a=1#/addresses&sid=1", "/account/?a=1#/addresses"),
    ] {
        page.run(&format!("sessionStorage.setItem('link', '{link}')")).await?;
        page.goto(&format!("{}{came}", site.url)).await?;
        page.see("group", NEW).await?;
        // WebKit asks for `%C3%A9` in either case, so that no server has to say it.
        let wanted = format!("decodeURI('{}{left}')", site.url);
        page.until(&format!("decodeURI(location.href) === {wanted}")).await?;
    }
    // Elsewhere it is not for us.
    for (link, came) in [
        ("/account", "/other?sid=1"),
        ("/account", "/accounts?sid=1"),
        ("/account", "/account?sid=9"),
    ] {
        page.run(&format!("sessionStorage.setItem('link', '{link}')")).await?;
        page.goto(&format!("{}{came}", site.url)).await?;
        page.see("group", NEW).await?;
        page.until("window.element.threepids.length === 1").await?;
        let sid = page.run("return location.search.includes('sid=')").await?;
        ensure!(sid == json!(true), "{came}");
    }
    Ok(())
}
