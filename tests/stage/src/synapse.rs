//! A real Synapse on loopback, with SQLite.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;

use crate::process::Foreign;
use crate::tls::Authority;
use crate::{fork, ports};

/// Puts an address on an account.
const PUT: &str = "import sqlite3, sys\n\
    with sqlite3.connect(sys.argv[1], timeout=20) as database:\n    \
        database.execute('INSERT INTO user_threepids (user_id, medium, address, validated_at, \
        added_at) VALUES (?, ?, ?, 1.6e12, 1.6e12)', sys.argv[2:])";

/// Where a Synapse keeps what it knows.
const DATABASE: &str = "homeserver.db";

/// Its database as long as it knows nothing. To have the tables made takes as
/// long as all else that is done at a start.
static FRESH_DATABASE: OnceCell<PathBuf> = OnceCell::const_new();

/// What a Synapse is made of.
#[derive(Clone)]
pub struct Settings {
    /// The Python that has Synapse.
    pub python: PathBuf,
    /// Age of that Synapse.
    pub age: Age,
    /// Where its files are.
    pub folder: PathBuf,
    /// Where it listens.
    pub port: u16,
    /// Where it sends mails; without it, it sends none.
    pub smtp_port: Option<u16>,
    /// How it speaks with other servers; without it, it does not.
    pub federation: Option<Federation>,
    /// What is to be different, merged into the settings by key.
    pub extra: Value,
}

/// Age of a Synapse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Age {
    /// The release that the tests usually have.
    #[default]
    Current,
    /// An older one. It is started in another way, and its API is r0.
    Old,
}

/// Where other servers reach a Synapse, by TLS; and which of them it trusts.
#[derive(Clone)]
pub struct Federation {
    /// The port, which is in its server name.
    pub port: u16,
    /// Whose certificate it has, and whose others have.
    pub authority: Authority,
}

/// A Synapse that runs.
pub struct Synapse {
    settings: Settings,
    process: Option<Foreign>,
    /// Program that has started an old one, which ends with the program.
    starter: Option<Child>,
    http: reqwest::Client,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// The full Matrix ID.
    pub user_id: String,
    /// The access token.
    pub token: String,
}

impl Synapse {
    /// Writes its settings, starts it, and waits until it answers.
    pub async fn start(settings: Settings) -> Result<Synapse> {
        fs::create_dir_all(&settings.folder)?;
        stop_leftover(&settings.folder).await?;
        let database = settings.folder.join(DATABASE);
        if !database.exists() && settings.age == Age::Current {
            let fresh = FRESH_DATABASE.get_or_try_init(|| fresh_database(&settings)).await?;
            fs::copy(fresh, database)?;
        }
        Synapse::start_with_database(settings).await
    }

    async fn start_with_database(settings: Settings) -> Result<Synapse> {
        write_settings(&settings)?;
        let http = reqwest::Client::new();
        let mut synapse = Synapse { settings, process: None, starter: None, http };
        synapse.resume().await?;
        Ok(synapse)
    }

    /// The base URL of its client-server API.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.settings.port)
    }

    fn endpoint(&self, path: &str) -> String {
        let version = match self.settings.age {
            Age::Current => "v3",
            Age::Old => "r0",
        };
        format!("{}/_matrix/client/{version}/{path}", self.url())
    }

    /// Ends the process; what it knows stays.
    pub async fn stop(&mut self) -> Result<()> {
        if let Some(process) = self.process.take() {
            process.stop().await?;
        }
        self.starter = None;
        Ok(())
    }

    /// Ends the process at once; for owners that are never dropped.
    pub fn kill(&self) {
        if let Some(process) = &self.process {
            process.kill();
        }
    }

    /// Starts the process again, and waits until it answers.
    pub async fn resume(&mut self) -> Result<()> {
        let Settings { python, folder, federation, age, .. } = &self.settings;
        let authority = federation.as_ref().map(|it| ("SSL_CERT_FILE", it.authority.file()));
        let environment = authority.into_iter().collect();
        let process = match age {
            Age::Current => fork::start(python, folder, &environment).await?,
            Age::Old => {
                let (process, starter) = fork::start_old(python, folder).await?;
                self.starter = Some(starter);
                process
            }
        };
        let versions = format!("{}/_matrix/client/versions", self.url());
        let answers = async {
            let mut every = tokio::time::interval(Duration::from_millis(50));
            loop {
                every.tick().await;
                process.check()?;
                let answer = self.http.get(&versions).send().await;
                if answer.is_ok_and(|answer| answer.status().is_success()) {
                    return anyhow::Ok(());
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), answers)
            .await
            .context("Synapse does not answer")?
            .with_context(|| {
                let log = fs::read_to_string(self.settings.folder.join("output.log"));
                format!("Synapse did not start:\n{}", log.unwrap_or_default())
            })?;
        self.process = Some(process);
        Ok(())
    }

    /// Makes a user, or signs in the one there is.
    pub async fn user(&self, name: &str, password: &str) -> Result<Session> {
        let register = json!({
            "username": name,
            "password": password,
            "auth": {"type": "m.login.dummy"},
        });
        let (status, answer) = self.post("register", None, &register).await?;
        match answer["errcode"].as_str() {
            _ if status == 200 => session(&answer),
            Some("M_USER_IN_USE") => self.sign_in(name, password).await,
            _ => bail!("register: {status} {answer}"),
        }
    }

    /// A session of a user.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<Session> {
        let login = json!({
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": name},
            "password": password,
        });
        let (status, answer) = self.post("login", None, &login).await?;
        anyhow::ensure!(status == 200, "login: {status} {answer}");
        session(&answer)
    }

    /// The account's addresses, as the server has them.
    pub async fn addresses(&self, session: &Session) -> Result<Vec<String>> {
        let url = self.endpoint("account/3pid");
        let answer: Value =
            self.http.get(url).bearer_auth(&session.token).send().await?.json().await?;
        let entries = answer["threepids"].as_array().cloned().unwrap_or_default();
        let address = |entry: &Value| entry["address"].as_str().map(str::to_owned);
        Ok(entries.iter().filter_map(address).collect())
    }

    /// Puts an address on an account, as if it had been added.
    pub async fn put_on(&self, session: &Session, medium: &str, address: &str) -> Result<()> {
        let database = self.settings.folder.join(DATABASE);
        let mut command = Command::new(&self.settings.python);
        command.args(["-c", PUT]).arg(database).args([&session.user_id, medium, address]);
        let put = command.output().await?;
        anyhow::ensure!(put.status.success(), "{}", String::from_utf8_lossy(&put.stderr));
        Ok(())
    }

    /// A `POST` to the client-server API.
    pub async fn post(
        &self,
        path: &str,
        session: Option<&Session>,
        body: &Value,
    ) -> Result<(u16, Value)> {
        let mut request = self.http.post(self.endpoint(path));
        if let Some(session) = session {
            request = request.bearer_auth(&session.token);
        }
        let answer = request.json(body).send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    /// Opens a link as a person's browser would, outside of the page.
    pub async fn open(&self, link: &str) -> Result<()> {
        let answer = self.http.get(link).send().await?;
        anyhow::ensure!(answer.status().is_success(), "the link answered {}", answer.status());
        Ok(())
    }

    /// Opens the link of an email for a forgotten password, and presses the button of the
    /// page that it leads to.
    pub async fn confirm_reset(&self, link: &str) -> Result<()> {
        self.open(link).await?;
        let answer = self.http.post(link).send().await?;
        anyhow::ensure!(answer.status().is_success(), "the page answered {}", answer.status());
        Ok(())
    }
}

pub(crate) fn session(answer: &Value) -> Result<Session> {
    let text = |name: &str| answer[name].as_str().map(str::to_owned).context("no session");
    Ok(Session { user_id: text("user_id")?, token: text("access_token")? })
}

/// Makes [`FRESH_DATABASE`], once for each installation: beside its Python.
async fn fresh_database(settings: &Settings) -> Result<PathBuf> {
    let fresh = settings.python.with_file_name("fresh-homeserver.db");
    if !fresh.exists() {
        let folder = settings.folder.with_extension("fresh");
        fs::create_dir_all(&folder)?;
        let (port, made) = (ports::find_free()?, folder.join(DATABASE));
        let of_its_own =
            Settings { folder, port, federation: None, extra: Value::Null, ..settings.clone() };
        let mut first = Box::pin(Synapse::start_with_database(of_its_own)).await?;
        first.stop().await?;
        // Named for good only when it is whole.
        fs::copy(&made, fresh.with_extension("new"))?;
        fs::rename(fresh.with_extension("new"), &fresh)?;
        fs::remove_dir_all(first.settings.folder)?;
    }
    Ok(fresh)
}

/// Ends a Synapse that a killed run has left in this folder.
async fn stop_leftover(folder: &Path) -> Result<()> {
    let Ok(pid) = fs::read_to_string(folder.join("homeserver.pid")) else { return Ok(()) };
    let pid = pid.trim();
    let works_in = fs::read_link(format!("/proc/{pid}/cwd")).unwrap_or_default();
    if works_in == fs::canonicalize(folder)? {
        Command::new("kill").args(["-9", pid]).status().await?;
    }
    Ok(())
}

fn write_settings(settings: &Settings) -> Result<()> {
    let folder = &settings.folder;
    let plenty = json!({"per_second": 1000, "burst_count": 1000});
    let mut all = json!({
        "server_name": "localhost",
        "public_baseurl": format!("http://127.0.0.1:{}/", settings.port),
        "pid_file": folder.join("homeserver.pid"),
        "listeners": [{
            "type": "http",
            "port": settings.port,
            "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["client"]}],
        }],
        "database": {"name": "sqlite3", "args": {"database": folder.join(DATABASE)}},
        "media_store_path": folder.join("media"),
        "log_config": folder.join("log.yaml"),
        "report_stats": false,
        "trusted_key_servers": [],
        "suppress_key_server_warning": true,
        "enable_registration": true,
        "enable_registration_without_verification": true,
        // Only ever on loopback. To have a key made takes as long as to start.
        "signing_key": format!("ed25519 loopback {}", "A".repeat(43)),
        "macaroon_secret_key": "macaroon",
        "form_secret": "form",
        "bcrypt_rounds": 4,
        "rc_login": {"address": plenty, "account": plenty, "failed_attempts": plenty},
        "rc_registration": plenty,
        "rc_3pid_validation": plenty,
    });
    if let Some(port) = settings.smtp_port {
        all["email"] = json!({
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "enable_tls": false,
            "notif_from": "Example homeserver <noreply@localhost>",
            "app_name": "Example homeserver",
        });
    }
    if let Some(Federation { port, authority }) = &settings.federation {
        all["server_name"] = json!(format!("127.0.0.1:{port}"));
        all["tls_certificate_path"] = json!(authority.certificate());
        all["tls_private_key_path"] = json!(authority.key());
        all["ip_range_whitelist"] = json!(["127.0.0.1"]);
        if let Some(listeners) = all["listeners"].as_array_mut() {
            listeners.push(json!({
                "type": "http",
                "port": port,
                "tls": true,
                "bind_addresses": ["127.0.0.1"],
                "resources": [{"names": ["federation", "keys", "openid"]}],
            }));
        }
    }
    if let (Value::Object(all), Value::Object(extra)) = (&mut all, &settings.extra) {
        for (key, value) in extra {
            match value {
                Value::Null => all.remove(key),
                value => all.insert(key.clone(), value.clone()),
            };
        }
    }
    let log = json!({
        "version": 1,
        "disable_existing_loggers": false,
        "formatters": {"line": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
        "handlers": {"file": {
            "class": "logging.FileHandler",
            "formatter": "line",
            "filename": folder.join("homeserver.log"),
        }},
        "root": {"level": "WARNING", "handlers": ["file"]},
    });
    // JSON is YAML.
    fs::write(folder.join("homeserver.yaml"), serde_json::to_string_pretty(&all)?)?;
    fs::write(folder.join("log.yaml"), serde_json::to_string_pretty(&log)?)?;
    Ok(())
}
