//! The site of `cargo xtask site`, below a path, as static files: playground,
//! gallery and documentation. There is no homeserver but the one in the page.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::devtools::devtools;
use crate::fallback_window::DIALOG;
use crate::harness::{browser_test, stage};
use crate::page_object::Page;

const NEW: &str = "new@example.org";
const ALICE: &str = "alice@example.org";

/// The console is checked after each test: a violation of the policy in the
/// pages would be there.
pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("site: a visitor adds an address and watches it finish", story),
        browser_test("site: a visitor signs in on the page of the homeserver", single_sign_on),
        browser_test("site: the server's faults and limits are displayed", faults),
        browser_test("site: the code follows the settings", code),
        browser_test("site: a text message has the code for a phone number", phone),
        browser_test("site: the gallery filters, and keeps the focus", gallery),
        browser_test("site: a state that waits does not stop the next ones", waiting),
        browser_test("site: a picture of the gallery is the same each time", stable),
        browser_test("site: the search finds a page of the documentation", search),
        browser_test("site: axe finds nothing, and nothing is wider than 320 pixels", accessible),
    ]
}

fn url(path: &str) -> String {
    format!("{}/below/{path}", stage().origin())
}

/// Types where the focus is.
async fn type_keys(page: &Page, text: &str) -> Result<()> {
    page.driver.action_chain().send_keys(text.to_owned()).perform().await?;
    Ok(())
}

/// Chooses a value of a field, behind whichever tab it is.
async fn choose(page: &Page, name: &str, value: &str) -> Result<()> {
    let script = "const [name, value] = given;\
        const field = document.querySelector(`[name=${name}][value='${value}']`)\
          ?? document.querySelector(`[name=${name}]`);\
        if (field.matches('select')) field.value = value; else field.checked = true;\
        for (const type of ['input', 'change'])\
          field.dispatchEvent(new Event(type, { bubbles: true }))";
    page.run_async(script, vec![json!(name), json!(value)]).await?;
    Ok(())
}

async fn open_playground(page: &Page, query: &str) -> Result<()> {
    page.goto(&url(&format!("demo/index.html{query}"))).await?;
    page.see("button", &format!("Remove {ALICE}")).await?;
    Ok(())
}

async fn add(page: &Page) -> Result<()> {
    page.type_into("Email address", NEW).await?;
    page.press("Add").await
}

async fn open_link(page: &Page) -> Result<()> {
    let link = page.see("link", "Open the link").await?;
    page.click(&link).await?;
    page.read("status", "Link opened").await?;
    page.focus_is("it.matches('.message a')").await
}

async fn authenticate(page: &Page) -> Result<()> {
    page.press("Continue").await?;
    page.see("dialog", DIALOG).await?;
    page.type_into("Password", "wonderland").await?;
    page.press("Confirm").await?;
    page.gone("dialog", DIALOG).await
}

async fn story(page: Page) -> Result<()> {
    open_playground(&page, "").await?;
    add(&page).await?;
    page.see("link", "Open the link").await?;
    // A reload loses nothing: neither the element nor the homeserver.
    page.reload().await?;
    page.see("group", NEW).await?;
    authenticate(&page).await?;
    page.see("group", NEW).await?;
    open_link(&page).await?;
    page.see("button", &format!("Remove {NEW}")).await?;
    page.until("document.querySelectorAll('#story [data-done]').length === 2").await?;
    page.press("Start over").await?;
    page.gone("button", &format!("Remove {NEW}")).await?;
    page.see("button", &format!("Remove {ALICE}")).await?;
    Ok(())
}

async fn single_sign_on(page: Page) -> Result<()> {
    open_playground(&page, "?server=sso").await?;
    add(&page).await?;
    open_link(&page).await?;
    page.press("Continue").await?;
    let playground = page.turn_to_new_window().await?;
    page.loaded("confirms a user by single sign-on").await?;
    page.press("Sign in as Alice").await?;
    page.turn_to(&playground).await?;
    page.see("button", &format!("Remove {NEW}")).await?;
    Ok(())
}

async fn faults(page: Page) -> Result<()> {
    open_playground(&page, "").await?;
    for (fault, text) in [
        ("429", "Too many attempts"),
        ("502", "Something went wrong (HTTP 502)"),
        ("offline", "offline"),
    ] {
        choose(&page, "fault", fault).await?;
        add(&page).await?;
        page.until(&format!(
            "document.querySelector('#preview > *').shadowRoot.textContent.includes({})",
            json!(text)
        ))
        .await
        .with_context(|| fault.to_owned())?;
        choose(&page, "fault", "none").await?;
        page.press("Start over").await?;
        page.see("button", &format!("Remove {ALICE}")).await?;
    }

    choose(&page, "server", "off").await?;
    page.gone("button", "Add").await?;
    Ok(())
}

async fn code(page: Page) -> Result<()> {
    open_playground(&page, "?theme=dark").await?;
    let tab = page.see("tab", "Code").await?;
    page.click(&tab).await?;
    let shown = "document.querySelector('#code-text').textContent";
    page.until(&format!("{shown}.includes('matrix-threepids/define')")).await?;
    page.until(&format!("{shown}.includes('theme=\"dark\"')")).await?;
    for (name, value) in [
        ("lang", "de"),
        ("mediums", "msisdn"),
        ("density", "compact"),
        ("accent", "#6d28d9"),
        ("identity", "on"),
    ] {
        choose(&page, name, value).await?;
    }
    page.see("button", &format!("{ALICE} entfernen")).await?;
    page.see("textbox", "Telefonnummer").await?;
    for (framework, wanted) in [
        ("HTML", r#"mediums="email msisdn""#),
        ("React", r#"mediums="email msisdn""#),
        ("Vue", r#":identity-server="identityServer""#),
        ("Svelte", "{@attach properties({ accessToken: getToken, identityServer })}"),
        ("Angular", r#"[identityServer]="identityServer""#),
    ] {
        let tab = page.see("tab", framework).await?;
        page.click(&tab).await?;
        for part in [wanted, r#"lang="de""#, r#"density="compact""#, r#"theme="dark""#] {
            page.until(&format!("{shown}.includes({})", json!(part)))
                .await
                .with_context(|| format!("{framework}: {part}"))?;
        }
    }
    page.until("document.querySelector('#code-css-text').textContent.includes('#6d28d9')").await?;
    // The URL has the same settings, and so has the element.
    let has = "((it) => it.getAttribute('density') === 'compact' && it.mediums === 'email msisdn')\
        (document.querySelector('#preview > *'))";
    page.until(has).await?;
    page.until("location.search.includes('lang=de')").await?;
    // In the code of no framework is a token.
    let token = page.run(&format!("return {shown}.includes('playground')")).await?;
    ensure!(token == json!(false));
    Ok(())
}

async fn phone(page: Page) -> Result<()> {
    open_playground(&page, "?mediums=email+msisdn").await?;
    page.type_into("Phone number", "07700 900123").await?;
    page.run(
        "document.querySelector('#preview > *').shadowRoot.querySelector('.phones form').requestSubmit()",
    )
    .await?;
    page.see("button", "Copy code").await?;
    let code = page.run("return document.querySelector('.message code').textContent").await?;
    let code = code.as_str().context("a code")?.to_owned();
    page.type_into("Code from the text message", &code).await?;
    authenticate(&page).await?;
    page.read("listitem", "7700").await?;
    Ok(())
}

async fn gallery(page: Page) -> Result<()> {
    page.goto(&url("states/index.html")).await?;
    let total = page.run("return document.querySelectorAll('.state').length").await?;
    ensure!(total.as_u64() > Some(100), "{total} states");
    page.until("document.querySelector('#list').dataset.drawn === 'true'").await?;
    // No state takes the focus, and the page stays at its beginning.
    page.until("document.activeElement === document.body && scrollY === 0").await?;
    let filter = page.see("searchbox", "Filter").await?;
    page.click(&filter).await?;
    type_keys(&page, "rate confirm").await?;
    page.until("document.querySelector('#shown').textContent.startsWith('0 of')").await?;
    page.run("document.querySelector('#filter').value = ''").await?;
    type_keys(&page, "confirm password").await?;
    let shown = "[...document.querySelectorAll('.state:not([hidden])')].filter((it) => it.checkVisibility())\
        .map((it) => it.id)";
    page.until(&format!("{shown}.includes('confirm-wrong-password') && {shown}.length < 10"))
        .await?;
    page.until("document.querySelector('#confirm-wrong-password').dataset.drawn === 'true'")
        .await?;
    page.focus_is("it.id === 'filter'").await?;
    page.until("location.search.includes('filter=')").await?;
    // An open dialog of a state takes no focus, either, and does not scroll the page.
    page.goto(&url("states/index.html?filter=confirm+password")).await?;
    page.until("document.querySelector('#confirm-wrong-password').dataset.drawn === 'true'")
        .await?;
    let dialog = "document.querySelector('#confirm-wrong-password iframe').contentDocument\
        .querySelector('main > :defined:last-child').shadowRoot.querySelector('dialog[open]')";
    page.until(dialog).await?;
    page.until("document.activeElement === document.body && scrollY === 0").await?;
    // Theme, width and language reach the frames.
    for (name, value) in [("theme", "dark"), ("width", "320")] {
        choose(&page, name, value).await?;
    }
    let frame = "document.querySelector('#confirm-wrong-password iframe')";
    page.until(&format!("{frame}.src.includes('theme=dark') && {frame}.offsetWidth <= 322"))
        .await?;
    page.goto(&url("states/index.html?lang=de#password-weak")).await?;
    page.until("document.querySelector('#password-weak').dataset.drawn === 'true'").await?;
    page.until(
        "document.querySelector('#password-weak').getBoundingClientRect().top < innerHeight",
    )
    .await?;
    let text = "document.querySelector('#password-weak iframe').contentDocument\
        .querySelector('main > :defined:last-child').shadowRoot.textContent";
    page.until(&format!("{text}.includes('Neues Passwort')")).await
}

/// One tab of an account at a time adds an address.
async fn waiting(page: Page) -> Result<()> {
    page.goto(&url("states/index.html?filter=pending")).await?;
    for state in ["pending-trying", "pending-waiting", "pending-failed"] {
        page.run(&format!("document.querySelector('#{state}').scrollIntoView()")).await?;
        page.until(&format!("document.querySelector('#{state}').dataset.drawn === 'true'")).await?;
    }
    Ok(())
}

async fn stable(page: Page) -> Result<()> {
    page.allow("matrix-threepids: ");
    let mut pictures = Vec::new();
    // Of a countdown, of a date of today, of a spinner, of a dialog, of a cooldown.
    for state in ["send-limited", "added", "sending", "confirm", "resent"] {
        let mut before = None;
        for _ in 0..2 {
            page.goto(&url(&format!("states/state.html?state={state}"))).await?;
            page.until(&format!("document.body.dataset.settled === '{state}'")).await?;
            // Pixels differ by one in rounding, so this is what they are drawn from.
            let script = "const { shadowRoot } = document.querySelector('main > :defined:last-child');\
                const boxes = [...shadowRoot.querySelectorAll('*')].map((it) => it.getBoundingClientRect());\
                return [shadowRoot.innerHTML, JSON.stringify(boxes), shadowRoot.getAnimations().length]";
            let picture = page.run(script).await?;
            ensure!(picture[2] == json!(0), "{state} moves");
            let is_same = before.as_ref().is_none_or(|before| *before == picture);
            ensure!(is_same, "{state} has two pictures");
            before = Some(picture);
        }
        pictures.push(before);
    }
    pictures.dedup();
    ensure!(pictures.len() == 5, "two states have the same picture");
    Ok(())
}

async fn search(page: Page) -> Result<()> {
    page.goto(&url("docs/embedding/tokens.html")).await?;
    // Each page has an element that works.
    page.see("button", &format!("Remove {ALICE}")).await?;
    type_keys(&page, "/").await?;
    page.focus_is("it.id === 'search'").await?;
    type_keys(&page, "content security policy").await?;
    let links = "[...document.querySelectorAll('#search-results a')]";
    page.until(&format!(
        "{links}.some((it) => it.textContent.includes('Content Security Policy'))"
    ))
    .await?;
    page.key(Key::Down).await?;
    page.focus_is("it.matches('#search-results a') && it.href.includes('content-security')")
        .await?;
    page.key(Key::Enter).await?;
    page.loaded("Content Security Policy").await?;
    page.until("location.pathname.startsWith('/below/docs/embedding/content-security-policy')")
        .await
}

async fn accessible(page: Page) -> Result<()> {
    for path in [
        "index.html",
        "demo/index.html?mediums=email+msisdn&identity=true",
        "states/index.html?filter=confirm",
        "docs/index.html",
        "docs/embedding/theming.html",
        "docs/servers.html",
        "docs/comparison.html",
        "examples/html/index.html",
    ] {
        for (theme, width) in [("light", 1280), ("dark", 320)] {
            let features = json!([{"name": "prefers-color-scheme", "value": theme}]);
            devtools(&page, "Emulation.setEmulatedMedia", json!({"features": features})).await?;
            let screen =
                json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
            devtools(&page, "Emulation.setDeviceMetricsOverride", screen).await?;
            page.goto(&url(path)).await?;
            page.until("document.readyState === 'complete'").await?;
            let has_element = "(!document.querySelector('[data-live], #preview') || \
                document.querySelector('[data-live] > *, #preview > *')?.shadowRoot\
                .textContent.match('alice@example.org|New password'))";
            page.until(has_element).await?;
            keep_picture(&page, path, theme, width).await?;
            let found = page.find_by_axe().await?;
            ensure!(found.is_empty(), "{path}, {theme}: {found:?}");
            let wide = page.run("return document.documentElement.scrollWidth").await?;
            ensure!(wide.as_u64() <= Some(width), "{path} is {wide} wide at {width}");
        }
    }
    Ok(())
}

/// The picture, where they are wanted.
async fn keep_picture(page: &Page, path: &str, theme: &str, width: u64) -> Result<()> {
    let Some(folder) = std::env::var_os("STAGE_SCREENSHOTS") else { return Ok(()) };
    let name = path.split('?').next().unwrap_or(path).replace('/', "-");
    let file = PathBuf::from(folder).join(format!("site-{name}-{theme}-{width}.png"));
    Ok(page.driver.screenshot(&file).await?)
}
