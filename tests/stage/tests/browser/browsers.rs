//! The browsers that tests run in, one test after the other. To start a browser
//! takes longer than most tests do.

use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, Result};
use stage::ports;
use stage::process::Process;
use thirtyfour::prelude::*;

use crate::engine::{Certificates, Device, Engine, Popups};

/// How long scripts may take. Drivers count it with the page's own
/// `setTimeout`; by this number, `clock.js` knows whose it is.
const SCRIPT_LIMIT: Duration = Duration::from_millis(40_007);

/// A browser that does not answer for so long is lost.
const PING_LIMIT: Duration = Duration::from_secs(10);

/// What a browser is started with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// What the browser runs on.
    pub device: Device,
    /// What becomes of windows that a page opens unasked.
    pub popups: Popups,
    /// Whose certificates are good enough.
    pub certificates: Certificates,
}

/// A browser, its driver, and the session between them.
pub struct Browser {
    settings: Settings,
    /// The session.
    pub session: WebDriver,
    /// Where the driver listens.
    pub driver_url: String,
    driver: Process,
}

impl Browser {
    async fn start(engine: Engine, settings: Settings) -> Result<Browser> {
        let port = ports::find_free()?;
        let driver = engine.start_driver(port).await?;
        let driver_url = format!("http://127.0.0.1:{port}");
        let capabilities =
            engine.capabilities(settings.device, settings.popups, settings.certificates)?;
        let session = WebDriver::new(&driver_url, capabilities).await.context("no browser")?;
        session.set_script_timeout(SCRIPT_LIMIT).await?;
        Ok(Browser { settings, session, driver_url, driver })
    }

    /// Leaves one window, which is new: of the test before, nothing is open.
    async fn open_fresh_window(&self) -> Result<()> {
        let session = &self.session;
        let old = session.windows().await?;
        let fresh = session.new_tab().await?;
        for window in old {
            session.switch_to_window(window).await?;
            session.close_window().await?;
        }
        Ok(session.switch_to_window(fresh).await?)
    }

    /// Whether browser and driver still answer.
    pub async fn is_alive(&self) -> bool {
        let ping = self.session.execute("return 1", Vec::new());
        tokio::time::timeout(PING_LIMIT, ping).await.is_ok_and(|answer| answer.is_ok())
    }

    /// Ends browser and driver.
    pub async fn stop(self) {
        let quit = tokio::time::timeout(PING_LIMIT, self.session.quit()).await;
        if !matches!(quit, Ok(Ok(()))) {
            eprintln!("a browser did not end by itself");
        }
        // Ends the browser, too: it is of the driver's process group.
        let _ = self.driver.stop().await;
    }
}

/// Browsers that wait for a test.
pub struct Browsers {
    engine: Engine,
    idle: Mutex<Vec<Browser>>,
}

impl Browsers {
    /// None yet.
    pub fn new(engine: Engine) -> Browsers {
        Browsers { engine, idle: Mutex::default() }
    }

    /// A browser with these settings and a fresh window: one that waits, or a
    /// new one.
    pub async fn take(&self, settings: Settings) -> Result<Browser> {
        while let Some(browser) = self.take_idle(settings) {
            match browser.open_fresh_window().await {
                Ok(()) => return Ok(browser),
                Err(error) => {
                    eprintln!("a browser is started anew: {error:#}");
                    browser.stop().await;
                }
            }
        }
        Browser::start(self.engine, settings).await
    }

    fn take_idle(&self, settings: Settings) -> Option<Browser> {
        let mut idle = self.idle.lock().expect("nothing panics with it");
        let at = idle.iter().position(|browser| browser.settings == settings)?;
        Some(idle.swap_remove(at))
    }

    /// The browser waits for another test.
    pub fn give_back(&self, browser: Browser) {
        self.idle.lock().expect("nothing panics with it").push(browser);
    }

    /// Ends those that wait.
    pub async fn stop(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().expect("nothing panics with it"));
        for browser in idle {
            browser.stop().await;
        }
    }
}
