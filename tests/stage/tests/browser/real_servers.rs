//! Old releases of Synapse: a user adds addresses, removes them, and changes the
//! password. `cargo xtask test --servers` installs the releases and runs these
//! tests.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::synapse::Synapse;

use crate::email_flow::{add, confirm, open};
use crate::fault_injection::CORS;
use crate::harness::{browser_test, stage};
use crate::page_object::Page;
use crate::password_flow::{change_to, open_at};

/// A release, and the name of the test with it.
const RELEASES: [(&str, &str); 7] = [
    ("1.4.1", "real servers: Synapse 1.4"),
    ("1.12.4", "real servers: Synapse 1.12"),
    ("1.24.0", "real servers: Synapse 1.24"),
    ("1.47.1", "real servers: Synapse 1.47"),
    ("1.60.0", "real servers: Synapse 1.60"),
    ("1.98.0", "real servers: Synapse 1.98"),
    ("1.120.2", "real servers: Synapse 1.120"),
];

/// Pythons of the old releases, if this run tests them: a line each, with the
/// version before `=`.
pub fn installed() -> Option<String> {
    std::env::var("STAGE_OLD_SERVERS").ok()
}

/// Tests of the releases that are installed.
pub fn tests(installed: &str) -> Vec<Trial> {
    let pythons: Vec<_> = installed.lines().filter_map(|line| line.split_once('=')).collect();
    let test = |(version, name): &(&'static str, &'static str)| {
        let python = pythons.iter().find(|(it, _)| it == version)?.1;
        let (version, python) = (*version, PathBuf::from(python));
        Some(browser_test(name, move |page| old_release(page, version, python.clone())))
    };
    let current = browser_test("real servers: current Synapse", current_release);
    RELEASES.iter().filter_map(test).chain([current]).collect()
}

async fn old_release(page: Page, version: &'static str, python: PathBuf) -> Result<()> {
    // Browsers complain of paths that are not known, up to 1.47.
    page.allow(CORS);
    let name = version.replace('.', "-");
    let synapse = stage().old_synapse(&name, &python, Value::Null).await?;
    // The first with `add` asks for nothing before it adds an address.
    let asks = version != "1.4.1";
    play(&page, synapse, &name, asks).await?;
    let mute = [&*name, "-mute"].concat();
    let mut synapse = stage().old_synapse(&mute, &python, json!({"email": null})).await?;
    let session = synapse.user("alice", "secret").await?;
    open(&page, &synapse, &session).await?;
    page.type_into("Email address", "mute@example.org").await?;
    page.press("Add").await?;
    page.read("alert", "This server may not support email addresses").await?;
    synapse.stop().await
}

async fn current_release(page: Page) -> Result<()> {
    play(&page, stage().another_synapse("current", Value::Null).await?, "current", true).await
}

/// Two addresses are added and removed, then the password is changed. `asks` is
/// true if the server requires the password for an address.
async fn play(page: &Page, mut synapse: Synapse, name: &str, asks: bool) -> Result<()> {
    let stage = stage();
    let session = synapse.user("alice", "the old one").await?;
    let [again, early] =
        ["again", "early"].map(|address| [address, "-", name, "@example.org"].concat());
    open(page, &synapse, &session).await?;
    page.read("region", "No email addresses yet").await?;

    add(page, &again).await?;
    stage.mails.wait_for(&again, 1).await?;
    page.press("Resend email").await?;
    page.read("status", "Email sent again").await?;
    let mail = stage.mails.wait_for(&again, 2).await?;
    synapse.open(mail.link().expect("the mail has a link")).await?;
    page.press("Continue").await?;
    if asks {
        confirm(page, "a wrong one").await?;
        page.read("alert", "Wrong password").await?;
        confirm(page, "the old one").await?;
    }
    page.list_is(&[&again]).await?;

    // "Continue" before the link: the password is asked for once.
    add(page, &early).await?;
    page.press("Continue").await?;
    if asks {
        confirm(page, "the old one").await?;
    }
    page.read("status", "We'll finish as soon as you open the link in the email").await?;
    let mail = stage.mails.wait_for(&early, 1).await?;
    synapse.open(mail.link().expect("the mail has a link")).await?;
    page.list_is(&[&again, &early]).await?;
    ensure!(page.count("dialog", None).await? == 0, "the password was asked for again");
    ensure!(synapse.addresses(&session).await?.len() == 2);

    let other = synapse.user("bob", "secret").await?;
    open(page, &synapse, &other).await?;
    page.type_into("Email address", &again).await?;
    page.press("Add").await?;
    page.read("alert", "Another account already uses this email address").await?;

    open(page, &synapse, &session).await?;
    for (address, left) in [(&again, vec![&*early]), (&early, vec![])] {
        page.press(&format!("Remove {address}")).await?;
        page.press("Remove").await?;
        page.read("status", &format!("{address} was removed")).await?;
        page.list_is(&left).await?;
    }
    ensure!(synapse.addresses(&session).await?.is_empty());

    open_at(page, &synapse.url(), &session).await?;
    change_to(page, "a new one").await?;
    page.type_into("Current password", "a wrong one").await?;
    page.press("Confirm").await?;
    page.read("alert", "Wrong password").await?;
    page.type_into("Current password", "the old one").await?;
    page.press("Confirm").await?;
    page.read("status", "Your password was changed").await?;
    synapse.sign_in("alice", "a new one").await?;
    synapse.stop().await
}
