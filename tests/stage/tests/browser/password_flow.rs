//! `<matrix-account-password>`: a person changes the password of their account,
//! on a real Synapse.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::oidc::{Opener, Provider};
use stage::ports;
use stage::synapse::{Session, Synapse};
use thirtyfour::prelude::*;

use crate::harness::{browser_test, stage};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("password flow: changed, then signed in with the new password", changes),
        browser_test("password flow: all other devices are signed out", signs_out),
        browser_test("password flow: the keyboard alone is enough", keyboard),
        // On servers with settings of their own.
        browser_test("password flow: each password policy of the server has its message", policy),
        browser_test("password flow: a server that forbids password changes", forbidden),
    ]
}

/// In Chromium, which opens windows unasked.
pub fn window_tests() -> Vec<Trial> {
    vec![browser_test("password flow: an SSO user sets a first password", without_one)]
}

/// The current password, in the dialog.
async fn confirm_change(page: &Page, password: &str) -> Result<()> {
    page.see("dialog", "Confirm it's you").await?;
    page.type_into("Current password", password).await?;
    page.press("Confirm").await
}

/// A page with an element that is signed in.
pub async fn open_at(page: &Page, url: &str, session: &Session) -> Result<()> {
    let body = format!(
        "<matrix-account-password homeserver=\"{url}\" user-id=\"{}\"></matrix-account-password>",
        session.user_id
    );
    let script = format!(
        "import \"/npm/define.js\";\n\
         window.element = document.querySelector(\"matrix-account-password\");\n\
         window.events = [];\n\
         for (const name of [\"password-changed\", \"threepid-auth-required\", \"threepids-ready\",\
           \"threepids-change\", \"threepids-session-expired\", \"threepids-error\"])\n\
           document.addEventListener(name, (event) => window.events.push([name, event.detail]));\n\
         window.element.accessToken = \"{}\";",
        session.token
    );
    page.goto(&stage().serve_page(&body, &script)).await?;
    page.see("textbox", "New password").await?;
    Ok(())
}

/// Types it twice and hands it in.
pub async fn change_to(page: &Page, password: &str) -> Result<()> {
    page.type_into("New password", password).await?;
    page.type_into("Repeat new password", password).await?;
    page.press("Change password").await
}

/// Whether the server knows this session.
async fn is_signed_in(synapse: &Synapse, session: &Session) -> Result<bool> {
    let url = format!("{}/_matrix/client/v3/account/whoami", synapse.url());
    let answer = reqwest::Client::new().get(url).bearer_auth(&session.token).send().await?;
    Ok(answer.status().is_success())
}

async fn values(page: &Page) -> Result<Value> {
    page.run(
        "return [...window.element.shadowRoot.querySelectorAll('input')]\
         .filter((it) => it.autocomplete !== 'username')\
         .map((it) => it.type === 'checkbox' ? it.checked : it.value)",
    )
    .await
}

async fn changes(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("changer", "the old one").await?;
    let other = synapse.sign_in("changer", "the old one").await?;
    open_at(&page, &synapse.url(), &session).await?;
    page.see("region", "Change password").await?;
    page.see("heading", "Change password").await?;

    page.type_into("New password", "a new one").await?;
    page.type_into("Repeat new password", "a new noe").await?;
    page.press("Change password").await?;
    page.read("alert", "The passwords don't match").await?;
    page.focus_is("it.id === 'repeated-password'").await?;
    change_to(&page, "a new one").await?;
    page.see("dialog", "Confirm it's you").await?;
    page.read("dialog", "Enter your current password to change it").await?;
    confirm_change(&page, "a wrong one").await?;
    page.read("alert", "Wrong password").await?;
    page.focus_is("it.autocomplete === 'current-password'").await?;
    confirm_change(&page, "the old one").await?;
    page.read("status", "Your password was changed").await?;
    page.gone("dialog", "Confirm it's you").await?;
    page.focus_is("it.textContent.trim() === 'Change password'").await?;
    ensure!(values(&page).await? == json!(["", "", false, false, "", false]), "typed text is left");

    let new = synapse.sign_in("changer", "a new one").await?;
    ensure!(synapse.sign_in("changer", "the old one").await.is_err(), "the old one is good still");
    for session in [&session, &other, &new] {
        ensure!(is_signed_in(synapse, session).await?, "a session has ended");
    }
    let events = page.run("return window.events.filter(([name]) => name === 'password-changed')");
    ensure!(events.await? == json!([["password-changed", {"logoutDevices": false}]]));
    let told = page.run("return JSON.stringify(window.events)").await?;
    let told = told.as_str().unwrap_or_default();
    for secret in ["a new one", "the old one", "a wrong one", &*session.token] {
        ensure!(!told.contains(secret), "an event holds a secret: {told}");
    }
    // Whose password it is.
    let username = page
        .run(
            "return [...window.element.shadowRoot.querySelectorAll('[autocomplete=username]')]\
             .map((it) => it.value)",
        )
        .await?;
    ensure!(username == json!([session.user_id, session.user_id]), "{username}");
    let fields = page
        .run(
            "return [...window.element.shadowRoot.querySelectorAll('form.fields [type=password]')]\
             .map((it) => it.getAttribute('autocomplete'))",
        )
        .await?;
    ensure!(fields == json!(["new-password", "new-password"]), "{fields}");
    Ok(())
}

async fn signs_out(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("leaver", "the old one").await?;
    let other = synapse.sign_in("leaver", "the old one").await?;
    open_at(&page, &synapse.url(), &session).await?;
    // Who sees it need not repeat it.
    page.see("checkbox", "Show password").await?.click().await?;
    page.gone("textbox", "Repeat new password").await?;
    page.until("window.element.shadowRoot.querySelector('#new-password').type === 'text'").await?;
    page.type_into("New password", "a new one").await?;
    let all = page.see("checkbox", "Sign out all my other devices").await?;
    page.click(&all).await?;
    page.read("region", "They'll have to sign in again.").await?;
    page.press("Change password").await?;
    confirm_change(&page, "the old one").await?;
    page.read("status", "Your password was changed, and your other devices were signed out")
        .await?;
    ensure!(is_signed_in(synapse, &session).await?, "this session has ended");
    ensure!(!is_signed_in(synapse, &other).await?, "the other session is still there");
    synapse.sign_in("leaver", "a new one").await?;
    let events = page.run("return window.events.filter(([name]) => name === 'password-changed')");
    ensure!(events.await? == json!([["password-changed", {"logoutDevices": true}]]));
    // Nothing that was typed is to be seen.
    page.see("textbox", "Repeat new password").await?;
    ensure!(values(&page).await? == json!(["", "", false, false, "", false]), "typed text is left");
    Ok(())
}

async fn keyboard(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("typist", "the old one").await?;
    open_at(&page, &synapse.url(), &session).await?;
    page.run("window.element.focus()").await?;
    page.focus_is("it.id === 'new-password'").await?;
    for key in ["a new one", "\u{e004}", "a new one", "\u{e004}", "\u{e004}", " ", "\u{e007}"] {
        page.driver.action_chain().send_keys(key).perform().await?;
    }
    page.see("dialog", "Confirm it's you").await?;
    page.focus_is("it.autocomplete === 'current-password'").await?;
    page.key(Key::Escape).await?;
    page.gone("dialog", "Confirm it's you").await?;
    page.focus_is("it.id === 'logout-devices'").await?;
    // Nothing is lost.
    ensure!(values(&page).await? == json!(["a new one", "a new one", false, true, "", false]));
    page.key(Key::Enter).await?;
    page.see("dialog", "Confirm it's you").await?;
    page.focus_is("it.autocomplete === 'current-password'").await?;
    page.driver.action_chain().send_keys("the old one\u{e007}").perform().await?;
    page.read("status", "Your password was changed, and your other devices were signed out")
        .await?;
    Ok(())
}

async fn policy(page: Page) -> Result<()> {
    let policy = json!({"enabled": true, "minimum_length": 8, "require_digit": true,
        "require_symbol": true, "require_lowercase": true, "require_uppercase": true});
    let settings = json!({"password_config": {"policy": policy}});
    let mut synapse = stage().another_synapse("policy", settings).await?;
    let session = synapse.user("weak", "Old-pass-1").await?;
    open_at(&page, &synapse.url(), &session).await?;
    for (password, words) in [
        ("", "Enter a new password"),
        ("short", "This password is too short. Choose a longer one."),
        ("long enough", "The password has to contain a digit"),
        ("long enough 1", "The password has to contain a symbol, such as ! or #"),
        ("long-enough-1", "The password has to contain an upper-case letter"),
        ("LONG-ENOUGH-1", "The password has to contain a lower-case letter"),
    ] {
        // A blank is a symbol to Synapse.
        let password = if words.contains("symbol") { "longEnough1" } else { password };
        change_to(&page, password).await?;
        page.read("alert", words).await?;
        page.focus_is("it.id === 'new-password'").await?;
        ensure!(page.count("dialog", None).await? == 0, "{password}");
    }
    change_to(&page, "Long-enough-1").await?;
    confirm_change(&page, "Old-pass-1").await?;
    page.read("status", "Your password was changed").await?;
    synapse.sign_in("weak", "Long-enough-1").await?;
    synapse.stop().await
}

async fn without_one(page: Page) -> Result<()> {
    let stage = stage();
    let provider = Provider::start(&stage.python, ports::find_free()?, Opener::Kept).await?;
    let mut synapse = stage.another_synapse("sso-password", provider.settings()).await?;
    let session = provider.sign_in(&synapse, "newcomer").await?;
    open_at(&page, &synapse.url(), &session).await?;
    change_to(&page, "my first one").await?;
    page.read("dialog", "To change your password, confirm that it's you").await?;
    page.read("status", "Continue in the other window").await?;
    let own = page.turn_to_new_window().await?;
    page.follow("Continue with Example").await?;
    page.loaded("Authorize Client").await?;
    page.driver.find(By::Css("input[name=sub]")).await?.send_keys("newcomer").await?;
    page.press("Authorize").await?;
    page.loaded("Thank you").await?;
    page.turn_to(&own).await?;
    page.read("status", "Your password was changed").await?;
    synapse.sign_in("newcomer", "my first one").await?;
    synapse.stop().await
}

async fn forbidden(page: Page) -> Result<()> {
    let settings = json!({"password_config": {"localdb_enabled": false},
        "enable_registration": false});
    let provider = Provider::start(&stage().python, ports::find_free()?, Opener::Kept).await?;
    let mut all = provider.settings();
    if let (Value::Object(all), Value::Object(settings)) = (&mut all, settings) {
        all.extend(settings);
    }
    let mut synapse = stage().another_synapse("no-passwords", all).await?;
    let session = provider.sign_in(&synapse, "nobody").await?;
    let body = format!(
        "<matrix-account-password homeserver=\"{}\"></matrix-account-password>",
        synapse.url()
    );
    let script = format!(
        "import \"/npm/define.js\";\n\
         document.querySelector(\"matrix-account-password\").accessToken = \"{}\";",
        session.token
    );
    page.goto(&stage().serve_page(&body, &script)).await?;
    page.read("status", "This server doesn't let you change your password").await?;
    ensure!(page.count("textbox", Some("New password")).await? == 0, "the form is there");
    synapse.stop().await
}
