//! Accounts of every kind, on a real Synapse: with a password, of two people,
//! ones that may not be changed, and ones that are managed elsewhere.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::ports;
use stage::synapse::{Age, Session, Settings, Synapse};

use crate::email_flow::{add, confirm, element, open};
use crate::fallback_window::DIALOG;
use crate::harness::{browser_test, stage};
use crate::mock_account_service::AccountService;
use crate::page_object::Page;

/// Why there is nothing to be pressed.
pub const NO_CHANGES: &str = "This server doesn't let you change your addresses";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test(
            "accounts: the password changes while the auth dialog is open",
            password_changed,
        ),
        browser_test("accounts: two users on one page, each with their own password", two_people),
        browser_test("accounts: the server stops allowing 3PID changes", no_changes),
        browser_test("accounts: an externally managed account shows a link", managed_elsewhere),
    ]
}

async fn password_changed(page: Page) -> Result<()> {
    let stage = stage();
    let session = stage.synapse.user("changed", "before").await?;
    let address = "changed@example.org";
    open(&page, &stage.synapse, &session).await?;
    add(&page, address).await?;
    let mail = stage.mails.wait_for(address, 1).await?;
    stage.synapse.open(mail.link().expect("the mail has a link")).await?;
    page.press("Continue").await?;
    page.see("dialog", DIALOG).await?;

    let change = json!({
        "new_password": "after",
        "logout_devices": false,
        "auth": password(&session, "before"),
    });
    let (status, answer) = stage.synapse.post("account/password", Some(&session), &change).await?;
    ensure!(status == 200, "{answer}");
    confirm(&page, "before").await?;
    page.read("alert", "Wrong password").await?;
    confirm(&page, "after").await?;
    page.list_is(&[address]).await
}

fn password(session: &Session, password: &str) -> Value {
    let identifier = json!({"type": "m.id.user", "user": session.user_id});
    json!({"type": "m.login.password", "identifier": identifier, "password": password})
}

async fn two_people(page: Page) -> Result<()> {
    let stage = stage();
    let people = [
        (stage.synapse.user("ann", "ann's").await?, "ann@example.org"),
        (stage.synapse.user("ben", "ben's").await?, "ben@example.org"),
    ];
    let [ann, ben] = people.each_ref().map(|(session, _)| element(&stage.synapse.url(), session).0);
    let [token, other] = people.each_ref().map(|(session, _)| json!(session.token));
    let script = format!(
        "import \"/npm/define.js\";\n\
         window.elements = [...document.querySelectorAll(\"matrix-threepids\")];\n\
         window.elements[0].accessToken = {token}; window.elements[1].accessToken = {other};"
    );
    page.goto(&stage.serve_page(&[ann, ben].concat(), &script)).await?;
    page.until("window.stage.all('textbox', 'Email address', null).length === 2").await?;
    for (at, (session, address)) in people.iter().enumerate() {
        page.run(&format!("window.elements[{at}].addEmail('{address}')")).await?;
        page.see("group", address).await?;
        let mail = stage.mails.wait_for(address, 1).await?;
        stage.synapse.open(mail.link().expect("the mail has a link")).await?;
        page.press("Continue").await?;
        confirm(&page, if at == 0 { "ben's" } else { "ann's" }).await?;
        page.read("alert", "Wrong password").await?;
        confirm(&page, if at == 0 { "ann's" } else { "ben's" }).await?;
        page.read("status", &format!("{address} was added")).await?;
        ensure!(stage.synapse.addresses(session).await? == [*address]);
    }
    let lists = page.run("return window.elements.map((it) => it.threepids.length)").await?;
    ensure!(lists == json!([1, 1]), "{lists}");
    Ok(())
}

async fn no_changes(page: Page) -> Result<()> {
    let stage = stage();
    let address = "frozen@example.org";
    let mut synapse = stage.another_synapse("frozen", Value::Null).await?;
    let session = synapse.user("alice", "secret").await?;
    open(&page, &synapse, &session).await?;
    add(&page, address).await?;
    let mail = stage.mails.wait_for(address, 1).await?;
    synapse.open(mail.link().expect("the mail has a link")).await?;
    page.press("Continue").await?;
    confirm(&page, "secret").await?;
    page.list_is(&[address]).await?;

    // The administrator thinks better of it.
    synapse.stop().await?;
    let mut synapse = Synapse::start(Settings {
        age: Age::Current,
        python: stage.python.clone(),
        folder: stage.homeserver_folder("frozen"),
        port: ports::find_free()?,
        smtp_port: Some(stage.mails.port),
        federation: None,
        extra: json!({"enable_3pid_changes": false}),
    })
    .await?;
    open(&page, &synapse, &session).await?;
    page.list_is(&[address]).await?;
    page.read("status", NO_CHANGES).await?;
    page.gone("textbox", "Email address").await?;
    page.gone("button", "Remove frozen@example.org").await?;
    page.gone("link", "Manage your account").await?;
    page.until("document.querySelector('matrix-threepids').matches(':state(readonly)')").await?;
    synapse.stop().await
}

async fn managed_elsewhere(page: Page) -> Result<()> {
    let service = AccountService::start().await?;
    let mut synapse = stage().another_synapse("managed", service.settings()).await?;
    let session = service.user(&synapse).await?;
    open(&page, &synapse, &session).await?;
    page.read("region", "No email addresses yet").await?;
    page.read("status", NO_CHANGES).await?;
    page.gone("textbox", "Email address").await?;
    let link = page.see("link", "Manage your account").await?;
    let href = link.attr("href").await?;
    let wanted = format!("{}/account?action=org.matrix.profile", service.url);
    ensure!(href.as_deref() == Some(&*wanted), "{href:?}");
    page.click(&link).await?;
    let own = page.turn_to_new_window().await?;
    page.loaded("Your account").await?;
    ensure!(page.run("return opener").await?.is_null(), "that page can reach ours");
    page.close_window(&own).await?;
    page.list_is(&[]).await?;
    synapse.stop().await
}
