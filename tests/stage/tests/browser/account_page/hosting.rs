//! The page as it is served: by a real nginx with the sample's settings, under
//! a path of its own, as Trunk builds it, and to browsers that cannot run it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use stage::ports;
use stage::process::Process;
use tokio::process::Command;

use super::site::{becomes, fixed, homeserver, is_in, put_up_from, sign_in};
use crate::harness::{browser_test, stage};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("account page: behind nginx, under a path of its own", behind_nginx),
        browser_test("account page: as Trunk builds it", by_trunk),
        browser_test("account page: without JavaScript, and without its WebAssembly", unable),
    ]
}

/// nginx with the server of the sample, and what a test has to have otherwise.
async fn nginx(folder: &Path, homeservers: &str) -> Result<(Process, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sample = fs::read_to_string(root.join("examples/hosting/nginx.conf"))?;
    let (port, plain) = (ports::find_free()?, ports::find_free()?);
    let work = stage().target.join("test-nginx");
    fs::create_dir_all(&work)?;
    let mut server = String::new();
    for line in sample.lines().filter(|line| !line.contains("ssl_certificate")) {
        let line = line
            .replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"))
            .replace("listen 80;", &format!("listen 127.0.0.1:{plain};"))
            .replace("listen [::]:443 ssl;", "")
            .replace("listen [::]:80;", "")
            .replace("/var/log/nginx", &work.display().to_string())
            .replace("/srv/account-page/", &format!("{}/", folder.display()))
            .replace("connect-src 'self' https:", &format!("connect-src 'self' {homeservers}"));
        server += &(line + "\n");
    }
    let config = format!(
        "daemon off; pid {work}/nginx.pid; error_log {work}/error.log;\n\
         events {{}}\n\
         http {{\n\
         include /etc/nginx/mime.types;\n\
         client_body_temp_path {work}/body; proxy_temp_path {work}/proxy;\n\
         fastcgi_temp_path {work}/fastcgi; uwsgi_temp_path {work}/uwsgi; scgi_temp_path {work}/scgi;\n\
         {server}}}\n",
        work = work.display()
    );
    fs::write(work.join("nginx.conf"), config)?;
    let system = Path::new("/usr/sbin/nginx");
    let program = if system.is_file() { system } else { Path::new("nginx") };
    let mut command = Command::new(program);
    command.arg("-p").arg(&work).arg("-c").arg(work.join("nginx.conf"));
    let process = Process::start(command.stdout(Stdio::null()).stderr(Stdio::null()))?;
    let (url, plain) = (format!("http://127.0.0.1:{port}"), format!("http://127.0.0.1:{plain}"));
    let answers = async {
        let mut every = tokio::time::interval(Duration::from_millis(20));
        while reqwest::get(&url).await.is_err() {
            every.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), answers).await.with_context(|| {
        let log = fs::read_to_string(work.join("error.log"));
        format!("nginx does not answer: {}", log.unwrap_or_default())
    })?;
    Ok((process, url, plain))
}

/// What a header of an answer says.
fn header<'a>(answer: &'a reqwest::Response, name: &str) -> &'a str {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

async fn behind_nginx(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let folder = stage().target.join("test-nginx/site");
    copy_page(&folder)?;
    fs::write(folder.join("config.json"), fixed(&homeserver.url).to_string())?;
    let (process, url, plain) = nginx(&folder, &homeserver.url).await?;

    // Without encryption, only where to find it with.
    let by_hand = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let moved = by_hand.get(format!("{plain}/account/?sid=1")).send().await?;
    let there = "https://account.example.org/account/?sid=1";
    ensure!(moved.status() == 301 && header(&moved, "location") == there, "{moved:?}");
    let moved = by_hand.get(format!("{url}/account?sid=1")).send().await?;
    ensure!(moved.status() == 301 && header(&moved, "location") == "/account/?sid=1", "{moved:?}");
    let always = [
        ("strict-transport-security", "max-age=31536000"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin-allow-popups"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ];
    for path in ["/account", "/account/", "/account/config.json", "/account/none", "/"] {
        let answer = by_hand.get([&*url, path].concat()).send().await?;
        for (name, value) in always {
            ensure!(header(&answer, name) == value, "{path}: {name}: {}", header(&answer, name));
        }
        let policy = header(&answer, "content-security-policy");
        ensure!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    }

    let index = reqwest::get(format!("{url}/account/")).await?;
    ensure!(index.status() == 200, "{}", index.status());
    let policy = header(&index, "content-security-policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "script-src 'self' 'wasm-unsafe-eval';",
        "style-src 'self';",
    ] {
        ensure!(policy.contains(part), "{part} is not in: {policy}");
    }
    ensure!(!policy.contains("unsafe-inline"), "{policy}");
    ensure!(header(&index, "referrer-policy") == "no-referrer");
    ensure!(header(&index, "x-content-type-options") == "nosniff");
    ensure!(header(&index, "cache-control") == "no-cache", "{}", header(&index, "cache-control"));
    let html = index.text().await?;
    let (_, wasm) = html.split_once("data-wasm=\"./").context("the WebAssembly's name")?;
    let wasm = wasm.split('"').next().unwrap_or_default();
    let wasm = reqwest::get(format!("{url}/account/{wasm}")).await?;
    ensure!(header(&wasm, "content-type") == "application/wasm");
    ensure!(header(&wasm, "cache-control").contains("immutable"), "{wasm:?}");
    ensure!(header(&wasm, "x-content-type-options") == "nosniff", "{wasm:?}");
    let config = reqwest::get(format!("{url}/account/config.json")).await?;
    ensure!(header(&config, "cache-control") == "no-cache", "{config:?}");
    let gone = reqwest::get(format!("{url}/account/boot-0123456789abcdef.js")).await?;
    ensure!(gone.status() == 404 && header(&gone, "cache-control").is_empty(), "{gone:?}");
    ensure!(header(&gone, "x-content-type-options") == "nosniff", "{gone:?}");

    // A violation of the policy would be on the console.
    page.goto(&format!("{url}/account")).await?;
    sign_in(&page, "alice", "secret").await?;
    is_in(&page, "@alice:example.org").await?;
    page.list_is(&["alice@example.org"]).await?;
    page.reload().await?;
    page.list_is(&["alice@example.org"]).await?;
    let link = page.run("return document.querySelector('matrix-threepids').nextLink").await?;
    ensure!(link == format!("{url}/account/").as_str(), "{link}");
    page.press("Sign out").await?;
    page.read("status", "You're signed out").await?;
    // The log says who asked for what, but not what stood in the query.
    reqwest::get(format!("{url}/account/?loginToken=secret-7")).await?;
    let log = stage().target.join("test-nginx/account-page.log");
    let log = fs::read_to_string(log).context("the access log")?;
    ensure!(log.contains("GET /account/index.html") && !log.contains("secret-7"), "{log}");
    ensure!(!log.contains("sid="), "{log}");
    process.stop().await
}

fn copy_page(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let from = stage().target.join("page/.");
    let copied = std::process::Command::new("cp").arg("-R").arg(from).arg(folder).status()?;
    ensure!(copied.success(), "target/page/ is missing");
    Ok(())
}

async fn by_trunk(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let folder = stage().target.join("trunk");
    let (whole, split) = (names(&folder)?, names(&stage().target.join("page"))?);
    // Both have the same files, except for the WebAssembly and what loads it.
    let starts = |name: &str| {
        ["snippets/", "account-page", "boot", "page", "define", "threepids"]
            .iter()
            .any(|begin| name.starts_with(begin))
    };
    let others = |names: &[String]| -> Vec<String> {
        names.iter().filter(|name| !starts(name)).cloned().collect()
    };
    ensure!(others(&whole) == others(&split), "{whole:?} {split:?}");
    ensure!(split.iter().any(|name| name == "define.js"), "{split:?}");
    let site = put_up_from(&folder, fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    let inline = "return [...document.scripts].filter((it) => !it.src).length + \
        document.querySelectorAll('style, [style]').length";
    ensure!(page.run(inline).await? == 0, "an inline script or style");
    sign_in(&page, "alice", "secret").await?;
    is_in(&page, "@alice:example.org").await?;
    page.list_is(&["alice@example.org"]).await?;
    // What is loaded for them only is there, too.
    page.run("document.querySelector('matrix-threepids').mediums = 'email msisdn'").await?;
    page.see("combobox", "Country").await?;
    Ok(())
}

/// The names of all files, without what is in their middle.
fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(within) = folders.pop() {
        for entry in fs::read_dir(folder.join(&within))? {
            let entry = entry?;
            let path = within.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.display().to_string();
            let hashed = name
                .rsplit_once('-')
                .filter(|(_, rest)| rest.split_once('.').is_some_and(|(hash, _)| hash.len() == 16));
            let plain = ["index.html", "config.json", "manifest.webmanifest"].contains(&&*name);
            ensure!(hashed.is_some() || plain, "{name} has no hash");
            names.push(hashed.map_or(name.clone(), |(stem, rest)| stem.to_owned() + &rest[16..]));
        }
    }
    names.sort();
    Ok(names)
}

async fn unable(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let folder = stage().target.join("test-unable");
    copy_page(&folder)?;
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "wasm") {
            fs::remove_file(path)?;
        }
    }
    let site = put_up_from(&folder, fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("heading", "This page could not be started").await?;
    let found = page.find_by_axe().await?;
    ensure!(found.is_empty(), "{found:?}");
    page.press("Try again").await?;
    becomes(&page, "!window.stage && !document.getElementById('broken').hidden").await?;

    let off = serde_json::json!({"value": true});
    crate::devtools::devtools(&page, "Emulation.setScriptExecutionDisabled", off).await?;
    page.driver.goto(&format!("{}/", site.url)).await?;
    let source = page.driver.find(thirtyfour::By::Css("noscript main")).await?.text().await?;
    ensure!(source.contains("needs JavaScript and WebAssembly"), "{source}");
    Ok(())
}
