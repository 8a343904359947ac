//! The browsers that tests run in, each by its own WebDriver.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::json;
use stage::process::Process;
use thirtyfour::Capabilities;
use tokio::process::Command;

/// Which browser; `STAGE_ENGINE` says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Debian's Chromium.
    Chromium,
    /// Debian's Firefox ESR.
    Firefox,
    /// Debian's WebKitGTK, in its MiniBrowser.
    WebKit,
}

/// What becomes of windows that a page opens unasked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Popups {
    /// They open: what drivers ask browsers for.
    Open,
    /// What the browser does with them at people's homes.
    AsAtHome,
}

/// What the browser runs on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// A machine with a mouse.
    Desktop,
    /// A small phone, as Chromium emulates one.
    Phone,
}

/// Whose certificates are good enough.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Certificates {
    /// Those of the authorities that the browser knows.
    Known,
    /// Anybody's: also of the tests' own authority.
    Any,
}

const CHROMIUM: [&str; 15] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--window-size=900,900",
    // One process draws all pages: to start one for each costs as much as the
    // rest of a short test.
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process,SpareRendererForSitePerProcess,Translate,\
     OptimizationHints,MediaRouter,DialMediaRouteProvider",
];

impl Engine {
    /// The one that is asked for.
    pub fn chosen() -> Result<Engine> {
        match std::env::var("STAGE_ENGINE").as_deref() {
            Ok("chromium") | Err(_) => Ok(Engine::Chromium),
            Ok("firefox") => Ok(Engine::Firefox),
            Ok("webkit") => Ok(Engine::WebKit),
            Ok(other) => bail!("no such engine: {other}"),
        }
    }

    /// As `STAGE_ENGINE` has it.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::WebKit => "webkit",
        }
    }

    /// How many browsers at once, each with a driver of its own: as many as a
    /// small machine has processors.
    pub const AT_ONCE: usize = 2;

    /// Starts the driver on this port.
    pub async fn start_driver(self, port: u16) -> Result<Process> {
        let mut command = match self {
            Engine::Chromium => Command::new("chromedriver"),
            Engine::Firefox => Command::new(firefox_driver()),
            Engine::WebKit => {
                let mut command = Command::new("xvfb-run");
                command.args(["--auto-servernum", "WebKitWebDriver"]);
                command
            }
        };
        command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = Process::start(&mut command)?;
        let status = format!("http://127.0.0.1:{port}/status");
        let mut every = tokio::time::interval(std::time::Duration::from_millis(50));
        loop {
            every.tick().await;
            process.check().context("the browser's driver")?;
            if reqwest::get(&status).await.is_ok() {
                return Ok(process);
            }
        }
    }

    /// How a browser is to be started.
    pub fn capabilities(
        self,
        device: Device,
        popups: Popups,
        certificates: Certificates,
    ) -> Result<Capabilities> {
        let mut capabilities = Capabilities::new();
        match certificates {
            Certificates::Known => {}
            Certificates::Any => capabilities.set("acceptInsecureCerts", true)?,
        }
        match self {
            Engine::Chromium => {
                capabilities.set("browserName", "chrome")?;
                let unset = match popups {
                    Popups::Open => json!([]),
                    Popups::AsAtHome => json!(["disable-popup-blocking"]),
                };
                let mut options = json!({"args": CHROMIUM, "excludeSwitches": unset});
                if device == Device::Phone {
                    let screen = json!({"width": 360, "height": 640, "pixelRatio": 3});
                    options["mobileEmulation"] = json!({"deviceMetrics": screen});
                }
                capabilities.set("goog:chromeOptions", options)?;
                capabilities.set("goog:loggingPrefs", json!({"browser": "ALL"}))?;
            }
            Engine::Firefox => {
                capabilities.set("browserName", "firefox")?;
                let options = json!({"binary": "/usr/bin/firefox-esr", "args": ["-headless"]});
                capabilities.set("moz:firefoxOptions", options)?;
            }
            Engine::WebKit => {
                capabilities.set("browserName", "MiniBrowser")?;
                let options = json!({"binary": mini_browser()?, "args": ["--automation"]});
                capabilities.set("webkitgtk:browserOptions", options)?;
            }
        }
        Ok(capabilities)
    }
}

fn firefox_driver() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| root.join("target"), PathBuf::from);
    let ours = target.join("tools/cargo/bin/geckodriver");
    if ours.is_file() { ours } else { PathBuf::from("geckodriver") }
}

/// Debian keeps it in a folder of the machine's kind and the library's version.
fn mini_browser() -> Result<PathBuf> {
    for folder in std::fs::read_dir("/usr/lib")?.flatten() {
        for version in ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"] {
            let file = folder.path().join(version).join("MiniBrowser");
            if file.is_file() {
                return Ok(file);
            }
        }
    }
    bail!("WebKitGTK's MiniBrowser is missing")
}
