//! The whole story, against a real Synapse with real mail.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::synapse::{Session, Synapse};
use thirtyfour::prelude::*;

use crate::harness::{browser_test, stage};
use crate::page_object::Page;

const SENT: &str = "We've sent you an email to verify your address. Please follow the \
    instructions there and then click the button below.";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("email flow: an address is added and removed", adds_and_removes),
        browser_test(
            "email flow: Continue before the link asks for the password once",
            early_continue,
        ),
        browser_test("email flow: wrong password twice, then right", wrong_passwords),
        browser_test("email flow: an address that another user has", in_use),
        browser_test("email flow: invalid addresses are refused", not_an_address),
        browser_test(
            "email flow: the server stops during a verification and comes back",
            server_stops,
        ),
        browser_test("email flow: too many emails", rate_limit),
        browser_test("email flow: a server that can't send email", no_mail),
        browser_test("email flow: two elements of two users on one page", two_elements),
        browser_test(
            "email flow: Resend sends a second email, and the first link still works",
            resend,
        ),
    ]
}

/// The attributes and the script of an element that is signed in.
pub fn element(homeserver: &str, session: &Session) -> (String, String) {
    let body = format!(
        "<matrix-threepids homeserver=\"{homeserver}\" user-id=\"{}\"></matrix-threepids>",
        session.user_id
    );
    let script = format!(
        "import \"/npm/define.js\";\n\
         document.querySelector(\"matrix-threepids\").accessToken = {};",
        json!(session.token)
    );
    (body, script)
}

/// A page with that element.
pub async fn open(page: &Page, synapse: &Synapse, session: &Session) -> Result<()> {
    let (body, script) = element(&synapse.url(), session);
    page.goto(&stage().serve_page(&body, &script)).await?;
    page.see("region", "Email addresses").await?;
    page.see("heading", "Email addresses").await?;
    Ok(())
}

/// Has a mail sent to a new address.
pub async fn add(page: &Page, address: &str) -> Result<()> {
    page.type_into("Email address", address).await?;
    page.press("Add").await?;
    page.see("group", address).await?;
    Ok(())
}

/// Gives the password that is asked for.
pub async fn confirm(page: &Page, password: &str) -> Result<()> {
    page.see("dialog", "Confirm it's you").await?;
    page.type_into("Password", password).await?;
    page.press("Confirm").await
}

async fn adds_and_removes(page: Page) -> Result<()> {
    let stage = stage();
    let session = stage.synapse.user("story", "secret").await?;
    let address = "story@example.org";
    open(&page, &stage.synapse, &session).await?;
    page.read("region", "No email addresses yet").await?;

    page.type_by_keys("Email address", "  story@example.org ").await?;
    page.key(Key::Enter).await?;
    page.read("group", SENT).await?;
    page.focus_is("it.role === 'group'").await?;
    let link = stage.mails.wait_for(address, 1).await?;
    stage.synapse.open(link.link().expect("the mail has a link")).await?;

    page.press("Continue").await?;
    page.see("dialog", "Confirm it's you").await?;
    page.focus_is("it.type === 'password'").await?;
    page.type_by_keys("Password", "secret").await?;
    page.press("Confirm").await?;
    page.list_is(&[address]).await?;
    page.read("status", "story@example.org was added").await?;
    page.focus_is("it.textContent.includes('story@example.org')").await?;
    ensure!(page.count("group", None).await? == 0, "the pending group is still there");
    ensure!(stage.synapse.addresses(&session).await? == [address]);
    ensure!(stage.mails.to(address).len() == 1, "one mail was enough");

    page.press("Remove story@example.org").await?;
    page.see("alertdialog", "Remove story@example.org?").await?;
    page.read("alertdialog", "This is your last email address.").await?;
    page.press("Cancel").await?;
    page.gone("alertdialog", "Remove story@example.org?").await?;
    page.list_is(&[address]).await?;
    page.focus_is("it.getAttribute('aria-label') === 'Remove story@example.org'").await?;

    page.press("Remove story@example.org").await?;
    page.see("alertdialog", "Remove story@example.org?").await?;
    page.press("Remove").await?;
    page.read("status", "story@example.org was removed").await?;
    page.list_is(&[]).await?;
    page.focus_is("it.type === 'email'").await?;
    ensure!(stage.synapse.addresses(&session).await?.is_empty());
    Ok(())
}

async fn early_continue(page: Page) -> Result<()> {
    let stage = stage();
    let session = stage.synapse.user("early", "secret").await?;
    let address = "early@example.org";
    open(&page, &stage.synapse, &session).await?;
    add(&page, address).await?;
    page.press("Continue").await?;
    confirm(&page, "secret").await?;
    page.read("status", "We'll finish as soon as you open the link in the email").await?;
    page.gone("dialog", "Confirm it's you").await?;

    // Again too early: nothing is asked, nothing is lost.
    page.press("Continue").await?;
    page.read("status", "We'll finish as soon as you open the link in the email").await?;

    let mail = stage.mails.wait_for(address, 1).await?;
    stage.synapse.open(mail.link().expect("the mail has a link")).await?;
    page.press("Continue").await?;
    page.list_is(&[address]).await?;
    ensure!(page.count("dialog", None).await? == 0, "the password was asked for again");
    Ok(())
}

async fn wrong_passwords(page: Page) -> Result<()> {
    let stage = stage();
    let session = stage.synapse.user("wrong", "secret").await?;
    let address = "wrong@example.org";
    open(&page, &stage.synapse, &session).await?;
    add(&page, address).await?;
    let mail = stage.mails.wait_for(address, 1).await?;
    stage.synapse.open(mail.link().expect("the mail has a link")).await?;
    page.press("Continue").await?;
    for wrong in ["guess", "another guess"] {
        confirm(&page, wrong).await?;
        page.until(
            "!document.querySelector('matrix-threepids').shadowRoot\
            .querySelector('dialog[open] [aria-disabled]')",
        )
        .await?;
        page.read("alert", "Wrong password").await?;
        page.focus_is("it.type === 'password'").await?;
    }
    confirm(&page, "secret").await?;
    page.list_is(&[address]).await
}

async fn in_use(page: Page) -> Result<()> {
    let stage = stage();
    let session = stage.synapse.user("used", "secret").await?;
    let address = "used@example.org";
    open(&page, &stage.synapse, &session).await?;
    add(&page, address).await?;
    let mail = stage.mails.wait_for(address, 1).await?;
    stage.synapse.open(mail.link().expect("the mail has a link")).await?;
    page.press("Continue").await?;
    confirm(&page, "secret").await?;
    page.list_is(&[address]).await?;

    // One's own list is looked at before the server is asked.
    page.type_into("Email address", "USED@example.org").await?;
    page.press("Add").await?;
    page.read("alert", "This address is already on your account").await?;

    let other = stage.synapse.user("other", "secret").await?;
    open(&page, &stage.synapse, &other).await?;
    page.type_into("Email address", address).await?;
    page.press("Add").await?;
    page.read("alert", "Another account already uses this email address").await?;
    ensure!(page.count("group", None).await? == 0, "there is nothing pending");
    ensure!(stage.mails.to(address).len() == 1, "nobody was sent a second mail");
    Ok(())
}

async fn not_an_address(page: Page) -> Result<()> {
    let stage = stage();
    let session = stage.synapse.user("typo", "secret").await?;
    open(&page, &stage.synapse, &session).await?;
    for typo in ["", "alice", "alice@", "alice@example", "a b@example.org"] {
        page.type_into("Email address", typo).await?;
        page.press("Add").await?;
        page.read("alert", "Enter a valid email address").await?;
        page.focus_is("it.type === 'email'").await?;
    }
    Ok(())
}

async fn server_stops(page: Page) -> Result<()> {
    let stage = stage();
    let mut synapse = stage.another_synapse("stops", Value::Null).await?;
    let session = synapse.user("alice", "secret").await?;
    let address = "stops@example.org";
    open(&page, &synapse, &session).await?;
    page.read("region", "No email addresses yet").await?;

    synapse.stop().await?;
    page.type_into("Email address", address).await?;
    page.press("Add").await?;
    let unreachable = "Can't reach the server. Check your connection and try again.";
    page.read("alert", unreachable).await?;
    synapse.resume().await?;
    page.press("Add").await?;
    page.see("group", address).await?;
    let mail = stage.mails.wait_for(address, 1).await?;
    synapse.open(mail.link().expect("the mail has a link")).await?;

    synapse.stop().await?;
    page.press("Continue").await?;
    page.read("alert", unreachable).await?;
    synapse.resume().await?;
    page.see("group", address).await?;
    page.press("Continue").await?;
    confirm(&page, "secret").await?;
    page.list_is(&[address]).await?;
    ensure!(stage.mails.to(address).len() == 1, "no second mail was sent");
    synapse.stop().await
}

async fn rate_limit(page: Page) -> Result<()> {
    let stage = stage();
    // The server's own limit, not the tests' generous one.
    let default = json!({"rc_3pid_validation": null});
    let mut synapse = stage.another_synapse("limited", default).await?;
    let session = synapse.user("alice", "secret").await?;
    open(&page, &synapse, &session).await?;
    for at in 1..=6 {
        page.type_into("Email address", &format!("limited{at}@example.org")).await?;
        page.press("Add").await?;
        page.until(&format!(
            "document.querySelector('matrix-threepids').pending.length === {at} || \
             window.stage.all('alert', null, 'Too many').length"
        ))
        .await?;
        if page.count("alert", None).await? > 0 {
            break;
        }
    }
    let alert = page.read("alert", "Too many attempts. Try again in ").await?;
    let text = alert.prop("textContent").await?.unwrap_or_default();
    ensure!(text.contains("minutes") || text.contains("seconds"), "{text}");
    let resting = page.see("button", "Add").await?.attr("aria-disabled").await?;
    ensure!(resting.as_deref() == Some("true"), "the button looks as if it could be pressed");
    synapse.stop().await
}

async fn no_mail(page: Page) -> Result<()> {
    let mut synapse = stage().another_synapse("mute", json!({"email": null})).await?;
    let session = synapse.user("alice", "secret").await?;
    open(&page, &synapse, &session).await?;
    page.type_into("Email address", "mute@example.org").await?;
    page.press("Add").await?;
    page.read("alert", "This server can't send verification emails").await?;
    synapse.stop().await
}

async fn two_elements(page: Page) -> Result<()> {
    let stage = stage();
    let (one, other) =
        (stage.synapse.user("one", "secret").await?, stage.synapse.user("two", "secret").await?);
    let (first, _) = element(&stage.synapse.url(), &one);
    let (second, _) = element(&stage.synapse.url(), &other);
    let script = format!(
        "import \"/npm/define.js\";\n\
         const [one, other] = document.querySelectorAll(\"matrix-threepids\");\n\
         one.accessToken = {}; other.accessToken = {}; window.other = other;",
        json!(one.token),
        json!(other.token)
    );
    page.goto(&stage.serve_page(&[first, second].concat(), &script)).await?;
    page.until("window.stage.all('textbox', 'Email address', null).length === 2").await?;
    page.run("window.sent = window.other.addEmail('two@example.org')").await?;
    page.see("group", "two@example.org").await?;
    let script = "return [(await window.sent).attempt, window.other.pending.length, \
        document.querySelector('matrix-threepids').pending.length]";
    let counts = page.run_async(script, Vec::new()).await?.0;
    ensure!(counts == json!([1, 1, 0]), "{counts}");
    Ok(())
}

async fn resend(page: Page) -> Result<()> {
    let stage = stage();
    let session = stage.synapse.user("again", "secret").await?;
    let address = "again@example.org";
    open(&page, &stage.synapse, &session).await?;
    add(&page, address).await?;
    let first = stage.mails.wait_for(address, 1).await?;
    page.press("Resend email").await?;
    page.read("status", "Email sent again").await?;
    stage.mails.wait_for(address, 2).await?;
    stage.synapse.open(first.link().expect("the mail has a link")).await?;
    page.press("Continue").await?;
    confirm(&page, "secret").await?;
    page.list_is(&[address]).await
}
