//! `<matrix-account-password>` where things go wrong, and beside its sibling.

use anyhow::{Result, ensure};
use axum::Router;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use libtest_mimic::Trial;
use serde_json::json;
use stage::synapse::Session;
use stage::web;
use thirtyfour::prelude::*;

use crate::error_responses::{cut_off, reconnect};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, error};
use crate::page_object::Page;
use crate::password_flow::{change_to, open_at};

const CHANGE: &str = "POST account/password";
const CAPABILITIES: &str = "GET capabilities";
const AUTH_METADATA: &str = "GET /_matrix/client/v1/auth_metadata";
const VERSIONS: &str = "GET /_matrix/client/versions";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test(
            "password errors: each error has its message, and a retry where possible",
            words,
        ),
        browser_test(
            "password errors: a lost response reports that the password may have changed",
            lost,
        ),
        browser_test("password errors: a rate limit counts down and ends", limited),
        browser_test("password errors: a double click sends one request", hurry),
        browser_test(
            "password errors: the session ends, and typed text stays for the next session",
            session_over,
        ),
        browser_test("password errors: offline, then online with the current text", offline),
        browser_test("password: typed text stays until the password is changed", stays),
        browser_test("password: an externally managed account shows a link", managed),
        browser_test(
            "password: the homeserver is set after the element is in the page",
            late_homeserver,
        ),
        browser_test("password: messages that do not load", without_words),
        browser_test("password: another user finds no typed text", another_person),
        browser_test("password: the host application authenticates", host),
        browser_test("password: both elements work on one page", beside),
        browser_test("password: the form appears when the capabilities arrive", loading),
    ]
}

async fn server() -> Result<Homeserver> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(CHANGE, [Answer::Json(401, challenge("s"))]);
    Ok(homeserver)
}

async fn open(page: &Page, homeserver: &Homeserver) -> Result<()> {
    let session = Session { user_id: "@alice:example.org".to_owned(), token: "token".to_owned() };
    open_at(page, &homeserver.url, &session).await
}

async fn words(page: Page) -> Result<()> {
    let homeserver = server().await?;
    open(&page, &homeserver).await?;
    for (answer, words) in [
        (error(400, "M_WEAK_PASSWORD"), "This password is too easy to guess."),
        (error(400, "M_PASSWORD_IN_DICTIONARY"), "This password is a common word."),
        (error(403, "M_FORBIDDEN"), "This server doesn't let you change your password"),
        (error(403, "M_GUEST_ACCESS_FORBIDDEN"), "Guests can't do this."),
        (error(500, "M_UNKNOWN"), "Something went wrong (M_UNKNOWN)"),
        (error(400, "ORG.EXAMPLE.TEAPOT"), "Something went wrong (ORG.EXAMPLE.TEAPOT)"),
        (Answer::Text(502, "<h1>Bad gateway</h1>"), "Something went wrong (HTTP 502)"),
        (error(403, "M_USER_SUSPENDED"), "Your account is suspended"),
    ] {
        homeserver.answers(CHANGE, [answer]);
        change_to(&page, "a new one").await?;
        page.read("alert", words).await?;
        // "Change password" does it.
        ensure!(page.count("button", Some("Try again")).await? == 0, "{words}: two ways on");
        let raw = page.run("return window.element.shadowRoot.textContent").await?;
        ensure!(!raw.as_str().unwrap_or_default().contains("server's own"), "{words}: {raw}");
    }
    homeserver.answers(CHANGE, [Answer::Json(200, json!({}))]);
    page.type_into("New password", "another one").await?;
    page.type_into("Repeat new password", "another one").await?;
    page.press("Change password").await?;
    page.read("status", "Your password was changed").await?;
    let sent = homeserver.received(CHANGE);
    let last = &sent[sent.len() - 1].body;
    ensure!(*last == json!({"new_password": "another one", "logout_devices": false}), "{last}");
    let codes = page
        .run("return window.events.filter(([name]) => name === 'threepids-error').length")
        .await?;
    ensure!(codes == 8, "{codes} errors were told");
    Ok(())
}

async fn lost(page: Page) -> Result<()> {
    let homeserver = server().await?;
    open(&page, &homeserver).await?;
    let wrong = json!({"session": "s", "flows": [{"stages": ["m.login.password"]}], "params": {},
        "completed": [], "errcode": "M_FORBIDDEN", "error": "no"});
    homeserver.answers(
        CHANGE,
        [
            Answer::Json(401, challenge("s")),
            Answer::Text(504, "<h1>Gateway timeout</h1>"),
            Answer::Json(401, wrong),
            Answer::Json(200, json!({})),
        ],
    );
    change_to(&page, "a new one").await?;
    page.type_into("Current password", "the old one").await?;
    page.press("Confirm").await?;
    page.read("alert", "Something went wrong (HTTP 504)").await?;
    page.press("Confirm").await?;
    page.read("alert", "Your password may have been changed already. Try the new one.").await?;
    page.focus_is("it.autocomplete === 'current-password'").await?;
    page.type_into("Current password", "a new one").await?;
    page.press("Confirm").await?;
    page.read("status", "Your password was changed").await?;
    Ok(())
}

async fn limited(page: Page) -> Result<()> {
    let homeserver = server().await?;
    open(&page, &homeserver).await?;
    page.stop_time().await?;
    let body = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "no", "retry_after_ms": 61_000});
    homeserver.answers(CHANGE, [Answer::Json(429, body), Answer::Json(401, challenge("s"))]);
    change_to(&page, "a new one").await?;
    page.read("alert", "Too many attempts. Try again in 1 minute 1 second.").await?;
    let resting = page.see("button", "Change password").await?.attr("aria-disabled").await?;
    ensure!(resting.as_deref() == Some("true"), "the button looks as if it could be pressed");
    page.pass(62_000).await?;
    page.read("status", "You can try again now").await?;
    page.press("Change password").await?;
    page.see("dialog", "Confirm it's you").await?;
    Ok(())
}

async fn hurry(page: Page) -> Result<()> {
    let homeserver = server().await?;
    let held = Answer::Held(Box::new(Answer::Json(401, challenge("s"))));
    homeserver.answers(CHANGE, [held, Answer::Json(200, json!({}))]);
    open(&page, &homeserver).await?;
    page.type_into("New password", "a new one").await?;
    page.type_into("Repeat new password", "a new one").await?;
    let button = page.see("button", "Change password").await?;
    page.driver.action_chain().double_click_element(&button).perform().await?;
    homeserver.wait_for(CHANGE, 1).await?;
    page.see("textbox", "New password").await?.send_keys("" + Key::Enter).await?;
    // What was chosen is what was sent: it stays for as long.
    for choice in ["Show password", "Sign out all my other devices"] {
        let choice = page.see("checkbox", choice).await?;
        page.click(&choice).await?;
        ensure!(!choice.is_selected().await?, "changed while the request is under way");
    }
    homeserver.let_go();
    page.see("dialog", "Confirm it's you").await?;
    ensure!(homeserver.received(CHANGE).len() == 1, "sent twice");
    page.press("Cancel").await?;
    let choice = page.see("checkbox", "Show password").await?;
    page.click(&choice).await?;
    ensure!(choice.is_selected().await?, "it cannot be changed any more");
    Ok(())
}

async fn session_over(page: Page) -> Result<()> {
    let homeserver = server().await?;
    open(&page, &homeserver).await?;
    let over = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "no", "soft_logout": true});
    homeserver.answers(CHANGE, [Answer::Json(401, over), Answer::Json(401, challenge("s"))]);
    change_to(&page, "a new one").await?;
    page.read("alert", "Your session has ended. Sign in again to continue.").await?;
    page.run("window.element.accessToken = 'another'").await?;
    page.until("window.stage.all('alert', null, 'Your session has ended').length === 0").await?;
    ensure!(homeserver.received(CHANGE).len() == 1, "sent for whoever is signed in now");
    // What was typed is there still.
    page.press("Change password").await?;
    page.see("dialog", "Confirm it's you").await?;
    let sent = homeserver.wait_for(CHANGE, 2).await?;
    ensure!(sent.authorization == "Bearer another" && sent.body["new_password"] == "a new one");
    Ok(())
}

async fn without_words(page: Page) -> Result<()> {
    // Whoever made the page is told.
    page.allow("could not be loaded");
    let homeserver = server().await?;
    for (lang, missing) in [("fr", "/locales/fr.js"), ("en", "/locales/en.js")] {
        let html = format!(
            "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><title>Test</title>\
             <script type=\"module\" src=\"define.js\"></script>\
             <matrix-account-password></matrix-account-password>"
        );
        let routes = Router::new()
            .route("/", get(move || async move { Html(html) }))
            .route(missing, get(|| async { StatusCode::NOT_FOUND }))
            .fallback_service(web::folder(&stage().target.join("npm/package")));
        let site = web::serve(0, routes).await?;
        page.goto(&format!("{}/", site.url)).await?;
        page.run(&format!(
            "Object.assign(document.querySelector('matrix-account-password'), \
             {{ homeserver: '{}', accessToken: 'token' }})",
            homeserver.url
        ))
        .await?;
        if lang == "fr" {
            page.see("textbox", "New password").await?;
        } else {
            page.read("alert", "Something went wrong").await?;
            page.see("button", "Try again").await?;
        }
    }
    Ok(())
}

async fn another_person(page: Page) -> Result<()> {
    let homeserver = server().await?;
    open(&page, &homeserver).await?;
    change_to(&page, "a new one").await?;
    page.type_into("Current password", "the old one").await?;
    page.run("Object.assign(window.element, { userId: '@bob:example.org', accessToken: 'bob' })")
        .await?;
    page.gone("dialog", "Confirm it's you").await?;
    page.see("textbox", "New password").await?;
    ensure!(typed(&page).await?.is_empty(), "{} is left", typed(&page).await?);

    // Where no attribute says so, the server does.
    page.run("window.element.userId = null").await?;
    page.until("window.element.shadowRoot.querySelector('[autocomplete=username]').value").await?;
    change_to(&page, "a new one").await?;
    page.type_into("Current password", "the old one").await?;
    let carol = json!({"user_id": "@carol:example.org"});
    homeserver.answers("GET account/whoami", [Answer::Json(200, carol)]);
    page.run("window.element.accessToken = 'carol'").await?;
    page.gone("dialog", "Confirm it's you").await?;
    page.see("textbox", "New password").await?;
    ensure!(typed(&page).await?.is_empty(), "{} is left", typed(&page).await?);
    page.until(
        "window.element.shadowRoot.querySelector('[autocomplete=username]').value \
         === '@carol:example.org'",
    )
    .await
}

/// What stands in the fields.
async fn typed(page: &Page) -> Result<String> {
    let typed = page
        .run(
            "return [...window.element.shadowRoot.querySelectorAll('input')]\
             .filter((it) => it.autocomplete !== 'username' && it.type !== 'checkbox')\
             .map((it) => it.value).join(' ').trim()",
        )
        .await?;
    Ok(typed.as_str().unwrap_or_default().to_owned())
}

async fn offline(page: Page) -> Result<()> {
    let homeserver = server().await?;
    open(&page, &homeserver).await?;
    cut_off(&page).await?;
    change_to(&page, "a typo").await?;
    page.read("status", "You're offline. We'll continue when you're back online.").await?;
    page.type_into("New password", "a new one").await?;
    page.type_into("Repeat new password", "a new one").await?;
    reconnect(&page).await?;
    page.see("dialog", "Confirm it's you").await?;
    let sent = homeserver.received(CHANGE);
    ensure!(sent.len() == 1 && sent[0].body["new_password"] == "a new one", "{sent:?}");
    Ok(())
}

async fn stays(page: Page) -> Result<()> {
    let homeserver = server().await?;
    homeserver.answers(CHANGE, [Answer::Json(200, json!({}))]);
    open(&page, &homeserver).await?;
    change_to(&page, "a new one").await?;
    page.read("status", "Your password was changed").await?;
    ensure!(typed(&page).await?.is_empty());
    page.type_into("New password", "another one").await?;
    page.type_into("Repeat new password", "another noe").await?;
    page.leave().await?;
    page.come_back().await?;
    page.run("window.element.lang = 'de'").await?;
    page.see("textbox", "Neues Passwort").await?;
    page.run("window.element.lang = 'en'").await?;
    page.press("Change password").await?;
    page.read("alert", "The passwords don't match").await?;
    ensure!(typed(&page).await? == "another one another noe", "{}", typed(&page).await?);
    // Who sees it need not repeat it.
    page.see("checkbox", "Show password").await?.click().await?;
    page.until("window.stage.all('alert', null, 'match').length === 0").await?;
    page.press("Change password").await?;
    page.read("status", "Your password was changed").await?;
    Ok(())
}

async fn managed(page: Page) -> Result<()> {
    let homeserver = server().await?;
    let metadata = json!({"issuer": "https://a.example/",
        "account_management_uri": "https://a.example/account"});
    homeserver.answers(AUTH_METADATA, [Answer::Json(200, metadata)]);
    homeserver.answers(VERSIONS, [Answer::Json(200, json!({"versions": ["v1.15"]}))]);
    // What the capabilities do not say, the change does.
    homeserver.answers(CHANGE, [error(404, "M_UNRECOGNIZED")]);
    open(&page, &homeserver).await?;
    change_to(&page, "a new one").await?;
    page.see("link", "Manage your account").await?;
    page.gone("textbox", "New password").await?;

    let off = json!({"capabilities": {"m.change_password": {"enabled": false}}});
    homeserver.answers(CAPABILITIES, [Answer::Json(200, off)]);
    page.reload().await?;
    page.read("status", "This server doesn't let you change your password").await?;
    let link = page.see("link", "Manage your account").await?;
    let href = link.attr("href").await?.unwrap_or_default();
    ensure!(href.starts_with("https://a.example/account"), "{href}");
    ensure!(page.count("textbox", Some("New password")).await? == 0, "the form is there");
    ensure!(homeserver.received(CHANGE).len() == 1);
    Ok(())
}

async fn late_homeserver(page: Page) -> Result<()> {
    page.allow("homeserver is missing");
    let homeserver = server().await?;
    let body = format!(
        "<matrix-threepids homeserver=\"{}\"></matrix-threepids>\
         <matrix-account-password></matrix-account-password>",
        homeserver.url
    );
    let script = "import \"/npm/define.js\";\n\
        for (const it of document.querySelectorAll(\"matrix-threepids, matrix-account-password\"))\n\
          it.accessToken = \"token\";";
    page.goto(&stage().serve_page(&body, script)).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.read("alert", "No homeserver is set for this page").await?;
    page.run(&format!(
        "document.querySelector('matrix-account-password').homeserver = '{}'",
        homeserver.url
    ))
    .await?;
    page.see("textbox", "New password").await?;
    page.see("textbox", "Email address").await?;
    Ok(())
}

async fn host(page: Page) -> Result<()> {
    let homeserver = server().await?;
    open(&page, &homeserver).await?;
    homeserver.answers(CHANGE, [Answer::Json(401, challenge("s")), Answer::Json(200, json!({}))]);
    page.run(
        "window.element.addEventListener('threepid-auth-required', (event) => {\
           event.preventDefault();\
           event.detail.respond({ type: 'm.login.password', password: 'from the host' });\
         })",
    )
    .await?;
    change_to(&page, "a new one").await?;
    page.read("status", "Your password was changed").await?;
    let sent = homeserver.wait_for(CHANGE, 2).await?;
    let auth = json!({"type": "m.login.password", "password": "from the host", "session": "s"});
    ensure!(sent.body["auth"] == auth, "{:?}", sent.body);
    let detail = page
        .run("return window.events.find(([name]) => name === 'threepid-auth-required')[1]")
        .await?;
    ensure!(detail["action"] == "password" && detail.get("address").is_none(), "{detail}");
    ensure!(detail["flows"] == json!([{"stages": ["m.login.password"]}]), "{detail}");
    Ok(())
}

async fn beside(page: Page) -> Result<()> {
    let homeserver = server().await?;
    let body = format!(
        "<matrix-threepids homeserver=\"{0}\"></matrix-threepids>\
         <matrix-account-password homeserver=\"{0}\" lang=\"de\" heading-level=\"3\">\
         </matrix-account-password>",
        homeserver.url
    );
    let script = "import { MatrixAccountPasswordElement, define } from \"/npm/index.js\";\n\
        const elements = document.querySelectorAll(\"matrix-threepids, matrix-account-password\");\n\
        // Set before it is defined.\n\
        for (const it of elements) it.accessToken = \"token\";\n\
        define();\n\
        window.element = elements[1];\n\
        window.mine = window.element instanceof MatrixAccountPasswordElement;";
    page.goto(&stage().serve_page(&body, script)).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.see("textbox", "Neues Passwort").await?;
    page.until("window.mine && window.element.accessToken === undefined").await?;
    let heading = page.see("heading", "Passwort ändern").await?;
    ensure!(heading.attr("aria-level").await?.as_deref() == Some("3"));
    page.see("textbox", "Email address").await?;
    page.type_into("Neues Passwort", "a new one").await?;
    page.type_into("Neues Passwort wiederholen", "a new one").await?;
    page.press("Passwort ändern").await?;
    page.see("dialog", "Identität bestätigen").await?;
    page.key(Key::Escape).await?;
    page.gone("dialog", "Identität bestätigen").await?;
    // It is asked whose password it is, as no attribute says so.
    page.until(
        "window.element.shadowRoot.querySelector('[autocomplete=username]').value \
         === '@alice:example.org'",
    )
    .await?;
    // Out of the page and back, it is there again.
    page.run("window.parent_ = window.element.parentNode; window.element.remove()").await?;
    page.run("window.parent_.append(window.element)").await?;
    page.see("textbox", "Neues Passwort").await?;
    page.run("window.element.readOnly = true").await?;
    page.gone("textbox", "Neues Passwort").await?;
    Ok(())
}

async fn loading(page: Page) -> Result<()> {
    let homeserver = server().await?;
    let unsaid = Answer::Json(200, json!({"capabilities": {}}));
    homeserver.answers(CAPABILITIES, [Answer::Held(Box::new(unsaid))]);
    let body = format!(
        "<matrix-account-password homeserver=\"{}\"></matrix-account-password>",
        homeserver.url
    );
    let script = "import \"/npm/define.js\";\n\
        window.element = document.querySelector(\"matrix-account-password\");\n\
        window.element.accessToken = \"token\";";
    page.goto(&stage().serve_page(&body, script)).await?;
    homeserver.wait_for(CAPABILITIES, 1).await?;
    page.read("region", "Loading…").await?;
    page.until("window.element.matches(':state(loading)')").await?;
    ensure!(page.count("textbox", Some("New password")).await? == 0, "the form is there already");
    homeserver.let_go();
    page.see("textbox", "New password").await?;
    page.until("!window.element.matches(':state(loading)')").await
}
