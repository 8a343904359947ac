//! Stages in which something is typed or opened: an address of the account is
//! proved, or a registration token given.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::error_responses::{ADD, DELETE, LIST, NEW, add, open};
use crate::fallback_window::DIALOG;
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, challenge_of, error, list};
use crate::page_object::Page;

const EMAIL: &str = "m.login.email.identity";
const MSISDN: &str = "m.login.msisdn";
const TOKEN: &str = "m.login.registration_token";
const SEND_MAIL: &str = "POST account/password/email/requestToken";
const SEND_TEXT: &str = "POST account/password/msisdn/requestToken";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("uia threepid: an email address of the account, by link", link),
        browser_test("uia threepid: an email address of the account, by code", code),
        browser_test("uia threepid: an email that could not be sent is requested again", not_sent),
        browser_test("uia threepid: the user chooses one of several addresses", several),
        browser_test("uia threepid: an account without an email address", none),
        browser_test("uia: a registration token, wrong, then right", token),
        browser_test("uia threepid: a phone number of the account", phone),
        browser_test("uia threepid: a removal asks for the same stages", removal),
    ]
}

fn done() -> Answer {
    Answer::Json(200, json!({}))
}

fn asks(stage: &str) -> Answer {
    challenge_of("s", &[&[stage]], &[])
}

/// The stage was tried, and has failed.
fn failed(stage: &str) -> Answer {
    let body = json!({"session": "s", "flows": [{"stages": [stage]}], "params": {},
        "completed": [], "errcode": "M_UNAUTHORIZED", "error": "<b>A server's own text</b>"});
    Answer::Json(401, body)
}

async fn asked(page: &Page, homeserver: &Homeserver) -> Result<()> {
    open(page, homeserver).await?;
    add(page).await?;
    page.press("Continue").await?;
    page.see("dialog", DIALOG).await?;
    Ok(())
}

fn body(homeserver: &Homeserver, what: &str, at: usize) -> Value {
    homeserver.received(what)[at].body.clone()
}

async fn link(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(SEND_MAIL, [Answer::Json(200, json!({"sid": "7"}))]);
    homeserver.answers(ADD, [asks(EMAIL), failed(EMAIL), failed(EMAIL), done()]);
    asked(&page, &homeserver).await?;
    page.read(
        "status",
        "We've sent a message to alice@example.org. Open the link in it, then choose Continue.",
    )
    .await?;
    let first = body(&homeserver, SEND_MAIL, 0);
    let secret = &first["client_secret"];
    ensure!(secret.as_str().is_some_and(|secret| secret.len() > 20), "{first}");
    let wanted = json!({"client_secret": secret, "send_attempt": 1, "email": "alice@example.org"});
    ensure!(first == wanted, "{first}");

    page.press("Continue").await?;
    page.read("alert", "Open the link in the message first, then choose Continue").await?;
    page.press("Resend").await?;
    page.read("status", "Email sent again").await?;
    let second = body(&homeserver, SEND_MAIL, 1);
    ensure!(second["send_attempt"] == 2 && second["client_secret"] == *secret, "{second}");

    // Back from the mail, too early; and then not.
    page.leave().await?;
    page.come_back().await?;
    homeserver.wait_for(ADD, 3).await?;
    page.until("window.stage.all('alert', null, null).length === 0").await?;
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Continue").await?;
    page.list_is(&[NEW]).await?;
    let creds = json!({"sid": "7", "client_secret": secret});
    let wanted = json!({"type": EMAIL, "threepid_creds": creds, "session": "s"});
    for at in 1..=3 {
        let auth = &body(&homeserver, ADD, at)["auth"];
        ensure!(*auth == wanted, "{auth}");
    }
    ensure!(*secret != body(&homeserver, ADD, 0)["client_secret"], "one secret for two addresses");
    Ok(())
}

async fn code(page: Page) -> Result<()> {
    const SUBMIT: &str = "POST /submit";
    let homeserver = Homeserver::start().await?;
    let answer = json!({"sid": "7", "submit_url": format!("{}/submit", homeserver.url)});
    homeserver.answers(SEND_MAIL, [Answer::Json(200, answer)]);
    let right = [false, true].map(|success| Answer::Json(200, json!({"success": success})));
    homeserver.answers(SUBMIT, right);
    homeserver.answers(ADD, [asks(EMAIL), done()]);
    asked(&page, &homeserver).await?;
    page.read("status", "We've sent a code to alice@example.org").await?;
    page.type_into("Code from the message", "123").await?;
    page.press("Continue").await?;
    page.read("alert", "Wrong code").await?;
    page.focus_is("it.getAttribute('autocomplete') === 'one-time-code'").await?;
    homeserver.answers(LIST, [list(&[NEW])]);
    page.type_into("Code from the message", " 456 ").await?;
    page.press("Continue").await?;
    page.list_is(&[NEW]).await?;
    let submitted = homeserver.received(SUBMIT);
    ensure!(submitted.iter().all(|it| it.authorization.is_empty()), "the token went there");
    let secret = &body(&homeserver, SEND_MAIL, 0)["client_secret"];
    let wanted = json!({"sid": "7", "client_secret": secret, "token": "456"});
    ensure!(submitted[1].body == wanted, "{submitted:?}");
    Ok(())
}

async fn not_sent(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let sent = Answer::Json(200, json!({"sid": "7"}));
    homeserver.answers(SEND_MAIL, [error(500, "M_UNKNOWN"), sent]);
    homeserver.answers(ADD, [asks(EMAIL), done()]);
    asked(&page, &homeserver).await?;
    page.read("alert", "The server couldn't send the email. Try again later.").await?;
    page.press("Resend").await?;
    page.read("status", "We've sent a message to alice@example.org.").await?;
    // Should the first one have gone out after all, there is no second.
    let [first, second] = [0, 1].map(|at| body(&homeserver, SEND_MAIL, at));
    ensure!(first == second && first["send_attempt"] == 1, "{first} {second}");
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Continue").await?;
    page.list_is(&[NEW]).await
}

async fn several(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let both = list(&["alice@example.org", "old@example.org"]);
    homeserver.answers(LIST, [both]);
    homeserver.answers(SEND_MAIL, [Answer::Json(200, json!({"sid": "7"}))]);
    homeserver.answers(ADD, [asks(EMAIL), done()]);
    asked(&page, &homeserver).await?;
    page.read("status", "We've sent a message to alice@example.org.").await?;
    page.press("Use old@example.org instead").await?;
    page.read("status", "We've sent a message to old@example.org.").await?;
    page.see("button", "Use alice@example.org instead").await?;
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Continue").await?;
    page.list_is(&[NEW]).await?;
    let secrets = [0, 1].map(|at| body(&homeserver, SEND_MAIL, at)["client_secret"].clone());
    ensure!(secrets[0] != secrets[1], "one secret for two addresses");
    let creds = &body(&homeserver, ADD, 1)["auth"]["threepid_creds"];
    ensure!(creds["client_secret"] == secrets[1], "{creds}");
    Ok(())
}

async fn none(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(LIST, [list(&[])]);
    homeserver.answers(ADD, [asks(EMAIL)]);
    asked(&page, &homeserver).await?;
    page.read("alert", "This server needs a kind of confirmation that isn't supported here")
        .await?;
    page.press("Cancel").await?;
    page.see("group", NEW).await?;
    ensure!(homeserver.received(SEND_MAIL).is_empty(), "a mail to nobody");
    Ok(())
}

async fn token(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(ADD, [asks(TOKEN), failed(TOKEN), done()]);
    asked(&page, &homeserver).await?;
    ensure!(page.count("textbox", Some("Password")).await? == 0, "a password is asked for");
    page.type_into("Registration token", "guess").await?;
    page.press("Confirm").await?;
    page.read("alert", "Wrong registration token").await?;
    homeserver.answers(LIST, [list(&[NEW])]);
    page.type_into("Registration token", " fBVFdqVE ").await?;
    page.press("Confirm").await?;
    page.list_is(&[NEW]).await?;
    let auth = &body(&homeserver, ADD, 2)["auth"];
    ensure!(*auth == json!({"type": TOKEN, "token": "fBVFdqVE", "session": "s"}), "{auth}");
    Ok(())
}

async fn phone(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let entries = json!([{"medium": "msisdn", "address": "447700900123"}]);
    homeserver.answers(LIST, [Answer::Json(200, json!({"threepids": entries}))]);
    homeserver.answers(SEND_TEXT, [Answer::Json(200, json!({"sid": "8"}))]);
    homeserver.answers(ADD, [asks(MSISDN), done()]);
    asked(&page, &homeserver).await?;
    page.read("status", "We've sent a message to +447700900123.").await?;
    let sent = body(&homeserver, SEND_TEXT, 0);
    ensure!(sent["phone_number"] == "+447700900123" && sent["country"].is_string(), "{sent}");
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Continue").await?;
    page.list_is(&[NEW]).await?;
    let auth = &body(&homeserver, ADD, 1)["auth"];
    ensure!(auth["type"] == MSISDN && auth["threepid_creds"]["sid"] == "8", "{auth}");
    Ok(())
}

async fn removal(page: Page) -> Result<()> {
    for stage in [EMAIL, TOKEN] {
        let homeserver = Homeserver::start().await?;
        homeserver.answers(SEND_MAIL, [Answer::Json(200, json!({"sid": "7"}))]);
        homeserver.answers(DELETE, [asks(stage), failed(stage), done()]);
        open(&page, &homeserver).await?;
        page.press("Remove alice@example.org").await?;
        page.press("Remove").await?;
        page.see("dialog", DIALOG).await?;
        if stage == EMAIL {
            page.read("status", "We've sent a message to alice@example.org.").await?;
            page.press("Continue").await?;
            page.read("alert", "Open the link in the message first, then choose Continue").await?;
            homeserver.answers(LIST, [list(&[])]);
            page.press("Continue").await?;
        } else {
            page.type_into("Registration token", "guess").await?;
            page.press("Confirm").await?;
            page.read("alert", "Wrong registration token").await?;
            homeserver.answers(LIST, [list(&[])]);
            page.type_into("Registration token", "right").await?;
            page.press("Confirm").await?;
        }
        page.read("status", "alice@example.org was removed").await?;
        page.list_is(&[]).await?;
        let sent = body(&homeserver, DELETE, 2);
        ensure!(sent["address"] == "alice@example.org" && sent["auth"]["type"] == stage, "{sent}");
    }
    Ok(())
}
