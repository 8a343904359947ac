//! Chromium by its driver, and its DevTools protocol.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Client;
use serde_json::{Value, json};
use stage::ports;
use stage::process::Process;
use tokio::process::Command;

/// Longest time of a script in a page.
const SCRIPT_LIMIT: Duration = Duration::from_secs(600);

/// A headless Chromium with one window.
pub struct Chromium {
    /// Name and version.
    pub version: String,
    driver: Process,
    /// URL of the session at the driver.
    session: String,
    client: Client,
}

impl Chromium {
    /// Starts driver and browser.
    pub async fn start() -> Result<Chromium> {
        let port = ports::find_free()?;
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        let mut driver = Process::start(&mut command)?;
        let url = format!("http://127.0.0.1:{port}");
        let client = Client::new();
        let mut every = tokio::time::interval(Duration::from_millis(50));
        while client.get(format!("{url}/status")).send().await.is_err() {
            every.tick().await;
            driver.check().context("chromedriver")?;
        }
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-extensions",
            "--no-first-run",
            "--window-size=900,900",
            "--js-flags=--expose-gc",
        ];
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "timeouts": {"script": SCRIPT_LIMIT.as_millis() as u64},
        }}});
        let answer = send(&client, &format!("{url}/session"), &capabilities).await?;
        let id = answer["sessionId"].as_str().context("a session has an id")?;
        let version = answer["capabilities"]["browserVersion"].as_str().unwrap_or_default();
        Ok(Chromium {
            version: format!("Chromium {version}"),
            driver,
            session: format!("{url}/session/{id}"),
            client,
        })
    }

    /// Goes to a page, and waits until it is loaded.
    pub async fn goto(&self, url: &str) -> Result<()> {
        send(&self.client, &format!("{}/url", self.session), &json!({"url": url})).await?;
        Ok(())
    }

    /// Runs the body of an async function in the page. Returns what it resolves
    /// with.
    pub async fn run(&self, script: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];\
             (async () => {{ {script} }})().then((value) => done({{ value }}),\
             (error) => done({{ error: String(error?.stack ?? error) }}));"
        );
        let url = format!("{}/execute/async", self.session);
        let answer = send(&self.client, &url, &json!({"script": script, "args": []})).await?;
        if let Some(error) = answer["error"].as_str() {
            bail!("a script in the page failed: {error}");
        }
        Ok(answer["value"].clone())
    }

    /// Runs a script that resolves with a number.
    pub async fn run_number(&self, script: &str) -> Result<f64> {
        let value = self.run(script).await?;
        value.as_f64().with_context(|| format!("{value} is not a number"))
    }

    /// Sends a command of the DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({"cmd": command, "params": parameters});
        send(&self.client, &format!("{}/goog/cdp/execute", self.session), &body).await
    }

    /// Emulates a slow network (1.6 Mbit/s, 150 ms) and a processor of a quarter of
    /// the speed, or ends that.
    pub async fn throttle(&self, is_slow: bool) -> Result<()> {
        self.devtools("Network.enable", json!({})).await?;
        let bytes = if is_slow { 200_000 } else { -1 };
        let conditions = json!({
            "offline": false,
            "latency": if is_slow { 150 } else { 0 },
            "downloadThroughput": bytes,
            "uploadThroughput": bytes,
        });
        self.devtools("Network.emulateNetworkConditions", conditions).await?;
        let rate = if is_slow { 4 } else { 1 };
        self.devtools("Emulation.setCPUThrottlingRate", json!({"rate": rate})).await?;
        Ok(())
    }

    /// Collects the garbage. What finalizers release is garbage of the next round.
    pub async fn collect_garbage(&self) -> Result<()> {
        for _ in 0..3 {
            self.devtools("HeapProfiler.collectGarbage", json!({})).await?;
            self.run("await new Promise((done) => setTimeout(done))").await?;
        }
        Ok(())
    }

    /// Value of a metric of the page, such as `JSHeapUsedSize`.
    pub async fn metric(&self, name: &str) -> Result<f64> {
        self.devtools("Performance.enable", json!({})).await?;
        let answer = self.devtools("Performance.getMetrics", json!({})).await?;
        let metrics = answer["metrics"].as_array().context("metrics")?;
        let metric = metrics.iter().find(|metric| metric["name"] == name);
        metric.and_then(|metric| metric["value"].as_f64()).context("a metric with this name")
    }

    /// Ends browser and driver.
    pub async fn stop(self) -> Result<()> {
        // The driver ends the browser in any case.
        let _ = self.client.delete(&self.session).send().await;
        self.driver.stop().await
    }
}

async fn send(client: &Client, url: &str, body: &Value) -> Result<Value> {
    let answer: Value = client.post(url).json(body).send().await?.json().await?;
    if let Some(error) = answer["value"]["error"].as_str() {
        // A script of ours answers with a member of this name, too.
        if answer["value"].get("stacktrace").is_some() {
            bail!("the driver answers {error}: {}", answer["value"]["message"]);
        }
    }
    Ok(answer["value"].clone())
}
