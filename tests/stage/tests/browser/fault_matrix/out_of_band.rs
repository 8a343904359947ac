//! What happens without the page: in another client, in the mailbox.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use stage::synapse::Session;

use crate::harness::stage;

/// Has a mail sent to this address, without a page.
pub async fn have_mail_sent(session: &Session, address: &str) -> Result<String> {
    let body = json!({"client_secret": "secret", "email": address, "send_attempt": 1});
    let path = "account/3pid/email/requestToken";
    let (status, answer) = stage().synapse.post(path, Some(session), &body).await?;
    ensure!(status == 200, "{status} {answer}");
    answer["sid"].as_str().map(str::to_owned).context("no sid")
}

/// Puts this address on the account, without a page.
pub async fn have_added(session: &Session, address: &str) -> Result<()> {
    let sid = have_mail_sent(session, address).await?;
    open_link(address).await?;
    let mut body = json!({"sid": sid, "client_secret": "secret"});
    let (_, challenge) = stage().synapse.post("account/3pid/add", Some(session), &body).await?;
    body["auth"] = json!({
        "type": "m.login.password",
        "session": challenge["session"],
        "identifier": {"type": "m.id.user", "user": session.user_id},
        "password": "secret",
    });
    let (status, answer) = stage().synapse.post("account/3pid/add", Some(session), &body).await?;
    ensure!(status == 200, "{status} {answer}");
    Ok(())
}

/// Opens the link in the first mail.
pub async fn open_link(address: &str) -> Result<()> {
    let mail = stage().mails.wait_for(address, 1).await?;
    stage().synapse.open(mail.link().context("the mail has a link")?).await
}
