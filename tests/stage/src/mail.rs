//! A mail server that keeps what it gets, and shows it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::watch;

use crate::process::Process;

/// The sink, for the Python that has `aiosmtpd`.
const SINK: &str = include_str!("mail_sink.py");

/// A mail, as far as anybody looks at it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mail {
    /// The addresses of the envelope.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// When it came, in ms since the epoch.
    pub at: f64,
}

impl Mail {
    /// The link in it.
    pub fn link(&self) -> Option<&str> {
        // A homeserver's, or an identity server's.
        let submits = |word: &str| word.contains("submit_token") || word.contains("submitToken");
        let is_link = |word: &&str| word.starts_with("http") && submits(word);
        self.text.split_whitespace().find(is_link)
    }
}

/// The mail server.
pub struct MailServer {
    /// Where it takes mails by SMTP.
    pub port: u16,
    mails: watch::Receiver<Vec<Mail>>,
    process: Process,
}

impl MailServer {
    /// Starts it on this port.
    pub async fn start(python: &Path, port: u16) -> Result<MailServer> {
        let mut command = Command::new(python);
        command.args(["-u", "-c", SINK]).arg(port.to_string()).stdout(Stdio::piped());
        let mut process = Process::start(&mut command)?;
        let mut lines = BufReader::new(process.stdout()?).lines();
        let ready = lines.next_line().await?;
        anyhow::ensure!(ready.as_deref() == Some("ready"), "the mail sink did not start");
        let (sender, mails) = watch::channel(Vec::new());
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Ok(mail) = serde_json::from_str(&line) {
                    sender.send_modify(|mails: &mut Vec<Mail>| mails.push(mail));
                }
            }
        });
        Ok(MailServer { port, mails, process })
    }

    /// Ends it at once; for owners that are never dropped.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// All mails, the oldest first.
    pub fn all(&self) -> watch::Receiver<Vec<Mail>> {
        self.mails.clone()
    }

    /// The mails to this address so far.
    pub fn to(&self, address: &str) -> Vec<Mail> {
        let is = |mail: &&Mail| mail.to.iter().any(|to| to.eq_ignore_ascii_case(address));
        self.mails.borrow().iter().filter(is).cloned().collect()
    }

    /// The `nth` mail (from 1) to this address, waited for.
    pub async fn wait_for(&self, address: &str, nth: usize) -> Result<Mail> {
        let mut mails = self.mails.clone();
        let arrived = async {
            loop {
                if let Some(mail) = self.to(address).get(nth - 1) {
                    return Ok(mail.clone());
                }
                mails.changed().await?;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), arrived)
            .await
            .with_context(|| format!("mail {nth} to {address} did not come"))?
    }
}
