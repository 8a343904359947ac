//! Pages that allow as little as can be: each policy, and everything that a
//! person does.

use anyhow::{Result, ensure};
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::{Html, Response};
use axum::routing::get;
use libtest_mimic::Trial;
use serde_json::json;
use stage::web;
use thirtyfour::prelude::*;

use crate::error_responses::{ADD, LIST, NEW, SEND};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, error, list};
use crate::page_object::Page;

/// How the element gets into the page, and the policy that has to be enough.
/// `{}` is the homeserver.
#[derive(Clone, Copy)]
struct Way {
    script: &'static str,
    policy: &'static str,
}

/// The WebAssembly beside the JavaScript.
const DEFINE: Way = Way {
    script: "import \"./npm/define.js\";",
    policy: "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
        connect-src 'self' {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
        require-trusted-types-for 'script'",
};
/// Inside it: nothing is fetched from the page's own origin.
const INLINE: Way = Way {
    script: "import \"./npm/inline.js\";",
    policy: "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
        connect-src {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
        require-trusted-types-for 'script'",
};
/// Not even a policy of Trusted Types may be made, and no style be loaded.
const NOTHING_MORE: Way = Way {
    script: "import \"./npm/cdn.js\";",
    policy: "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' {}; \
        require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; \
        form-action 'none'; frame-ancestors 'none'",
};

pub fn tests() -> Vec<Trial> {
    let ways = [("define", DEFINE), ("inline", INLINE), ("cdn", NOTHING_MORE)];
    let mut tests = Vec::new();
    for (name, way) in ways {
        let all =
            browser_test(leak(format!("csp: everything that a user does, {name}")), move |page| {
                everything(page, way)
            });
        tests.push(all);
    }
    tests.push(browser_test("csp: the test detects a violation", noticed));
    tests
}

/// Names of tests live as long as the tests.
fn leak(name: String) -> &'static str {
    name.leak()
}

/// A server with the page under this policy; it tells the page's console.
async fn serve(way: Way, homeserver: &Homeserver) -> Result<web::WebServer> {
    let policy = HeaderValue::from_str(&way.policy.replace("{}", &homeserver.url))?;
    let html = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Test</title>\
        <script src=\"console.js\"></script><script type=\"module\" src=\"page.js\"></script>\
        <matrix-threepids></matrix-threepids>";
    let script = format!(
        "{}\n\
         window.element = document.querySelector(\"matrix-threepids\");\n\
         Object.assign(window.element, {{ homeserver: {:?}, accessToken: \"token\" }});",
        way.script, homeserver.url
    );
    let strict = move |mut response: Response| {
        let policy = policy.clone();
        async move {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            response
        }
    };
    let console = || async { web::script(include_str!("console.js").to_owned()) };
    let page = get(move || async move { Html(html) }).layer(map_response(strict));
    let routes = Router::new()
        .route("/", page)
        .route("/console.js", get(console))
        .route("/page.js", get(|| async { web::script(script) }))
        .nest_service("/npm", web::folder(&stage().target.join("npm/package")));
    web::serve(0, routes).await
}

/// After it, the harness looks whether the page said anything: each violation
/// is a line.
async fn everything(page: Page, way: Way) -> Result<()> {
    // Firefox asks for it by itself.
    page.allow("favicon.ico");
    let homeserver = Homeserver::start().await?;
    let limited = json!({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1});
    let wrong = json!({"session": "s", "flows": [{"stages": ["m.login.password"]}],
        "params": {}, "completed": [], "errcode": "M_FORBIDDEN", "error": "no"});
    homeserver.answers(
        SEND,
        [
            error(400, "M_THREEPID_IN_USE"),
            Answer::Json(429, limited),
            Answer::Json(200, json!({"sid": "1"})),
        ],
    );
    homeserver.answers(
        ADD,
        [
            Answer::Json(401, challenge("s")),
            Answer::Json(401, wrong),
            error(400, "M_THREEPID_AUTH_FAILED"),
            Answer::Json(200, json!({})),
        ],
    );
    homeserver.answers(LIST, [list(&["alice@example.org"]), list(&["alice@example.org", NEW])]);
    let server = serve(way, &homeserver).await?;
    page.goto(&format!("{}/", server.url)).await?;
    page.list_is(&["alice@example.org"]).await?;
    changes_looks(&page).await?;
    adds(&page).await?;
    // Removes it again.
    homeserver.answers(LIST, [list(&["alice@example.org"])]);
    page.press(&format!("Remove {NEW}")).await?;
    page.see("alertdialog", &format!("Remove {NEW}?")).await?;
    page.press("Remove").await?;
    page.list_is(&["alice@example.org"]).await?;
    // The session ends, and goes on.
    page.run("window.element.accessToken = null").await?;
    page.read("alert", "Your session has ended").await?;
    page.run("window.element.accessToken = 'token'").await?;
    page.list_is(&["alice@example.org"]).await?;
    Ok(())
}

async fn changes_looks(page: &Page) -> Result<()> {
    page.run("window.element.theme = 'dark'; window.element.lang = 'fr'").await?;
    page.see("region", "Adresses e-mail").await?;
    page.run("window.element.messages = { add: 'Adjoindre' }").await?;
    page.see("button", "Adjoindre").await?;
    page.run("window.element.messages = null; window.element.lang = 'en'").await?;
    page.see("region", "Email addresses").await?;
    let styled = page.run(
        "const button = window.element.shadowRoot.querySelector('button');\
         return getComputedStyle(button).fontWeight",
    );
    ensure!(styled.await? == "600", "the style sheet is not there");
    page.run("document.body.append(window.element)").await?;
    Ok(())
}

async fn adds(page: &Page) -> Result<()> {
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.read("alert", "Another account already uses this email address").await?;
    page.press("Add").await?;
    page.read("status", "You can try again now").await?;
    page.press("Add").await?;
    page.see("group", NEW).await?;
    page.press("Change address").await?;
    page.type_into("New email address", NEW).await?;
    page.press("Change").await?;
    page.see("group", NEW).await?;
    page.press("Resend email").await?;
    page.read("status", "Email sent again").await?;
    page.press("Continue").await?;
    page.type_into("Password", "guess").await?;
    page.press("Confirm").await?;
    page.read("alert", "Wrong password").await?;
    page.type_into("Password", "right").await?;
    page.press("Confirm").await?;
    page.gone("dialog", "Confirm it's you").await?;
    page.press("Continue").await?;
    page.list_is(&["alice@example.org", NEW]).await?;
    page.key(Key::Tab).await
}

/// That nothing was said means nothing if nothing would be said.
async fn noticed(page: Page) -> Result<()> {
    page.allow("policy violated");
    page.allow("Content Security Policy");
    page.allow("Failed to fetch");
    let homeserver = Homeserver::start().await?;
    let server = serve(DEFINE, &homeserver).await?;
    page.goto(&format!("{}/", server.url)).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run("fetch('http://localhost:1/').catch(() => {})").await?;
    page.until("window.said.some((it) => it.startsWith('policy violated: connect-src'))").await
}
