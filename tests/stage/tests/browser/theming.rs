//! How it looks where: in Element Web's colors, in the dark, with the person's
//! own settings. In Chromium, which can be told of such settings.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::devtools::devtools;
use crate::error_responses::{NEW, add, open};
use crate::harness::browser_test;
use crate::homeserver::Homeserver;
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("theming: host variables override Compound tokens and default colors", colors),
        browser_test(
            "theming: light and dark follow the user's setting and the theme attribute",
            dark,
        ),
        browser_test("theming: contrast, forced colors, reduced motion", settings),
        browser_test("theming: parts, slots and states can be styled", reached),
        browser_test("theming: the text of an address can be selected", selected),
    ]
}

/// A computed style of what a selector finds in the shadow root.
async fn style(page: &Page, selector: &str, property: &str) -> Result<String> {
    let script = format!(
        "const root = window.element.shadowRoot;\
         const it = {selector:?} === ':host' ? window.element : root.querySelector({selector:?});\
         return getComputedStyle(it).getPropertyValue({property:?})"
    );
    Ok(page.run(&script).await?.as_str().unwrap_or_default().to_owned())
}

/// Adds rules to the page.
async fn rules(page: &Page, css: &str) -> Result<()> {
    let script = format!(
        "const sheet = new CSSStyleSheet(); sheet.replaceSync({css:?});\
         document.adoptedStyleSheets.push(sheet)"
    );
    page.run(&script).await?;
    Ok(())
}

/// The person's settings are these.
async fn prefers(page: &Page, features: &[(&str, &str)]) -> Result<()> {
    let feature = |(name, value): &(&str, &str)| json!({"name": name, "value": value});
    let features: Vec<Value> = features.iter().map(feature).collect();
    devtools(page, "Emulation.setEmulatedMedia", json!({"features": features})).await?;
    Ok(())
}

async fn start(page: &Page) -> Result<Homeserver> {
    let homeserver = Homeserver::start().await?;
    open(page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    Ok(homeserver)
}

async fn colors(page: Page) -> Result<()> {
    let _homeserver = start(&page).await?;
    ensure!(style(&page, ":host", "color").await? == "rgb(27, 29, 34)");
    // As Element Web's page has them.
    rules(
        &page,
        ":root { --cpd-color-text-primary: rgb(1, 2, 3); --cpd-color-bg-canvas-default: rgb(4, 5, 6);\
         --cpd-color-bg-action-primary-rest: rgb(7, 8, 9); --cpd-font-family-sans: Inter }",
    )
    .await?;
    ensure!(style(&page, ":host", "color").await? == "rgb(1, 2, 3)");
    ensure!(style(&page, ":host", "background-color").await? == "rgb(4, 5, 6)");
    // It changes in 150 ms.
    page.until(
        "getComputedStyle(window.element.shadowRoot.querySelector('.primary')).backgroundColor \
          === 'rgb(7, 8, 9)'",
    )
    .await?;
    ensure!(style(&page, ":host", "font-family").await? == "Inter");
    rules(&page, "main { --threepids-color-text: rgb(9, 9, 9); --threepids-font-size: 20px }")
        .await?;
    ensure!(style(&page, ":host", "color").await? == "rgb(9, 9, 9)");
    ensure!(style(&page, ".button", "font-size").await? == "20px");
    Ok(())
}

async fn dark(page: Page) -> Result<()> {
    let _homeserver = start(&page).await?;
    let (light, dark) = ("rgb(255, 255, 255)", "rgb(20, 23, 28)");
    ensure!(style(&page, ":host", "background-color").await? == light);
    prefers(&page, &[("prefers-color-scheme", "dark")]).await?;
    ensure!(style(&page, ":host", "background-color").await? == dark);
    ensure!(style(&page, ":host", "color-scheme").await? == "dark");
    page.run("window.element.theme = 'light'").await?;
    ensure!(style(&page, ":host", "background-color").await? == light);
    prefers(&page, &[("prefers-color-scheme", "light")]).await?;
    page.run("window.element.theme = 'dark'").await?;
    ensure!(style(&page, ":host", "background-color").await? == dark);
    page.run("window.element.theme = null").await?;
    ensure!(style(&page, ":host", "background-color").await? == light);
    Ok(())
}

async fn settings(page: Page) -> Result<()> {
    let _homeserver = start(&page).await?;
    ensure!(style(&page, ".hint", "color").await? != style(&page, ":host", "color").await?);
    prefers(&page, &[("prefers-contrast", "more")]).await?;
    ensure!(style(&page, ".hint", "color").await? == style(&page, ":host", "color").await?);
    ensure!(style(&page, ".spinner", "animation-name").await? == "turn");
    prefers(&page, &[("prefers-reduced-motion", "reduce")]).await?;
    ensure!(style(&page, ".spinner", "animation-name").await? == "none");
    prefers(&page, &[("forced-colors", "active")]).await?;
    // What tells things apart is their border, which is the person's color.
    for selector in [".entry", ".button", ".input", ".primary"] {
        let border = style(&page, selector, "border-block-end-width").await?;
        ensure!(border == "1px", "{selector}: {border}");
    }
    Ok(())
}

async fn reached(page: Page) -> Result<()> {
    let _homeserver = start(&page).await?;
    rules(
        &page,
        "matrix-threepids::part(button-primary) { border-radius: 7px }\
         matrix-threepids::part(address) { letter-spacing: 2px }\
         matrix-threepids:state(pending) { outline: 5px solid }\
         matrix-threepids:state(readonly) { padding-top: 3px }",
    )
    .await?;
    ensure!(style(&page, ".primary", "border-top-left-radius").await? == "7px");
    ensure!(style(&page, ".address bdi", "letter-spacing").await? == "2px");
    ensure!(style(&page, ":host", "outline-style").await? == "none");
    add(&page).await?;
    ensure!(style(&page, ":host", "outline-width").await? == "5px");
    page.run("window.element.readOnly = true").await?;
    page.until("getComputedStyle(window.element).paddingTop === '3px'").await?;
    page.run(
        "for (const name of ['heading', 'empty', 'footer']) {\
           const own = document.createElement('span');\
           own.slot = name; own.textContent = `My ${name}`; window.element.append(own);\
         }",
    )
    .await?;
    page.see("heading", "My heading").await?;
    page.until("document.querySelector('[slot=footer]').checkVisibility()").await?;
    page.until("!document.querySelector('[slot=empty]').checkVisibility()").await
}

async fn selected(page: Page) -> Result<()> {
    let _homeserver = start(&page).await?;
    rules(&page, "body { user-select: none }").await?;
    add(&page).await?;
    let groups = ".group .address";
    ensure!(style(&page, groups, "user-select").await? == "text");
    ensure!(style(&page, groups, "overflow-wrap").await? == "anywhere");
    ensure!(style(&page, groups, "unicode-bidi").await? == "isolate");
    let text = page.run("return window.element.shadowRoot.querySelector('.group bdi').textContent");
    ensure!(text.await? == NEW);
    Ok(())
}
