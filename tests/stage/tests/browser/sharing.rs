//! Others find the person by an address: against a real identity server.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::synapse::Session;

use crate::harness::{stage, trusting_browser_test};
use crate::identity::{API, Identity};
use crate::page::Page;

pub fn tests() -> Vec<Trial> {
    vec![trusting_browser_test("sharing: the servers speak with each other", servers)]
}

async fn servers(page: Page) -> Result<()> {
    let identity = Identity::start("servers", json!(null)).await?;
    page.goto(&stage().serve_page("", "")).await?;
    let session = identity.synapse.user("servers", "secret").await?;
    identity.synapse.put_on(&session, "email", "servers@example.org").await?;
    ensure!(identity.synapse.addresses(&session).await? == ["servers@example.org"]);
    let token = identity.token(&session).await?;
    let got = page.run_async(&format!("
        const call = async (path, body) => (await fetch('{}{API}/' + path, {{ method: 'POST', headers: {{ authorization: 'Bearer {token}', 'content-type': 'application/json' }}, body: JSON.stringify(body) }})).json();
        return call('validate/email/requestToken', {{ client_secret: 's', email: 'servers@example.org', send_attempt: 1 }});", identity.url), vec![]).await?.0;
    let mail = stage().mails.wait_for("servers@example.org", 1).await?;
    identity.synapse.open(mail.link().unwrap()).await?;
    let bind = json!({"client_secret": "s", "sid": got["sid"], "id_server": identity.name, "id_access_token": token});
    let (status, answer) =
        identity.synapse.post("account/3pid/bind", Some(&session), &bind).await?;
    ensure!(status == 200, "{answer}");
    ensure!(identity.finds("email", "servers@example.org").await? == Some(session.user_id.clone()));
    let unbind =
        json!({"medium": "email", "address": "servers@example.org", "id_server": identity.name});
    let (_, answer) = identity.synapse.post("account/3pid/unbind", Some(&session), &unbind).await?;
    ensure!(answer["id_server_unbind_result"] == "success", "{answer}");
    ensure!(identity.finds("email", "servers@example.org").await?.is_none());
    ensure!(identity.asked() == ["POST validate/email/requestToken"], "{:?}", identity.asked());
    let _: Option<Session> = None;
    let _: Option<Value> = None;
    Ok(())
}
