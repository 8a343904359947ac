//! What an embedder works with: attributes, properties, methods, events.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::error_responses::open;
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, error, list};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("api: methods do what the user can do", methods),
        browser_test("api: methods reject with a code", rejections),
        browser_test("api: listeners can prevent adding and removing", prevented),
        browser_test(
            "api: a token attribute is removed, and no request is sent without a token",
            token,
        ),
        browser_test(
            "api: a token function is called at the start and after expiry",
            token_function,
        ),
        browser_test("api: the host application authenticates", embedder_authenticates),
        browser_test(
            "api: a token that is set and cleared before the start ends the session",
            taken_back,
        ),
        browser_test("api: the session ends while a dialog is open", ends_in_dialog),
        browser_test("api: attributes can change at any time", attributes),
        browser_test("api: the host application's own fetch", own_fetch),
    ]
}

async fn methods(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    let read = page.run_async("return window.element.refresh()", vec![]).await?.0;
    ensure!(read[0]["address"] == "alice@example.org" && read[0]["medium"] == "email", "{read}");
    let sent = page.run_async("return window.element.addEmail(' b@example.org')", vec![]).await?.0;
    ensure!(sent == json!({"medium": "email", "address": "b@example.org", "attempt": 1}), "{sent}");
    let again = page.run_async("return window.element.addEmail('B@example.org')", vec![]).await?.0;
    ensure!(again == sent, "{again}");
    let resent = page.run_async("return window.element.resend('b@example.org')", vec![]).await?.0;
    ensure!(resent["attempt"] == 2, "{resent}");
    let pending = page.run("return window.element.pending").await?;
    ensure!(pending[0]["phase"] == "sent" && pending[0]["attempt"] == 2, "{pending}");
    ensure!(
        pending[0]["sentAt"].is_number() && pending[0].as_object().map_or(0, |it| it.len()) == 5
    );
    let frozen = page
        .run(
            "return [window.element.pending, window.element.threepids, window.element.threepids[0]]\
              .every(Object.isFrozen)",
        )
        .await?;
    ensure!(frozen == json!(true));

    page.run_async("return window.element.cancel('b@example.org')", vec![]).await?;
    page.gone("group", "b@example.org").await?;

    homeserver.answers("GET account/3pid", [list(&[])]);
    page.run("window.removed = window.element.remove('email', 'ALICE@example.org')").await?;
    page.see("alertdialog", "Remove alice@example.org?").await?;
    page.press("Remove").await?;
    let removed = page.run_async("return window.removed", vec![]).await?.0;
    let wanted = json!({"medium": "email", "address": "alice@example.org",
        "unbindResult": "no-support"});
    ensure!(removed == wanted, "{removed}");
    page.run("window.element.focus()").await?;
    page.focus_is("it.type === 'email'").await
}

async fn rejection(page: &Page, call: &str) -> Result<serde_json::Value> {
    let script = format!("return window.rejected({call})");
    Ok(page.run_async(&script, vec![]).await?.0)
}

async fn rejections(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    for (call, code) in [
        ("window.element.addEmail('nobody')", "invalid-address"),
        ("window.element.addEmail('Alice@example.org')", "duplicate"),
    ] {
        let error = rejection(&page, call).await?;
        ensure!(error["code"] == code && error["mine"] == true, "{call}: {error}");
    }
    homeserver.answers("POST account/3pid/email/requestToken", [error(403, "M_THREEPID_DENIED")]);
    let denied = rejection(&page, "window.element.addEmail('b@example.org')").await?;
    ensure!(denied["code"] == "M_THREEPID_DENIED" && denied["status"] == 403, "{denied}");
    ensure!(denied["recoverable"] == false, "{denied}");
    let limit = json!({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 60000});
    homeserver.answers("POST account/3pid/email/requestToken", [Answer::Json(429, limit)]);
    let limited = rejection(&page, "window.element.addEmail('b@example.org')").await?;
    ensure!(limited["retryAfterMs"] == 60000, "{limited}");

    page.run("window.removed = window.element.remove('email', 'alice@example.org')").await?;
    page.run("window.removed.catch(() => {})").await?;
    page.see("alertdialog", "Remove alice@example.org?").await?;
    page.press("Cancel").await?;
    let cancelled = rejection(&page, "window.removed").await?;
    ensure!(cancelled["code"] == "cancelled", "{cancelled}");

    page.run("window.element.readOnly = true").await?;
    let readonly = rejection(&page, "window.element.addEmail('c@example.org')").await?;
    ensure!(readonly["code"] == "readonly", "{readonly}");
    ensure!(page.count("textbox", Some("Email address")).await? == 0);
    ensure!(page.count("button", Some("Remove alice@example.org")).await? == 0);
    page.run("window.element.readOnly = false; window.element.accessToken = null").await?;
    page.read("alert", "Your session has ended. Sign in again to continue.").await?;
    let over = rejection(&page, "window.element.refresh()").await?;
    ensure!(over["code"] == "no-session", "{over}");
    Ok(())
}

async fn prevented(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run(
        "for (const name of ['threepid-before-add', 'threepid-before-remove'])\
           document.addEventListener(name, (event) => event.preventDefault())",
    )
    .await?;
    let add = rejection(&page, "window.element.addEmail('b@example.org')").await?;
    ensure!(add["code"] == "cancelled", "{add}");
    let remove = rejection(&page, "window.element.remove('email', 'alice@example.org')").await?;
    ensure!(remove["code"] == "cancelled", "{remove}");
    ensure!(page.count("dialog", None).await? == 0);
    ensure!(homeserver.received("POST account/3pid/email/requestToken").is_empty());
    Ok(())
}

async fn token(page: Page) -> Result<()> {
    page.allow("access-token is no attribute");
    let homeserver = Homeserver::start().await?;
    let body = format!(
        "<matrix-threepids homeserver=\"{}\" access-token=\"secret\" .accesstoken=\"secret\" \
         prop:accesstoken=\"secret\" identityserver=\"secret\"></matrix-threepids>",
        homeserver.url
    );
    let script = "import { define } from \"/npm/index.js\";\n\
        window.element = document.querySelector(\"matrix-threepids\");\n\
        window.events = [];\n\
        // The attributes as other constructors and callbacks of this task find them.\n\
        const attach = HTMLElement.prototype.attachShadow;\n\
        HTMLElement.prototype.attachShadow = function (...given) {\n\
          window.early = this.outerHTML;\n\
          return attach.apply(this, given);\n\
        };\n\
        define();\n\
        // Frameworks listen after they have made an element.\n\
        for (const name of [\"threepids-error\", \"threepids-ready\"])\n\
          document.addEventListener(name, (event) => window.events.push([name, event.detail]));";
    page.goto(&stage().serve_page(&body, script)).await?;
    page.until("window.events.length === 1").await?;
    let told = page.run("return window.events[0][1].code").await?;
    ensure!(told == "token-attribute", "{told}");
    let markup = page.run("return [window.early, window.element.outerHTML].join()").await?;
    ensure!(!markup.as_str().unwrap_or_default().contains("secret"), "{markup}");
    // A framework without a server may set it later.
    page.run("window.element.setAttribute('access-token', 'secret')").await?;
    page.until("window.events.length === 2 && window.events[1][1].code === 'token-attribute'")
        .await?;
    let markup = page.run("return window.element.outerHTML").await?;
    ensure!(!markup.as_str().unwrap_or_default().contains("secret"), "{markup}");
    page.until("window.element.matches(':state(loading)')").await?;
    page.read("region", "Loading…").await?;
    ensure!(homeserver.received("GET account/3pid").is_empty(), "asked without a token");

    page.run("window.element.accessToken = 'token'").await?;
    page.list_is(&["alice@example.org"]).await?;
    let read = page
        .run(
            "return [window.element.accessToken ?? null, \
        window.element.matches(':state(loading)')]",
        )
        .await?;
    ensure!(read == json!([null, false]), "{read}");
    Ok(())
}

async fn token_function(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let gone = Answer::Json(401, json!({"errcode": "M_UNKNOWN_TOKEN", "soft_logout": true}));
    homeserver.answers("GET account/3pid", [gone, list(&["alice@example.org"])]);
    let body = format!("<matrix-threepids homeserver=\"{}\"></matrix-threepids>", homeserver.url);
    let script = "import \"/npm/define.js\";\n\
        window.element = document.querySelector(\"matrix-threepids\");\n\
        window.reasons = [];\n\
        window.element.accessToken = async (reason) => {\n\
          window.reasons.push(reason);\n\
          return `token-${window.reasons.length}`;\n\
        };";
    page.goto(&stage().serve_page(&body, script)).await?;
    page.list_is(&["alice@example.org"]).await?;
    let reasons = page.run("return window.reasons").await?;
    ensure!(reasons == json!(["initial", "expired"]), "{reasons}");
    let asked = homeserver.received("GET account/3pid");
    let tokens: Vec<&str> = asked.iter().map(|it| it.authorization.as_str()).collect();
    ensure!(tokens == ["Bearer token-1", "Bearer token-2"], "{tokens:?}");
    Ok(())
}

async fn embedder_authenticates(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let add = "POST account/3pid/add";
    let wrong = json!({"session": "s2", "flows": [{"stages": ["m.login.password"]}],
        "params": {}, "completed": [], "errcode": "M_FORBIDDEN"});
    let done = Answer::Json(200, json!({}));
    homeserver.answers(add, [Answer::Json(401, challenge("s1")), Answer::Json(401, wrong), done]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    // It answers at once the first time, later the second; and again, which is
    // once too often.
    page.run(
        "window.challenges = [];\
         document.addEventListener('threepid-auth-required', (event) => {\
           event.preventDefault();\
           const { respond, ...rest } = event.detail;\
           const answer = () => respond({ type: 'org.example.magic', answer: 42 });\
           if (window.challenges.push(rest) === 1) answer(); else setTimeout(answer);\
           setTimeout(answer);\
         })",
    )
    .await?;
    page.run_async("return window.element.addEmail('b@example.org')", vec![]).await?;
    homeserver.answers("GET account/3pid", [list(&["b@example.org"])]);
    page.press("Continue").await?;
    page.list_is(&["b@example.org"]).await?;
    ensure!(page.count("dialog", None).await? == 0, "our own dialog came, too");
    let challenges = page.run("return window.challenges").await?;
    let first = json!({"action": "add", "medium": "email", "address": "b@example.org",
        "flows": [{"stages": ["m.login.password"]}], "params": {}, "completed": []});
    ensure!(challenges[0] == first, "{challenges}");
    ensure!(challenges[1]["error"] == json!({"code": "M_FORBIDDEN"}), "{challenges}");
    let auth = &homeserver.wait_for(add, 3).await?.body["auth"];
    ensure!(*auth == json!({"type": "org.example.magic", "answer": 42, "session": "s2"}), "{auth}");

    // The same by a handler, which cancels.
    homeserver.answers(add, [Answer::Json(401, challenge("s3"))]);
    open(&page, &homeserver).await?;
    page.run(
        "window.element.authHandler = async (challenge) => \
        'respond' in challenge ? { type: 'wrong' } : null",
    )
    .await?;
    page.run_async("return window.element.addEmail('c@example.org')", vec![]).await?;
    page.press("Continue").await?;
    homeserver.wait_for(add, 4).await?;
    page.see("group", "c@example.org").await?;
    page.until("!window.element.shadowRoot.querySelector('dialog[open]')").await?;
    ensure!(homeserver.received(add).len() == 4, "answered after all");
    Ok(())
}

async fn taken_back(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let body = format!("<matrix-threepids homeserver=\"{}\"></matrix-threepids>", homeserver.url);
    let script = "import { define } from \"/npm/index.js\";\n\
        window.element = document.querySelector(\"matrix-threepids\");\n\
        window.expired = 0;\n\
        window.element.addEventListener(\"threepids-session-expired\", () => window.expired++);\n\
        define();\n\
        window.element.accessToken = \"token\";\n\
        window.element.accessToken = null;";
    page.goto(&stage().serve_page(&body, script)).await?;
    page.read("alert", "Your session has ended. Sign in again to continue.").await?;
    page.until("window.expired === 1 && !window.element.matches(':state(loading)')").await?;
    ensure!(homeserver.received("GET account/3pid").is_empty(), "asked without a token");
    Ok(())
}

async fn ends_in_dialog(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers("POST account/3pid/delete", [error(401, "M_UNKNOWN_TOKEN")]);
    open(&page, &homeserver).await?;
    page.press("Remove alice@example.org").await?;
    page.press("Remove").await?;
    page.read("alert", "Your session has ended. Sign in again to continue.").await?;
    page.see("alertdialog", "Remove alice@example.org?").await?;

    let done = Answer::Json(200, json!({}));
    homeserver.answers("POST account/3pid/delete", [done]);
    page.run("window.element.accessToken = 'another'").await?;
    homeserver.wait_for("GET account/3pid", 2).await?;
    homeserver.answers("GET account/3pid", [list(&[])]);
    page.press("Remove").await?;
    page.list_is(&[]).await
}

async fn attributes(page: Page) -> Result<()> {
    page.allow("homeserver is missing");
    let (one, other) = (Homeserver::start().await?, Homeserver::start().await?);
    other.answers("GET account/3pid", [list(&["other@example.org"])]);
    open(&page, &one).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.type_into("Email address", "half@typed").await?;
    page.run("window.element.lang = 'de'; window.element.headingLevel = 4").await?;
    page.read("listitem", "14. November 2023").await?;
    let heading = page.see("heading", "E-Mail-Adressen").await?;
    ensure!(heading.attr("aria-level").await?.as_deref() == Some("4"));
    let typed = page.see("textbox", "E-Mail-Adresse").await?.value().await?;
    ensure!(typed.as_deref() == Some("half@typed"), "what was typed is lost");
    page.run("window.element.removeAttribute('lang')").await?;
    page.see("heading", "Email addresses").await?;
    page.run("window.element.withoutHeading = true").await?;
    page.gone("heading", "Email addresses").await?;
    page.see("region", "Email addresses").await?;

    page.run(&format!("window.element.homeserver = '{}/'", other.url)).await?;
    page.list_is(&["other@example.org"]).await?;

    page.run("window.element.removeAttribute('homeserver')").await?;
    page.read("alert", "No homeserver is set for this page").await?;
    page.until("!window.element.matches(':state(loading)')").await?;

    // Attributes and token that change in one go are told in one go.
    page.run(&format!(
        "window.element.accessToken = 'late'; window.element.homeserver = '{}'; \
         window.element.userId = '@bob:example.org'",
        one.url
    ))
    .await?;
    page.list_is(&["alice@example.org"]).await?;
    let tokens = one.received("GET account/3pid");
    let tokens: Vec<&str> = tokens.iter().map(|it| it.authorization.as_str()).collect();
    // A browser may repeat a `GET` on its own.
    let (first, later) = tokens.split_first().expect("there was a request");
    ensure!(*first == "Bearer token" && later.iter().all(|it| *it == "Bearer late"), "{tokens:?}");
    Ok(())
}

async fn own_fetch(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run(
        "window.element.fetch = async (request) => {\
           window.asked = [request instanceof Request, request.method, \
             new URL(request.url).pathname, request.headers.get('authorization')];\
           return Response.json({ threepids: [{ medium: 'email', address: 'own@example.org' }] });\
         };",
    )
    .await?;
    page.run_async("return window.element.refresh()", vec![]).await?;
    page.list_is(&["own@example.org"]).await?;
    let asked = page.run("return window.asked").await?;
    let wanted = json!([true, "GET", "/_matrix/client/v3/account/3pid", "Bearer token"]);
    ensure!(asked == wanted, "{asked}");
    page.run("window.element.fetch = () => { throw new TypeError('no') }").await?;
    let failed = rejection(&page, "window.element.refresh()").await?;
    ensure!(failed["code"] == "network", "{failed}");
    page.list_is(&["own@example.org"]).await?;
    page.press("Try again").await?;
    Ok(())
}
