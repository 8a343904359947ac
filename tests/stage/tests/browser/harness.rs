//! What all tests share: browsers, a Synapse, a mailbox, pages. Started once,
//! ended by [`Stage::stop`].

use std::collections::HashMap;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::Path as UrlPath;
use axum::http::{HeaderName, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use stage::mail::MailServer;
use stage::synapse::{Age, Federation, Settings, Synapse};
use stage::{ports, web};
use tokio::runtime::Runtime;

use crate::browsers::{Browsers, Settings as BrowserSettings};
use crate::engine::{Certificates, Device, Engine, Popups};
use crate::identity_server_env;
use crate::page_object::Page;
use crate::record::Record;

/// Tests wait in real time, whatever time it is in the page.
const TESTING_WAITS: &str = "const { setTimeout, clearTimeout } = window.clock?.real ?? window;";

/// A browser that hangs is not waited for longer than this.
const LIMIT: Duration = Duration::from_secs(240);

static STAGE: OnceLock<Stage> = OnceLock::new();

tokio::task_local! {
    /// Where the pages of the test that runs are served: an origin of its own,
    /// so that nothing is in its storage.
    static ORIGIN: String;
}

/// What the tests play on.
pub struct Stage {
    /// Which browser.
    pub engine: Engine,
    runtime: Runtime,
    /// `target/`
    pub target: PathBuf,
    /// The Python of the homeserver.
    pub python: PathBuf,
    /// The Synapse that all tests share.
    pub synapse: Synapse,
    /// The mails that it sends.
    pub mails: MailServer,
    /// The bundle of `testing.js`.
    pub testing: String,
    /// axe, as npm has it.
    pub axe: String,
    browsers: Browsers,
    pages: Pages,
    routes: Router,
    record: Record,
}

/// Pages that tests made: path and what is served there.
type Pages = Arc<Mutex<HashMap<String, String>>>;

/// The stage. Only ever called from tests, which run after it was started.
pub fn stage() -> &'static Stage {
    STAGE.get().expect("the stage is set before the tests run")
}

impl Stage {
    /// Starts everything.
    pub fn start(engine: Engine) -> Result<&'static Stage> {
        let runtime = Runtime::new()?;
        let target = target();
        let python = target.join("tools/venv/bin/python");
        let testing = fs::read_to_string(target.join("tools/testing.js")).context("testing.js")?;
        let testing = format!("{{ {TESTING_WAITS} {testing} }}");
        let axe = target.join("tools/node/node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(axe).context("axe")?;
        let pages = Pages::default();
        let (synapse, mails) = runtime.block_on(async {
            let mails = MailServer::start(&python, ports::find_free()?).await?;
            let folder = target.join("test-homeserver").join(engine.name()).join("shared");
            let synapse = synapse(&python, &folder, Some(mails.port), None, Value::Null).await?;
            anyhow::Ok((synapse, mails))
        })?;
        let routes = routes(&target, pages.clone(), testing.clone());
        let stage = Stage {
            engine,
            runtime,
            target,
            python,
            synapse,
            mails,
            testing,
            axe,
            browsers: Browsers::new(engine),
            pages,
            routes,
            record: Record::default(),
        };
        Ok(STAGE.get_or_init(|| stage))
    }

    /// Ends what was started.
    pub fn stop(&self) {
        self.runtime.block_on(self.browsers.stop());
        if let Err(error) = self.record.write(&self.target, self.engine) {
            eprintln!("how long the tests took is not written: {error:#}");
        }
        // What is static is not dropped.
        identity_server_env::kill();
        self.synapse.kill();
        self.mails.kill();
    }

    /// Another Synapse, with these settings of its own.
    pub async fn another_synapse(&self, name: &str, extra: Value) -> Result<Synapse> {
        self.federated_synapse(name, None, extra).await
    }

    /// Another Synapse, which speaks with other servers like this.
    pub async fn federated_synapse(
        &self,
        name: &str,
        federation: Option<Federation>,
        extra: Value,
    ) -> Result<Synapse> {
        synapse(
            &self.python,
            &self.homeserver_folder(name),
            Some(self.mails.port),
            federation,
            extra,
        )
        .await
    }

    /// A Synapse of another release, which this Python has.
    pub async fn old_synapse(&self, name: &str, python: &Path, extra: Value) -> Result<Synapse> {
        let folder = self.homeserver_folder(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        Synapse::start(Settings {
            python: python.to_owned(),
            age: Age::Old,
            folder,
            port: ports::find_free()?,
            smtp_port: Some(self.mails.port),
            federation: None,
            extra,
        })
        .await
    }

    /// Where the files of a Synapse are.
    pub fn homeserver_folder(&self, name: &str) -> PathBuf {
        self.target.join("test-homeserver").join(self.engine.name()).join(name)
    }

    /// The origin of the test that runs: what all tests load is served there.
    pub fn origin(&self) -> String {
        ORIGIN.get()
    }

    /// Serves a page and gives its URL. The page has this body and runs this
    /// module.
    pub fn serve_page(&self, body: &str, script: &str) -> String {
        self.serve("pages", body, script)
    }

    /// The same, cut off from the windows that it opens
    /// (`Cross-Origin-Opener-Policy: same-origin`).
    pub fn serve_isolated_page(&self, body: &str, script: &str) -> String {
        self.serve("isolated", body, script)
    }

    fn serve(&self, folder: &str, body: &str, script: &str) -> String {
        let mut pages = self.pages.lock().expect("no test panics with it");
        let name = format!("page-{}", pages.len());
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Test</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <script src=\"/clock.js\"></script>\
             <script src=\"/presence.js\"></script><script src=\"/console.js\"></script>\
             <script type=\"module\" src=\"/pages/{name}.js\"></script>\
             <script defer src=\"/testing.js\"></script></head>\
             <body><main><h1>A page</h1>{body}</main></body></html>"
        );
        pages.insert(format!("{name}.html"), html);
        pages.insert(format!("{name}.js"), script.to_owned());
        format!("{}/{folder}/{name}.html", self.origin())
    }
}

/// Where builds go.
fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

async fn synapse(
    python: &Path,
    folder: &Path,
    smtp_port: Option<u16>,
    federation: Option<Federation>,
    extra: Value,
) -> Result<Synapse> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let (python, folder, port) = (python.to_owned(), folder.to_owned(), ports::find_free()?);
    let age = Age::Current;
    Synapse::start(Settings { python, age, folder, port, smtp_port, federation, extra }).await
}

fn routes(target: &Path, pages: Pages, testing: String) -> Router {
    let page = move |UrlPath(name): UrlPath<String>| {
        let text = pages.lock().expect("no test panics with it").get(&name).cloned();
        async move {
            match text {
                Some(text) if name.ends_with(".js") => web::script(text),
                Some(text) => web::html(text),
                None => StatusCode::NOT_FOUND.into_response(),
            }
        }
    };
    let isolated = {
        let page = page.clone();
        let policy = (HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        move |name| {
            let page = page(name);
            async move { ([policy], page.await) }
        }
    };
    let clock = || async { web::script(include_str!("clock.js").to_owned()) };
    let presence = || async { web::script(include_str!("presence.js").to_owned()) };
    let console = || async { web::script(include_str!("console.js").to_owned()) };
    let testing = move || async move { web::script(testing) };
    let state = repository_file("site/states/state.html");
    let states = repository("site/states");
    let icon = || async { StatusCode::NO_CONTENT };
    Router::new()
        .route("/pages/{name}", get(page))
        .route("/isolated/{name}", get(isolated))
        .route("/clock.js", get(clock))
        .route("/presence.js", get(presence))
        .route("/console.js", get(console))
        .route("/testing.js", get(testing))
        .route("/favicon.ico", get(icon))
        .route("/assets/icon.svg", get(icon))
        .route("/states/state.html", get(move || async { web::framed_html(state) }))
        .nest_service("/states", web::folder(&states))
        .nest_service("/npm", web::folder(&target.join("npm/package")))
        .nest_service("/probe", web::folder(&target.join("probe")))
        .fallback_service(web::folder(&site_folder(target)))
}

/// Folder with the site in `below`, as if it were published under a path.
fn site_folder(target: &Path) -> PathBuf {
    let folder = target.join("test-site");
    let link = folder.join("below");
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    // Also where the site is not built.
    if !link.is_symlink() {
        let linked = std::os::unix::fs::symlink(target.join("site"), &link);
        linked.unwrap_or_else(|error| panic!("{}: {error}", link.display()));
    }
    folder
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn repository_file(path: &str) -> String {
    fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

const DESKTOP: BrowserSettings = BrowserSettings {
    device: Device::Desktop,
    popups: Popups::Open,
    certificates: Certificates::Known,
};

/// A test in a browser that has a fresh window. If it fails, a screenshot and
/// the browser's console are in `target/test-failures/`.
pub fn browser_test<F, R>(name: &'static str, test: F) -> Trial
where
    F: Fn(Page) -> R + Send + 'static,
    R: Future<Output = Result<()>> + Send + 'static,
{
    run(DESKTOP, name, test)
}

/// The same, in a browser that takes the certificates of the tests' own
/// authority.
pub fn trusting_browser_test<F, R>(name: &'static str, test: F) -> Trial
where
    F: Fn(Page) -> R + Send + 'static,
    R: Future<Output = Result<()>> + Send + 'static,
{
    run(BrowserSettings { certificates: Certificates::Any, ..DESKTOP }, name, test)
}

/// The same, with this to become of windows that open unasked.
pub fn browser_test_with<F, R>(popups: Popups, name: &'static str, test: F) -> Trial
where
    F: Fn(Page) -> R + Send + 'static,
    R: Future<Output = Result<()>> + Send + 'static,
{
    run(BrowserSettings { popups, ..DESKTOP }, name, test)
}

/// The same, on a phone. In Chromium, which can emulate one.
pub fn phone_test<F, R>(name: &'static str, test: F) -> Trial
where
    F: Fn(Page) -> R + Send + 'static,
    R: Future<Output = Result<()>> + Send + 'static,
{
    run(BrowserSettings { device: Device::Phone, ..DESKTOP }, name, test)
}

fn run<F, R>(settings: BrowserSettings, name: &'static str, test: F) -> Trial
where
    F: Fn(Page) -> R + Send + 'static,
    R: Future<Output = Result<()>> + Send + 'static,
{
    Trial::test(name, move || {
        let stage = stage();
        stage.runtime.block_on(async {
            let began = Instant::now();
            let browser = stage.browsers.take(settings).await?;
            let started = Instant::now();
            let site = web::serve(0, stage.routes.clone()).await?;
            let page = Page::new(stage, &browser);
            // A task, so that a panic (of an assertion) is an answer, too.
            let test = ORIGIN.scope(site.url.clone(), test(page.clone()));
            let run = tokio::time::timeout(LIMIT, stage.runtime.spawn(test));
            let result = match run.await {
                Ok(Ok(result)) => result,
                Ok(Err(panic)) => Err(anyhow::anyhow!("{panic}")),
                Err(_) => Err(anyhow::anyhow!("not done after {} s", LIMIT.as_secs())),
            };
            let result = match result {
                Ok(()) => page.check_console().await,
                Err(error) => Err(error),
            };
            stage.record.took(name, started - began, started.elapsed());
            if result.is_ok() {
                stage.browsers.give_back(browser);
            } else if browser.is_alive().await {
                let folder = stage.target.join("test-failures");
                if let Err(error) = page.keep_evidence(&folder, name).await {
                    eprintln!("no evidence of {name}: {error:#}");
                }
                browser.stop().await;
            } else {
                // No failure of the test: whoever runs us runs it again.
                stage.record.lost(name);
                browser.stop().await;
            }
            result.map_err(|error| Failed::from(format!("{error:#}")))
        })
    })
}
