//! `<matrix-password-reset>`: a user has forgotten the password of their account, on a
//! real Synapse with real mail.

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;
use stage::synapse::{Session, Synapse};

use crate::account_page::site::{fixed, put_up};
use crate::harness::{browser_test, stage};
use crate::page_object::Page;

const WAITING: &str = "We'll finish as soon as you open the link in the email";
const DONE: &str = "Your password was changed. Sign in with the new one.";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("password reset: the new password is good once the link is opened", replaces),
        browser_test("password reset: all devices are signed out, after a reload", signs_out),
        browser_test("password reset: an unknown address leads to the same screen", unknown),
        browser_test("password reset: the password policy of the server", policy),
        browser_test("account page: a forgotten password, from sign-in to sign-in", account_page),
    ]
}

/// A user with an email address.
async fn user(synapse: &Synapse, name: &str, password: &str) -> Result<(Session, String)> {
    let session = synapse.user(name, password).await?;
    let address = format!("{name}@example.org");
    synapse.put_on(&session, "email", &address).await?;
    Ok((session, address))
}

/// A page with the element.
async fn open_at(page: &Page, url: &str) -> Result<()> {
    let body = format!("<matrix-password-reset homeserver=\"{url}\"></matrix-password-reset>");
    let script = "import \"/npm/define.js\";\n\
         window.events = [];\n\
         for (const name of [\"password-reset\", \"threepid-verification-sent\",\
           \"threepids-session-expired\", \"threepids-error\"])\n\
           document.addEventListener(name, (event) => window.events.push([name, event.detail]));";
    page.goto(&stage().serve_page(&body, script)).await?;
    page.see("heading", "Reset password").await?;
    Ok(())
}

/// Hands in the address.
async fn ask_for(page: &Page, address: &str) -> Result<()> {
    page.type_into("Email address", address).await?;
    page.press("Send email").await?;
    page.read("group", &format!("If an account has the address {address}, we've sent")).await?;
    Ok(())
}

async fn submit(page: &Page, password: &str) -> Result<()> {
    page.type_into("New password", password).await?;
    page.type_into("Repeat new password", password).await?;
    page.press("Reset password").await
}

/// Opens the link of the newest email, as the user does in another tab.
async fn open_link(synapse: &Synapse, address: &str, nth: usize) -> Result<()> {
    let mail = stage().mails.wait_for(address, nth).await?;
    synapse.confirm_reset(mail.link().context("no link")?).await
}

async fn is_signed_in(synapse: &Synapse, session: &Session) -> Result<bool> {
    let url = format!("{}/_matrix/client/v3/account/whoami", synapse.url());
    let answer = reqwest::Client::new().get(url).bearer_auth(&session.token).send().await?;
    Ok(answer.status().is_success())
}

async fn has_no_findings(page: &Page) -> Result<()> {
    let found = page.find_by_axe().await?;
    ensure!(found.is_empty(), "{found:?}");
    Ok(())
}

async fn replaces(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let (session, address) = user(synapse, "forgetful", "the old one").await?;
    open_at(&page, &synapse.url()).await?;
    has_no_findings(&page).await?;
    page.type_into("Email address", "no address").await?;
    page.press("Send email").await?;
    page.read("alert", "Enter a valid email address").await?;
    page.type_into("Email address", "").await?;
    ask_for(&page, &address).await?;
    has_no_findings(&page).await?;

    page.type_into("New password", "a new one").await?;
    page.type_into("Repeat new password", "a new noe").await?;
    page.press("Reset password").await?;
    page.read("alert", "The passwords don't match").await?;
    // Before the link is opened.
    submit(&page, "a new one").await?;
    page.read("status", WAITING).await?;
    ensure!(synapse.sign_in("forgetful", "a new one").await.is_err(), "without the link");
    // To reveal the password does not end that.
    page.see("checkbox", "Show password").await?.click().await?;
    page.read("status", WAITING).await?;
    // Password managers get the address: a reset has no Matrix ID.
    let name = "return document.querySelector('matrix-password-reset').shadowRoot.querySelector('[autocomplete=username]').value";
    ensure!(page.run(name).await? == json!(address), "another name for password managers");
    open_link(synapse, &address, 1).await?;
    page.read("status", DONE).await?;
    page.see("textbox", "Email address").await?;
    has_no_findings(&page).await?;

    synapse.sign_in("forgetful", "a new one").await?;
    ensure!(
        synapse.sign_in("forgetful", "the old one").await.is_err(),
        "the old one is good still"
    );
    ensure!(is_signed_in(synapse, &session).await?, "a session has ended");
    let events = page.run("return window.events.filter(([name]) => name !== 'threepids-error')");
    ensure!(events.await? == json!([["password-reset", {"logoutDevices": false}]]));
    let told = page
        .run("return JSON.stringify([window.events, {...sessionStorage}, {...localStorage}])")
        .await?;
    ensure!(!told.as_str().unwrap_or_default().contains("a new one"), "a secret: {told}");
    Ok(())
}

async fn signs_out(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let (session, address) = user(synapse, "reset-signs-out", "the old one").await?;
    open_at(&page, &synapse.url()).await?;
    ask_for(&page, &address).await?;
    open_link(synapse, &address, 1).await?;
    page.reload().await?;
    page.read("group", &address).await?;
    let all = page.see("checkbox", "Sign out all my devices").await?;
    page.click(&all).await?;
    submit(&page, "a new one").await?;
    page.read("status", "all your devices were signed out").await?;
    ensure!(!is_signed_in(synapse, &session).await?, "a session goes on");
    synapse.sign_in("reset-signs-out", "a new one").await?;
    page.reload().await?;
    page.see("textbox", "Email address").await?;
    Ok(())
}

async fn unknown(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let (_, known) = user(synapse, "known", "the old one").await?;
    let mut screens = Vec::new();
    for address in [&*known, "nobody@example.org"] {
        open_at(&page, &synapse.url()).await?;
        page.run("sessionStorage.clear()").await?;
        page.reload().await?;
        ask_for(&page, address).await?;
        submit(&page, "a new one").await?;
        page.read("status", WAITING).await?;
        let text = page
            .run("return document.querySelector('matrix-password-reset').shadowRoot.querySelector('.base').innerText")
            .await?;
        let events = page.run("return JSON.stringify(window.events)").await?;
        let text = text.as_str().unwrap_or_default().replace(address, "…");
        screens.push((text, events));
    }
    ensure!(screens[0] == screens[1], "{screens:?}");
    ensure!(stage().mails.to("nobody@example.org").is_empty(), "there is no such account");
    Ok(())
}

async fn policy(page: Page) -> Result<()> {
    let policy = json!({"enabled": true, "minimum_length": 10, "require_digit": true});
    let settings = json!({"password_config": {"policy": policy}});
    let mut synapse = stage().another_synapse("reset-policy", settings).await?;
    let (_, address) = user(&synapse, "weak-reset", "Old-pass-1-and-more").await?;
    open_at(&page, &synapse.url()).await?;
    ask_for(&page, &address).await?;
    open_link(&synapse, &address, 1).await?;
    for (password, words) in [
        ("short", "This password is too short. Choose a longer one."),
        ("long enough, really", "The password has to contain a digit"),
    ] {
        submit(&page, password).await?;
        page.read("alert", words).await?;
        page.focus_is("it.id === 'new-password'").await?;
    }
    submit(&page, "long enough 123").await?;
    page.read("status", DONE).await?;
    synapse.sign_in("weak-reset", "long enough 123").await?;
    synapse.stop().await
}

async fn account_page(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let (session, address) = user(synapse, "forgets-on-page", "the old one").await?;
    let site = put_up(fixed(&synapse.url())).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.press("Forgot your password?").await?;
    page.see("heading", "Reset password").await?;
    has_no_findings(&page).await?;
    page.press("Back to sign in").await?;
    page.see("textbox", "Username, email or phone").await?;
    page.press("Forgot your password?").await?;
    ask_for(&page, &address).await?;
    open_link(synapse, &address, 1).await?;
    submit(&page, "a new one").await?;
    page.read("status", DONE).await?;
    page.focus_is("it.id === 'user'").await?;
    page.type_into("Username, email or phone", &session.user_id).await?;
    page.type_into("Password", "a new one").await?;
    page.press("Sign in").await?;
    page.see("button", "Sign out").await?;
    page.press("Sign out").await?;
    page.see("button", "Sign in").await?;
    // The tab that a link has opened loads no elements by itself.
    page.goto(&format!("{}/?sid=nobodys", site.url)).await?;
    page.press("Sign in").await?;
    page.press("Forgot your password?").await?;
    ask_for(&page, &address).await?;
    page.press("Cancel").await?;
    page.see("textbox", "Email address").await?;
    Ok(())
}
