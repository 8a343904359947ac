//! Tokens that expire between any two requests: renewed by a function without
//! a word, or by the embedder, with everything still where it was.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::error_responses::{ADD, DELETE, LIST, NEW, SEND, WHOAMI, add};
use crate::fallback_window::DIALOG;
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, list};
use crate::page_object::Page;

const CAPABILITIES: &str = "GET capabilities";
const ENDED: &str = "Your session has ended. Sign in again to continue.";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("token refresh: a token function, at each request", by_function),
        browser_test(
            "token refresh: a token function is called once for simultaneous requests",
            at_once,
        ),
        browser_test(
            "token refresh: a token function without a new token ends the session",
            no_other,
        ),
        browser_test(
            "token refresh: by the host application, before the first list",
            before_the_list,
        ),
        browser_test(
            "token refresh: by the host application, before the token request",
            before_the_mail,
        ),
        browser_test(
            "token refresh: by the host application, before the auth dialog",
            before_the_question,
        ),
        browser_test(
            "token refresh: by the host application, during the password check",
            at_the_password,
        ),
        browser_test(
            "token refresh: by the host application, before the list reload",
            before_the_end,
        ),
    ]
}

fn expired() -> Answer {
    Answer::Json(401, json!({"errcode": "M_UNKNOWN_TOKEN", "error": "no", "soft_logout": true}))
}

/// A server where all goes well, but that the `nth` request (from 0) of this
/// kind comes too late for its token.
async fn server(what: &str, nth: usize) -> Result<Homeserver> {
    let homeserver = Homeserver::start().await?;
    let done = || Answer::Json(200, json!({}));
    let alice = || list(&["alice@example.org"]);
    let usual = [
        (CAPABILITIES, vec![done()]),
        (LIST, vec![alice(), list(&["alice@example.org", NEW]), alice()]),
        (SEND, vec![Answer::Json(200, json!({"sid": "1"}))]),
        (WHOAMI, vec![Answer::Json(200, json!({"user_id": "@alice:example.org"}))]),
        (ADD, vec![Answer::Json(401, challenge("s")), done()]),
        (DELETE, vec![done()]),
    ];
    for (it, mut answers) in usual {
        if it == what {
            answers.insert(nth, expired());
        }
        homeserver.answers(it, answers);
    }
    Ok(homeserver)
}

async fn open(page: &Page, homeserver: &Homeserver, token: &str) -> Result<()> {
    let body = format!(
        "<matrix-threepids homeserver=\"{}\" persist=\"none\"></matrix-threepids>",
        homeserver.url
    );
    let script = format!(
        "import \"/npm/define.js\";\n\
         window.element = document.querySelector(\"matrix-threepids\");\n\
         window.ended = [];\n\
         document.addEventListener(\"threepids-session-expired\",\n\
           (event) => window.ended.push(event.detail));\n\
         window.reasons = [];\n\
         window.element.accessToken = {token};"
    );
    page.goto(&stage().serve_page(&body, &script)).await
}

/// Another token each time.
const FUNCTION: &str = "async (reason) => `token-${window.reasons.push(reason)}`";
const STRING: &str = "'token-1'";

/// Adds an address and removes it.
async fn adds_and_removes(page: &Page) -> Result<()> {
    page.list_is(&["alice@example.org"]).await?;
    add(page).await?;
    page.press("Continue").await?;
    confirms(page).await?;
    page.list_is(&["alice@example.org", NEW]).await?;
    page.press("Remove new@example.org").await?;
    page.press("Remove").await?;
    page.list_is(&["alice@example.org"]).await
}

async fn confirms(page: &Page) -> Result<()> {
    page.see("dialog", DIALOG).await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await
}

async fn by_function(page: Page) -> Result<()> {
    for (what, nth) in [
        (CAPABILITIES, 0),
        (LIST, 0),
        (SEND, 0),
        (ADD, 0),
        (WHOAMI, 0),
        (ADD, 1),
        (LIST, 1),
        (DELETE, 0),
        (LIST, 2),
    ] {
        let homeserver = server(what, nth).await?;
        open(&page, &homeserver, FUNCTION).await?;
        adds_and_removes(&page).await?;
        let reasons = page.run("return window.reasons").await?;
        ensure!(reasons == json!(["initial", "expired"]), "{what} {nth}: {reasons}");
        let sent = homeserver.received(what);
        let [refused, again] = [&sent[nth], &sent[nth + 1]];
        ensure!(refused.body == again.body, "{what} {nth}: {sent:?}");
        ensure!(refused.authorization == "Bearer token-1", "{what} {nth}: {sent:?}");
        ensure!(again.authorization == "Bearer token-2", "{what} {nth}: {sent:?}");
        let ended = page.run("return window.ended").await?;
        ensure!(ended == json!([]), "{what} {nth}: {ended}");
    }
    Ok(())
}

async fn at_once(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    for (what, answer) in
        [(CAPABILITIES, Answer::Json(200, json!({}))), (LIST, list(&["alice@example.org"]))]
    {
        homeserver.answers(what, [Answer::Held(Box::new(expired())), answer]);
    }
    open(&page, &homeserver, FUNCTION).await?;
    homeserver.wait_for(LIST, 1).await?;
    homeserver.wait_for(CAPABILITIES, 1).await?;
    homeserver.let_go();
    page.list_is(&["alice@example.org"]).await?;
    for what in [LIST, CAPABILITIES] {
        let again = homeserver.wait_for(what, 2).await?;
        ensure!(again.authorization == "Bearer token-2", "{again:?}");
    }
    let reasons = page.run("return window.reasons").await?;
    ensure!(reasons == json!(["initial", "expired"]), "{reasons}");
    Ok(())
}

async fn no_other(page: Page) -> Result<()> {
    for answer in ["Promise.reject(new Error('no'))", "''", "undefined", "'token-1'"] {
        let homeserver = Homeserver::start().await?;
        homeserver.answers(SEND, [expired()]);
        let function = format!("async (reason) => reason === 'initial' ? 'token-1' : {answer}");
        open(&page, &homeserver, &function).await?;
        page.list_is(&["alice@example.org"]).await?;
        page.type_into("Email address", NEW).await?;
        page.press("Add").await?;
        page.read("alert", ENDED).await?;
        let ended = page.run("return window.ended").await?;
        ensure!(ended == json!([{"softLogout": true}]), "{answer}: {ended}");
    }
    Ok(())
}

/// The session ends, all that is shown stays, and the embedder has another
/// token.
async fn resumes(page: &Page) -> Result<()> {
    page.read("alert", ENDED).await?;
    let ended = page.run("return window.ended").await?;
    ensure!(ended == json!([{"softLogout": true}]), "{ended}");
    page.run("window.element.accessToken = 'token-2'").await?;
    page.until("window.stage.all('alert', null, 'Your session has ended').length === 0").await
}

/// From now on, the address is on the list.
fn added(homeserver: &Homeserver) {
    homeserver.answers(LIST, [list(&["alice@example.org", NEW])]);
}

/// The requests of this kind, with which token.
fn tokens(homeserver: &Homeserver, what: &str) -> Vec<String> {
    homeserver.received(what).into_iter().map(|it| it.authorization).collect()
}

async fn before_the_list(page: Page) -> Result<()> {
    let homeserver = server(LIST, 0).await?;
    open(&page, &homeserver, STRING).await?;
    resumes(&page).await?;
    adds_and_removes(&page).await
}

async fn before_the_mail(page: Page) -> Result<()> {
    let homeserver = server(SEND, 0).await?;
    homeserver.answers(LIST, [list(&["alice@example.org"])]);
    open(&page, &homeserver, STRING).await?;
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    resumes(&page).await?;
    // What was broken off goes on by itself.
    page.see("group", NEW).await?;
    let tokens = tokens(&homeserver, SEND);
    ensure!(tokens == ["Bearer token-1", "Bearer token-2"], "{tokens:?}");
    Ok(())
}

async fn before_the_question(page: Page) -> Result<()> {
    let homeserver = server(ADD, 0).await?;
    homeserver.answers(LIST, [list(&["alice@example.org"])]);
    open(&page, &homeserver, STRING).await?;
    add(&page).await?;
    page.press("Continue").await?;
    resumes(&page).await?;
    page.see("dialog", DIALOG).await?;
    added(&homeserver);
    confirms(&page).await?;
    page.list_is(&["alice@example.org", NEW]).await?;
    let tokens = tokens(&homeserver, ADD);
    ensure!(tokens == ["Bearer token-1", "Bearer token-2", "Bearer token-2"], "{tokens:?}");
    Ok(())
}

async fn at_the_password(page: Page) -> Result<()> {
    let homeserver = server(ADD, 1).await?;
    homeserver.answers(LIST, [list(&["alice@example.org"])]);
    open(&page, &homeserver, STRING).await?;
    add(&page).await?;
    page.press("Continue").await?;
    confirms(&page).await?;
    resumes(&page).await?;
    // It is still there, with what was typed.
    page.see("dialog", DIALOG).await?;
    let typed = page.see("textbox", "Password").await?.value().await?;
    ensure!(typed.as_deref() == Some("secret"), "what was typed is lost");
    added(&homeserver);
    page.press("Confirm").await?;
    page.list_is(&["alice@example.org", NEW]).await
}

async fn before_the_end(page: Page) -> Result<()> {
    let homeserver = server(LIST, 1).await?;
    open(&page, &homeserver, STRING).await?;
    add(&page).await?;
    page.press("Continue").await?;
    confirms(&page).await?;
    resumes(&page).await?;
    page.list_is(&["alice@example.org", NEW]).await
}
