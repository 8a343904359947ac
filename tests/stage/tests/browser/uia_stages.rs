//! Authentication of several stages, in any way that leads to its end.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::error_responses::{ADD, DELETE, LIST, NEW, add, open};
use crate::fallback_window::DIALOG;
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, challenge, challenge_of, list};
use crate::page_object::Page;

/// A password.
pub const PASSWORD: &str = "m.login.password";
const SSO: &str = "m.login.sso";
/// Documents to be accepted.
pub const TERMS: &str = "m.login.terms";
const DUMMY: &str = "m.login.dummy";
const CAPTCHA: &str = "m.login.recaptcha";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("uia: two stages, with a choice for the first", two_steps),
        browser_test("uia: both names of single sign-on are one option", both_names),
        browser_test("uia: the flow with the fewest stages is used", fewest),
        browser_test("uia: a removal with two stages", removal),
        browser_test("uia: a dummy stage is completed silently", nothing_to_do),
        browser_test("uia: a closed dialog resumes at the second stage", taken_up_again),
        browser_test("uia: no supported flow, then a supported one", no_way_yet),
    ]
}

/// In Chromium, which opens windows unasked.
pub fn window_tests() -> Vec<Trial> {
    vec![browser_test("uia: a captcha in the fallback window comes second", captcha_second)]
}

/// The server is content.
pub fn done() -> Answer {
    Answer::Json(200, json!({}))
}

/// A challenge with documents to be accepted.
pub fn with_terms(session: &str, flows: &[&[&str]], completed: &[&str]) -> Answer {
    let document = |name: &str, german: &str| {
        json!({"version": "1", "en": {"name": name, "url": "https://example.org/en"},
            "de": {"name": german, "url": "https://example.org/de"}})
    };
    let policies = json!({"privacy": document("Privacy policy", "Datenschutz"),
        "terms": document("Terms of use", "Nutzungsbedingungen")});
    let Answer::Json(status, mut body) = challenge_of(session, flows, completed) else {
        unreachable!("a challenge is JSON")
    };
    body["params"] = json!({"m.login.terms": {"policies": policies}});
    Answer::Json(status, body)
}

/// Up to the question who it is.
pub async fn asked(page: &Page, homeserver: &Homeserver) -> Result<()> {
    open(page, homeserver).await?;
    add(page).await?;
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Continue").await?;
    page.see("dialog", DIALOG).await?;
    Ok(())
}

/// Gives the password.
pub async fn password(page: &Page, password: &str) -> Result<()> {
    page.type_into("Password", password).await?;
    page.press("Confirm").await
}

/// Accepts each document.
pub async fn accept_all(page: &Page) -> Result<()> {
    for document in ["Privacy policy", "Terms of use"] {
        let choice = page.see("checkbox", &format!("I accept {document}")).await?;
        if !choice.is_selected().await? {
            page.click(&choice).await?;
        }
    }
    Ok(())
}

/// The `auth` of each request, in turn.
pub fn auths(homeserver: &Homeserver) -> Vec<Value> {
    homeserver.received(ADD).iter().map(|it| it.body["auth"].clone()).collect()
}

async fn two_steps(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let flows: &[&[&str]] = &[&[SSO, TERMS], &[PASSWORD, TERMS]];
    let second = with_terms("s2", flows, &[PASSWORD]);
    homeserver.answers(ADD, [with_terms("s", flows, &[]), second, done()]);
    asked(&page, &homeserver).await?;
    page.read("dialog", "Step 1 of 2").await?;
    page.press("Use single sign-on instead").await?;
    page.gone("textbox", "Password").await?;
    page.press("Use your password instead").await?;
    password(&page, "secret").await?;
    // The field that had the focus is gone.
    page.focus_is("it.localName === 'h2'").await?;

    page.read("dialog", "Step 2 of 2").await?;
    ensure!(page.count("alert", None).await? == 0, "the first step is said to be wrong");
    page.gone("textbox", "Password").await?;
    let link = page.see("link", "Privacy policy").await?;
    ensure!(link.attr("href").await?.as_deref() == Some("https://example.org/en"));
    page.run("window.element.lang = 'de'").await?;
    page.see("checkbox", "Ich akzeptiere: Datenschutz").await?;
    page.see("checkbox", "Ich akzeptiere: Nutzungsbedingungen").await?;
    page.run("window.element.lang = 'en'").await?;
    page.see("checkbox", "I accept Privacy policy").await?.click().await?;
    page.press("Confirm").await?;
    // The browser itself asks for the other.
    page.focus_is("it.type === 'checkbox' && !it.checked").await?;
    ensure!(homeserver.received(ADD).len() == 2, "accepted what was not");
    page.see("checkbox", "I accept Terms of use").await?.click().await?;
    page.press("Confirm").await?;
    page.list_is(&[NEW]).await?;
    let auths = auths(&homeserver);
    ensure!(auths[1]["type"] == PASSWORD && auths[1]["session"] == "s", "{auths:?}");
    ensure!(auths[2] == json!({"type": TERMS, "session": "s2"}), "{auths:?}");
    Ok(())
}

async fn captcha_second(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let flows: &[&[&str]] = &[&[PASSWORD, CAPTCHA]];
    let second = challenge_of("s", flows, &[PASSWORD]);
    homeserver.answers(ADD, [challenge_of("s", flows, &[]), second, done()]);
    let captcha = "<!doctype html><p>I am no robot</p>\
        <button onclick=\"opener.postMessage('authDone', '*')\">Verify</button>";
    let there = "GET auth/m.login.recaptcha/fallback/web";
    homeserver.answers(there, [Answer::Page(captcha.to_owned())]);
    asked(&page, &homeserver).await?;
    page.read("dialog", "Step 1 of 2").await?;
    password(&page, "secret").await?;
    page.read("dialog", "Step 2 of 2").await?;
    let own = page.turn_to_new_window().await?;
    page.loaded("I am no robot").await?;
    page.press("Verify").await?;
    page.turn_to(&own).await?;
    page.list_is(&[NEW]).await?;
    ensure!(auths(&homeserver)[2] == json!({"session": "s"}));
    Ok(())
}

async fn both_names(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let flows: &[&[&str]] = &[&["org.matrix.login.sso"], &[SSO], &[PASSWORD]];
    homeserver.answers(ADD, [challenge_of("s", flows, &[]), done()]);
    asked(&page, &homeserver).await?;
    page.press("Use single sign-on instead").await?;
    page.gone("button", "Use single sign-on instead").await?;
    page.press("Use your password instead").await?;
    password(&page, "secret").await?;
    page.list_is(&[NEW]).await
}

async fn fewest(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let flows: &[&[&str]] = &[&[SSO, TERMS], &[PASSWORD], &[PASSWORD, DUMMY, CAPTCHA]];
    homeserver.answers(ADD, [challenge_of("s", flows, &[]), done()]);
    asked(&page, &homeserver).await?;
    page.see("textbox", "Password").await?;
    page.gone("button", "Use single sign-on instead").await?;
    let text = page.see("dialog", DIALOG).await?.text().await?;
    ensure!(!text.contains("Step"), "{text}");
    password(&page, "secret").await?;
    page.list_is(&[NEW]).await
}

async fn removal(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let flows: &[&[&str]] = &[&[PASSWORD, TERMS]];
    let second = with_terms("s", flows, &[PASSWORD]);
    homeserver.answers(DELETE, [with_terms("s", flows, &[]), second, done()]);
    open(&page, &homeserver).await?;
    page.press("Remove alice@example.org").await?;
    page.press("Remove").await?;
    page.read("dialog", "Step 1 of 2").await?;
    homeserver.answers(LIST, [list(&[])]);
    password(&page, "secret").await?;
    page.read("dialog", "Step 2 of 2").await?;
    accept_all(&page).await?;
    page.press("Confirm").await?;
    page.read("status", "alice@example.org was removed").await?;
    page.list_is(&[]).await
}

async fn nothing_to_do(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let flows: &[&[&str]] = &[&[PASSWORD, DUMMY]];
    let second = challenge_of("s", flows, &[PASSWORD]);
    homeserver.answers(ADD, [challenge_of("s", flows, &[]), second, done()]);
    asked(&page, &homeserver).await?;
    let text = page.see("dialog", DIALOG).await?.text().await?;
    ensure!(!text.contains("Step"), "{text}");
    password(&page, "secret").await?;
    page.list_is(&[NEW]).await?;
    ensure!(auths(&homeserver)[2] == json!({"type": DUMMY, "session": "s"}));
    Ok(())
}

async fn taken_up_again(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let flows: &[&[&str]] = &[&[PASSWORD, TERMS]];
    let second = || with_terms("s", flows, &[PASSWORD]);
    homeserver.answers(ADD, [with_terms("s", flows, &[]), second(), second(), done()]);
    asked(&page, &homeserver).await?;
    password(&page, "secret").await?;
    page.read("dialog", "Step 2 of 2").await?;
    page.press("Cancel").await?;
    page.gone("dialog", DIALOG).await?;
    // What was done need not be done again.
    page.press("Continue").await?;
    page.read("dialog", "Step 2 of 2").await?;
    accept_all(&page).await?;
    page.press("Confirm").await?;
    page.list_is(&[NEW]).await?;
    ensure!(auths(&homeserver)[2] == json!({"session": "s"}));
    Ok(())
}

async fn no_way_yet(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let none = challenge_of("s", &[], &[]);
    homeserver.answers(ADD, [none, Answer::Json(401, challenge("s2")), done()]);
    asked(&page, &homeserver).await?;
    page.read("alert", "This server needs a kind of confirmation that isn't supported here")
        .await?;
    page.gone("button", "Confirm").await?;
    ensure!(page.count("button", Some("Try again")).await? == 0, "it would fail again");
    // Should the server change its mind:
    page.press("Cancel").await?;
    page.press("Continue").await?;
    password(&page, "secret").await?;
    page.list_is(&[NEW]).await
}
