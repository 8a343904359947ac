//! People who sign in elsewhere, and confirm there that it is them: a real
//! Synapse with a real OpenID provider.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use stage::oidc::{Opener, Provider};
use stage::ports;
use stage::synapse::{Session, Synapse};
use thirtyfour::prelude::*;

use crate::email_flow::{add, open};
use crate::fallback_window::{DIALOG, OTHER_WINDOW};
use crate::harness::{browser_test, stage};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("sso: a user without a password adds and removes an address", adds),
        browser_test("sso: the user chooses the password or single sign-on", chooses),
        browser_test("sso: a provider with Cross-Origin-Opener-Policy", cut_off),
    ]
}

/// A server whose people sign in with a provider.
async fn server(name: &str, opener: Opener) -> Result<(Synapse, Provider)> {
    let stage = stage();
    let provider = Provider::start(&stage.python, ports::find_free()?, opener).await?;
    let synapse = stage.another_synapse(name, provider.settings()).await?;
    Ok((synapse, provider))
}

/// An address whose link was opened, up to the question who it is.
async fn asked(page: &Page, synapse: &Synapse, session: &Session, address: &str) -> Result<()> {
    open(page, synapse, session).await?;
    add(page, address).await?;
    let mail = stage().mails.wait_for(address, 1).await?;
    synapse.open(mail.link().expect("the mail has a link")).await?;
    page.press("Continue").await?;
    page.see("dialog", DIALOG).await?;
    Ok(())
}

/// Signs in, in the window in front.
async fn sign_in(page: &Page, name: &str) -> Result<()> {
    page.follow("Continue with Example").await?;
    authorize(page, name).await
}

/// Says at the provider who they are.
async fn authorize(page: &Page, name: &str) -> Result<()> {
    page.loaded("Authorize Client").await?;
    page.driver.find(By::Css("input[name=sub]")).await?.send_keys(name).await?;
    page.press("Authorize").await?;
    page.loaded("Thank you").await
}

async fn adds(page: Page) -> Result<()> {
    let (mut synapse, provider) = server("sso", Opener::Kept).await?;
    let session = provider.sign_in(&synapse, "sue").await?;
    let address = "sue@example.org";
    asked(&page, &synapse, &session, address).await?;
    // They have just pressed a button: it opens by itself.
    page.read("status", OTHER_WINDOW).await?;
    ensure!(page.count("textbox", Some("Password")).await? == 0, "a password is asked for");
    let own = page.turn_to_new_window().await?;

    // Closed in passing, it is not over.
    page.close_window(&own).await?;
    page.press("Open again").await?;
    page.turn_to_new_window().await?;

    // Who changes their mind can come back to it.
    page.close_window(&own).await?;
    page.press("Cancel").await?;
    page.gone("dialog", DIALOG).await?;
    page.press("Continue").await?;
    page.read("status", OTHER_WINDOW).await?;
    page.turn_to_new_window().await?;
    sign_in(&page, "sue").await?;
    page.turn_to(&own).await?;
    page.list_is(&[address]).await?;
    page.read("status", "sue@example.org was added").await?;
    ensure!(page.count("dialog", None).await? == 0, "the dialog is still there");

    page.press("Remove sue@example.org").await?;
    page.see("alertdialog", "Remove sue@example.org?").await?;
    page.press("Remove").await?;
    page.list_is(&[]).await?;
    ensure!(synapse.addresses(&session).await?.is_empty());
    synapse.stop().await
}

async fn chooses(page: Page) -> Result<()> {
    let (mut synapse, provider) = server("sso-or-password", Opener::Kept).await?;
    synapse.user("pat", "secret").await?;
    // The provider's Pat is the same one.
    let session = provider.sign_in(&synapse, "pat").await?;
    asked(&page, &synapse, &session, "pat@example.org").await?;
    // What can be done here comes first: no window opens that nobody wants.
    page.type_into("Password", "secret").await?;
    ensure!(page.driver.windows().await?.len() == 1, "a window was opened");
    page.press("Confirm").await?;
    page.read("status", "pat@example.org was added").await?;

    asked(&page, &synapse, &session, "pat2@example.org").await?;
    page.type_into("Password", "half of i").await?;
    page.press("Use single sign-on instead").await?;
    page.gone("textbox", "Password").await?;
    page.see("button", "Use your password instead").await?;
    let own = page.turn_to_new_window().await?;
    sign_in(&page, "pat").await?;
    page.close_window(&own).await?;
    page.read("status", "pat2@example.org was added").await?;
    page.list_is(&["pat@example.org", "pat2@example.org"]).await?;
    synapse.stop().await
}

async fn cut_off(page: Page) -> Result<()> {
    let (mut synapse, provider) = server("sso-cut-off", Opener::Cut).await?;
    let session = provider.sign_in(&synapse, "cut").await?;
    let address = "cut@example.org";
    asked(&page, &synapse, &session, address).await?;
    page.leave().await?;
    let own = page.turn_to_new_window().await?;
    page.follow("Continue with Example").await?;
    page.loaded("Authorize Client").await?;

    // From here on, that window looks closed.
    let window = page.turn_to(&own).await?;
    page.press("Continue").await?;
    page.read("alert", "Finish in the other window first, then choose Continue").await?;
    page.see("button", "Open again").await?;

    page.turn_to(&window).await?;
    authorize(&page, "cut").await?;
    page.turn_to(&own).await?;
    page.come_back().await?;
    page.list_is(&[address]).await?;
    synapse.stop().await
}
