//! A real Sydent on loopback, which sends text messages for a homeserver, and
//! whoever gets them.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::Json;
use axum::http::{StatusCode, header};
use axum::routing::post;
use serde_json::Value;
use tokio::process::Command;
use tokio::sync::watch;

use crate::ports;
use crate::process::Process;
use crate::web::{WebServer, serve};

/// The launcher, for the Python that has Sydent.
const LAUNCHER: &str = include_str!("sydent.py");
/// Makes every validation session two days older.
const AGE: &str = "import sqlite3, sys\n\
    with sqlite3.connect(sys.argv[1]) as database:\n    \
        database.execute('UPDATE threepid_validation_sessions SET mtime = mtime - 172800000')";

/// A text message: to which number, and its text.
type Message = (String, String);

/// A Sydent that runs.
pub struct Sydent {
    /// Its base URL.
    pub url: String,
    python: PathBuf,
    database: PathBuf,
    messages: watch::Receiver<Vec<Message>>,
    process: Process,
    _provider: WebServer,
}

impl Sydent {
    /// Starts it with its files in this folder, and waits until it answers.
    pub async fn start(python: &Path, folder: &Path) -> Result<Sydent> {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
        let (sender, messages) = watch::channel(Vec::new());
        let take = move |Json(body): Json<Value>| {
            let message = &body["mobileTerminate"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let to = text(&message["destination"]["address"]);
            sender.send_modify(|all| all.push((to, text(&message["message"]["content"]))));
            async { (StatusCode::ACCEPTED, [(header::LOCATION, "/messages/1")]) }
        };
        let provider = serve(0, Router::new().route("/messages", post(take))).await?;
        let (port, database) = (ports::free()?, folder.join("sydent.db"));
        let log = std::fs::File::create(folder.join("output.log"))?;
        let mut command = Command::new(python);
        command.args(["-c", LAUNCHER, &port.to_string(), &format!("{}/messages", provider.url)]);
        command.arg(&database).current_dir(folder).stdout(Stdio::null()).stderr(log);
        let mut process = Process::start(&mut command)?;
        let url = format!("http://127.0.0.1:{port}");
        let answers = async {
            let mut every = tokio::time::interval(Duration::from_millis(100));
            loop {
                every.tick().await;
                process.check()?;
                let status = reqwest::get(format!("{url}/_matrix/identity/api/v1")).await;
                if status.is_ok_and(|answer| answer.status().is_success()) {
                    return anyhow::Ok(());
                }
            }
        };
        let answers = tokio::time::timeout(Duration::from_secs(30), answers).await;
        answers.context("Sydent does not answer")?.context("Sydent did not start")?;
        let (python, _provider) = (python.to_owned(), provider);
        Ok(Sydent { url, python, database, messages, process, _provider })
    }

    /// The texts to this number so far.
    pub fn to(&self, msisdn: &str) -> Vec<String> {
        let all = self.messages.borrow();
        all.iter().filter(|(to, _)| to == msisdn).map(|(_, text)| text.clone()).collect()
    }

    /// The code in the `nth` message (from 1) to this number, waited for.
    pub async fn code(&self, msisdn: &str, nth: usize) -> Result<String> {
        let mut messages = self.messages.clone();
        let arrived = async {
            while self.to(msisdn).len() < nth {
                messages.changed().await?;
            }
            anyhow::Ok(self.to(msisdn)[nth - 1].clone())
        };
        let arrived = tokio::time::timeout(Duration::from_secs(20), arrived).await;
        let text = arrived.with_context(|| format!("message {nth} to {msisdn} did not come"))??;
        let code: String = text.chars().filter(char::is_ascii_digit).collect();
        ensure!(!code.is_empty(), "no code in {text}");
        Ok(code)
    }

    /// Two days pass for all that it waits for.
    pub async fn age(&self) -> Result<()> {
        let aged =
            Command::new(&self.python).args(["-c", AGE]).arg(&self.database).output().await?;
        ensure!(aged.status.success(), "{}", String::from_utf8_lossy(&aged.stderr));
        Ok(())
    }

    /// Ends it.
    pub async fn stop(self) -> Result<()> {
        self.process.stop().await
    }
}
