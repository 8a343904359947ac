//! An OpenID provider on loopback, for single sign-on. It asks who somebody is,
//! believes it, and lets everybody in.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::process::Process;
use crate::synapse::{Session, Synapse, session};

/// The provider, for the Python that has `oidc-provider-mock`.
const PROVIDER: &str = include_str!("oidc.py");

/// What the provider's pages mean for the page that opened their window
/// (`Cross-Origin-Opener-Policy`).
#[derive(Clone, Copy)]
pub enum Opener {
    /// Each can reach the other.
    Kept,
    /// Neither can reach the other, from then on.
    Cut,
}

/// The provider.
pub struct Provider {
    /// Its issuer.
    pub url: String,
    process: Process,
}

impl Provider {
    /// Starts it on this port, and waits until it answers.
    pub async fn start(python: &Path, port: u16, opener: Opener) -> Result<Provider> {
        let policy = match opener {
            Opener::Kept => "unsafe-none",
            Opener::Cut => "same-origin",
        };
        let mut command = Command::new(python);
        command.args(["-c", PROVIDER]).args([&port.to_string(), policy]);
        let mut process = Process::start(command.stdout(Stdio::null()))?;
        let url = format!("http://127.0.0.1:{port}");
        let configuration = format!("{url}/.well-known/openid-configuration");
        let answers = async {
            let mut every = tokio::time::interval(Duration::from_millis(100));
            loop {
                every.tick().await;
                process.check()?;
                if reqwest::get(&configuration).await.is_ok() {
                    return anyhow::Ok(());
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), answers)
            .await
            .context("the OpenID provider does not answer")??;
        Ok(Provider { url, process })
    }

    /// The settings of a Synapse that leaves signing in to it. What somebody
    /// says to be is the local part of their Matrix ID.
    pub fn settings(&self) -> Value {
        json!({
            "oidc_providers": [{
                "idp_id": "example",
                "idp_name": "Example",
                "issuer": self.url,
                "client_id": "synapse",
                "client_secret": "secret",
                "scopes": ["openid", "profile"],
                // It is spoken to without TLS.
                "skip_verification": true,
                "allow_existing_users": true,
                "user_mapping_provider": {"config": {"localpart_template": "{{ user.sub }}"}},
            }],
            // Whoever comes from there is not asked once more.
            "sso": {"client_whitelist": ["http://127.0.0.1"]},
        })
    }

    /// A session of somebody who signs in here, and has no password.
    pub async fn sign_in(&self, synapse: &Synapse, name: &str) -> Result<Session> {
        let http = Client::builder().redirect(Policy::none()).build()?;
        let start = format!("{}/_matrix/client/v3/login/sso/redirect", synapse.url());
        let start = Url::parse_with_params(&start, [("redirectUrl", "http://127.0.0.1/")])?;
        let asked = http.get(start).send().await?;
        let cookies = cookies(&asked);
        let authorized = http.post(location(&asked)?).form(&[("sub", name)]).send().await?;
        let callback = http.get(location(&authorized)?).header(COOKIE, cookies);
        let done = location(&callback.send().await?)?;
        let (_, token) = done
            .query_pairs()
            .find(|(name, _)| name == "loginToken")
            .with_context(|| format!("no loginToken in {done}"))?;
        let login = json!({"type": "m.login.token", "token": token});
        let (status, answer) = synapse.post("login", None, &login).await?;
        anyhow::ensure!(status == 200, "login: {status} {answer}");
        session(&answer)
    }

    /// Ends it at once; for owners that are never dropped.
    pub fn kill(&self) {
        self.process.kill();
    }
}

fn location(answer: &Response) -> Result<Url> {
    let location = answer.headers().get(LOCATION);
    let location = location.with_context(|| format!("{} leads nowhere", answer.url()))?;
    Ok(answer.url().join(location.to_str()?)?)
}

fn cookies(answer: &Response) -> String {
    let all = answer.headers().get_all(SET_COOKIE).iter();
    let pair = |value: &str| value.split(';').next().unwrap_or_default().to_owned();
    all.filter_map(|value| value.to_str().ok()).map(pair).collect::<Vec<_>>().join("; ")
}
