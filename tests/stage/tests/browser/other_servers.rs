//! Servers other than Synapse, which answer as was found in November 2026: each
//! test says which one. Status and error code are those of the server.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::error_responses::{ADD, DELETE, LIST, NEW, SEND, add, open};
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, challenge, error, list};
use crate::identity_server_env::{stand_in, use_identity_server};
use crate::page_object::Page;
use crate::password_flow::change_to;
use crate::servers_r0_6::{SECRET, VERSIONS};
use crate::uia_stages::{asked, auths, done, password};

const WAITING: &str = "We'll finish as soon as you open the link in the email";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("other servers: continuwuity drops a used UIA session", continuwuity),
        browser_test("other servers: continuwuity stores no times", no_times),
        browser_test("other servers: tuwunel drops a used UIA session", tuwunel),
        browser_test("other servers: tuwunel after the link was opened", tuwunel_resend),
        browser_test("other servers: tuwunel without email", tuwunel_mute),
        browser_test("other servers: Palpo begins a session after a wrong password", palpo),
        browser_test("other servers: Dendrite adds through an identity server", dendrite),
        browser_test("other servers: Dendrite refuses a wrong password", dendrite_password),
        browser_test("other servers: MAS is away for a while", mas_away),
        browser_test("other servers: a validation session without sid", no_sid),
        browser_test("other servers: add is unknown, and its predecessor is not", deprecated_add),
    ]
}

/// An error with the server's own text.
fn says(status: u16, errcode: &str, text: &str) -> Answer {
    Answer::Json(status, json!({"errcode": errcode, "error": text}))
}

fn not_validated() -> Answer {
    says(400, "M_THREEPID_AUTH_FAILED", "No validated 3pid session found")
}

/// "Continue" before the link, then after it: the UIA session is gone by then.
async fn drops_session(page: &Page, gone: Answer) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let asks = |session| Answer::Json(401, challenge(session));
    homeserver.answers(ADD, [asks("s1"), not_validated(), gone, asks("s2"), done()]);
    open(page, &homeserver).await?;
    page.stop_time().await?;
    add(page).await?;
    page.press("Continue").await?;
    password(page, "secret").await?;
    page.read("status", WAITING).await?;
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Continue").await?;
    password(page, "secret").await?;
    page.list_is(&[NEW]).await?;
    let auths = auths(&homeserver);
    ensure!(auths.len() == 5 && auths[2] == json!({"session": "s1"}), "{auths:?}");
    ensure!(auths[3].is_null() && auths[4]["session"] == "s2", "{auths:?}");
    Ok(())
}

/// continuwuity, as of November 2026.
async fn continuwuity(page: Page) -> Result<()> {
    drops_session(&page, says(400, "M_INVALID_PARAM", "Invalid session")).await
}

/// continuwuity, as of November 2026, and Dendrite 0.13.
async fn no_times(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let entry = json!({"medium": "email", "address": NEW, "validated_at": 0, "added_at": 0});
    homeserver.answers(LIST, [Answer::Json(200, json!({"threepids": [entry]}))]);
    open(&page, &homeserver).await?;
    page.list_is(&[NEW]).await?;
    let item = page.read("listitem", NEW).await?.text().await?;
    ensure!(!item.contains("1970") && !item.contains("Added"), "{item}");
    // Gone already, as it says of a removal.
    homeserver.answers(DELETE, [error(400, "M_THREEPID_NOT_FOUND")]);
    homeserver.answers(LIST, [Answer::Json(200, json!({"threepids": []}))]);
    page.press(&format!("Remove {NEW}")).await?;
    page.press("Remove").await?;
    page.read("status", &format!("{NEW} was removed")).await?;
    Ok(())
}

/// tuwunel, as of November 2026.
async fn tuwunel(page: Page) -> Result<()> {
    drops_session(&page, error(403, "M_FORBIDDEN")).await
}

/// tuwunel, as of November 2026: another email undoes the validation. So the
/// address is added instead, if its link was opened.
async fn tuwunel_resend(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let asks = |session| Answer::Json(401, challenge(session));
    let gone = error(403, "M_FORBIDDEN");
    let answers = [asks("s1"), not_validated(), gone, asks("s2"), asks("s3"), done()];
    homeserver.answers(ADD, answers);
    open(&page, &homeserver).await?;
    page.stop_time().await?;
    add(&page).await?;
    page.press("Continue").await?;
    password(&page, "secret").await?;
    page.read("status", WAITING).await?;
    // Another tab came back through the link.
    let account = json!(format!("{} @alice:example.org", homeserver.url));
    let opened = format!(
        "new BroadcastChannel('matrix-threepids/1')\
         .postMessage({{ account: {account}, opened: '1' }})"
    );
    page.run(&opened).await?;
    homeserver.wait_for(ADD, 4).await?;
    page.read("group", "Almost done: confirm it's you").await?;
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Resend email").await?;
    password(&page, "secret").await?;
    page.list_is(&[NEW]).await?;
    ensure!(homeserver.received(SEND).len() == 1, "an email was sent again");
    Ok(())
}

/// tuwunel and Conduit's family, as of November 2026.
async fn tuwunel_mute(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(LIST, [list(&[])]);
    homeserver.answers(SEND, [error(403, "M_THREEPID_DENIED")]);
    open(&page, &homeserver).await?;
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.read("alert", "This server may not support email addresses").await?;
    Ok(())
}

/// Palpo 0.4: three attempts, and then a rate limit.
async fn palpo(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(LIST, [Answer::Json(200, json!({}))]);
    let asks = |session| Answer::Json(401, challenge(session));
    homeserver.answers(ADD, [asks("s1"), asks("s2"), asks("s3"), done()]);
    asked(&page, &homeserver).await?;
    for wrong in ["guess", "another guess"] {
        password(&page, wrong).await?;
        page.until(
            "!document.querySelector('matrix-threepids').shadowRoot\
            .querySelector('dialog[open] [aria-disabled]')",
        )
        .await?;
        page.read("alert", "Wrong password").await?;
    }
    password(&page, "secret").await?;
    page.list_is(&[NEW]).await?;
    let sent: Vec<_> = auths(&homeserver).iter().map(|it| it["password"].clone()).collect();
    ensure!(sent == [Value::Null, json!("guess"), json!("another guess"), json!("secret")]);
    Ok(())
}

/// Dendrite 0.13.
async fn dendrite(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(VERSIONS, [Answer::Json(200, json!({"versions": ["r0.6.1", "v1.2"]}))]);
    homeserver.answers(LIST, [Answer::Json(200, json!({"threepids": []}))]);
    homeserver.answers(ADD, [error(404, "M_UNRECOGNIZED")]);
    let untrusted = error(400, "M_SERVER_NOT_TRUSTED");
    homeserver.answers(SEND, [untrusted, Answer::Json(200, json!({"sid": "abc123987"}))]);
    open(&page, &homeserver).await?;
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.read("status", "Addresses can't be added here").await?;
    let identity = stand_in().await?;
    use_identity_server(&page, &identity).await?;
    page.see("textbox", "Email address").await?;
    add(&page).await?;
    const POST: &str = "POST account/3pid";
    homeserver.answers(POST, [not_validated(), done()]);
    page.press("Continue").await?;
    page.read("status", WAITING).await?;
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Continue").await?;
    page.list_is(&[NEW]).await?;
    let id_server = identity.url.replace("http://", "");
    ensure!(homeserver.received(SEND)[1].body["id_server"] == id_server);
    for added in homeserver.received(POST) {
        let creds = &added.body["three_pid_creds"];
        ensure!(creds["id_server"] == id_server && creds["sid"] == "abc123987", "{creds}");
    }
    ensure!(homeserver.received(ADD).is_empty(), "what it does not have was asked for");
    Ok(())
}

/// Dendrite 0.13: no challenge after a wrong password, and no `auth` without a
/// type.
async fn dendrite_password(page: Page) -> Result<()> {
    const CHANGE: &str = "POST account/password";
    let homeserver = Homeserver::start().await?;
    let wrong = error(403, "M_FORBIDDEN");
    let no_type = error(400, "M_BAD_JSON");
    homeserver.answers(CHANGE, [Answer::Json(401, challenge("s1")), wrong, no_type, done()]);
    let session = stage::synapse::Session {
        user_id: "@alice:example.org".to_owned(),
        token: "token".to_owned(),
    };
    crate::password_flow::open_at(&page, &homeserver.url, &session).await?;
    change_to(&page, "a new one").await?;
    page.type_into("Current password", "guess").await?;
    page.press("Confirm").await?;
    page.read("alert", "Wrong password").await?;
    page.type_into("Current password", "secret").await?;
    page.press("Confirm").await?;
    page.read("status", "Your password was changed").await?;
    let sent = homeserver.received(CHANGE);
    let sent: Vec<_> = sent.iter().map(|it| it.body["auth"]["password"].clone()).collect();
    ensure!(sent == [Value::Null, json!("guess"), Value::Null, json!("secret")], "{sent:?}");
    Ok(())
}

/// MAS 1.22 with Synapse.
async fn mas_away(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let away = error(503, "M_UNKNOWN");
    homeserver.answers(LIST, [away, list(&[NEW])]);
    open(&page, &homeserver).await?;
    page.read("alert", "Something went wrong (HTTP 503)").await?;
    page.press("Try again").await?;
    page.list_is(&[NEW]).await
}

async fn no_sid(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(SEND, [Answer::Json(200, json!({"sid": ""}))]);
    open(&page, &homeserver).await?;
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.read("alert", "The server couldn't send the email. Try again later.").await?;
    Ok(())
}

/// After a reload, nothing is known of a server like Dendrite but this.
async fn deprecated_add(page: Page) -> Result<()> {
    const POST: &str = "POST account/3pid";
    let homeserver = Homeserver::start().await?;
    homeserver.answers(VERSIONS, [Answer::Json(200, json!({"versions": ["v1.2"]}))]);
    homeserver.answers(ADD, [error(404, "M_UNRECOGNIZED")]);
    homeserver.answers(POST, [Answer::Json(401, challenge("s1")), done()]);
    asked(&page, &homeserver).await?;
    password(&page, SECRET).await?;
    page.list_is(&[NEW]).await?;
    let sent = homeserver.received(POST);
    for request in &sent {
        let creds = &request.body["three_pid_creds"];
        ensure!(creds["sid"] == "1" && creds.get("id_server").is_none(), "{creds}");
    }
    ensure!(sent.len() == 2 && sent[1].body["auth"]["password"] == SECRET, "{sent:?}");
    Ok(())
}
