//! Whatever an embedder's own code throws, or answers: the other elements of the
//! page live on, and so does this one.

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::error_responses::{ADD, add};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, Received, challenge};
use crate::page_object::Page;

const ALICE: &str = "alice@example.org";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("hostile host: properties that throw or have wrong types", properties),
        browser_test("hostile host: auth handlers that throw or reply with wrong types", handlers),
        browser_test("hostile host: methods with wrong arguments", methods),
        browser_test("hostile host: listeners that throw", listeners),
    ]
}

/// Objects that throw, or are nothing that is expected: `odd`.
const ODD: &str = "window.no = () => { throw new Error('hostile'); };\n\
    window.odd = {\n\
      getter: { get url() { return no(); }, get type() { return no(); }, get name() { return no(); },\n\
        get then() { return no(); }, get status() { return no(); }, get accessToken() { return no(); } },\n\
      proxy: new Proxy({}, { get: no, ownKeys: no, has: no, getPrototypeOf: no }),\n\
      callable: new Proxy(() => {}, { get: no, apply: no }),\n\
      text: { toString: no, valueOf: no, [Symbol.toPrimitive]: no, toJSON: no },\n\
      promise: Object.defineProperty(Promise.resolve(), 'constructor', { get: no }),\n\
      thenable: { then: no },\n\
      cyclic: (() => { const it = {}; it.it = it; return it; })(),\n\
      symbol: Symbol('odd'), big: 1n, number: 42, array: ['token'], text_: 'text', yes: true,\n\
      throws: no,\n\
      rejects: async () => no(),\n\
    };\n";

/// Two elements; `window.element` is to be maltreated.
async fn open(page: &Page, homeserver: &Homeserver) -> Result<()> {
    let tag = format!(
        "<matrix-threepids homeserver=\"{}\" persist=\"none\"></matrix-threepids>",
        homeserver.url
    );
    let script = format!(
        "import \"/npm/define.js\";\n{ODD}\
         window.elements = [...document.querySelectorAll(\"matrix-threepids\")];\n\
         for (const element of window.elements) element.accessToken = \"token\";\n\
         window.element = window.elements[0];\n\
         window.proceed = () => {{\n\
           const dialog = window.element.shadowRoot.querySelector(\"dialog[open]\");\n\
           const buttons = [...(dialog?.querySelectorAll(\"button\") ?? [])];\n\
           buttons.find((it) => it.textContent.includes(\"Cancel\"))?.click();\n\
           window.stage.all(\"button\", \"Continue\", null)[0]?.click();\n\
         }};\n\
         window.code = (promise) => promise.then(() => null, (error) => error.code);"
    );
    page.goto(&stage().serve_page(&[&*tag, &*tag].concat(), &script)).await?;
    page.until("window.elements.every((it) => it.threepids.length === 1)").await
}

/// The other element can still do everything.
async fn lives(page: &Page, what: &str) -> Result<()> {
    let alive = "const [, other] = window.elements;\
        await other.refresh();\
        await other.addEmail('b@example.org');\
        await other.cancel('b@example.org');\
        return other.threepids.length";
    let alive = page.run_async(alive, vec![]).await;
    ensure!(alive.with_context(|| what.to_owned())?.0 == 1, "{what}");
    Ok(())
}

async fn odd(page: &Page) -> Result<Vec<String>> {
    Ok(serde_json::from_value(page.run("return Object.keys(window.odd)").await?)?)
}

async fn properties(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    page.allow("hostile");
    page.allow("is to be");
    page.allow("identityServer.url");
    page.allow("accessToken contains");
    page.allow("Cannot convert");
    for property in ["accessToken", "fetch", "identityServer", "messages"] {
        open(&page, &homeserver).await?;
        for odd in odd(&page).await? {
            for answered in [false, true] {
                // As it is, and as what a function gives.
                let of = if answered {
                    format!("() => window.odd.{odd}")
                } else {
                    format!("window.odd.{odd}")
                };
                page.run(&format!(
                    "try {{ window.element.{property} = {of} }} catch {{}}\
                     window.element.refresh().catch(() => {{}})"
                ))
                .await?;
                lives(&page, &format!("{property} = {of}")).await?;
            }
        }
        page.run(&format!("window.element.{property} = undefined")).await?;
        page.run("window.element.accessToken = 'token'").await?;
        let list = page.run_async("return window.element.refresh()", vec![]).await;
        ensure!(list.context(property)?.0[0]["address"] == ALICE, "{property}");
    }
    Ok(())
}

async fn handlers(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(ADD, [Answer::Json(401, challenge("s"))]);
    page.allow("hostile");
    page.allow("is to be");
    open(&page, &homeserver).await?;
    page.run("window.elements[1].remove()").await?;
    add(&page).await?;
    page.run("document.querySelector('main').append(window.elements[1])").await?;
    let all = odd(&page).await?;
    for handler in ["window.element.authHandler = it", "window.element.authHandler = () => it"] {
        for odd in &all {
            page.run(&format!("const it = window.odd.{odd}; {handler}; window.proceed()")).await?;
            lives(&page, &format!("{handler}: {odd}")).await?;
        }
    }
    page.run("window.element.authHandler = undefined").await?;
    for odd in &all {
        page.run(&format!(
            "window.element.addEventListener('threepid-auth-required', (event) => {{\
               event.preventDefault();\
               event.detail.respond(window.odd.{odd});\
             }}, {{ once: true }});\
             window.proceed()"
        ))
        .await?;
        lives(&page, &format!("respond: {odd}")).await?;
    }
    page.until(
        "window.element.shadowRoot.querySelector('dialog[open]') ||\
         (window.stage.all('button', 'Continue', null)[0]?.click(), false)",
    )
    .await?;
    page.see("dialog", "Confirm it's you").await?;
    let odd = |it: &Received| !it.body["auth"]["type"].is_null();
    ensure!(!homeserver.received(ADD).iter().any(odd), "an odd answer went out");
    Ok(())
}

async fn methods(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    for odd in odd(&page).await? {
        for method in
            ["addEmail(it)", "addPhone(it, it)", "resend(it)", "cancel(it)", "remove(it, it)"]
        {
            let call = format!(
                "const it = window.odd.{odd};\
                 return Promise.race([window.code(window.element.{method}), null])"
            );
            page.run_async(&call, vec![]).await?;
            lives(&page, &format!("{method} with {odd}")).await?;
        }
    }
    Ok(())
}

async fn listeners(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    page.allow("hostile");
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), Answer::Json(200, json!({}))]);
    open(&page, &homeserver).await?;
    page.run(
        "for (const name of ['threepids-ready', 'threepids-change', 'threepid-before-add',\
             'threepid-before-remove', 'threepid-verification-sent', 'threepid-added',\
             'threepid-removed', 'threepid-auth-required', 'threepids-session-expired',\
             'threepids-error'])\
           window.element.addEventListener(name, window.no)",
    )
    .await?;
    page.run_async("return window.element.addEmail('c@example.org')", vec![]).await?;
    lives(&page, "listeners").await?;
    page.run("window.element.dispatchEvent = window.no").await?;
    page.run_async("return window.element.addEmail('d@example.org')", vec![]).await?;
    page.run("window.element.remove('email', 'alice@example.org').catch(() => {})").await?;
    page.press("Remove").await?;
    page.until("window.said.some((it) => it.includes('hostile'))").await?;
    lives(&page, "dispatchEvent").await?;
    page.run("window.element.accessToken = null").await?;
    page.read("alert", "Your session has ended").await?;
    lives(&page, "the end of the session").await
}
