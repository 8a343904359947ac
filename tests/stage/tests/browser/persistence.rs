//! Pending verifications are kept: over reloads, for other elements and tabs,
//! and wherever storage is not what it should be.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::error_responses::{ADD, LIST, NEW, SEND, add, open};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, error, list};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test(
            "persistence: a reload restores pending verifications with all buttons",
            reloaded,
        ),
        browser_test("persistence: each value of persist stores in its own place", persist),
        browser_test("persistence: two elements of one account stay in sync", two_elements),
        browser_test("persistence: a stale tab does not revive cancelled verifications", slept),
        browser_test(
            "persistence: full, forbidden or malformed storage breaks nothing",
            bad_storage,
        ),
        browser_test(
            "persistence: no token, password or UIA session in storage or channel",
            no_secrets,
        ),
        browser_test("persistence: a rate limit survives a reload", limits),
        browser_test("persistence: Resend after one hour uses a new client secret", expired),
        browser_test("persistence: a verification is deleted after one day", a_day_later),
        browser_test("persistence: the list reloads after the back/forward cache", thawed),
    ]
}

const GROUPS: &str = "window.stage.all('group', null, null).length";

/// A server that has no time for `add`: what is tried unasked opens no dialog.
async fn start() -> Result<Homeserver> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(ADD, [error(500, "M_UNKNOWN")]);
    Ok(homeserver)
}

/// A page with these elements, all signed in as alice, their attributes given.
fn page_of(homeserver: &Homeserver, elements: &[&str]) -> String {
    let element = |attributes: &&str| {
        format!(
            "<matrix-threepids homeserver=\"{}\" user-id=\"@alice:example.org\" {attributes}>\
             </matrix-threepids>",
            homeserver.url
        )
    };
    let body: String = elements.iter().map(element).collect();
    let script = "import \"/npm/define.js\";\n\
        for (const element of document.querySelectorAll(\"matrix-threepids\"))\n\
          element.accessToken = \"token\";\n\
        window.element = document.querySelector(\"matrix-threepids\");";
    stage().serve_page(&body, script)
}

async fn reloaded(page: Page) -> Result<()> {
    let homeserver = start().await?;
    // Whose account it is, only the server knows.
    open(&page, &homeserver).await?;
    add(&page).await?;
    page.type_into("Email address", "second@example.org").await?;
    page.press("Add").await?;
    page.see("group", "second@example.org").await?;
    page.reload().await?;
    page.until(&format!("{GROUPS} === 2")).await?;
    let kept = page.run("return window.element.pending").await?;
    ensure!(kept[0]["address"] == NEW && kept[0]["attempt"] == 1, "{kept}");
    for name in ["Continue", "Resend email", "Change address", "Cancel"] {
        ensure!(page.count("button", Some(name)).await? == 2, "{name}");
    }
    page.run("return window.element.cancel('second@example.org')").await?;
    page.gone("group", "second@example.org").await?;

    // The number goes on where it was, the secret is the same.
    page.press("Resend email").await?;
    page.read("status", "Email sent again").await?;
    let sent = homeserver.wait_for(SEND, 3).await?;
    let first = homeserver.wait_for(SEND, 1).await?;
    ensure!(sent.body["send_attempt"] == 2, "{sent:?}");
    ensure!(sent.body["client_secret"] == first.body["client_secret"]);

    page.reload().await?;
    page.see("group", NEW).await?;
    ensure!(page.run(&format!("return {GROUPS}")).await? == 1, "a cancelled one is back");
    // The group is there before the list is.
    page.list_is(&["alice@example.org"]).await?;
    homeserver.answers(ADD, [Answer::Json(200, json!({}))]);
    homeserver.answers(LIST, [list(&["alice@example.org", NEW])]);
    page.press("Continue").await?;
    page.list_is(&["alice@example.org", NEW]).await?;
    page.reload().await?;
    page.list_is(&["alice@example.org", NEW]).await?;
    ensure!(page.count("group", None).await? == 0, "what was added is pending again");
    Ok(())
}

async fn persist(page: Page) -> Result<()> {
    let homeserver = start().await?;
    for (attribute, after_reload, in_new_tab) in
        [("", 1, 1), ("persist=\"local\"", 1, 1), ("persist=\"none\"", 0, 0)]
    {
        let url = page_of(&homeserver, &[attribute]);
        page.goto(&url).await?;
        add(&page).await?;
        let stored = page.run("return [sessionStorage.length, localStorage.length]").await?;
        let wanted = match attribute {
            "" => json!([1, 0]),
            "persist=\"local\"" => json!([0, 1]),
            _ => json!([0, 0]),
        };
        ensure!(stored == wanted, "{attribute}: {stored}");
        page.reload().await?;
        page.see("region", "Email addresses").await?;
        page.list_is(&["alice@example.org"]).await?;
        page.until(&format!("{GROUPS} === {after_reload}")).await?;
        let first = page.open_tab(&url).await?;
        page.list_is(&["alice@example.org"]).await?;
        page.until(&format!("{GROUPS} === {in_new_tab}")).await?;
        page.driver.close_window().await?;
        page.look_into(&first).await?;
        page.run("return window.element.cancel('new@example.org')").await?;
        page.until(&format!("{GROUPS} === 0")).await?;
        page.run("sessionStorage.clear(); localStorage.clear()").await?;
    }
    Ok(())
}

async fn two_elements(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    page.goto(&page_of(&homeserver, &["", "", "persist=\"none\""])).await?;
    page.until("window.stage.all('textbox', 'Email address', null).length === 3").await?;
    page.run("window.element.addEmail('new@example.org')").await?;
    page.until(&format!("{GROUPS} === 2")).await?;
    let script = "return [...document.querySelectorAll('matrix-threepids')]\
        .map((it) => it.pending.length)";
    ensure!(page.run(script).await? == json!([1, 1, 0]));
    page.run("document.querySelectorAll('matrix-threepids')[1].cancel('new@example.org')").await?;
    page.until(&format!("{GROUPS} === 0")).await?;

    // What one removes, the other does not show any more.
    homeserver.answers(LIST, [list(&[])]);
    page.run("window.element.remove('email', 'alice@example.org')").await?;
    page.press("Remove").await?;
    page.until(
        "[...document.querySelectorAll('matrix-threepids')].slice(0, 2)\
         .every((it) => it.threepids.length === 0)",
    )
    .await
}

async fn slept(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let url = page_of(&homeserver, &[""]);
    page.goto(&url).await?;
    add(&page).await?;
    // A copy of the tab, as the browser makes one: asleep while the other goes on.
    let copy = page.run("return JSON.stringify({...sessionStorage})").await?;
    page.press("Cancel").await?;
    page.gone("group", NEW).await?;
    page.open_tab(&url).await?;
    page.list_is(&["alice@example.org"]).await?;
    let restore = format!(
        "for (const [key, text] of Object.entries(JSON.parse({copy}))) \
         sessionStorage.setItem(key, text)"
    );
    page.run(&restore).await?;
    page.reload().await?;
    page.list_is(&["alice@example.org"]).await?;
    page.until(&format!("{GROUPS} === 0")).await?;
    // A new one of the same address is another matter.
    add(&page).await
}

async fn bad_storage(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let url = page_of(&homeserver, &[""]);
    page.goto(&url).await?;
    add(&page).await?;
    let key = page.run("return sessionStorage.key(0)").await?;
    for nonsense in [
        "",
        "{",
        "null",
        "[]",
        "7",
        "\"\"",
        "{\"pending\":{}}",
        "{\"pending\":[null,1,[],{}]}",
        "{\"pending\":[{\"medium\":7,\"address\":{},\"validations\":\"\"}],\"limitedUntil\":\"x\"}",
        "{\"v\":99,\"future\":true}",
    ] {
        page.run(&format!("sessionStorage.setItem({key}, {})", json!(nonsense))).await?;
        page.reload().await?;
        page.list_is(&["alice@example.org"]).await?;
        ensure!(page.count("group", None).await? == 0, "{nonsense}");
        ensure!(page.count("alert", None).await? == 0, "{nonsense}");
        add(&page).await?;
    }
    for broken in [
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', \
         'SecurityError') } })",
        "window.BroadcastChannel = class { constructor() { throw new Error('no') } }",
        "Object.defineProperty(navigator, 'locks', { get() { throw new Error('no') } })",
        "delete Navigator.prototype.locks; delete window.BroadcastChannel",
    ] {
        let body =
            format!("<matrix-threepids homeserver=\"{}\"></matrix-threepids>", homeserver.url);
        let script = format!(
            "sessionStorage.clear();\n{broken};\n\
             const {{ define }} = await import(\"/npm/index.js\");\ndefine();\n\
             window.element = document.querySelector(\"matrix-threepids\");\n\
             window.element.accessToken = \"token\";"
        );
        page.goto(&stage().serve_page(&body, &script)).await?;
        add(&page).await?;
        page.press("Continue").await?;
        page.see("dialog", "Confirm it's you").await?;
        page.press("Cancel").await?;
        page.press("Change address").await?;
        page.focus_is("it.type === 'email' && it.value === 'new@example.org'").await?;
    }
    Ok(())
}

async fn no_secrets(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    page.goto(&page_of(&homeserver, &["", ""])).await?;
    page.run(
        "window.told = []; for (const name of ['matrix-threepids/1'])\
         new BroadcastChannel(name).onmessage = ({data}) => window.told.push(data);",
    )
    .await?;
    page.run("window.element.addEmail('new@example.org')").await?;
    page.until("window.told.length > 0").await?;
    page.run("document.querySelectorAll('matrix-threepids')[1].remove()").await?;
    let missing = error(400, "M_THREEPID_AUTH_FAILED");
    homeserver.answers(ADD, [Answer::Json(401, challenge("the-uia-session")), missing]);
    page.press("Continue").await?;
    page.type_into("Password", "the-password").await?;
    page.press("Confirm").await?;
    page.read("status", "We'll finish as soon as you open the link in the email").await?;
    page.until("JSON.stringify(window.told).includes('\\\\\"waiting\\\\\":true')").await?;
    let seen = page
        .run("return JSON.stringify([window.told, {...sessionStorage}, {...localStorage}])")
        .await?;
    let seen = seen.as_str().unwrap_or_default();
    ensure!(seen.contains(NEW), "{seen}");
    for secret in ["the-uia-session", "the-password", "token\"", "Bearer"] {
        ensure!(!seen.contains(secret), "{secret} in {seen}");
    }
    let pending = page.run("return window.element.pending").await?;
    let secret = homeserver.wait_for(SEND, 1).await?.body["client_secret"].clone();
    ensure!(!pending.to_string().contains(secret.as_str().unwrap_or("?")), "{pending}");
    Ok(())
}

async fn limits(page: Page) -> Result<()> {
    let homeserver = start().await?;
    let url = page_of(&homeserver, &[""]);
    page.goto(&url).await?;
    page.stop_time().await?;
    add(&page).await?;
    let limit = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "no", "retry_after_ms": 298_000});
    homeserver.answers(SEND, [Answer::Json(429, limit)]);
    page.press("Resend email").await?;
    page.read("alert", "Too many attempts. Try again in 4 minutes 58 seconds.").await?;
    page.type_into("Email address", "other@example.org").await?;
    page.press("Add").await?;
    page.until("window.stage.all('alert', null, 'Too many attempts').length === 2").await?;
    page.pass(100_000).await?;
    page.reload().await?;
    page.stop_time().await?;
    page.until("window.stage.all('alert', null, 'Try again in 3 minutes').length === 2").await?;
    for name in ["Add", "Resend email"] {
        let resting = page.see("button", name).await?.attr("aria-disabled").await?;
        ensure!(resting.as_deref() == Some("true"), "{name} looks as if it could be pressed");
    }
    page.pass(200_000).await?;
    page.read("status", "You can try again now").await?;
    for name in ["Add", "Resend email"] {
        let resting = page.see("button", name).await?.attr("aria-disabled").await?;
        ensure!(resting.is_none(), "{name} cannot be pressed");
    }
    Ok(())
}

async fn expired(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    page.goto(&page_of(&homeserver, &[""])).await?;
    add(&page).await?;
    page.pass(61_000).await?;
    page.until("window.element.shadowRoot.textContent.includes('No email yet? Check')").await?;
    page.pass(3_600_000).await?;
    page.read("status", "The link may have expired. Resend the email to get a new one.").await?;
    homeserver.answers(SEND, [Answer::Text(502, "no"), Answer::Json(200, json!({"sid": "2"}))]);
    page.press("Resend email").await?;
    page.read("alert", "Something went wrong (HTTP 502)").await?;
    page.press("Resend email").await?;
    page.read("status", "Email sent again").await?;
    let sent = homeserver.received(SEND);
    let of = |at: usize, name: &str| sent[at].body[name].clone();
    ensure!(of(1, "client_secret") != of(0, "client_secret"), "the old secret");
    ensure!(sent[1].body == sent[2].body, "a repeated request is another");
    ensure!(of(2, "send_attempt") == 1, "{:?}", sent[2]);

    // The newest is tried first, then the one before it, each with its secret.
    let missing = error(400, "M_THREEPID_AUTH_FAILED");
    homeserver.answers(ADD, [missing, Answer::Json(200, json!({}))]);
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Continue").await?;
    page.list_is(&[NEW]).await?;
    let added = homeserver.received(ADD);
    let tried: Vec<Value> =
        added.iter().map(|it| json!([it.body["sid"], it.body["client_secret"]])).collect();
    let wanted = json!([["2", of(2, "client_secret")], ["1", of(0, "client_secret")]]);
    ensure!(Value::from(tried.clone()) == wanted, "{tried:?}");

    // The server's own word for it.
    add_again(&page, &homeserver).await
}

async fn add_again(page: &Page, homeserver: &Homeserver) -> Result<()> {
    homeserver.answers(SEND, [Answer::Json(200, json!({"sid": "9"}))]);
    for code in ["M_SESSION_EXPIRED", "M_NO_VALID_SESSION"] {
        page.type_into("Email address", "again@example.org").await?;
        page.press("Add").await?;
        page.see("group", "again@example.org").await?;
        homeserver.answers(ADD, [error(400, code)]);
        page.press("Continue").await?;
        page.read("status", "The link may have expired. Resend the email to get a new one.")
            .await?;
        page.press("Cancel").await?;
    }
    Ok(())
}

async fn a_day_later(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    page.goto(&page_of(&homeserver, &["persist=\"local\""])).await?;
    add(&page).await?;
    ensure!(page.run("return localStorage.length").await? == 1);
    page.pass(86_400_000 + 1_000).await?;
    page.gone("group", NEW).await?;
    ensure!(page.run("return localStorage.length").await? == 0, "something is left");
    Ok(())
}

async fn thawed(page: Page) -> Result<()> {
    let homeserver = start().await?;
    page.goto(&page_of(&homeserver, &[""])).await?;
    add(&page).await?;
    page.run("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))").await?;
    homeserver.answers(LIST, [list(&["alice@example.org", "phone@example.org"])]);
    page.run("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))").await?;
    page.list_is(&["alice@example.org", "phone@example.org"]).await?;
    page.see("group", NEW).await?;

    // Another device has done something: seen when the person comes back.
    page.leave().await?;
    homeserver.answers(LIST, [list(&[NEW])]);
    page.come_back().await?;
    page.list_is(&[NEW]).await?;
    ensure!(page.count("group", None).await? == 0, "it is on the list");
    page.read("status", "new@example.org was added").await?;
    Ok(())
}
