//! Answers that no real server can be made to give.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, error, list};
use crate::page_object::Page;

/// The request that has a mail sent.
pub const SEND: &str = "POST account/3pid/email/requestToken";
/// The request that adds an address.
pub const ADD: &str = "POST account/3pid/add";
/// The request that removes an address.
pub const DELETE: &str = "POST account/3pid/delete";
/// The request that reads the list.
pub const LIST: &str = "GET account/3pid";
/// The request that asks whose account it is.
pub const WHOAMI: &str = "GET account/whoami";
/// An address that is not on the list.
pub const NEW: &str = "new@example.org";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test(
            "error responses: every error of the token request has its message",
            words_for_sending,
        ),
        browser_test(
            "error responses: every error of the list has its message",
            words_for_the_list,
        ),
        browser_test(
            "requests: bodies follow the spec, and secrets stay out of the page",
            requests,
        ),
        browser_test("uia: a removal asks for the password", delete_with_uia),
        browser_test(
            "error responses: a lost success response is resolved from the list",
            lost_answer,
        ),
        browser_test(
            "error responses: a rate limit in the auth dialog ends and keeps the password",
            limited,
        ),
        browser_test("uia: a challenge without flows shows an error", no_way),
        browser_test(
            "error responses: M_CONSENT_NOT_GIVEN links the terms only by a safe URL",
            terms,
        ),
        browser_test("addresses: unknown media are listed and can be removed", other_media),
        browser_test("error responses: no response within 30 seconds", no_answer),
        browser_test("error responses: offline, then online", offline),
        browser_test(
            "error responses: requests work while the browser wrongly reports offline",
            thought_offline,
        ),
    ]
}

/// A page with an element that is signed in at this server.
pub async fn open(page: &Page, homeserver: &Homeserver) -> Result<()> {
    let body = format!(
        "<matrix-threepids homeserver=\"{}\"></matrix-threepids>\
         <button id=\"outside\">Outside</button>",
        homeserver.url
    );
    let script = "import \"/npm/define.js\";\n\
        import { ThreepidsError } from \"/npm/define.js\";\n\
        window.rejected = (promise) => promise.then(() => null, (error) =>\n\
          ({ ...error, mine: error instanceof ThreepidsError }));\n\
        window.element = document.querySelector(\"matrix-threepids\");\n\
        window.events = [];\n\
        for (const name of [\"threepids-ready\", \"threepids-change\", \"threepid-before-add\",\
          \"threepid-before-remove\", \"threepid-verification-sent\", \"threepid-added\",\
          \"threepid-removed\", \"threepid-auth-required\", \"threepids-session-expired\",\
          \"threepids-error\"])\n\
          document.addEventListener(name, (event) => window.events.push([name, event.detail]));\n\
        window.element.accessToken = \"token\";";
    page.goto(&stage().serve_page(&body, script)).await
}

/// Has a mail sent to [`NEW`].
pub async fn add(page: &Page) -> Result<()> {
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.see("group", NEW).await?;
    Ok(())
}

async fn words_for_sending(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    for (answer, words) in [
        (error(400, "M_THREEPID_IN_USE"), "Another account already uses this email address"),
        (error(400, "M_INVALID_PARAM"), "Enter a valid email address"),
        (error(403, "M_THREEPID_DENIED"), "This server doesn't allow this email address"),
        (
            error(400, "M_THREEPID_MEDIUM_NOT_SUPPORTED"),
            "This server can't send verification emails",
        ),
        (error(500, "M_UNKNOWN"), NOT_SENT),
        (error(400, "M_UNKNOWN"), "This server may not support email addresses"),
        (error(418, "ORG.EXAMPLE.TEAPOT"), "Something went wrong (ORG.EXAMPLE.TEAPOT)"),
        (Answer::Text(502, "<h1>Bad gateway</h1>"), "Something went wrong (HTTP 502)"),
        (Answer::Text(200, "{\"sid\": "), NOT_SENT),
        (Answer::Json(200, json!({})), NOT_SENT),
        (error(401, "M_USER_LOCKED"), "Your account is locked"),
    ] {
        homeserver.answers(SEND, [answer]);
        page.type_into("Email address", NEW).await?;
        page.press("Add").await?;
        page.read("alert", words).await?;
        // "Add" does it.
        ensure!(page.count("button", Some("Try again")).await? == 0, "{words}: two ways on");
        let raw = page.run("return window.element.shadowRoot.textContent").await?;
        ensure!(!raw.as_str().unwrap_or_default().contains("server's own"), "{words}: {raw}");
    }
    homeserver.answers(SEND, [Answer::Json(200, json!({"sid": "1"}))]);
    page.press("Add").await?;
    page.see("group", NEW).await?;
    let secrets = homeserver.received(SEND);
    let (last, before) = (&secrets[secrets.len() - 1].body, &secrets[secrets.len() - 2].body);
    ensure!(last == before, "repeated, it is the same request");
    Ok(())
}

const NOT_SENT: &str = "The server couldn't send the email. Try again later.";

async fn words_for_the_list(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    for (answer, words) in [
        (error(500, "M_UNKNOWN"), "Something went wrong (M_UNKNOWN)"),
        (Answer::Text(502, "<h1>Bad gateway</h1>"), "Something went wrong (HTTP 502)"),
        (Answer::Text(200, ""), "Something went wrong (HTTP 200)"),
    ] {
        homeserver.answers(LIST, [answer, list(&["alice@example.org"])]);
        open(&page, &homeserver).await?;
        page.read("alert", words).await?;
        page.press("Try again").await?;
        page.list_is(&["alice@example.org"]).await?;
    }
    homeserver.answers(LIST, [error(401, "M_UNKNOWN_TOKEN"), list(&["alice@example.org"])]);
    open(&page, &homeserver).await?;
    page.read("alert", "Your session has ended. Sign in again to continue.").await?;
    page.until("window.events.some(([name]) => name === 'threepids-session-expired')").await?;
    page.run("window.element.accessToken = 'another'").await?;
    page.list_is(&["alice@example.org"]).await
}

async fn requests(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let done = Answer::Json(200, json!({}));
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), done]);
    homeserver.answers(LIST, [list(&[]), list(&[NEW])]);
    open(&page, &homeserver).await?;
    add(&page).await?;
    page.press("Continue").await?;
    page.type_into("Password", "pass word").await?;
    page.press("Confirm").await?;
    page.list_is(&[NEW]).await?;

    let sent = homeserver.wait_for(SEND, 1).await?;
    ensure!(sent.authorization == "Bearer token", "{sent:?}");
    let secret = sent.body["client_secret"].as_str().unwrap_or_default();
    ensure!(secret.len() >= 32, "a short secret");
    ensure!(secret.chars().all(|c| c.is_ascii_alphanumeric() || ".=_-".contains(c)));
    let wanted = json!({"client_secret": secret, "email": NEW, "send_attempt": 1});
    ensure!(sent.body == wanted, "{sent:?}");

    let first = homeserver.wait_for(ADD, 1).await?;
    ensure!(first.body == json!({"sid": "1", "client_secret": secret}), "{first:?}");
    let second = homeserver.wait_for(ADD, 2).await?;
    let auth = json!({
        "type": "m.login.password",
        "session": "s",
        "identifier": {"type": "m.id.user", "user": "@alice:example.org"},
        "user": "@alice:example.org",
        "password": "pass word",
    });
    ensure!(second.body["auth"] == auth, "{second:?}");

    // Nothing secret in the page, in an event, or in storage.
    let seen = page
        .run(
            "return document.documentElement.outerHTML + window.element.shadowRoot.innerHTML + \
             JSON.stringify(window.events) + JSON.stringify({...localStorage}) + \
             JSON.stringify({...sessionStorage}) + location.href",
        )
        .await?;
    let seen = seen.as_str().unwrap_or_default();
    for hidden in ["pass word", secret, "Bearer"] {
        ensure!(!seen.contains(hidden), "{hidden} is to be seen");
    }
    let names = page.run("return window.events.map(([name]) => name)").await?;
    let wanted = json!([
        "threepids-ready",
        "threepid-before-add",
        "threepid-verification-sent",
        "threepid-auth-required",
        "threepids-change",
        "threepid-added"
    ]);
    ensure!(names == wanted, "{names}");
    Ok(())
}

async fn delete_with_uia(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let done = Answer::Json(200, json!({"id_server_unbind_result": "success"}));
    homeserver.answers(DELETE, [Answer::Json(401, challenge("d")), done]);
    homeserver
        .answers(LIST, [list(&["alice@example.org", "b@example.org"]), list(&["b@example.org"])]);
    open(&page, &homeserver).await?;
    page.press("Remove alice@example.org").await?;
    page.read("alertdialog", "It will be removed from your account. You can add it again later.")
        .await?;
    page.press("Remove").await?;
    page.see("dialog", "Confirm it's you").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    page.list_is(&["b@example.org"]).await?;
    page.focus_is("it.getAttribute('aria-label') === 'Remove b@example.org'").await?;
    let last = homeserver.wait_for(DELETE, 2).await?;
    ensure!(last.body["auth"]["session"] == "d", "{last:?}");
    page.until(
        "window.events.some(([name, detail]) => name === 'threepid-removed' && \
         detail.unbindResult === 'success')",
    )
    .await
}

async fn lost_answer(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    add(&page).await?;
    // It went through, but what arrived was a proxy's page.
    homeserver.answers(ADD, [Answer::Text(502, "<h1>Bad gateway</h1>")]);
    homeserver.answers(LIST, [list(&["alice@example.org", NEW])]);
    page.press("Continue").await?;
    page.list_is(&["alice@example.org", NEW]).await?;
    page.read("status", "new@example.org was added").await?;
    ensure!(page.count("alert", None).await? == 0, "there is nothing to complain about");

    homeserver.answers(DELETE, [Answer::Text(502, "<h1>Bad gateway</h1>")]);
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Remove alice@example.org").await?;
    page.press("Remove").await?;
    page.list_is(&[NEW]).await?;
    page.read("status", "alice@example.org was removed").await?;
    Ok(())
}

async fn limited(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    add(&page).await?;
    let limit = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "no", "retry_after_ms": 1500});
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), Answer::Json(429, limit)]);
    page.press("Continue").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    page.read("alert", "Too many attempts. Try again in 2 seconds.").await?;
    let resting = page.see("button", "Confirm").await?.attr("aria-disabled").await?;
    ensure!(resting.as_deref() == Some("true"), "the button looks as if it could be pressed");
    page.until("window.element.shadowRoot.textContent.includes('You can try again now')").await?;
    // What was typed is still there.
    homeserver.answers(ADD, [Answer::Json(200, json!({}))]);
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Confirm").await?;
    page.list_is(&[NEW]).await
}

async fn no_way(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    add(&page).await?;
    homeserver
        .answers(ADD, [Answer::Json(401, json!({"session": "s", "flows": [], "params": {}}))]);
    page.press("Continue").await?;
    page.read("alert", "This server needs a kind of confirmation that isn't supported here")
        .await?;
    page.press("Cancel").await?;
    page.gone("dialog", "Confirm it's you").await?;
    page.see("group", NEW).await?;
    page.focus_is("it.role === 'group' || it.textContent.includes('Continue')").await
}

async fn no_answer(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    let late = Answer::Held(Box::new(Answer::Json(200, json!({"sid": "1"}))));
    homeserver.answers(SEND, [late, Answer::Json(200, json!({"sid": "1"}))]);
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    homeserver.wait_for(SEND, 1).await?;
    page.pass(30_000).await?;
    page.read("alert", "The server took too long to answer. Try again.").await?;
    homeserver.let_go();
    page.press("Add").await?;
    page.see("group", NEW).await?;
    let sent = homeserver.received(SEND);
    ensure!(sent.len() == 2 && sent[0].body == sent[1].body, "repeated, it is the same request");
    Ok(())
}

async fn offline(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    cut_off(&page).await?;
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.read("status", "You're offline. We'll continue when you're back online.").await?;
    reconnect(&page).await?;
    page.see("group", NEW).await?;
    Ok(())
}

/// A browser that takes its network for none: a VPN's, a loopback's.
async fn thought_offline(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(DELETE, [Answer::Json(200, json!({}))]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    set_online(&page, false).await?;
    add(&page).await?;
    homeserver.answers(ADD, [Answer::Json(200, json!({}))]);
    homeserver.answers(LIST, [list(&["alice@example.org", NEW])]);
    page.press("Continue").await?;
    page.list_is(&["alice@example.org", NEW]).await?;
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Remove alice@example.org").await?;
    page.press("Remove").await?;
    page.list_is(&[NEW]).await
}

/// Takes the page's network away.
pub async fn cut_off(page: &Page) -> Result<()> {
    // By then the browser has loaded everything that the element needs.
    page.until("window.element.shadowRoot.querySelector('dialog')").await?;
    page.run(
        "window.connected = window.fetch;\
         window.fetch = () => Promise.reject(new TypeError('Failed to fetch'))",
    )
    .await?;
    set_online(page, false).await
}

/// Gives it back.
pub async fn reconnect(page: &Page) -> Result<()> {
    page.run("window.fetch = window.connected").await?;
    set_online(page, true).await
}

/// Has the browser say that there is a network, or none.
pub async fn set_online(page: &Page, is: bool) -> Result<()> {
    let event = if is { "online" } else { "offline" };
    page.run(&format!(
        "Object.defineProperty(navigator, 'onLine', {{ configurable: true, value: {is} }});\
         dispatchEvent(new Event('{event}'))"
    ))
    .await?;
    Ok(())
}

async fn terms(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    for (uri, links) in [("https://example.org/terms", 1), ("javascript:alert(1)", 0)] {
        let body = json!({"errcode": "M_CONSENT_NOT_GIVEN", "error": "no", "consent_uri": uri});
        homeserver.answers(SEND, [Answer::Json(403, body)]);
        page.type_into("Email address", NEW).await?;
        page.press("Add").await?;
        page.read("alert", "Accept the server's terms to continue").await?;
        page.until(&format!("window.stage.all('link', 'Read the terms', null).length === {links}"))
            .await?;
    }
    Ok(())
}

async fn other_media(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let entries = json!({"threepids": [
        {"medium": "msisdn", "address": "447700900001"},
        {"medium": "xmpp", "address": "alice@jabber.example"},
        "nonsense",
        {"medium": "email", "address": "alice@example.org", "added_at": "soon"},
    ]});
    homeserver.answers(LIST, [Answer::Json(200, entries)]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@jabber.example", "alice@example.org"]).await?;
    page.read("listitem", "xmpp").await?;
    page.press("Remove alice@jabber.example").await?;
    page.press("Remove").await?;
    let sent = homeserver.wait_for(DELETE, 1).await?;
    ensure!(sent.body == json!({"medium": "xmpp", "address": "alice@jabber.example"}), "{sent:?}");
    Ok(())
}
