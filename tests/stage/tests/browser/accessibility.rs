//! Every state of the widget: looked at by axe, light and dark, and as the
//! browser's accessibility tree has it.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::devtools::devtools;
use crate::harness::browser_test;
use crate::page_object::Page;
use crate::states;

/// In every engine.
pub fn tests() -> Vec<Trial> {
    vec![browser_test(
        "accessibility: roles and names match the browser's accessibility tree",
        tree,
    )]
}

/// In one.
pub fn more_tests() -> Vec<Trial> {
    vec![
        browser_test("accessibility: axe finds nothing in any state, light", light),
        browser_test("accessibility: axe finds nothing in any state, dark", dark),
        browser_test(
            "accessibility: nothing is wider than the page at 280 pixels, in either direction",
            narrow,
        ),
    ]
}

async fn axe(page: &Page, theme: &str) -> Result<()> {
    for state in states::names(page).await? {
        states::draw(page, &state, &format!("&theme={theme}")).await?;
        if theme == "dark" {
            // The page around it is as dark as the person's system says.
            page.run(
                "document.body.style.cssText; const sheet = new CSSStyleSheet(); \
                sheet.replaceSync('body, main { background: #14171c; color: #eceff3 }'); \
                document.adoptedStyleSheets = [sheet]",
            )
            .await?;
        }
        let found = page.find_by_axe().await?;
        ensure!(found.is_empty(), "{state}, {theme}: {found:?}");
    }
    Ok(())
}

/// What a person can come to with a screen reader.
const ROLES: [&str; 9] = [
    "alertdialog",
    "button",
    "checkbox",
    "combobox",
    "dialog",
    "group",
    "heading",
    "link",
    "textbox",
];

async fn tree(page: Page) -> Result<()> {
    let mut seen = BTreeSet::new();
    for state in states::names(&page).await? {
        states::draw(&page, &state, "").await?;
        if compare_tree(&page, &state, &mut seen).await.is_err() {
            // A dialog may have opened in between, and made the rest inert.
            page.until("document.body.dataset.settled === document.body.dataset.drawn").await?;
            compare_tree(&page, &state, &mut seen).await?;
        }
    }
    for role in ["button", "dialog", "group", "heading", "textbox"] {
        ensure!(seen.iter().any(|(it, _)| it == role), "no {role} anywhere");
    }
    Ok(())
}

/// Compares roles and names of a state with those that the browser has. `seen` has
/// those of earlier states.
async fn compare_tree(
    page: &Page,
    state: &str,
    seen: &mut BTreeSet<(String, String)>,
) -> Result<()> {
    let script = "return window.stage.named(given[0])";
    let named = page.run_async(script, vec![json!(ROLES)]).await?.0;
    let named: Vec<(Value, String, String)> = serde_json::from_value(named)?;
    for (element, role, name) in named {
        if seen.contains(&(role.clone(), name.clone())) {
            continue;
        }
        let element = WebElement::from_json(element, page.driver.handle().clone())?;
        let has_role = page.computed(&element, "role").await?;
        let has_name = page.computed(&element, "label").await?;
        // WebKit's is a button that opens a menu.
        let may_differ = (&*role, &*has_role) == ("combobox", "button");
        let is_right = has_role == role || may_differ;
        ensure!(is_right, "{state}: {role} {name:?} is a {has_role}");
        ensure!(has_name == name, "{state}: {role} {name:?} is called {has_name:?}");
        seen.insert((role, name));
    }
    Ok(())
}

async fn light(page: Page) -> Result<()> {
    axe(&page, "light").await
}

async fn dark(page: Page) -> Result<()> {
    axe(&page, "dark").await
}

async fn narrow(page: Page) -> Result<()> {
    // Chromium's windows do not get that narrow. 1,120 pixels at 400 % are it, too.
    let screen = json!({"width": 280, "height": 700, "deviceScaleFactor": 1, "mobile": false});
    devtools(&page, "Emulation.setDeviceMetricsOverride", screen).await?;
    for state in states::names(&page).await? {
        for (lang, direction) in [("de", "ltr"), ("ar", "rtl")] {
            states::draw(&page, &state, &format!("&lang={lang}&dir={direction}")).await?;
            // The table of the language may come after the first drawing.
            let section = "document.querySelector('main > :defined:last-child').shadowRoot\
                .querySelector('section')";
            page.until(&format!("getComputedStyle({section}).direction === '{direction}'")).await?;
            let overflow = page
                .run(
                    "const root = document.querySelector('main > :defined:last-child').shadowRoot;\
                      const { clientWidth: width } = document.documentElement;\
                      return [...root.querySelectorAll('*')].filter((it) => it.checkVisibility() \
                        && !it.classList.contains('visually-hidden')).filter((it) => {\
                        const box = it.getBoundingClientRect();\
                        return box.right > width + 1 || box.left < -1;\
                      }).map((it) => it.outerHTML.slice(0, 120))",
                )
                .await?;
            ensure!(overflow == serde_json::json!([]), "{state}, {direction}: {overflow}");
        }
    }
    Ok(())
}
