//! Sharing that takes its time: in another tab, by a link that leads back, over
//! the end of a session. All servers are real.

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::fault_injection::Fault;
use crate::harness::{stage, trusting_browser_test};
use crate::identity_server_env::Identity;
use crate::page_object::Page;
use crate::proxy::Trick;
use crate::sharing::{
    BIND, NOT_SHARED, SEND_EMAIL, SHARED, finish_sharing, open, open_link, page_of, person, share,
    told,
};

pub fn tests() -> Vec<Trial> {
    vec![
        trusting_browser_test("sharing: a share continues in another tab", tabs),
        trusting_browser_test("sharing: an invalid identity server token is replaced", forgotten),
        trusting_browser_test("sharing: next_link leads back to the page", link_back),
        trusting_browser_test("sharing: the session ends during a share", session_over),
        trusting_browser_test("sharing: another account has its own shares", another_account),
        trusting_browser_test("sharing: cancelled, then started again", given_up),
        trusting_browser_test("sharing: an address in capital letters", capitals),
        trusting_browser_test("sharing: a double click and going offline share once", hurry),
        trusting_browser_test("sharing: a browser without SHA-256", no_sha256),
    ]
}

async fn tabs(page: Page) -> Result<()> {
    let identity = Identity::start("tabs", Value::Null).await?;
    let (session, address) = person(&identity, "tabs", "email").await?;
    let server = json!({"url": identity.url});
    let url = page_of(&identity, &session, &server, "persist=\"local\"");
    page.goto(&url).await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    open_link(&identity, &address, 1).await?;
    // It goes on by itself where the person is.
    let left = page.open_tab(&url).await?;
    page.read("listitem", SHARED).await?;
    page.gone("group", &address).await?;
    page.look_into(&left).await?;
    page.come_back().await?;
    page.read("listitem", SHARED).await?;
    page.gone("group", &address).await
}

async fn forgotten(page: Page) -> Result<()> {
    let identity = Identity::start("forgotten", Value::Null).await?;
    let (session, address) = person(&identity, "forgotten", "email").await?;
    open(&page, &identity, &session).await?;
    page.read("listitem", NOT_SHARED).await?;
    let no = r#"{"errcode": "M_UNAUTHORIZED", "error": "server's own"}"#;
    identity.proxy.meets(SEND_EMAIL, Trick::Instead(401, no));
    share(&page, &identity, &address).await?;
    let register = "POST /_matrix/identity/v2/account/register";
    ensure!(identity.proxy.passed(register).len() == 2, "no token was got anew");
    Ok(())
}

async fn link_back(page: Page) -> Result<()> {
    let identity = Identity::start("link-back", Value::Null).await?;
    let (session, address) = person(&identity, "comes-back", "email").await?;
    let server = json!({"url": identity.url});
    let url = page_of(&identity, &session, &server, "next-link=\"?back\"");
    page.goto(&url).await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    let sent = identity.proxy.wait_for(SEND_EMAIL, 1).await?.body;
    ensure!(sent["next_link"] == format!("{url}?back"), "{sent}");
    let mail = stage().mails.wait_for(&address, 1).await?;
    let link = mail.link().context("the mail has a link")?;

    // The new tab is the page again, which finishes what the old one began.
    let left = page.open_tab(link).await?;
    page.read("listitem", SHARED).await?;
    page.until("location.search === '?back'").await?;
    page.look_into(&left).await?;
    page.come_back().await?;
    page.read("listitem", SHARED).await?;
    page.gone("group", &address).await?;
    ensure!(identity.finds("email", &address).await? == Some(session.user_id.clone()));
    Ok(())
}

async fn session_over(page: Page) -> Result<()> {
    let identity = Identity::start("session-over", Value::Null).await?;
    let (session, address) = person(&identity, "signed-out", "email").await?;
    open(&page, &identity, &session).await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    open_link(&identity, &address, 1).await?;
    let over = r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "no", "soft_logout": true}"#;
    identity.homeserver.meets(BIND, Trick::Instead(401, over));
    page.press("Continue").await?;
    page.read("alert", "Your session has ended. Sign in again to continue.").await?;
    page.see("group", &address).await?;
    let again = identity.synapse.sign_in("signed-out", "secret").await?;
    page.run(&format!("window.element.accessToken = {}", json!(again.token))).await?;
    page.read("listitem", SHARED).await?;
    page.gone("group", &address).await?;
    ensure!(identity.finds("email", &address).await? == Some(session.user_id.clone()));
    Ok(())
}

async fn another_account(page: Page) -> Result<()> {
    let identity = Identity::start("another", Value::Null).await?;
    let (session, address) = person(&identity, "one", "email").await?;
    let (other, others) = person(&identity, "another", "email").await?;
    identity.synapse.put_on(&session, "email", "pending@example.org").await?;
    open(&page, &identity, &session).await?;
    share(&page, &identity, &address).await?;
    page.turn("Let others find me with pending@example.org").await?;
    page.see("group", "pending@example.org").await?;
    page.run(&format!(
        "window.element.userId = {}; window.element.accessToken = {}",
        json!(other.user_id),
        json!(other.token)
    ))
    .await?;
    page.list_is(&[&others]).await?;
    page.read("listitem", NOT_SHARED).await?;
    ensure!(page.count("group", None).await? == 0, "what the other began");
    let register = "POST /_matrix/identity/v2/account/register";
    ensure!(identity.proxy.passed(register).len() == 2, "with the other's token");
    page.run(&format!(
        "window.element.userId = {}; window.element.accessToken = {}",
        json!(session.user_id),
        json!(session.token)
    ))
    .await?;
    page.list_is(&[&address, "pending@example.org"]).await?;
    page.read("listitem", SHARED).await?;
    page.see("group", "pending@example.org").await?;
    Ok(())
}

async fn given_up(page: Page) -> Result<()> {
    let identity = Identity::start("given-up", Value::Null).await?;
    let (session, address) = person(&identity, "gives-up", "email").await?;
    open(&page, &identity, &session).await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    // `cancel` is about what is to be added.
    page.run_async(&format!("await window.element.cancel('{address}').catch(() => {{}})"), vec![])
        .await?;
    page.see("group", &address).await?;
    page.press("Cancel").await?;
    page.gone("group", &address).await?;
    page.reload().await?;
    page.read("listitem", NOT_SHARED).await?;
    ensure!(page.count("group", None).await? == 0, "it came back");

    // The old mail's link does not matter any more: another secret.
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    stage().mails.wait_for(&address, 2).await?;
    let sent = identity.proxy.passed(SEND_EMAIL);
    ensure!(sent[0].body["client_secret"] != sent[1].body["client_secret"], "{sent:?}");
    open_link(&identity, &address, 2).await?;
    page.press("Continue").await?;
    page.read("listitem", SHARED).await?;
    ensure!(told(&page, "threepids-error").await? == json!([]));
    Ok(())
}

async fn capitals(page: Page) -> Result<()> {
    let identity = Identity::start("capitals", Value::Null).await?;
    let session = identity.synapse.user("capitals", "secret").await?;
    let address = "Capitals@Example.ORG";
    identity.synapse.put_on(&session, "email", address).await?;
    open(&page, &identity, &session).await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    finish_sharing(&page, &identity, address).await?;
    let found = identity.finds("email", "capitals@example.org").await?;
    ensure!(found == Some(session.user_id.clone()), "{found:?}");
    page.reload().await?;
    page.read("listitem", SHARED).await?;
    Ok(())
}

async fn hurry(page: Page) -> Result<()> {
    let identity = Identity::start("hurry", Value::Null).await?;
    let (session, address) = person(&identity, "hurries", "email").await?;
    open(&page, &identity, &session).await?;
    let button = page.see_switch(&format!("Let others find me with {address}"), false).await?;
    page.driver.action_chain().double_click_element(&button).perform().await?;
    page.see("group", &address).await?;
    open_link(&identity, &address, 1).await?;
    ensure!(identity.proxy.passed(SEND_EMAIL).len() == 1, "sent twice");

    Fault::Offline.begin(&page, &identity.homeserver, BIND).await?;
    page.press("Continue").await?;
    page.read("status", "You're offline. We'll continue when you're back online.").await?;
    ensure!(identity.homeserver.passed(BIND).is_empty(), "tried in vain");
    Fault::Offline.end(&page, &identity.homeserver).await?;
    page.read("listitem", SHARED).await?;
    ensure!(identity.homeserver.passed(BIND).len() == 1, "bound twice");
    Ok(())
}

async fn no_sha256(page: Page) -> Result<()> {
    let identity = Identity::start("no-sha256", Value::Null).await?;
    let (session, address) = person(&identity, "plain", "email").await?;
    page.goto(&page_of(&identity, &session, &Value::Null, "")).await?;
    page.list_is(&[&address]).await?;
    page.run(&format!(
        "Object.defineProperty(crypto, 'subtle', {{ value: undefined }});\
         window.element.identityServer = {{ url: '{}' }}",
        identity.url
    ))
    .await?;
    page.read("alert", "It isn't known which addresses others can find you with").await?;
    page.list_is(&[&address]).await?;
    let told = identity.proxy.passed("POST /_matrix/identity/v2/lookup");
    ensure!(told.is_empty(), "it was told an address: {told:?}");
    Ok(())
}
