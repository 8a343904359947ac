//! A real Sydent on loopback, which sends text messages for a homeserver, or is
//! an identity server by itself; and whoever gets the messages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::Json;
use axum::http::{StatusCode, header};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::watch;

use crate::ports;
use crate::process::Process;
use crate::web::{WebServer, serve};

/// The launcher, for the Python that has Sydent.
const LAUNCHER: &str = include_str!("sydent.py");
const DATABASE: &str = "sydent.db";
/// The policies.
const TERMS: &str = "terms.yaml";
/// Makes every validation session two days older.
const AGE: &str = "import sqlite3, sys\n\
    with sqlite3.connect(sys.argv[1]) as database:\n    \
        database.execute('UPDATE threepid_validation_sessions SET mtime = mtime - 172800000')";

/// Its mail: the package comes without any.
const MAIL: &str = "Date: %(date)s\nFrom: %(from)s\nTo: %(to)s\nMessage-ID: %(messageid)s\n\
    Subject: Confirm your address\nContent-Type: text/plain; charset=UTF-8\n\n\
    Confirm your address by this link:\n\n%(link)s\n";
/// Where the mail's link leads.
const PAGE: &str = "<!doctype html><title>Sydent</title><p>%(message)s</p>\n";

/// What a Sydent is made of.
pub struct Settings {
    /// The Python that has Sydent.
    pub python: PathBuf,
    /// Where its files are.
    pub folder: PathBuf,
    /// Host and port where others reach it, by TLS. What homeservers sign for
    /// it, they sign for this name.
    pub name: String,
    /// Where it sends mails; without it, it sends none.
    pub smtp_port: Option<u16>,
    /// The policies that are to be accepted first; none, if null.
    pub terms: Value,
}

/// A text message: to which number, and its text.
type Message = (String, String);

/// A Sydent that runs.
pub struct Sydent {
    /// Its base URL.
    pub url: String,
    python: PathBuf,
    folder: PathBuf,
    messages: watch::Receiver<Vec<Message>>,
    process: Process,
    _provider: WebServer,
}

impl Sydent {
    /// Starts it, with nothing of before in its folder, and waits until it
    /// answers.
    pub async fn start(settings: Settings) -> Result<Sydent> {
        let folder = &settings.folder;
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        let templates = folder.join("templates/matrix-org");
        fs::create_dir_all(&templates)?;
        fs::write(templates.join("verification_template.eml"), MAIL)?;
        fs::write(templates.join("verify_response_template.html"), PAGE)?;
        if !settings.terms.is_null() {
            write_terms(folder, &settings.terms)?;
        }
        let (sender, messages) = watch::channel(Vec::new());
        let take = move |Json(body): Json<Value>| {
            let message = &body["mobileTerminate"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let to = text(&message["destination"]["address"]);
            sender.send_modify(|all| all.push((to, text(&message["message"]["content"]))));
            async { (StatusCode::ACCEPTED, [(header::LOCATION, "/messages/1")]) }
        };
        let provider = serve(0, Router::new().route("/messages", post(take))).await?;
        let port = ports::find_free()?;
        let log = fs::File::create(folder.join("output.log"))?;
        let mut command = Command::new(&settings.python);
        command.args(["-c", LAUNCHER, &format!("{}/messages", provider.url)]);
        command.arg(config(&settings, port).to_string());
        command.current_dir(folder).stdout(Stdio::null()).stderr(log);
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
        let Settings { python, folder, .. } = settings;
        Ok(Sydent { url, python, folder, messages, process, _provider: provider })
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
        let database = self.folder.join(DATABASE);
        let aged = Command::new(&self.python).args(["-c", AGE]).arg(database).output().await?;
        ensure!(aged.status.success(), "{}", String::from_utf8_lossy(&aged.stderr));
        Ok(())
    }

    /// From now on, these policies are to be accepted first. It had some when
    /// it was started.
    pub fn change_terms(&self, terms: &Value) -> Result<()> {
        write_terms(&self.folder, terms)
    }

    /// Ends it.
    pub async fn stop(self) -> Result<()> {
        self.process.stop().await
    }
}

/// Its settings, of which all are text.
fn config(settings: &Settings, port: u16) -> Value {
    let Settings { folder, name, smtp_port, terms, .. } = settings;
    let terms = if terms.is_null() { String::new() } else { path(&folder.join(TERMS)) };
    json!({
        "general": {
            "server.name": name,
            "enable_v1_access": "true",
            // Homeservers, and its own provider, are on loopback.
            "ip.whitelist": "127.0.0.1",
            "templates.path": path(&folder.join("templates")),
            "terms.path": terms,
        },
        "db": {"db.file": path(&folder.join(DATABASE))},
        "http": {
            "clientapi.http.bind_address": "127.0.0.1",
            "clientapi.http.port": port.to_string(),
            // Where the mail's link leads.
            "client_http_base": format!("http://127.0.0.1:{port}"),
            "federation.verifycerts": "False",
        },
        "email": {
            "email.smtphost": "127.0.0.1",
            "email.smtpport": smtp_port.unwrap_or_default().to_string(),
            "email.from": "Example identity server <noreply@localhost>",
            "email.hostname": "localhost",
        },
        // Only ever on loopback.
        "crypto": {"ed25519.signingkey": "ed25519 0 b29eXMMAYCFvFEtq9mLI42aivMtcg4Hl0wK89a+Vb6c"},
    })
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

fn write_terms(folder: &Path, terms: &Value) -> Result<()> {
    // JSON is YAML.
    Ok(fs::write(folder.join(TERMS), terms.to_string())?)
}
