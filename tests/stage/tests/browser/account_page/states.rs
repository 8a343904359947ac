//! Every state of the page: looked at by axe, light and dark, at the width of
//! a small phone and of a desk. `cargo xtask screenshots` has them as pictures.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::site::{
    LOGIN, LOGOUT, METADATA, METHODS, USER, VERSIONS, WELL_KNOWN, fixed, homeserver, is_in,
    name_of, press_in_dialog, put_up, sign_in,
};
use crate::devtools::devtools;
use crate::error_responses::add;
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, error};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("account page: every state before sign-in", |page| walk(page, before)),
        browser_test("account page: every state after sign-in", |page| walk(page, inside)),
    ]
}

/// A way through states, each shown as it is reached.
async fn walk<F>(page: Page, way: fn(Page, Homeserver) -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    way(page, homeserver().await?).await
}

/// Looks at the state that the page is in now.
async fn state(page: &Page, name: &str) -> Result<()> {
    for (theme, width) in [("light", 320), ("dark", 1280), ("light", 1280), ("dark", 320)] {
        let features = json!([{"name": "prefers-color-scheme", "value": theme}]);
        devtools(page, "Emulation.setEmulatedMedia", json!({"features": features})).await?;
        let screen =
            json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        devtools(page, "Emulation.setDeviceMetricsOverride", screen).await?;
        keep_picture(page, name, theme, width).await?;
        let wide = page.run("return document.documentElement.scrollWidth").await?;
        ensure!(wide.as_u64() <= Some(width), "{name} is {wide} wide at {width}");
        if (theme, width) == ("light", 320) || (theme, width) == ("dark", 1280) {
            let found = page.find_by_axe().await?;
            ensure!(found.is_empty(), "{name}, {theme}: {found:?}");
        }
    }
    Ok(())
}

/// The picture, where they are wanted.
async fn keep_picture(page: &Page, name: &str, theme: &str, width: u64) -> Result<()> {
    let Some(folder) = std::env::var_os("STAGE_SCREENSHOTS") else { return Ok(()) };
    let file = PathBuf::from(folder).join(format!("{name}-{theme}-{width}.png"));
    Ok(page.driver.screenshot(&file).await?)
}

async fn open(page: &Page, config: Value) -> Result<stage::web::WebServer> {
    let site = put_up(config).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.until("!document.querySelector('#page').hasAttribute('aria-busy')").await?;
    Ok(site)
}

async fn before(page: Page, homeserver: Homeserver) -> Result<()> {
    let held = |answer: Answer| [Answer::Held(Box::new(answer))];
    let versions = Answer::Json(200, json!({"versions": ["v1.11"]}));
    let site = open(&page, json!({"name": "Wonderland", "logo": "logo.svg"})).await?;
    page.see("textbox", "Matrix ID or server").await?;
    state(&page, "server").await?;
    page.press("Continue").await?;
    page.read("alert", "Enter your Matrix ID").await?;
    state(&page, "server-missing").await?;
    homeserver.answers(VERSIONS, held(versions.clone()));
    page.type_into("Matrix ID or server", &homeserver.url).await?;
    page.press("Continue").await?;
    page.read("status", "Looking for the server…").await?;
    state(&page, "server-looking").await?;
    homeserver.answers(VERSIONS, [versions.clone()]);
    homeserver.let_go();
    page.see("textbox", "Password").await?;
    page.press("Use another server").await?;
    homeserver.answers(WELL_KNOWN, [Answer::Text(200, "")]);
    page.type_into("Matrix ID or server", name_of(&homeserver.url)).await?;
    page.press("Continue").await?;
    page.see("textbox", "Homeserver address").await?;
    state(&page, "address").await?;
    page.press("Use another server").await?;
    homeserver.answers(
        METADATA,
        [Answer::Json(200, json!({"account_management_uri": "https://account.example.org/"}))],
    );
    page.type_into("Matrix ID or server", &homeserver.url).await?;
    page.press("Continue").await?;
    page.see("link", "Go to your account").await?;
    state(&page, "managed").await?;
    drop(site);

    homeserver.answers(METADATA, [error(404, "M_UNRECOGNIZED")]);
    homeserver.answers(VERSIONS, held(error(500, "M_UNKNOWN")));
    let site = open(&page, fixed(&homeserver.url)).await?;
    page.read("status", "Looking for the server…").await?;
    state(&page, "looking").await?;
    homeserver.let_go();
    page.read("alert", "isn't a Matrix server").await?;
    state(&page, "unavailable").await?;
    homeserver.answers(VERSIONS, [versions]);
    let providers = json!([{"id": "glass", "name": "Looking Glass"}, {"id": "hat", "name": "Mad Hatter's Tea Party"}]);
    let flows = json!([{"type": "m.login.password"}, {"type": "m.login.sso", "identity_providers": providers}]);
    homeserver.answers(METHODS, [Answer::Json(200, json!({"flows": flows}))]);
    page.press("Try again").await?;
    page.see("textbox", "Password").await?;
    state(&page, "methods").await?;
    homeserver.answers(LOGIN, held(error(403, "M_FORBIDDEN")));
    page.type_into(USER, "alice").await?;
    page.type_into("Password", "guess").await?;
    page.press("Sign in").await?;
    page.read("status", "Signing in…").await?;
    state(&page, "signing-in").await?;
    homeserver.let_go();
    page.read("alert", "Wrong username or password").await?;
    state(&page, "wrong-password").await?;
    let limit = json!({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 297_231});
    homeserver.answers(LOGIN, [Answer::Json(429, limit)]);
    page.press("Sign in").await?;
    page.read("alert", "Too many attempts.").await?;
    state(&page, "limited").await?;
    drop(site);

    let _site = open(&page, json!({"nmae": "Wonderland", "sections": []})).await?;
    page.read("alert", "This page isn't set up correctly").await?;
    state(&page, "misconfigured").await?;
    let site = put_up(json!({"languages": ["ar"]})).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("button", "متابعة").await?;
    page.until("document.documentElement.dir === 'rtl'").await?;
    state(&page, "server-arabic").await
}

async fn inside(page: Page, homeserver: Homeserver) -> Result<()> {
    let site = open(&page, fixed(&homeserver.url)).await?;
    sign_in(&page, "alice", "secret").await?;
    is_in(&page, "@alice:example.org").await?;
    page.list_is(&["alice@example.org"]).await?;
    page.see("textbox", "New password").await?;
    page.until("document.querySelector('.name').textContent === 'Alice Liddell'").await?;
    state(&page, "account").await?;
    add(&page).await?;
    state(&page, "account-pending").await?;
    page.press("Sign out").await?;
    page.see("dialog", "Sign out?").await?;
    state(&page, "sign-out").await?;
    press_in_dialog(&page, "Cancel").await?;
    page.gone("dialog", "Sign out?").await?;
    homeserver.answers("GET account/3pid", [error(401, "M_UNKNOWN_TOKEN")]);
    page.run("return document.querySelector('matrix-threepids').refresh().catch(() => null)")
        .await?;
    page.read("status", "Your session has ended.").await?;
    page.see("textbox", "Password").await?;
    state(&page, "session-ended").await?;
    page.run("sessionStorage.clear()").await?;

    homeserver.answers(LOGOUT, [Answer::Text(502, "")]);
    homeserver.answers("GET account/3pid", [crate::homeserver::list(&["alice@example.org"])]);
    page.goto(&format!("{}/", site.url)).await?;
    sign_in(&page, "alice", "secret").await?;
    is_in(&page, "@alice:example.org").await?;
    page.press("Sign out").await?;
    page.read("status", "You're signed out here, but").await?;
    page.see("textbox", "Password").await?;
    state(&page, "signed-out-here").await?;

    page.goto(&format!("{}/?sid=1", site.url)).await?;
    page.read("status", "Go back to where you started, and continue there").await?;
    state(&page, "returned-nobody").await?;
    for (told, words, name) in [
        ("adding", "Your other tab is adding alice@example.org…", "returned-adding"),
        ("password", "Your address is verified. One step left", "returned-password"),
        ("added", "alice@example.org was added.", "returned-added"),
    ] {
        let message = json!({"sid": "1", "address": "alice@example.org", "state": told});
        page.run(&format!(
            "new BroadcastChannel('matrix-threepids/page/1').postMessage({message})"
        ))
        .await?;
        page.read("status", words).await?;
        state(&page, name).await?;
    }
    Ok(())
}
